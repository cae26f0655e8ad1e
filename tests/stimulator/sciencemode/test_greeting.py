"""The greeting of a P24 or RehaMove3: what it asks, when, and what it makes of the answers."""

import pytest

from appliance.stimulator.sciencemode.codec import Decoder, Packet
from appliance.stimulator.sciencemode.greeting import Greeting
from appliance.stimulator.sciencemode.messages import (
    GetExtendedVersion,
    GetMainVersion,
    GetStatus,
    HighVoltage,
    Level,
    LowStop,
    Request,
    Result,
    Stop,
    command_of,
    new_pending_requests,
)
from appliance.stimulator.sciencemode.models import P24, REHAMOVE3
from appliance.stimulator.sciencemode.replies import (
    Ack,
    ExtendedVersion,
    GeneralError,
    MainVersion,
    Reply,
    Status,
    UnknownCommand,
    answer,
)

AGAIN_S = 0.15
PATIENCE_S = 0.6
VERSION = ExtendedVersion((1, 2, 3), (4, 5, 6))
OFF = Status(Level.NONE, HighVoltage.OFF)


class Told:
    """A greeting, and the device that speaks to it."""

    def __init__(self, now: float = 0.0) -> None:
        self.pending = new_pending_requests()
        self.greeting = Greeting(self.pending, now)
        self.number = 0
        """Packet number of the last request."""

    def asks(self, now: float) -> Request | None:
        request = self.greeting.next_request(now)
        if request is not None:
            self.number = self.pending.add(request, now)
        return request

    def says(self, reply: Reply, now: float, number: int | None = None) -> None:
        for packet in Decoder().feed(answer(self.number if number is None else number, reply)):
            self.greeting.hear(packet, now)

    def known(self, now: float = 0.0) -> "Told":
        """A P24 has said what it is."""
        assert self.asks(now) == GetExtendedVersion()
        self.says(VERSION, now)
        return self


def test_both_models_are_asked_for_in_turn_until_one_says_what_it_is() -> None:
    told = Told()
    asked = [told.asks(at / 100) for at in range(0, 60, 5)]
    in_turn = [GetExtendedVersion(), GetMainVersion()] * 2
    assert [one for one in asked if one] == in_turn
    assert asked[::3] == in_turn
    assert told.greeting.next_at() == pytest.approx(0.45 + AGAIN_S)


def test_a_question_may_be_repeated_at_the_very_end_of_its_time() -> None:
    told = Told()
    told.asks(0.0)
    assert told.greeting.next_at() == AGAIN_S
    assert told.asks(AGAIN_S) == GetMainVersion()


def test_what_is_known_is_asked_for_its_status_at_once() -> None:
    told = Told().known()
    assert (told.greeting.model, told.greeting.firmware) == (P24, (1, 2, 3))
    assert told.greeting.until == PATIENCE_S
    assert told.asks(0.01) == GetStatus()
    assert told.asks(0.01 + AGAIN_S - 0.01) is None
    assert told.asks(0.01 + AGAIN_S + 0.01) == GetStatus()


def test_patience_begins_anew_once_it_is_known() -> None:
    told = Told(1.0)
    assert told.greeting.until == 1.0 + PATIENCE_S
    told.known(1.5)
    assert told.greeting.until == 1.5 + PATIENCE_S


def test_a_rehamove3_says_so_to_the_second_question() -> None:
    told = Told()
    told.asks(0.0)
    told.says(UnknownCommand(), 0.0)
    assert told.asks(0.15) == GetMainVersion()
    told.says(MainVersion((1, 2, 3), (4, 5, 6)), 0.15)
    assert (told.greeting.model, told.greeting.firmware) == (REHAMOVE3, (1, 2, 3))


def test_a_device_that_is_off_is_done_and_asked_nothing_more() -> None:
    told = Told().known()
    told.asks(0.01)
    assert not told.greeting.is_done
    told.says(OFF, 0.02)
    assert told.greeting.is_done
    assert told.asks(9.0) is None
    assert told.greeting.fault(heard_anything=True) == "board_silent"


@pytest.mark.parametrize(
    ("level", "stop"),
    [
        (Level.LOW_INITIALISED, LowStop()),
        (Level.MID_INITIALISED, Stop()),
        (Level.MID_RUNNING, Stop()),
    ],
)
def test_a_level_that_runs_is_stopped_and_asked_for_again(level: Level, stop: Request) -> None:
    told = Told().known()
    told.asks(0.01)
    told.says(Status(level, HighVoltage.V150), 0.02)
    assert not told.greeting.is_done
    assert told.asks(0.03) == stop
    told.says(Ack(command_of(stop), Result.OK), 0.04)
    # A question is not repeated sooner, even after a stop.
    assert told.asks(0.1) is None
    assert told.asks(0.17) == GetStatus()
    assert told.greeting.fault(heard_anything=True) == "board_disagrees"
    told.says(OFF, 0.18)
    assert told.greeting.is_done


def test_answers_that_failed_or_that_nobody_asked_for_say_nothing() -> None:
    told = Told()
    told.asks(0.0)
    told.says(VERSION, 0.0, number=told.number + 1)
    told.says(ExtendedVersion((1, 2, 3), (4, 5, 6), result=Result.BUSY), 0.0)
    told.asks(0.2)
    told.says(MainVersion((1, 2, 3), (4, 5, 6), Result.BUSY), 0.2)
    assert told.greeting.model is None
    told.asks(0.4)
    told.says(VERSION, 0.4)
    told.asks(0.5)
    told.says(Status(Level.NONE, HighVoltage.OFF, Result.BUSY), 0.5)
    assert not told.greeting.is_done


def test_who_knows_neither_question_is_another_board() -> None:
    told = Told()
    told.asks(0.0)
    told.says(UnknownCommand(), 0.0)
    assert told.greeting.fault(heard_anything=True) == "board_silent"
    told.asks(0.2)
    told.says(Ack(command_of(GetMainVersion()), Result.PARAMETER), 0.2)
    assert told.greeting.fault(heard_anything=True) == "board_not_the_one"


def test_who_does_not_answer_the_first_question_and_refuses_the_second_may_be_a_p24() -> None:
    told = Told()
    told.asks(0.0)
    told.asks(0.2)
    told.says(UnknownCommand(), 0.2)
    assert told.greeting.fault(heard_anything=True) == "board_silent"


def test_who_knows_no_status_is_another_board() -> None:
    told = Told().known()
    told.asks(0.01)
    told.says(UnknownCommand(), 0.02)
    assert told.greeting.fault(heard_anything=True) == "board_not_the_one"


def test_noise_is_another_board_and_silence_or_errors_are_not() -> None:
    assert Told().greeting.fault(heard_anything=False) == "board_silent"
    assert Told().greeting.fault(heard_anything=True) == "board_not_the_one"
    told = Told()
    told.greeting.hear(Packet(1, 999, b""), 0.0)
    assert told.greeting.fault(heard_anything=True) == "board_not_the_one"
    told.says(GeneralError(Result.TRANSFER), 0.0, number=0)
    assert told.greeting.fault(heard_anything=True) == "board_silent"
