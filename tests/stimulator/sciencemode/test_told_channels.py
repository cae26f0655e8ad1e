"""What the driver makes of the channels that a P24 or RehaMove3 tells of, without a wire."""

import pytest

from appliance.session.board import BoardState, Contact
from appliance.stimulator.link import WrongAnswerError
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    Result,
    Stop,
    command_of,
)
from appliance.stimulator.sciencemode.pulses import Update
from appliance.stimulator.sciencemode.replies import (
    Ack,
    CurrentData,
)
from appliance.therapy.units import NEVER
from tests.stimulator.rigs import set_point
from tests.stimulator.sciencemode.turns import ANSWERS_S, LOOK, REST, Talk, channels, told

LOST_S = 0.08
SILENCE_S = 0.2
STALE_LOOKS = 5
TOLD_S = 0.1

IDLE_SILENCE_S = 2.0


def look(running: Talk, now: float, reply: CurrentData, read_at: float | None = None) -> None:
    running.send(LOOK, now)
    running.hear(reply, now + ANSWERS_S, read_at=read_at)


@pytest.mark.parametrize("state", [ChannelState.ELECTRODE, ChannelState.LOW_CURRENT])
@pytest.mark.parametrize("result", [Result.OK, Result.ELECTRODE])
def test_a_lead_that_is_off_is_that_channel_s_and_no_update_follows(
    running: Talk, state: ChannelState, result: Result
) -> None:
    look(running, 10.2, channels(0, states=(ChannelState.OK, state), result=result))
    assert running.talk.contact == (Contact.UNKNOWN, Contact.OPEN)
    assert running.talk.refusals == 0
    assert running.say(set_point(0, 0), 10.3) is None
    running.send(Stop(), 10.4)
    assert running.talk.contact == (Contact.UNKNOWN, Contact.UNKNOWN)


@pytest.mark.parametrize("result", [Result.OK, Result.ELECTRODE])
def test_a_lead_that_was_off_before_the_stop_does_not_count_after_it(
    running: Talk, result: Result
) -> None:
    running.send(LOOK, 10.2)
    look_number = running.number
    running.send(Stop(), 10.201)
    off = (ChannelState.ELECTRODE, ChannelState.OK)
    running.hear(channels(states=off, result=result), 10.202, number=look_number)
    running.hear(Ack(command_of(Stop()), result), 10.203)
    assert running.talk.is_off
    assert running.talk.contact == (Contact.UNKNOWN, Contact.UNKNOWN)


def test_a_lead_result_without_a_channel_is_counted_and_may_be_any_in_use(live: Talk) -> None:
    live.exchange(set_point(1, 0), 10.1)
    live.exchange(set_point(1, 0), 10.15)
    look(live, 10.2, channels(0, result=Result.ELECTRODE))
    assert live.talk.contact == (Contact.OPEN, Contact.UNKNOWN)
    assert live.talk.refusals == 1


def test_another_error_counts_even_where_a_lead_is_off(running: Talk) -> None:
    off = (ChannelState.OK, ChannelState.ELECTRODE)
    with pytest.raises(WrongAnswerError, match="board_high_voltage"):
        look(running, 10.2, channels(0, states=off, result=Result.HIGH_VOLTAGE))


@pytest.mark.parametrize("state", [ChannelState.PULSE_TIMEOUT, ChannelState.OTHER])
def test_a_state_that_is_neither_good_nor_an_open_lead_is_a_fault(
    running: Talk, state: ChannelState
) -> None:
    with pytest.raises(WrongAnswerError, match="board_defect"):
        look(running, 10.2, channels(0, 1, states=(ChannelState.OK, state)))


def test_an_answer_without_the_state_is_a_fault_and_one_that_says_why_is_that_fault(
    running: Talk,
) -> None:
    running.send(LOOK, 10.2)
    with pytest.raises(WrongAnswerError, match="board_disagrees") as caught:
        running.hear(Ack(command_of(LOOK), Result.OK), 10.21)
    assert "no state" in caught.value.why
    running.send(LOOK, 10.3)
    with pytest.raises(WrongAnswerError, match="board_reset"):
        running.hear(Ack(command_of(LOOK), Result.NOT_INITIALISED), 10.31)


def test_contact_is_good_from_15_ma_on_once_a_look_has_said_so(live: Talk) -> None:
    high = Update((*told(15, 14.5).trains,))
    live.send(high, 10.1)
    live.obey(high, 10.11)
    assert live.talk.contact == (Contact.UNKNOWN, Contact.UNKNOWN)
    look(live, 10.2, channels(0, 1))
    assert live.talk.contact == (Contact.GOOD, Contact.UNKNOWN)
    live.send(Stop(), 10.3)
    assert live.talk.contact == (Contact.UNKNOWN, Contact.UNKNOWN)


def test_looks_that_are_never_fresh_are_a_fault_after_five_in_a_row(running: Talk) -> None:
    def stale(step: int, by_s: float = TOLD_S + 0.05) -> None:
        at = 11.0 + step * 0.02
        look(running, at, channels(0, 1), read_at=at + ANSWERS_S - by_s)

    for step in range(STALE_LOOKS - 1):
        stale(step)
    stale(5, TOLD_S - 0.01)
    for step in range(6, 5 + STALE_LOOKS):
        stale(step)
    with pytest.raises(WrongAnswerError, match="board_disagrees") as caught:
        stale(11)
    assert "too old" in caught.value.why


def test_a_look_that_is_answered_after_an_update_was_sent_lets_no_other_out(live: Talk) -> None:
    live.send(LOOK, 10.1)
    number = live.number
    live.send(told(1), 10.11)
    live.hear(channels(), 10.12, number)
    live.obey(told(1), 10.13)
    assert live.say(set_point(0.5), 10.14) == LOOK


def test_channels_of_the_start_before_are_not_in_use_any_more(running: Talk) -> None:
    running.send(Stop(), 10.2)
    running.obey(Stop(), 10.21)
    running.exchange(REST, 10.22)
    running.exchange(REST, 10.23)
    with pytest.raises(WrongAnswerError, match="board_disagrees") as caught:
        look(running, 10.3, channels(0))
    assert "no update enabled" in caught.value.why


def test_what_stood_still_before_a_start_counts_for_nothing_after_it(running: Talk) -> None:
    look(running, 10.2, channels())
    running.send(Stop(), 10.25)
    running.obey(Stop(), 10.26)
    running.exchange(REST, 10.3)
    running.exchange(REST, 10.31)
    running.send(told(1, 1), 10.4)
    running.obey(told(1, 1), 10.41)
    look(running, 10.5, channels())
    with pytest.raises(WrongAnswerError, match="board_stopped_itself"):
        look(running, 10.7, channels())


def test_current_may_flow_from_when_an_update_is_sent_until_a_rest_is_answered(live: Talk) -> None:
    assert not live.talk.may_flow()
    live.send(Update(), 10.1)
    assert not live.talk.may_flow()
    live.obey(Update(), 10.11)
    live.send(told(0, 1), 10.2)
    assert live.talk.may_flow()
    assert live.talk.state is BoardState.ARMED
    live.obey(told(0, 1), 10.21)
    assert live.talk.may_flow()
    assert live.talk.in_force == (0, 1)
    assert live.talk.state is BoardState.ON
    live.send(Update(), 10.3)
    assert live.talk.may_flow()
    live.obey(Update(), 10.31)
    assert not live.talk.may_flow()
    assert live.talk.state is BoardState.ON
    assert live.talk.is_live


def test_silence_is_a_fault_sooner_while_a_set_point_is_wanted(running: Talk) -> None:
    assert running.talk.silent_at(idle=False) == NEVER
    assert running.talk.lost_at() == NEVER
    running.say(set_point(2, 2), 10.2)
    running.send(Stop(), 10.25)
    assert running.talk.silent_at(idle=False) == 10.2 + SILENCE_S
    assert running.talk.silent_at(idle=True) == 10.2 + IDLE_SILENCE_S
    assert running.talk.lost_at() == 10.25 + LOST_S


def test_the_device_is_late_once_its_oldest_answer_counts_as_lost(running: Talk) -> None:
    assert not running.talk.is_late(99.0)
    running.say(set_point(2, 2), 10.2)
    running.send(Stop(), 10.25)
    assert not running.talk.is_late(10.2 + LOST_S - 0.01)
    assert running.talk.is_late(10.2 + LOST_S)
