"""What the answers of a RehaStim2 are taken for, without a wire."""

import pytest

from appliance.session.board import BoardState, Contact
from appliance.stimulator.link import WrongAnswerError
from appliance.stimulator.rehastim2.codec import Packet
from appliance.stimulator.rehastim2.messages import (
    Ack,
    GetMode,
    Init,
    Mode,
    ModeAck,
    Result,
    StimulationError,
    StopList,
    Trouble,
    UnknownCommand,
    command_of,
)
from appliance.therapy.units import NEVER
from tests.stimulator.rehastim2.turns import LIST, REST, Talk, start
from tests.stimulator.rigs import set_point

AGAIN_S = 0.02
LOST_S = 0.11
SILENCE_S = 0.25

IDLE_SILENCE_S = 2.0


@pytest.mark.parametrize(
    ("mode", "fault"), [(Mode.START, "board_stopped_itself"), (Mode.STARTED, "board_disagrees")]
)
def test_another_mode_than_with_a_list_is_a_fault(ready: Talk, mode: Mode, fault: str) -> None:
    with pytest.raises(WrongAnswerError, match=fault):
        ready.exchange(REST, 10.3, mode)


@pytest.mark.parametrize(
    ("mode", "fault"), [(Mode.START, "board_stopped_itself"), (Mode.INITIALISED, "board_disagrees")]
)
def test_another_mode_than_pulsing_is_a_fault(running: Talk, mode: Mode, fault: str) -> None:
    with pytest.raises(WrongAnswerError, match=fault):
        running.exchange(set_point(1, 1), 10.3, mode)


@pytest.mark.parametrize("mode", [Mode.INITIALISED, Mode.STARTED])
def test_another_mode_than_off_is_a_fault(mode: Mode) -> None:
    with pytest.raises(WrongAnswerError, match="board_disagrees") as caught:
        Talk().exchange(None, 10.0, mode)
    assert caught.value.why == f"off, but {mode.name.lower()}"


def test_a_late_mode_is_not_compared_with_what_was_asked_since(ready: Talk) -> None:
    assert ready.say(REST, 10.3) == GetMode()
    question = ready.number
    assert ready.say(set_point(1, 1), 10.42) == start(1, 1)
    ready.hear(ModeAck(Mode.INITIALISED), 10.43, question)
    assert ready.told.heard_at == 10.43
    ready.agree(start(1, 1), 10.44)
    assert ready.told.in_force == (1, 1)


def test_an_init_is_a_restart(running: Talk) -> None:
    with pytest.raises(WrongAnswerError, match="board_reset"):
        running.hear(Init(), 10.2)


@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (Trouble.EMERGENCY_SWITCH, "emergency_stop"),
        (Trouble.MODULE, "board_defect"),
        (Trouble.OTHER, "board_defect"),
    ],
)
def test_what_stopped_the_device_is_a_fault(running: Talk, trouble: Trouble, fault: str) -> None:
    with pytest.raises(WrongAnswerError, match=fault):
        running.hear(StimulationError(trouble), 10.2)


def open_lead(talk: Talk, now: float) -> None:
    talk.hear(StimulationError(Trouble.ELECTRODE), now, 99)


def test_with_a_lead_off_it_is_stopped_and_no_list_follows_before_an_off(running: Talk) -> None:
    running.exchange(set_point(1, 1), 10.15)
    assert running.told.contact == (Contact.GOOD, Contact.GOOD)
    open_lead(running, 10.2)
    assert running.told.contact == (Contact.OPEN, Contact.OPEN)
    assert running.say(set_point(1, 1), 10.3) == StopList(for_rest=True)
    running.hear(Ack(command_of(StopList()), Result.WRONG_MODE), 10.31)
    assert running.told.in_force == (0, 0)
    for at in (10.5, 10.7, 10.9):
        assert running.exchange(set_point(1, 1), at, Mode.START) == GetMode()
    assert running.told.contact == (Contact.OPEN, Contact.OPEN)
    assert running.exchange(None, 11.1, Mode.START) == GetMode()
    assert running.told.contact == (Contact.UNKNOWN, Contact.UNKNOWN)
    assert running.told.state is BoardState.OFF
    assert running.say(REST, 11.2) == LIST


def test_with_a_lead_off_a_device_that_pulses_all_the_same_is_a_fault(running: Talk) -> None:
    open_lead(running, 10.2)
    running.exchange(set_point(1, 1), 10.3)
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        running.exchange(set_point(1, 1), 10.5, Mode.STARTED)


def test_a_lead_that_comes_off_while_nothing_is_in_use_means_nothing() -> None:
    talk = Talk()
    open_lead(talk, 10.0)
    assert talk.told.contact == (Contact.UNKNOWN, Contact.UNKNOWN)
    assert talk.told.is_off
    assert talk.told.heard_at == 10.0


def test_a_lead_that_comes_off_before_the_list_is_taken_is_told_as_well() -> None:
    talk = Talk()
    talk.say(REST, 10.0)
    open_lead(talk, 10.01)
    assert talk.told.contact == (Contact.OPEN, Contact.OPEN)
    # The list that it agrees to afterwards is no start.
    talk.agree(LIST, 10.02)
    assert talk.told.agreed_at is None
    assert talk.say(REST, 10.2) == StopList(for_rest=True)


@pytest.mark.parametrize("result", [Result.TRANSFER, Result.PARAMETER, Result.WRONG_MODE])
def test_a_refusal_is_a_fault_and_counted(running: Talk, result: Result) -> None:
    request = running.say(set_point(0, 1), 10.2)
    assert request == start(0, 1)
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        running.hear(Ack(command_of(request), result), 10.21)
    assert running.told.refusals == 1
    assert running.told.heard_at == 10.21


def test_a_command_that_it_does_not_know_is_a_fault(running: Talk) -> None:
    running.say(set_point(0, 1), 10.2)
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        running.hear(UnknownCommand(), 10.21)


def test_a_busy_device_is_asked_again_after_20_ms_and_at_last_is_a_fault(running: Talk) -> None:
    busy, wanted = Ack(command_of(start(0, 1)), Result.BUSY), set_point(0, 1)
    running.say(wanted, 10.2)
    running.hear(busy, 10.21)
    assert running.say(wanted, 10.21 + AGAIN_S - 0.005) is None
    assert running.say(wanted, 10.21 + AGAIN_S + 0.001) == start(0, 1)
    running.hear(busy, 10.21 + SILENCE_S - 0.01)
    assert running.told.refusals == 2
    running.say(wanted, 10.5)
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        running.hear(busy, 10.5)


def test_a_device_may_be_busy_from_the_first_question_on() -> None:
    talk = Talk()
    for at in (10.0, 10.15):
        assert talk.say(None, at) == GetMode()
        talk.hear(ModeAck(Mode.START, Result.BUSY), at + 0.01)
    assert talk.told.refusals == 2
    assert talk.exchange(None, 10.3, Mode.START) == GetMode()


def test_a_device_that_obeyed_in_between_may_be_busy_anew(running: Talk) -> None:
    busy = Ack(command_of(start(0, 1)), Result.BUSY)
    running.say(set_point(0, 1), 10.2)
    running.hear(busy, 10.21)
    running.exchange(set_point(0, 1), 10.3)
    running.say(set_point(1, 1), 10.6)
    running.hear(busy, 10.61)
    assert running.told.refusals == 2


def test_an_answer_that_cannot_be_read_settles_nothing(running: Talk) -> None:
    running.say(set_point(0, 1), 10.2)
    running.told.hear(Packet(running.number, command_of(start(0, 1)) + 1, b"\0\0\0"), 10.21)
    assert running.told.lost_at() == 10.2 + LOST_S
    assert running.told.heard_at < 10.2


def test_an_answer_to_nothing_is_not_counted_as_heard(running: Talk) -> None:
    heard_at = running.told.heard_at
    running.hear(Ack(command_of(start(1)), Result.PARAMETER), 10.2)
    assert running.told.heard_at == heard_at
    assert running.told.refusals == 0


# What is told of it all


def test_current_may_flow_from_when_a_start_is_sent_until_a_stop_is_agreed_to(ready: Talk) -> None:
    assert not ready.told.may_flow()
    assert ready.say(REST, 10.05) == GetMode()
    assert not ready.told.may_flow()
    ready.agree(GetMode(), 10.06, Mode.INITIALISED)
    ready.say(set_point(1, 1), 10.1)
    assert ready.told.may_flow()
    ready.agree(start(1, 1), 10.11)
    assert ready.told.may_flow()
    ready.send(StopList(), 10.2)
    assert ready.told.may_flow()
    ready.agree(StopList(), 10.21)
    assert not ready.told.may_flow()


def test_a_start_counts_as_in_force_once_it_is_agreed_to(ready: Talk) -> None:
    ready.say(set_point(0, 1), 10.1)
    assert ready.told.in_force == (0, 0)
    assert ready.told.state is BoardState.ARMED
    ready.agree(start(0, 1), 10.11)
    assert ready.told.in_force == (0, 1)
    assert ready.told.agreed_at == 10.11
    assert ready.told.state is BoardState.ON


def test_off_ends_what_was_agreed_to_and_is_off_once_that_is_answered(running: Talk) -> None:
    assert running.told.is_live
    running.send(StopList(), 10.2)
    assert running.told.agreed_at is None
    assert running.told.state is BoardState.UNKNOWN
    assert not running.told.is_live
    assert not running.told.is_off
    running.agree(StopList(), 10.21)
    assert running.told.is_off
    assert running.told.state is BoardState.OFF
    assert running.exchange(REST, 10.3) == LIST
    assert running.told.state is BoardState.ARMED


def test_a_start_that_is_answered_after_the_stop_was_sent_is_no_start(running: Talk) -> None:
    running.say(set_point(0, 1), 10.2)
    number = running.number
    running.send(StopList(), 10.21)
    running.hear(Ack(command_of(start(0, 1)), Result.OK), 10.22, number)
    assert running.told.in_force == (0, 1)
    assert running.told.agreed_at is None
    assert not running.told.is_off


def test_it_is_live_from_when_a_list_is_sent() -> None:
    talk = Talk()
    assert not talk.told.is_live
    talk.say(REST, 10.0)
    assert talk.told.is_live


def test_it_is_live_in_the_rest_between_two_lists(running: Talk) -> None:
    running.say(REST, 10.2)
    assert running.told.is_live
    running.agree(StopList(), 10.21)
    assert running.told.is_live
    assert running.told.is_off


def test_contact_is_good_where_current_flows_and_the_mode_was_seen(ready: Talk) -> None:
    ready.exchange(set_point(1, 0), 10.1)
    assert ready.told.contact == (Contact.UNKNOWN, Contact.UNKNOWN)
    ready.exchange(set_point(1, 0), 10.2)
    assert ready.told.contact == (Contact.GOOD, Contact.UNKNOWN)
    ready.say(REST, 10.3)
    assert ready.told.contact == (Contact.UNKNOWN, Contact.UNKNOWN)


def test_silence_is_a_fault_sooner_while_a_set_point_is_wanted(running: Talk) -> None:
    assert running.told.silent_at(idle=False) == NEVER
    assert running.told.lost_at() == NEVER
    running.say(set_point(0, 1), 10.2)
    running.send(StopList(), 10.25)
    assert running.told.silent_at(idle=False) == 10.2 + SILENCE_S
    assert running.told.silent_at(idle=True) == 10.2 + IDLE_SILENCE_S
    assert running.told.lost_at() == 10.25 + LOST_S


def test_the_device_is_late_once_its_oldest_answer_counts_as_lost(running: Talk) -> None:
    assert not running.told.is_late(99.0)
    running.say(set_point(0, 1), 10.2)
    running.send(StopList(), 10.25)
    assert not running.told.is_late(10.2 + LOST_S - 0.01)
    assert running.told.is_late(10.2 + LOST_S)


def test_nothing_is_known_of_its_battery(running: Talk) -> None:
    assert running.told.battery_faults() == frozenset()
