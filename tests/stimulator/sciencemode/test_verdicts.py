"""What the answers of a P24 or RehaMove3 are taken for, without a wire."""

import pytest

from appliance.session.board import BoardState
from appliance.stimulator.link import WrongAnswerError
from appliance.stimulator.sciencemode.messages import (
    GetBattery,
    GetStatus,
    HighVoltage,
    Init,
    Level,
    Request,
    Result,
    Stop,
    command_of,
)
from appliance.stimulator.sciencemode.models import REHAMOVE3
from appliance.stimulator.sciencemode.pulses import Update
from appliance.stimulator.sciencemode.replies import (
    Ack,
    Battery,
    GeneralError,
    Status,
    UnknownCommand,
)
from tests.stimulator.rigs import set_point
from tests.stimulator.sciencemode.turns import REST, Talk, told

BATTERY_S = 30.0


def test_a_stop_that_is_answered_is_off(running: Talk) -> None:
    running.send(Stop(), 10.2)
    assert running.talk.agreed_at is None
    assert not running.talk.is_live
    assert not running.talk.is_off
    assert running.talk.state is BoardState.ON
    assert running.talk.in_force == (1, 1)
    running.hear(Ack(command_of(Stop()), Result.NOT_INITIALISED), 10.21)
    assert running.talk.is_off
    assert running.talk.state is BoardState.OFF
    assert running.talk.in_force == (0, 0)
    assert running.talk.refusals == 0


def test_a_stop_before_any_start_is_answered_like_any_other() -> None:
    talk = Talk()
    talk.send(Stop(), 10.0)
    assert talk.talk.state is BoardState.ARMED
    talk.obey(Stop(), 10.01)
    assert talk.talk.state is BoardState.OFF


def test_a_stop_that_fails_is_a_fault(running: Talk) -> None:
    running.send(Stop(), 10.2)
    with pytest.raises(WrongAnswerError, match="board_high_voltage"):
        running.hear(Ack(command_of(Stop()), Result.HIGH_VOLTAGE), 10.21)


def test_an_update_that_is_answered_after_the_stop_was_sent_is_no_start(running: Talk) -> None:
    running.exchange(set_point(1, 0), 10.2)
    assert running.say(set_point(1, 0), 10.22) == told(1)
    number = running.number
    running.send(Stop(), 10.23)
    running.hear(Ack(command_of(Update()), Result.OK), 10.24, number)
    assert running.talk.in_force == (1, 0)
    assert running.talk.agreed_at is None
    assert not running.talk.is_live


def test_an_init_that_is_answered_after_the_stop_was_sent_is_no_start() -> None:
    talk = Talk()
    talk.say(REST, 10.0)
    number = talk.number
    talk.send(Stop(), 10.01)
    talk.hear(Ack(command_of(Init()), Result.OK), 10.02, number)
    talk.obey(Stop(), 10.03)
    talk.say(REST, 10.05)
    # The new Init is not answered yet.
    assert talk.say(REST, 10.15) == Stop()


@pytest.mark.parametrize("request_", [Init(), Update()])
def test_a_start_that_is_refused_is_a_fault_and_counted(request_: Request) -> None:
    talk = Talk()
    if isinstance(request_, Update):
        talk.exchange(REST, 10.0)
    assert type(talk.say(REST, 10.1)) is type(request_)
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        talk.hear(Ack(command_of(request_), Result.PARAMETER), 10.11)
    assert talk.talk.refusals == 1
    assert talk.talk.heard_at == 10.11


def test_a_command_that_it_does_not_know_is_a_fault(running: Talk) -> None:
    running.say(set_point(2, 2), 10.2)
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        running.hear(UnknownCommand(), 10.21)


@pytest.mark.parametrize("level", [Level.LOW_INITIALISED, Level.MID_INITIALISED, Level.MID_RUNNING])
def test_a_level_that_is_on_while_off_is_a_fault(level: Level) -> None:
    talk = Talk()
    assert talk.say(None, 10.0) == GetStatus()
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        talk.hear(Status(level, HighVoltage.V150), 10.01)


def test_a_status_that_comes_after_the_start_was_sent_says_nothing() -> None:
    talk = Talk()
    talk.say(None, 10.0)
    number = talk.number
    talk.say(REST, 10.1)
    talk.hear(Status(Level.MID_INITIALISED, HighVoltage.V150), 10.11, number)
    assert talk.talk.heard_at == 10.11


def test_a_status_that_is_refused_is_a_fault() -> None:
    talk = Talk()
    talk.say(None, 10.0)
    with pytest.raises(WrongAnswerError, match="board_defect"):
        talk.hear(Status(Level.NONE, HighVoltage.OFF, Result.OTHER), 10.01)


@pytest.mark.parametrize(
    ("percent", "faults"),
    [
        (100, set()),
        (16, set()),
        (15, {"supply_low"}),
        (6, {"supply_low"}),
        (5, {"supply_empty"}),
        (0, {"supply_empty"}),
    ],
)
def test_a_battery_is_low_from_15_percent_and_empty_from_5(percent: int, faults: set[str]) -> None:
    talk = Talk(model=REHAMOVE3)
    assert talk.talk.battery_faults() == frozenset()
    talk.say(None, 10.0)
    talk.hear(Battery(percent, 7400), 10.01)
    assert talk.talk.battery_faults() == faults


def test_a_gauge_that_fails_is_no_fault_and_what_it_said_is_forgotten() -> None:
    talk = Talk(model=REHAMOVE3)
    talk.say(None, 10.0)
    talk.hear(Battery(10, 7000), 10.01)
    assert talk.talk.battery_faults()
    talk.say(None, 10.0 + BATTERY_S)
    talk.hear(Ack(command_of(GetBattery()), Result.FUEL_GAUGE), 10.01 + BATTERY_S)
    assert talk.talk.battery_faults() == frozenset()
    assert talk.talk.refusals == 0


def test_an_error_that_nobody_asked_for_is_a_fault(running: Talk) -> None:
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        running.hear(GeneralError(Result.TRANSFER), 10.2, 60)


def test_a_frame_that_a_stop_cut_in_two_is_no_fault_and_any_other_error_is(running: Talk) -> None:
    running.send(Stop(), 10.2)
    running.hear(GeneralError(Result.TRANSFER), 10.21, 60)
    running.obey(Stop(), 10.22)
    running.hear(GeneralError(Result.TRANSFER), 10.23, 60)
    with pytest.raises(WrongAnswerError, match="board_high_voltage"):
        running.hear(GeneralError(Result.HIGH_VOLTAGE), 10.24, 60)


def test_a_cut_frame_s_error_under_the_number_of_the_stop_does_not_answer_the_stop(
    running: Talk,
) -> None:
    running.send(Stop(), 10.2)
    running.hear(GeneralError(Result.TRANSFER), 10.21)
    assert not running.talk.is_off
    running.hear(Ack(command_of(Stop()), Result.OK), 10.22)
    assert running.talk.is_off


def test_an_answer_to_nothing_is_not_counted_as_heard(running: Talk) -> None:
    heard_at = running.talk.heard_at
    running.hear(Ack(command_of(Update()), Result.PARAMETER), 10.3, 60)
    assert running.talk.heard_at == heard_at
    assert running.talk.refusals == 0
