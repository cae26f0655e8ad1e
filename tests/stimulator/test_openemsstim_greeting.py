"""The greeting of an openEMSstim: how long it keeps silent, what it asks, and whom it refuses."""

import pytest

from appliance.stimulator.openemsstim.greeting import Greeting
from appliance.stimulator.openemsstim.hearing import Echo, Firmware, Sign

WORK = (Firmware.FIRST, Firmware.MASTER, Firmware.SIMPLE_MULTIPLEXER)
REFUSED = tuple(one for one in Firmware if one not in WORK)
QUESTION = b"?\n"
ALL_STOP = b"WV,001C,47.\n"


def test_without_a_banner_it_asks_only_once_any_start_would_be_over() -> None:
    greeting = Greeting(2.0)
    assert greeting.next_at() == 17.0
    assert greeting.next_bytes(16.99) == b""
    assert greeting.next_bytes(17.0) == QUESTION
    assert greeting.next_bytes(17.49) == b""
    assert greeting.next_at() == 17.5
    assert greeting.next_bytes(17.5) == QUESTION
    assert greeting.next_at() == greeting.until == 18.0


def test_with_the_banner_it_asks_at_once_and_twice_at_most() -> None:
    greeting = Greeting(0.0)
    greeting.hear(Sign.READY, 11.5)
    assert greeting.next_bytes(11.5) == QUESTION
    assert greeting.next_bytes(12.0) == QUESTION
    assert greeting.until == 12.5


@pytest.mark.parametrize("firmware", WORK)
def test_a_firmware_that_works_is_told_an_all_stop_and_repeats_it(firmware: Firmware) -> None:
    greeting = Greeting(0.0)
    greeting.hear(Sign.READY, 11.5)
    greeting.next_bytes(11.5)
    assert not greeting.has_heard_firmware
    greeting.hear(firmware, 11.6)
    assert greeting.has_heard_firmware
    assert greeting.firmware is firmware
    assert greeting.until == 12.6
    assert greeting.next_bytes(11.6) == ALL_STOP
    assert not greeting.is_done
    greeting.hear(Echo("G"), 11.7)
    assert greeting.is_done
    assert greeting.next_bytes(20.0) == b""


def test_another_answer_of_the_same_kind_does_not_begin_anew() -> None:
    greeting = Greeting(0.0)
    greeting.hear(Firmware.MASTER, 1.0)
    assert greeting.next_bytes(1.0) == ALL_STOP
    greeting.hear(Firmware.FIRST, 1.4)
    assert greeting.firmware is Firmware.MASTER
    assert greeting.until == 2.0
    assert greeting.next_bytes(1.4) == b""
    assert greeting.refused == ""


@pytest.mark.parametrize("firmware", REFUSED)
def test_a_firmware_that_does_not_do_is_refused_with_the_reason(firmware: Firmware) -> None:
    greeting = Greeting(0.0)
    greeting.hear(firmware, 1.0)
    assert greeting.refused.startswith(f"this firmware ({firmware.value.split()[0]}")
    assert not greeting.has_heard_firmware
    assert greeting.firmware is None


@pytest.mark.parametrize("command", ["", "C0I1T800G"])
def test_another_echo_than_that_of_the_all_stop_is_not_enough(command: str) -> None:
    greeting = Greeting(0.0)
    greeting.hear(Firmware.MASTER, 1.0)
    greeting.hear(Echo(command), 1.1)
    assert not greeting.is_done


def test_an_all_stop_is_not_enough_before_the_firmware_is_known() -> None:
    greeting = Greeting(0.0)
    greeting.hear(Echo("G"), 1.0)
    assert not greeting.is_done


def test_a_board_that_starts_is_left_alone_and_asked_anew_for_what_it_is() -> None:
    greeting = Greeting(0.0)
    greeting.hear(Firmware.MASTER, 1.0)
    greeting.hear(Sign.STARTING, 1.2)
    assert not greeting.has_heard_firmware
    assert greeting.until == pytest.approx(17.2)
    assert greeting.next_bytes(16.1) == b""
    greeting.hear(Sign.READY, 16.15)
    assert greeting.next_bytes(16.15) == QUESTION
