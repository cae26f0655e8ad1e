"""What a RehaStim2 is asked next, and what its answers are taken for, without a wire."""

import pytest

from appliance.session.board import BoardState, Contact, SetPoint
from appliance.stimulator.link import WrongAnswerError
from appliance.stimulator.rehastim2.codec import Decoder
from appliance.stimulator.rehastim2.conversation import (
    AGAIN_S,
    KEEP_ALIVE_S,
    LOST_S,
    OFF_LOOK_S,
    SILENCE_S,
    Conversation,
)
from appliance.stimulator.rehastim2.lists import Channel, InitList, StartList
from appliance.stimulator.rehastim2.messages import (
    Ack,
    GetMode,
    Init,
    Mode,
    ModeAck,
    Reply,
    Request,
    Result,
    StimulationError,
    StopList,
    Trouble,
    UnknownCommand,
    answer,
    command_of,
    new_pending_requests,
)
from appliance.therapy.units import NEVER
from tests.stimulator.rigs import set_point

REST = set_point(0)
LIST = InitList(0b11, 40)
ANSWERS_S = 0.01
IDLE_SILENCE_S = 2.0


def start(a_ma: int, b_ma: int = 0) -> StartList:
    return StartList((Channel(250, a_ma), Channel(250, b_ma)))


class Talk:
    """A conversation with a device that answers what it is told to."""

    def __init__(self, now: float = 9.0) -> None:
        self.pending = new_pending_requests()
        self.told = Conversation(self.pending, now)
        self.number = 0
        """Of what was said last."""

    def say(self, wanted: SetPoint | None, now: float, *, flows: bool = True) -> Request | None:
        """What is said now, with no answer yet."""
        request = self.told.next_request(wanted, flows, now)
        if request is not None:
            self.send(request, now)
        return request

    def send(self, request: Request, now: float) -> None:
        self.number = self.pending.add(request, now)
        self.told.expect(request, now)

    def hear(self, reply: Reply, now: float, number: int | None = None) -> None:
        for packet in Decoder().feed(answer(self.number if number is None else number, reply)):
            self.told.hear(packet, now)

    def agree(self, request: Request | None, now: float, mode: Mode = Mode.STARTED) -> None:
        """The answer of a device that does what it is told."""
        assert request is not None
        is_question = isinstance(request, GetMode)
        self.hear(ModeAck(mode) if is_question else Ack(command_of(request), Result.OK), now)

    def exchange(
        self, wanted: SetPoint | None, now: float, mode: Mode = Mode.STARTED
    ) -> Request | None:
        """What is said now, and agreed to a moment later."""
        request = self.say(wanted, now)
        if request is not None:
            self.agree(request, now + ANSWERS_S, mode)
        return request


@pytest.fixture
def ready() -> Talk:
    """The device has a list since 10.01 s; nothing flows."""
    talk = Talk()
    assert talk.exchange(REST, 10.0) == LIST
    return talk


@pytest.fixture
def running(ready: Talk) -> Talk:
    """Since 10.1 s both channels flow, with 1 mA."""
    assert ready.exchange(set_point(1, 1), 10.1) == start(1, 1)
    return ready


# What is said


def test_while_off_it_asks_for_the_mode_ten_times_a_second() -> None:
    talk = Talk(0.0)
    assert talk.say(None, OFF_LOOK_S - 0.01) is None
    assert talk.exchange(None, OFF_LOOK_S, Mode.START) == GetMode()
    assert talk.say(None, 0.15) is None
    assert talk.exchange(None, 0.21, Mode.START) == GetMode()


def test_a_zero_set_point_makes_a_list_and_looks_after_it(ready: Talk) -> None:
    assert ready.told.state is BoardState.ARMED
    assert ready.told.agreed_at == 10.0 + ANSWERS_S
    assert ready.exchange(REST, 10.3, Mode.INITIALISED) == GetMode()
    assert ready.say(REST, 10.3 + KEEP_ALIVE_S - 0.01) is None
    assert ready.say(REST, 10.61) == GetMode()


def test_amplitudes_that_do_not_count_yet_start_nothing(ready: Talk) -> None:
    assert ready.say(set_point(20), 10.1, flows=False) == GetMode()
    ready.agree(GetMode(), 10.11, Mode.INITIALISED)
    assert ready.say(set_point(20), 10.2, flows=False) is None
    assert ready.say(set_point(20), 10.25) == start(1)


def test_one_request_is_out_at_a_time_and_an_answer_is_lost_after_110_ms(running: Talk) -> None:
    assert running.say(set_point(0, 1), 10.2) == start(0, 1)
    assert running.told.lost_at() == 10.2 + LOST_S
    assert running.say(REST, 10.2 + LOST_S - 0.01) is None
    assert running.say(REST, 10.2 + LOST_S + 0.01) == StopList(for_rest=True)


def test_an_answer_is_lost_at_the_very_end_of_its_time() -> None:
    talk = Talk(-1.0)
    assert talk.say(REST, 0.0) == LIST
    assert talk.say(REST, LOST_S) == StopList(for_rest=True)


def test_a_change_whose_answer_is_lost_is_said_again(running: Talk) -> None:
    assert running.say(set_point(0, 1), 10.2) == start(0, 1)
    assert running.say(set_point(0, 1), 10.32) == start(0, 1)


@pytest.mark.parametrize("wanted", [REST, None])
def test_a_list_whose_answer_is_lost_is_followed_by_a_stop(wanted: SetPoint | None) -> None:
    talk = Talk()
    assert talk.say(REST, 10.0) == LIST
    assert talk.say(wanted, 10.12) == StopList(for_rest=wanted is not None)
    assert talk.say(wanted, 10.24) == StopList(for_rest=wanted is not None)


def test_the_same_is_said_once_and_the_mode_asked_for_after_a_while(running: Talk) -> None:
    assert running.exchange(set_point(1, 1), 10.2) == GetMode()
    assert running.say(set_point(1, 1), 10.2 + KEEP_ALIVE_S - 0.01) is None
    assert running.say(set_point(1, 1), 10.51) == GetMode()


def test_a_question_whose_answer_is_lost_is_asked_again(running: Talk) -> None:
    assert running.say(set_point(1, 1), 10.2) == GetMode()
    assert running.say(set_point(1, 1), 10.32) == GetMode()


def test_without_a_set_point_nothing_is_asked_of_a_device_that_goes(running: Talk) -> None:
    # The driver sends the stop.
    assert running.say(None, 12.0) is None


def test_a_rest_and_another_frequency_stop_the_list(ready: Talk, running: Talk) -> None:
    assert running.exchange(set_point(1, 1, hz=20), 10.2) == StopList(for_rest=True)
    assert running.exchange(set_point(1, 1, hz=20), 10.3) == InitList(0b11, 100)
    assert running.exchange(set_point(1, 1, hz=20), 10.4) == start(1, 1)
    assert running.exchange(set_point(0, hz=20), 10.5) == StopList(for_rest=True)
    assert running.told.agreed_at == 10.4 + ANSWERS_S
    assert running.told.state is BoardState.ON
    assert running.told.in_force == (0, 0)
    assert running.exchange(set_point(0, hz=50), 10.6) == InitList(0b11, 40)
    assert running.exchange(set_point(0, hz=20), 10.7) == StopList(for_rest=True)


def test_each_list_begins_with_1_ma_and_rises_by_40_a_second(running: Talk) -> None:
    assert running.exchange(set_point(20, 20), 10.14) == start(2, 2)
    assert running.exchange(set_point(20, 20), 10.17) == start(3, 3)
    assert running.exchange(REST, 10.2) == StopList(for_rest=True)
    assert running.exchange(REST, 10.22) == LIST
    assert running.exchange(set_point(20, 20), 10.24) == start(1, 1)


def test_a_change_that_came_sooner_than_a_pulse_is_said_again_after_one() -> None:
    talk = Talk()
    slow = set_point(1, 1, hz=5)
    assert talk.exchange(slow, 10.0) == InitList(0b11, 400)
    assert talk.exchange(slow, 10.1) == start(1, 1)
    assert talk.exchange(set_point(0, 1, hz=5), 10.2) == start(0, 1)
    assert talk.exchange(set_point(0, 1, hz=5), 10.31) == GetMode()
    assert talk.say(set_point(0, 1, hz=5), 10.39) is None
    assert talk.exchange(set_point(0, 1, hz=5), 10.41) == start(0, 1)
    # That came a pulse after the one before.
    assert talk.exchange(set_point(0, 1, hz=5), 10.7) == GetMode()


# What is heard


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


def test_a_device_that_obeyed_in_between_may_be_busy_anew(running: Talk) -> None:
    busy = Ack(command_of(start(0, 1)), Result.BUSY)
    running.say(set_point(0, 1), 10.2)
    running.hear(busy, 10.21)
    running.exchange(set_point(0, 1), 10.3)
    running.say(set_point(1, 1), 10.6)
    running.hear(busy, 10.61)
    assert running.told.refusals == 2


def test_an_answer_to_nothing_is_not_counted_as_heard(running: Talk) -> None:
    heard_at = running.told.heard_at
    running.hear(Ack(command_of(start(1)), Result.PARAMETER), 10.2)
    assert running.told.heard_at == heard_at
    assert running.told.refusals == 0


# What is told


def test_current_may_flow_from_when_a_start_is_sent_until_a_stop_is_agreed_to(ready: Talk) -> None:
    assert not ready.told.may_flow()
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
