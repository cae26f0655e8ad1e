"""The firmware and the simulated board are two readings of the same rules: they must agree.

Both hear the same bytes at the same times, in the same world. Between two words pass whole
periods of 20 ms, and after a start 5 ms more, so that nobody asks at the very moment of a
pulse, where the boards may differ: the firmware begins a pulse 1.5 ms after the set-point
and measures in its middle, and its lease ends 1 ms early.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.simulator.body import Pads
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import (
    Contact,
    Fault,
    Message,
    Reason,
    Report,
    State,
)
from tests.firmware.core_tools import board_library
from tests.firmware.two_boards import CompiledBoard, Host, SimulatedBoard

Step = tuple[str, Any]

LONGEST_PERIOD_MS = 80

AMPLITUDES = st.sampled_from([0, 0, 40, 79, 80, 200, 800, 3200, 3201])
LIES: dict[str, tuple[int, ...]] = {
    "arming": (0x1234, 0xFFFF),
    "sequence": (1, 63, 64, 0x7FFE, 0x7FFF, 0xFFFE, 0xFFFF),
    "heard": (0, 0x4000),
    "lease_ms": (0, 49, 54, 109, 499, 501),
    "belief": (0, 1, 2, 3, 4),
    "burst_pulses": (1, 2, 26, 255),
    "burst_ms": (99, 500, 0xFFFF),
    "width_a_us": (0, 49, 50, 400, 401),
    "width_b_us": (0, 49, 50, 400, 401),
    "ceiling_codes": (0, 79, 800, 0xFFFF),
    "ceiling_us": (0, 49, 250, 0xFFFF),
    "ceiling_centihz": (0, 2500, 5000, 0xFFFF),
}
"""Fields of an otherwise correct set-point. Arming and sequence: so much above the right one, but
no few steps of arming, by which the boards count differently."""
ALL_LIES = [{name: value} for name, values in LIES.items() for value in values]
TROUBLES: list[dict[str, Any]] = [
    {"emergency": True},
    *({"supply_mv": mv} for mv in (6800, 6799, 6400, 6399)),
    *({"pads": (pads, Pads.GOOD)} for pads in Pads),
    *({"pads": (Pads.GOOD, pads)} for pads in Pads),
    *({"extra_codes": codes} for codes in (40, 80, 81, 1000)),
    {"no_negative": True},
    *({"high_voltage_dv": dv} for dv in (150, 151, 1300, 1301)),
]


def work(changes: dict[str, int], a: int, b: int, centihz: int, ticks: int) -> Step:
    asked = {"amplitude_a_codes": a, "amplitude_b_codes": b, "frequency_centihz": centihz}
    return "work", (asked | changes, ticks)


def bursts(pulses: int, ms: int) -> dict[str, int]:
    return {"burst_pulses": pulses, "burst_ms": ms}


FORMS = (bursts(2, 100), bursts(3, 500), bursts(9, 200), bursts(25, 1000))
"""Of 50 Hz; no pulse of theirs comes at the moment of a word."""
STEPS = st.one_of(
    st.builds(
        work,
        st.sampled_from(FORMS),
        AMPLITUDES,
        AMPLITUDES,
        st.just(5000),
        st.integers(1, 40),
    ),
    st.builds(
        work,
        st.just({}),
        AMPLITUDES,
        AMPLITUDES,
        st.sampled_from([5000, 5000, 2500, 1250]),
        st.integers(1, 40),
    ),
    st.builds(
        work,
        st.sampled_from(ALL_LIES),
        AMPLITUDES,
        AMPLITUDES,
        st.sampled_from([5000, 5000, 0, 99, 12_001]),
        st.just(1),
    ),
    st.tuples(st.just("arm"), st.none()),
    st.tuples(st.just("off"), st.none()),
    st.tuples(st.just("hello"), st.sampled_from([protocol.LAYOUT, 0])),
    st.tuples(st.just("silence"), st.sampled_from([120, 360, 1000])),
    st.tuples(st.just("noise"), st.binary(max_size=60)),
    st.tuples(st.just("world"), st.sampled_from([{}, *TROUBLES])),
    st.tuples(st.just("reset"), st.sampled_from([0, Fault.WATCHDOG, Fault.BROWN_OUT])),
)


def tell(host: Host, script: list[Step]) -> Iterator[tuple[Step, list[Message]]]:
    """Everything that the board said, step by step."""
    yield ("hello", None), host.hello()
    yield ("off", None), host.off()
    host.board.run(5)
    for step in script:
        yield step, take(host, *step)


def take(host: Host, what: str, value: Any) -> list[Message]:
    said: list[Message] = []
    match what:
        case "work":
            asked, ticks = value
            for _ in range(ticks):
                said += ask(host, asked)
        case "arm":
            said += host.hello() + host.off()
            host.board.run(LONGEST_PERIOD_MS)
            said += ask(host, {})
        case "off":
            said += host.off()
            host.board.run(LONGEST_PERIOD_MS)
        case "hello":
            said += host.hello(value)
            host.board.run(LONGEST_PERIOD_MS)
        case "silence":
            host.board.run(value)
        case "noise":
            said += host.noise(value + b"\0")
        case "world":
            host.board.surround(**value)
        case "reset":
            # A chip forgets over a reset when its last pulse was.
            host.board.run(1000)
            host.board.power_up(int(value))
    return said


def ask(host: Host, changes: dict[str, int]) -> list[Message]:
    said: list[Message] = []
    if host.flows and any(changes.get(name, 0) != value for name, value in host.beat.items()):
        # Through a rest, because the new beat may begin now or with the old one.
        said = ask(host, dict(host.beat))
    flowed = host.flows
    said += host.ask(changes)
    host.board.run(20)
    if host.flows and not flowed:
        host.board.run(5)
    if flowed and not host.flows:
        host.board.run(LONGEST_PERIOD_MS)
    return said


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return board_library(tmp_path_factory.mktemp("core"))


def compare(library: Path, script: list[Step]) -> list[Message]:
    """Both boards' words must be the same; returns them."""
    firmware = list(tell(Host(CompiledBoard(library)), script))
    simulated = list(tell(Host(SimulatedBoard()), script))
    assert firmware == simulated
    return [message for _, said in firmware for message in said]


def test_both_boards_work_through_a_contraction_alike(library: Path) -> None:
    script: list[Step] = [("arm", None)]
    script += [work({}, codes, codes // 2, 5000, 1) for codes in range(0, 1200, 24)]
    script += [work({}, 1200, 600, 5000, 40)]
    script += [work({}, codes, codes // 2, 5000, 1) for codes in range(1200, 0, -60)]
    script += [work({}, 0, 0, 5000, 10), work({}, 300, 300, 2500, 20), ("off", None)]
    reports = [m for m in compare(library, script) if isinstance(m, Report)]
    assert max(report.measured_a_codes for report in reports) == 1200
    assert not any(report.answer for report in reports)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_both_boards_deliver_bursts_alike(library: Path, form: dict[str, int]) -> None:
    script: list[Step] = [("arm", None), work(form, 800, 400, 5000, 120)]
    script += [work(form, 100, 0, 5000, 30), work({}, 100, 100, 5000, 10)]
    script += [work(form, 200, 200, 5000, 60), ("off", None)]
    reports = [m for m in compare(library, script) if isinstance(m, Report)]
    assert {report.burst_ms for report in reports} == {0, form["burst_ms"]}
    assert max(report.measured_a_codes for report in reports) > 300


@pytest.mark.parametrize("lie", ALL_LIES, ids=str)
def test_both_boards_take_each_lie_alike(library: Path, lie: dict[str, int]) -> None:
    at_work = work({}, 200, 200, 5000, 8)
    for before in ([], [("arm", None)], [("arm", None), at_work]):
        after = [work({}, 200, 100, 5000, 2), ("off", None), ("arm", None), at_work]
        for current in (0, 200):
            compare(library, [*before, work(lie, current, current, 5000, 4), *after])


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_both_boards_meet_each_trouble_alike(library: Path, trouble: dict[str, Any]) -> None:
    for codes in (79, 80, 200, 1200):
        at_work = work({}, codes, codes, 5000, 40)
        script = [("arm", None), at_work, ("world", trouble), at_work, work({}, 0, 0, 5000, 2)]
        compare(library, [*script, ("arm", None), at_work, ("world", {}), ("arm", None), at_work])


def test_both_boards_tell_an_open_lead_from_the_over_current_before_it(library: Path) -> None:
    at_work = work({}, 800, 800, 5000, 300)
    script = [("arm", None), at_work, ("world", {"extra_codes": 1000}), work({}, 800, 800, 5000, 2)]
    script += [("world", {}), ("silence", 1000), ("silence", 120), ("arm", None), at_work]
    script += [("world", {"pads": (Pads.OPEN, Pads.GOOD)}), work({}, 800, 800, 5000, 2)]
    reports = [m for m in compare(library, script) if isinstance(m, Report)]
    assert Fault.OVER_CURRENT in {report.faults for report in reports}
    newest = reports[-1]
    assert (newest.state, newest.reason, newest.faults) == (State.OFF, Reason.OPEN_LEAD, 0)


def test_both_boards_say_nothing_of_a_lead_that_is_off_below_two_milliampere(library: Path) -> None:
    strong, weak = work({}, 200, 200, 5000, 40), work({}, 79, 200, 5000, 4)
    is_off = ("world", {"pads": (Pads.OPEN, Pads.GOOD)})
    reports = compare(library, [("arm", None), strong, is_off, weak])
    newest = reports[-1]
    assert isinstance(newest, Report) and newest.state == State.ON
    assert (newest.contact_a, newest.contact_b) == (Contact.UNKNOWN, Contact.GOOD)
    compare(library, [("arm", None), strong, is_off, weak, strong, ("arm", None), weak])


@given(st.lists(STEPS, max_size=25))
@settings(max_examples=300, deadline=None)
def test_whatever_a_host_says_both_boards_answer_alike(library: Path, script: list[Step]) -> None:
    compare(library, [("arm", None), *script])
