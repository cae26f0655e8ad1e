"""The greeting of a RehaStim2: when it asks, and when there is nothing more to ask."""

from appliance.stimulator.rehastim2.codec import Decoder, Packet
from appliance.stimulator.rehastim2.greeting import Greeting
from appliance.stimulator.rehastim2.messages import (
    GetMode,
    Init,
    InitAck,
    Mode,
    ModeAck,
    Reply,
    Request,
    Result,
    StopList,
    answer,
    new_pending_requests,
)
from appliance.therapy.units import NEVER

AGAIN_S = 0.15
PATIENCE_S = 1.2 + 0.5 + 0.1


class Told:
    """A greeting, and the device that speaks to it."""

    def __init__(self, now: float = 0.0, is_known: bool = False) -> None:
        self.pending = new_pending_requests()
        self.greeting = Greeting(self.pending, now, is_known)

    def asks(self, now: float) -> tuple[int, Request] | None:
        """What is asked now, under which number."""
        request = self.greeting.next_request(now)
        return None if request is None else (self.pending.add(request, now), request)

    def says(self, number: int, reply: Reply, now: float) -> None:
        for packet in Decoder().feed(answer(number, reply)):
            self.greeting.hear(packet, now)

    def greeted(self, now: float) -> "Told":
        """It has said Init, and that was answered."""
        self.says(1, Init(), now)
        asked = self.asks(now)
        assert asked is not None and asked[1] == InitAck()
        return self

    def asks_for_the_mode(self, now: float) -> int:
        asked = self.asks(now)
        assert asked is not None and asked[1] == GetMode()
        return asked[0]


def test_a_question_is_repeated_after_a_while_and_not_sooner() -> None:
    told = Told().greeted(10.0)
    told.asks_for_the_mode(10.0)
    assert told.greeting.next_at() == 10.0 + AGAIN_S
    assert told.asks(10.0 + AGAIN_S - 0.01) is None
    told.asks_for_the_mode(10.0 + AGAIN_S)


def test_nothing_is_asked_before_init_of_a_device_that_is_not_known() -> None:
    told = Told()
    assert told.asks(1.0) is None
    assert told.greeting.next_at() == NEVER


def test_a_device_that_is_known_is_asked_at_once() -> None:
    told = Told(1.0, is_known=True)
    assert told.greeting.next_at() <= 1.0
    told.asks_for_the_mode(1.0)


def test_nothing_is_asked_of_a_device_that_is_off() -> None:
    told = Told().greeted(10.0)
    told.says(told.asks_for_the_mode(10.0), ModeAck(Mode.START), 10.01)
    assert told.greeting.is_done
    assert told.asks(10.02) is None
    assert told.asks(20.0) is None


def test_a_device_that_runs_is_stopped_at_once_and_asked_again() -> None:
    told = Told().greeted(10.0)
    told.says(told.asks_for_the_mode(10.0), ModeAck(Mode.STARTED), 10.01)
    asked = told.asks(10.01)
    assert asked is not None and asked[1] == StopList()
    assert told.asks(10.02) is None
    told.asks_for_the_mode(10.01 + AGAIN_S)
    assert told.greeting.fault(heard_anything=True) == "board_disagrees"


def test_a_mode_that_nobody_asked_for_or_that_failed_says_nothing() -> None:
    told = Told().greeted(10.0)
    number = told.asks_for_the_mode(10.0)
    told.says(number + 1, ModeAck(Mode.START), 10.01)
    told.says(number, ModeAck(Mode.START, Result.BUSY), 10.02)
    assert not told.greeting.is_done


def test_another_init_is_answered_and_patience_begins_anew() -> None:
    told = Told().greeted(10.0)
    number = told.asks_for_the_mode(10.0)
    told.greeted(11.0)
    assert told.greeting.until == 11.0 + PATIENCE_S
    # A device that has just started does not answer earlier requests.
    told.says(number, ModeAck(Mode.START), 11.01)
    assert not told.greeting.is_done
    told.asks_for_the_mode(11.01)


def test_a_device_that_starts_again_is_asked_for_its_mode_and_not_stopped() -> None:
    told = Told().greeted(10.0)
    told.says(told.asks_for_the_mode(10.0), ModeAck(Mode.STARTED), 10.01)
    told.greeted(10.02)
    told.asks_for_the_mode(10.02)
    told.greeted(10.05)
    told.asks_for_the_mode(10.05)


def test_noise_is_another_device_and_words_without_a_mode_are_silence() -> None:
    assert Told().greeting.fault(heard_anything=False) == "board_silent"
    assert Told().greeting.fault(heard_anything=True) == "board_not_the_one"
    told = Told()
    told.greeting.hear(Packet(1, 99, b""), 0.5)
    assert told.greeting.fault(heard_anything=True) == "board_not_the_one"
    assert told.greeted(1.0).greeting.fault(heard_anything=True) == "board_silent"


def test_an_init_of_another_version_is_not_answered() -> None:
    told = Told()
    told.says(1, Init(2), 1.0)
    assert told.asks(1.0) is None
    assert told.greeting.fault(heard_anything=True) == "board_layout"
