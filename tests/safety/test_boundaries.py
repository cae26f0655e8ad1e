"""One table of limits, and what gate, simulated board and firmware make of the values round each.

Each value is tried with permission, and without it for every reason there is. The gate lowers
what is too much; the boards refuse it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.session import gate
from appliance.session.board import BoardState, Ceilings, Contact, Link, SetPoint
from appliance.session.record import Record
from appliance.session.state import State
from appliance.stimulator.reference.protocol import Fault, Report
from appliance.stimulator.reference.protocol import State as BoardSays
from appliance.therapy.programs import Bursts
from tests.firmware.core_tools import board_library
from tests.firmware.two_boards import CompiledBoard, Host, SimulatedBoard
from tests.safety.limit_table import CODES_PER_MA, FAR, FIRST_MA, LIMITS, NEAR, RISE_MA_S, Limit
from tests.session.gate_records import RUNNING, with_identity, with_phase, with_report, with_run

# The gate

AT_REST = with_phase(with_identity(RUNNING, maximum=1000.0), pulse_width_us=100, frequency_hz=20.0)
SENT = SetPoint(20.0, (200.0, 200.0), 100, Ceilings(80.0, 100, 20.0))
WITHOUT = (
    ("state", AT_REST.but(state=State.STOPPED)),
    ("stop", AT_REST.but(stop_open=True)),
    ("checklist", AT_REST.but(checklist_valid=False)),
    ("stop_test", AT_REST.but(stop_test_passed=False)),
    ("fault", AT_REST.but(present=frozenset({"pins_failed"}))),
    ("contact", with_report(AT_REST, contact=(Contact.GOOD, Contact.OPEN))),
    ("link", with_report(AT_REST, link=Link.DOWN)),
    ("board", with_report(AT_REST, state=BoardState.FAULT)),
    ("time", with_run(AT_REST, elapsed_s=1e6)),
    ("charge", with_run(AT_REST, spent_mc=1e6)),
    ("placement", with_identity(AT_REST, on_body=False)),
    ("identity", with_identity(AT_REST, maximum=nan)),
    (
        "bursts",
        with_identity(with_phase(AT_REST, bursts=Bursts(5, 0.5)), delivers_bursts=False),
    ),
    ("stall", AT_REST.but(gap_s=0.21)),
)


def asked_of_gate(
    limit: Limit, value: float, record: Record
) -> tuple[SetPoint | None, tuple[str, ...]]:
    """What the gate makes of 10 mA at 100 us and 20 Hz with this one thing changed."""
    most = limit.said["ceiling_codes"] / 40
    record, amplitude = with_run(record, limit=most), [10.0, 10.0]
    if limit.field.startswith("amplitude"):
        amplitude[limit.field == "amplitude_b_codes"] = value
    elif limit.field.startswith("width"):
        record = with_phase(record, pulse_width_us=value)
        record = with_identity(record, max_pulse_width_us=limit.said["ceiling_us"])
    else:
        record = with_phase(record, frequency_hz=value)
        hertz = limit.said["ceiling_centihz"] / 100
        record = with_identity(record, max_frequency_hz=hertz)
    return gate.pass_through(record, (amplitude[0], amplitude[1]), SENT)


OF_GATE = [limit for limit in LIMITS if not limit.field.startswith(("lease", "burst"))]
"""Leases are the frames', and bursts the program's."""


@pytest.mark.parametrize("limit", OF_GATE, ids=lambda limit: limit.name)
def test_the_gate_lets_out_no_more_than_each_limit(limit: Limit) -> None:
    for value in limit.values():
        sent, _ = asked_of_gate(limit, value, AT_REST)
        assert sent is not None
        if limit.field.startswith("amplitude"):
            wanted = min(max(value, 0.0), limit.most) if isfinite(value) else 0.0
            changed = sent.amplitude[limit.field == "amplitude_b_codes"]
            assert changed == pytest.approx(wanted), value
            continue
        let_out = sent.pulse_width_us if limit.field.startswith("width") else sent.frequency_hz
        assert sent.amplitude == (0.0, 0.0) or 0.0 < let_out <= limit.most, value
        if limit.least <= value <= limit.most:
            assert let_out == value and sent.amplitude == (10.0, 10.0), value


@pytest.mark.parametrize(("why", "record"), WITHOUT, ids=[why for why, _ in WITHOUT])
def test_without_permission_the_gate_lets_out_nothing(why: str, record: Record) -> None:
    for limit in OF_GATE:
        answers = {asked_of_gate(limit, value, record) for value in limit.values()}
        assert answers == {(None, (why,))}


def test_no_reason_to_be_off_is_left_out() -> None:
    assert [why for why, _ in WITHOUT] == [name for name, _ in gate.REASONS_TO_BE_ON]


def test_the_gate_lets_the_output_rise_by_40_ma_a_second() -> None:
    for step in range(101):
        record = with_run(AT_REST, limit=80.0).but(gap_s=step * 0.002)
        sent, _ = gate.pass_through(record, (80.0, 80.0), replace(SENT, amplitude=(5.0, 0.0)))
        assert sent is not None
        rise = RISE_MA_S * step * 0.002
        assert sent.amplitude == (pytest.approx(5.0 + rise), pytest.approx(rise))


# The boards


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return board_library(tmp_path_factory.mktemp("core"))


@pytest.fixture(params=["firmware", "simulated"])
def host(request: pytest.FixtureRequest) -> Host:
    if request.param == "simulated":
        return Host(SimulatedBoard())
    return Host(CompiledBoard(request.getfixturevalue("library")))


def asked_of_board(host: Host, limit: Limit, value: int) -> tuple[int, int]:
    """The answer to 1 mA on both channels with this one thing changed, and how many pulses came."""
    before = host.newest
    assert isinstance(before, Report)
    asked = {"amplitude_a_codes": 40, "amplitude_b_codes": 40, "frequency_centihz": 5000}
    (answer,) = host.ask({**asked, **limit.said, **dict(limit.besides), limit.field: value})
    host.board.run(45)
    (after,) = host.off()
    assert isinstance(answer, Report) and isinstance(after, Report)
    # Pulses of 1 Hz may be due until then.
    host.board.run(1005)
    pulses = (after.pulses_a - before.pulses_a) + (after.pulses_b - before.pulses_b)
    return answer.answer, pulses


def arm(host: Host, ceilings: dict[str, int]) -> None:
    host.hello()
    host.off()
    host.board.run(5)
    (report,) = host.ask(ceilings)
    assert isinstance(report, Report) and report.answer == 0


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_the_boards_refuse_what_is_beyond_each_limit(host: Host, limit: Limit) -> None:
    for number in limit.on_the_wire:
        arm(host, limit.said)
        answer, pulses = asked_of_board(host, limit, number)
        allowed = limit.least * limit.per_unit <= number <= limit.most * limit.per_unit
        assert (answer == 0) == allowed, (number, answer)
        assert (pulses > 0) == allowed, (number, pulses)


def never_armed(host: Host) -> None:
    host.hello()
    host.off()


def in_an_emergency(host: Host) -> None:
    host.board.surround(emergency=True)
    host.board.run(5)


def lapsed(host: Host) -> None:
    host.board.run(600)


def in_a_fault(host: Host) -> None:
    host.board.surround(supply_mv=6000)
    host.board.run(50)
    host.board.surround()
    host.board.run(50)


def as_it_is(host: Host) -> None:
    """Nothing is wrong with the board; what is asked is."""


NOT_PERMITTED: tuple[tuple[Callable[[Host], None], dict[str, int]], ...] = (
    (never_armed, {}),
    (in_an_emergency, {}),
    (lapsed, {}),
    (in_a_fault, {}),
    (as_it_is, {"arming": 1}),
    (as_it_is, {"sequence": -20_000}),
)


@pytest.mark.parametrize(
    ("prepare", "wrong"),
    NOT_PERMITTED,
    ids=[f"{prepare.__name__} {' '.join(wrong)}".strip() for prepare, wrong in NOT_PERMITTED],
)
def test_without_permission_the_boards_deliver_nothing(
    host: Host, prepare: Callable[[Host], None], wrong: dict[str, int]
) -> None:
    """Once is enough for many values: a frame that is refused changes nothing."""
    for limit in LIMITS:
        host.board.surround()
        host.board.power_up(0)
        arm(host, limit.said)
        prepare(host)
        asked = {"amplitude_a_codes": 40, "amplitude_b_codes": 40, **limit.said, **wrong}
        for number in limit.on_the_wire:
            (report,) = host.ask({**asked, **dict(limit.besides), limit.field: number})
            assert isinstance(report, Report)
            assert report.answer != 0 and report.state != BoardSays.ON, (limit.name, number)
            host.board.run(2)
        host.board.run(1005)
        (report,) = host.off()
        assert isinstance(report, Report)
        assert (report.pulses_a, report.pulses_b) == (0, 0), limit.name


@pytest.mark.parametrize("wanted_ma", [0.9, 0.975, 1.0, 1.025, 1.1, 2.0, 5.0, 80.0])
def test_the_boards_rise_from_1_ma_by_40_ma_a_second(host: Host, wanted_ma: float) -> None:
    arm(host, {})
    wanted = round(wanted_ma * CODES_PER_MA)
    asked = {"amplitude_a_codes": wanted, "amplitude_b_codes": wanted}
    host.ask(asked)
    passed_ms = 15
    host.board.run(passed_ms)
    (report,) = host.ask(asked)
    assert isinstance(report, Report)
    # One pulse on either channel so far.
    first = min(wanted, round(FIRST_MA * CODES_PER_MA))
    assert (report.amplitude_a_codes, report.amplitude_b_codes) == (first, first)
    while passed_ms < 400:
        host.board.run(20)
        passed_ms += 20
        (report,) = host.ask(asked)
        assert isinstance(report, Report)
        # The newest pulse is at most a period old.
        most = (FIRST_MA + RISE_MA_S * passed_ms / 1000) * CODES_PER_MA
        least = min(wanted, most - (RISE_MA_S * 0.020 + 0.2) * CODES_PER_MA)
        for in_force in (report.amplitude_a_codes, report.amplitude_b_codes):
            assert least <= in_force <= min(wanted, most), passed_ms


@dataclass(frozen=True)
class Sense:
    """What a board senses while it delivers 1 mA: from `least` to `most` it goes on."""

    name: str
    least: int
    most: int
    fault: Fault

    def values(self) -> set[int]:
        near = {end + by for end in (self.least, self.most) for by in NEAR}
        return {value for value in near | {0, FAR} if 0 <= value <= FAR}


SENSES = (
    Sense("supply_mv", 6400, FAR, Fault.SUPPLY_EMPTY),
    Sense("high_voltage_dv", 0, 1300, Fault.HIGH_VOLTAGE),
    # 1 mA and 20 % of it above what was asked, in codes.
    Sense("extra_codes", 0, 48, Fault.OVER_CURRENT),
)


@pytest.mark.parametrize("sense", SENSES, ids=lambda sense: sense.name)
def test_the_boards_go_off_beyond_what_they_may_sense(host: Host, sense: Sense) -> None:
    for value in sorted(sense.values()):
        host.board.surround()
        host.board.power_up(0)
        arm(host, {})
        host.board.surround(**{sense.name: value})
        for _ in range(4):
            (report,) = host.ask({"amplitude_a_codes": 40, "amplitude_b_codes": 40})
            host.board.run(20)
        (report,) = host.ask({"amplitude_a_codes": 40, "amplitude_b_codes": 40})
        goes_on = sense.least <= value <= sense.most
        assert isinstance(report, Report)
        assert bool(report.faults & sense.fault) != goes_on, value
        assert (report.state == BoardSays.ON) == goes_on, value
