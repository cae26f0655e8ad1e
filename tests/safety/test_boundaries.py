"""One table of limits, and what gate, simulated board and firmware make of the values round each.

Each value is tried with and without permission. The gate lowers what is too much; the boards
refuse it. The numbers are written out here: a limit that is wrong in the program is not in the
table as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite, isnan, nan
from pathlib import Path

import pytest

from appliance.session import gate
from appliance.session.board import BoardState, Ceilings, SetPoint
from appliance.session.record import Record
from appliance.session.state import State
from appliance.stimulator.reference.protocol import Fault, Report
from appliance.stimulator.reference.protocol import State as BoardSays
from tests.firmware.core_tools import board_library
from tests.firmware.two_boards import CompiledBoard, Host, SimulatedBoard
from tests.session.gate_records import RUNNING, with_identity, with_phase, with_report, with_run

HUGE = 1e300
U16 = 0xFFFF
FAR = 30_000
"""More than a board ever senses, and no sum of 16 bits runs over."""


@dataclass(frozen=True)
class Limit:
    """From `least` to `most` is allowed; `step` is the smallest difference on the wire."""

    name: str
    least: float
    most: float
    step: float
    field: str
    """Of a set-point on the wire."""
    per_unit: int = 1
    ceilings: tuple[tuple[str, int], ...] = ()
    """Those of the session, where they are the limit; the hard limits hold without any."""

    @property
    def said(self) -> dict[str, int]:
        """The ceilings that a set-point brings: as high as the wire carries, but for these."""
        return dict.fromkeys(("ceiling_codes", "ceiling_us", "ceiling_centihz"), U16) | dict(
            self.ceilings
        )

    def values(self) -> Iterator[float]:
        """Round both ends, and what is no such value at all."""
        for end in (self.least, self.most):
            yield from (end - 2 * self.step, end - self.step, end, end + self.step)
        yield from (self.most + 2 * self.step, self.most / 2, 2 * self.most, 0.0, -self.step)
        yield from (-self.most, -HUGE, HUGE, inf, -inf, nan)


LIMITS = (
    Limit("current of A, mA", 0.0, 80.0, 0.025, "amplitude_a_codes", 40),
    Limit("current of B, mA", 0.0, 80.0, 0.025, "amplitude_b_codes", 40),
    Limit("pulse width of A, us", 50, 400, 1, "width_a_us"),
    Limit("pulse width of B, us", 50, 400, 1, "width_b_us"),
    Limit("frequency, Hz", 1.0, 120.0, 0.01, "frequency_centihz", 100),
    Limit("lease, ms", 50, 500, 1, "lease_ms"),
    Limit(
        *("this session's current of A, mA", 0.0, 20.0, 0.025, "amplitude_a_codes", 40),
        ceilings=(("ceiling_codes", 800),),
    ),
    Limit(
        *("this session's current of B, mA", 0.0, 20.0, 0.025, "amplitude_b_codes", 40),
        ceilings=(("ceiling_codes", 800),),
    ),
    Limit("this session's width, us", 50, 250, 1, "width_a_us", ceilings=(("ceiling_us", 250),)),
    Limit(
        *("this session's frequency, Hz", 1.0, 50.0, 0.01, "frequency_centihz", 100),
        ceilings=(("ceiling_centihz", 5000),),
    ),
)

# The gate

AT_REST = with_phase(with_identity(RUNNING, maximum=1000.0), pulse_width_us=100, frequency_hz=20.0)
SENT = SetPoint(20.0, (200.0, 200.0), 100, Ceilings(80.0, 100, 20.0))
WITHOUT = (
    ("stopped", AT_REST.but(state=State.STOPPED)),
    ("STOP is open", AT_REST.but(stop_open=True)),
    ("no checklist", AT_REST.but(checklist_valid=False)),
    ("a fault", AT_REST.but(present=frozenset({"pins_failed"}))),
    ("the board failed", with_report(AT_REST, state=BoardState.FAULT)),
    ("a late step", AT_REST.but(gap_s=0.21)),
)


def asked_of_gate(limit: Limit, value: float, record: Record) -> SetPoint | None:
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
    return gate.pass_through(record, (amplitude[0], amplitude[1]), SENT)[0]


OF_GATE = [limit for limit in LIMITS if limit.field != "lease_ms"]


@pytest.mark.parametrize("limit", OF_GATE, ids=lambda limit: limit.name)
def test_the_gate_lets_out_no_more_than_each_limit(limit: Limit) -> None:
    for value in limit.values():
        sent = asked_of_gate(limit, value, AT_REST)
        assert sent is not None
        if limit.field.startswith("amplitude"):
            wanted = (
                0.0 if isnan(value) or not isfinite(value) else min(max(value, 0.0), limit.most)
            )
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
        assert [value for value in limit.values() if asked_of_gate(limit, value, record)] == []


# The boards


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return board_library(tmp_path_factory.mktemp("core"))


@pytest.fixture(params=["firmware", "simulated"])
def host(request: pytest.FixtureRequest) -> Host:
    if request.param == "simulated":
        return Host(SimulatedBoard())
    return Host(CompiledBoard(request.getfixturevalue("library")))


def on_the_wire(limit: Limit, value: float) -> int | None:
    """The value as 16 bits carry it; None where they cannot."""
    if not isfinite(value) or abs(value) > U16:
        return None
    return round(value * limit.per_unit) & U16


def asked_of_board(host: Host, limit: Limit, value: int) -> tuple[int, int]:
    """The answer to 1 mA on both channels with this one thing changed, and how many pulses came."""
    before = host.newest
    assert isinstance(before, Report)
    asked = {"amplitude_a_codes": 40, "amplitude_b_codes": 40, "frequency_centihz": 5000}
    (answer,) = host.ask({**asked, **limit.said, limit.field: value})
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
    for number in sorted({on_the_wire(limit, value) for value in limit.values()} - {None}):
        arm(host, limit.said)
        answer, pulses = asked_of_board(host, limit, number)
        allowed = limit.least * limit.per_unit <= number <= limit.most * limit.per_unit
        assert (answer == 0) == allowed, (number, answer)
        assert (pulses > 0) == allowed, (number, pulses)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_a_board_that_is_not_armed_delivers_nothing(host: Host, limit: Limit) -> None:
    host.hello()
    host.off()
    for number in sorted({on_the_wire(limit, value) for value in limit.values()} - {None}):
        answer, pulses = asked_of_board(host, limit, number)
        assert (answer != 0, pulses) == (True, 0), number


@dataclass(frozen=True)
class Sense:
    """What a board senses while it delivers 1 mA: from `least` to `most` it goes on."""

    name: str
    least: int
    most: int
    fault: Fault

    def values(self) -> set[int]:
        near = {end + by for end in (self.least, self.most) for by in (-2, -1, 0, 1, 2)}
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
