"""The simulated openEMSstim: each observation of the real firmware, repeated."""

import pytest

from appliance.simulator.boards.openemsstim.board import BOOT_S, BYTE_S, OpenEmsStim
from appliance.simulator.boards.openemsstim.command_line import (
    Firmware,
    carry_out,
    percent_of,
    wiper_of,
)

A, B, C, D, E, F = Firmware
START = b"WV,001C,4330493530543130303047.\n"
"""C0I50T1000G"""


class Rig:
    """A board that has started, and a host that knows no care."""

    def __init__(self, firmware: Firmware = B, started: bool = True) -> None:
        self.board = OpenEmsStim(firmware)
        self.now = 0.0
        self.closed_at: list[float] = []
        self.opened_at: list[float] = []
        self.text = ""
        self.board.output.on_change.append(
            lambda change: (self.closed_at if change.amplitude_ma else self.opened_at).append(
                change.at
            )
        )
        if started:
            self.wait(12.0)
            self.text = ""

    def wait(self, seconds: float) -> "Rig":
        self.now += seconds
        self.board.advance(self.now)
        self.text += self.board.take_output(self.now).decode("latin-1")
        return self

    def say(self, data: bytes, seconds: float = 0.3) -> "Rig":
        self.board.feed(data, self.now)
        return self.wait(seconds)

    @property
    def closed(self) -> list[bool]:
        return self.board.output.closed


def hexed(command: str) -> bytes:
    return b"WV,001C," + command.encode().hex().upper().encode() + b".\n"


@pytest.mark.parametrize(
    ("percent", "wiper"),
    [(0, 201), (1, 200), (20, 170), (50, 122), (80, 74), (100, 42), (300, 255), (1000, 0)],
)
def test_the_wiper_of_each_percent(percent: int, wiper: int) -> None:
    assert wiper_of(percent) == wiper


def test_every_allowed_percent_is_a_setting_of_its_own_and_zero_is_not_off() -> None:
    assert [percent_of(wiper_of(one)) for one in range(1, 101)] == list(range(1, 101))
    assert percent_of(wiper_of(0)) > 0
    rig = Rig().say(hexed("C0I0T900G"))
    assert rig.closed == [True, False]
    assert rig.board.output.in_force[0] > 0


def test_it_starts_for_11_s_and_then_obeys_what_it_was_sent_meanwhile() -> None:
    rig = Rig(started=False).wait(5.0).say(START, 6.0)
    assert rig.closed == [False, False]
    rig.wait(0.6)
    assert rig.closed == [True, False]
    assert rig.closed_at[0] == pytest.approx(BOOT_S + 0.07, abs=0.07)
    assert "SETUP DONE" in rig.text


def test_what_does_not_fit_into_64_bytes_is_lost() -> None:
    rig = Rig(started=False).wait(2.0).say(b"x" * 60 + START, 12.0)
    assert rig.closed_at == []


def test_relays_close_78_ms_after_a_frame_and_its_exchange_takes_115_ms() -> None:
    rig = Rig().say(START)
    assert rig.closed_at[0] - 12.0 == pytest.approx(0.078, abs=0.005)
    late = Rig()
    late.board.feed(START, late.now)
    assert late.wait(0.105).text == ""
    assert "Converted HEX command: \r\nC0I50T1000G\r\n" in late.wait(0.012).text


@pytest.mark.parametrize(("firmware", "works"), [(A, True), (B, False), (C, True)])
def test_the_plain_command_works_in_some(firmware: Firmware, works: bool) -> None:
    assert Rig(firmware).say(b"C0I50T1000G\n").closed[0] is works


@pytest.mark.parametrize("firmware", [A, B, C])
def test_the_frame_works_in_all_and_a_go_alone_stops_all(firmware: Firmware) -> None:
    rig = Rig(firmware).say(START).say(hexed("C1I20T1000G"))
    assert rig.closed[:2] == [True, True]
    rig.say(b"WV,001C,47.\n", 0.5)
    assert not any(rig.closed)


@pytest.mark.parametrize(
    ("firmware", "says"),
    [
        (A, "Unknown command: ?"),
        (B, "ERROR: SINGLE-CHAR Command Unknown"),
        (C, "Unknown command: ?"),
        (D, "ERROR: SINGLE-CHAR Command Unknown"),
        (E, "EMSSystem.cpp: ERROR: Unknown command: ?"),
        (F, "ERROR,UNKNOWN_COMMAND,?"),
    ],
)
def test_the_question_is_answered_by_all_and_does_nothing(firmware: Firmware, says: str) -> None:
    rig = Rig(firmware).say(b"?\n")
    assert says in rig.text
    assert rig.closed_at == []


@pytest.mark.parametrize(
    ("firmware", "line", "acts"),
    [(A, b"1\n", False), (B, b"1\n", True), (C, b"1\n", False), (C, b".1\n", True)],
)
def test_a_digit_alone_closes_a_relay_with_no_end(
    firmware: Firmware, line: bytes, acts: bool
) -> None:
    assert Rig(firmware).say(line, 7.0).closed[0] is acts


def test_the_rest_of_a_line_that_lost_its_beginning_counts_by_its_first_character() -> None:
    assert Rig().say(b"1303047.\n", 7.0).closed[0]


def test_a_nudge_goes_round() -> None:
    rig = Rig().say(hexed("C0I1000T5000G")).say(b"q\n")
    assert rig.board.output.wipers[0] == 255


def test_the_on_time_ends_50_ms_late_and_the_second_channel_100_ms_after_the_first() -> None:
    rig = Rig().say(hexed("C0I50T800G"), 0.15).say(hexed("C1I50T650G"), 2.0)
    assert rig.opened_at[0] - rig.closed_at[0] == pytest.approx(0.85, abs=0.002)
    assert rig.opened_at[1] - rig.opened_at[0] <= 0.1
    assert not any(rig.closed)


@pytest.mark.parametrize(("ms", "ends_s"), [(5000, 5.05), (7000, 5.05)])
def test_a_long_on_time_is_cut_to_5_s(ms: int, ends_s: float) -> None:
    rig = Rig().say(hexed(f"C0I50T{ms}G"), 6.0)
    assert rig.opened_at[0] - rig.closed_at[0] == pytest.approx(ends_s, abs=0.002)


def test_an_on_time_of_40_s_early_on_never_ends_and_later_ends_at_once() -> None:
    assert Rig().wait(1.0).say(hexed("C0I50T40000G"), 60.0).closed[0]
    assert not Rig().wait(30.0).say(hexed("C0I50T40000G"), 0.3).closed[0]


def test_a_channel_that_is_not_there_brings_it_down_as_it_is() -> None:
    rig = Rig().say(START).say(hexed("C5I10T100G"), 10.0)
    assert rig.board.is_crashed
    assert rig.closed[0]
    before = rig.text
    assert rig.say(b"?\n").text == before


def test_a_line_without_end_is_taken_after_50_ms() -> None:
    rig = Rig(A).say(b"C0I50T1000G", 0.04)
    assert rig.closed_at == []
    assert rig.wait(0.1).closed[0]


def test_two_commands_without_an_end_between_them_are_one() -> None:
    rig = Rig(A).say(b"C0I50T900GC1I50T900G")
    assert rig.closed[:2] == [True, False]


def test_dev_never_ends_its_on_time() -> None:
    assert Rig(E).say(START, 30.0).closed[0]


def test_letters_in_a_frame_are_read_as_small_digits() -> None:
    said, _ = carry_out("WV,001C,4A.", B)
    assert said[-1].endswith("@")


def test_a_reset_opens_the_relays_at_once_and_forgets_what_came() -> None:
    rig = Rig().say(START)
    rig.board.feed(START, rig.now)
    rig.board.reset(rig.now + 10 * BYTE_S)
    assert not any(rig.closed)
    assert not any(rig.wait(20.0).closed)
