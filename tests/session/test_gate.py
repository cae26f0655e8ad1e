"""The gate: each reason to be on and each cap by itself."""

from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.session import gate
from appliance.session.board import BoardState, Ceilings, Contact, Identity, Link, SetPoint
from appliance.session.record import Record
from appliance.session.state import State
from appliance.therapy.limits import Limits
from appliance.therapy.placements import Placement
from appliance.therapy.programs import Bursts, Phase
from appliance.therapy.units import Pair, Unit
from tests.session.core import Core
from tests.session.gate_records import (
    FULL,
    RUNNING,
    let_out,
    why_off,
    with_identity,
    with_phase,
    with_placement,
    with_report,
    with_run,
)
from tests.session.witness import check_on_skin

# Reasons to be on


def test_what_is_asked_is_let_out_when_every_reason_holds() -> None:
    set_point, withheld = gate.pass_through(RUNNING, (20.0, 10.0), FULL)
    assert set_point is not None
    assert set_point.amplitude == (20.0, 10.0)
    assert withheld == ()


@pytest.mark.parametrize(
    ("reason", "record"),
    [
        *(("state", RUNNING.but(state=state)) for state in State if state is not State.STIMULATING),
        ("stop", RUNNING.but(stop_open=True)),
        ("checklist", RUNNING.but(checklist_valid=False)),
        ("stop_test", RUNNING.but(stop_test_passed=False)),
        ("fault", RUNNING.but(present=frozenset({"pins_failed"}))),
        ("fault", RUNNING.but(present=frozenset({"nobody_knows"}))),
        ("fault", with_report(RUNNING, faults=frozenset({"over_current"}))),
        ("contact", RUNNING.but(lost=frozenset({0}))),
        ("contact", with_report(RUNNING, contact=(Contact.OPEN, Contact.GOOD))),
        ("contact", with_report(RUNNING, contact=(Contact.GOOD, Contact.OPEN))),
        ("link", with_report(RUNNING, link=Link.DOWN)),
        ("link", with_report(RUNNING, link=Link.CONNECTING)),
        ("board", with_report(RUNNING, state=BoardState.UNKNOWN)),
        ("board", with_report(RUNNING, state=BoardState.FAULT)),
        ("time", with_run(RUNNING, elapsed_s=1200.0)),
        ("time", with_run(RUNNING, elapsed_s=nan)),
        ("charge", with_run(RUNNING, spent_mc=1000.0)),
        ("charge", with_run(RUNNING, spent_mc=nan)),
        ("placement", with_identity(RUNNING, on_body=False)),
        ("stall", RUNNING.but(gap_s=0.2001)),
        ("stall", RUNNING.but(gap_s=nan)),
        ("stall", RUNNING.but(gap_s=inf)),
    ],
)
def test_each_reason_that_is_missing_is_off_by_itself(reason: str, record: Record) -> None:
    assert why_off(record) == (reason,)


def test_without_a_run_a_place_or_an_identity_there_is_no_frame() -> None:
    assert why_off(RUNNING.but(run=None)) == ("time", "charge")
    assert why_off(RUNNING.but(position=None)) == ("state",)
    assert why_off(with_report(RUNNING, identity=None)) == ("placement", "identity")
    assert why_off(RUNNING.but(visit=None)) == ("placement",)


@pytest.mark.parametrize("effect", ["screen_dead", "journal_set_aside"])
def test_a_fault_that_lets_the_stage_finish_lets_it_out(effect: str) -> None:
    assert let_out(RUNNING.but(present=frozenset({effect}))) == (20.0, 10.0)


def test_unknown_contact_is_no_reason_to_be_off() -> None:
    assert let_out(with_report(RUNNING, contact=(Contact.UNKNOWN, Contact.UNKNOWN)))


def test_a_bench_board_may_drive_the_bench() -> None:
    bench = Placement("bench", False, ((), ()))
    record = with_placement(with_identity(RUNNING, on_body=False), bench)
    assert let_out(record) == (20.0, 10.0)


def test_no_other_board_drives_the_bench() -> None:
    """Leads for a dummy load may lie on a body: a board that may be used on one never does."""
    bench = Placement("bench", False, ((), ()))
    assert why_off(with_placement(RUNNING, bench)) == ("placement",)


@pytest.mark.parametrize(
    "change",
    [
        {"max_pulse_width_us": -250},
        {"max_pulse_width_us": 0},
        {"max_frequency_hz": -50.0},
        {"max_frequency_hz": nan},
        {"max_frequency_hz": inf},
        {"maximum": -1.0},
        {"maximum": nan},
        {"amplitude_step": -0.5},
    ],
)
def test_what_a_board_announces_has_to_make_sense(change: dict[str, object]) -> None:
    assert why_off(with_identity(RUNNING, **change)) == ("identity",)


@pytest.mark.parametrize(("hz", "width_us", "most"), [(50.0, 400, 15.0), (80.0, 180, 33.33)])
def test_without_rests_fused_pulses_stay_below_a_contraction(
    hz: float, width_us: int, most: float
) -> None:
    record = with_phase(
        with_run(RUNNING, limit=80.0), off_s=0.0, frequency_hz=hz, pulse_width_us=width_us
    )
    amplitude, withheld = capped(record)
    assert amplitude == pytest.approx(most, abs=0.01)
    assert withheld[-1] == "uncounted"


# Caps


def capped(record: Record, asked: float = 79.0) -> tuple[float, tuple[str, ...]]:
    """The amplitude of A that comes out, and every reason that lowered it."""
    set_point, withheld = gate.pass_through(record, (asked, 0.0), FULL)
    assert set_point is not None
    return set_point.amplitude[0], withheld


def test_nothing_lowers_what_is_under_every_cap() -> None:
    assert capped(with_run(RUNNING, limit=80.0)) == (79.0, ())


@pytest.mark.parametrize(
    ("record", "most", "reason"),
    [
        (with_run(RUNNING, limit=42.0), 42.0, "limit"),
        (with_run(with_identity(RUNNING, maximum=33.0), limit=80.0), 33.0, "board"),
    ],
)
def test_each_cap_alone(record: Record, most: float, reason: str) -> None:
    assert capped(record) == (most, (reason,))
    assert capped(record, most) == (most, ())
    assert capped(record, most + 0.001) == (most, (reason,))


def test_80_ma_are_the_hard_limit_whatever_run_and_board_allow() -> None:
    record = with_run(with_identity(RUNNING, maximum=500.0), limit=500.0)
    assert capped(record, 80.0) == (80.0, ())
    assert capped(record, 80.001) == (80.0, ("hard",))


def test_40_microcoulomb_a_phase() -> None:
    """Widths that no checked program has; the gate trusts none."""
    wide = with_run(with_phase(RUNNING, pulse_width_us=800, frequency_hz=2.0), limit=80.0)
    amplitude, withheld = capped(wide)
    assert amplitude == pytest.approx(50.0)
    assert withheld == ("charge",)


def test_2_ma_a_square_centimetre_on_half_of_the_smallest_pad() -> None:
    fast = with_run(with_phase(RUNNING, pulse_width_us=400, frequency_hz=900.0), limit=80.0)
    amplitude, withheld = capped(fast)
    assert withheld == ("density",)
    pad_cm2 = fast.visit.stage.placement.smallest_pad_cm2 if fast.visit else None
    assert pad_cm2 is not None
    assert amplitude * (2 * 400e-6 * 900.0) ** 0.5 / (pad_cm2 / 2) == pytest.approx(2.0)


def test_a_dummy_load_has_no_skin() -> None:
    bench = Placement("bench", False, ((), ()))
    record = with_placement(with_phase(RUNNING, pulse_width_us=400, frequency_hz=900.0), bench)
    record = with_identity(record, on_body=False)
    assert capped(with_run(record, limit=80.0)) == (79.0, ())


def test_percent_knows_neither_charge_nor_density() -> None:
    record = with_identity(
        with_phase(RUNNING, pulse_width_us=800), unit=Unit.PERCENT, maximum=100.0
    )
    assert capped(with_run(record, limit=90.0), 85.0) == (85.0, ())
    assert capped(with_run(record, limit=90.0), 95.0) == (90.0, ("limit",))


@pytest.mark.parametrize("gap_s", [0.0, 0.02, 0.2])
def test_output_rises_40_ma_a_second_at_most(gap_s: float) -> None:
    record = RUNNING.but(gap_s=gap_s)
    sent = replace(FULL, amplitude=(5.0, 0.0))
    amplitude = let_out(record, (60.0, 60.0), sent)
    assert amplitude == (pytest.approx(5.0 + 40.0 * gap_s), pytest.approx(40.0 * gap_s))


def test_after_off_output_rises_from_zero() -> None:
    assert let_out(RUNNING.but(gap_s=0.05), (60.0, 60.0), None) == (2.0, 2.0)


def test_output_falls_at_once() -> None:
    assert let_out(RUNNING.but(gap_s=0.0), (0.0, 1.0), FULL) == (0.0, 1.0)


def test_it_only_ever_lowers() -> None:
    assert let_out(RUNNING, (0.5, 0.0)) == (0.5, 0.0)


@pytest.mark.parametrize("asked", [nan, inf, -inf, -1.0])
def test_what_is_no_amplitude_is_zero(asked: float) -> None:
    assert let_out(RUNNING, (asked, 10.0)) == (0.0, 10.0)


@pytest.mark.parametrize("cap", [nan, -1.0, 0.0, -inf])
def test_a_cap_that_makes_no_sense_permits_nothing(cap: float) -> None:
    assert let_out(with_run(RUNNING, limit=cap)) == (0.0, 0.0)


def test_a_board_that_permits_nothing_gets_nothing() -> None:
    assert let_out(with_identity(RUNNING, maximum=0.0)) == (0.0, 0.0)


@pytest.mark.parametrize("maximum", [nan, -1.0, -inf, inf])
def test_a_board_whose_maximum_makes_no_sense_is_left_off(maximum: float) -> None:
    assert why_off(with_identity(RUNNING, maximum=maximum)) == ("identity",)


@pytest.mark.parametrize(
    "change", [{"pulse_width_us": nan}, {"frequency_hz": nan}, {"pulse_width_us": -5}]
)
def test_pulses_that_make_no_sense_are_pulses_of_zero(change: dict[str, object]) -> None:
    assert let_out(with_phase(RUNNING, **change)) == (0.0, 0.0)


def test_bursts_go_only_to_a_board_that_makes_them() -> None:
    in_bursts = with_phase(RUNNING, bursts=Bursts(4, 2.0))
    assert why_off(with_identity(in_bursts, delivers_bursts=False)) == ("bursts",)
    sent = frame(with_identity(in_bursts, delivers_bursts=True))
    assert sent.bursts == Bursts(4, 2.0)
    assert (sent.mean_frequency_hz, sent.longest_period_s) == (8.0, 0.5)


# Pulses and ceilings


def frame(record: Record) -> SetPoint:
    set_point, _ = gate.pass_through(record, (20.0, 10.0), FULL)
    assert set_point is not None
    return set_point


def test_the_frame_carries_the_pulses_of_its_phase() -> None:
    assert (frame(RUNNING).frequency_hz, frame(RUNNING).pulse_width_us) == (40.0, 280)


def test_no_more_than_400_us_and_120_hz() -> None:
    record = with_phase(RUNNING, pulse_width_us=700, frequency_hz=500.0)
    identity = {"max_pulse_width_us": 1000, "max_frequency_hz": 1000.0}
    sent = frame(with_identity(record, **identity))
    assert (sent.frequency_hz, sent.pulse_width_us) == (120.0, 400)


def test_no_more_than_the_board_can() -> None:
    sent = frame(with_identity(RUNNING, max_pulse_width_us=200, max_frequency_hz=30.0))
    assert (sent.frequency_hz, sent.pulse_width_us) == (30.0, 200)
    assert (sent.ceilings.frequency_hz, sent.ceilings.pulse_width_us) == (30.0, 200)


def test_the_ceilings_are_the_limit_and_the_program() -> None:
    assert frame(RUNNING).ceilings == Ceilings(80.0, 280, 40.0)


def test_the_ceilings_are_never_above_the_hard_limits() -> None:
    assert RUNNING.run is not None
    wild = Phase("wild", 300.0, 900, 2.0, 2.0, 1.0, 2.0)
    spans = tuple(span.but(phase=wild) for span in RUNNING.run.spans)
    identity = {"max_pulse_width_us": 1000, "max_frequency_hz": 1000.0}
    record = with_identity(with_run(RUNNING, spans=spans), **identity)
    assert frame(record).ceilings == Ceilings(80.0, 400, 120.0)


IDENTITIES = st.builds(
    Identity,
    driver=st.just("reference"),
    firmware=st.just("1"),
    maximum=st.floats(0, 1000),
    max_pulse_width_us=st.integers(1, 5000),
    max_frequency_hz=st.floats(0.1, 5000),
)
AMPLITUDES = st.floats(allow_nan=True, allow_infinity=True)


@settings(deadline=None)
@given(
    asked=st.tuples(AMPLITUDES, AMPLITUDES),
    limit=AMPLITUDES,
    identity=IDENTITIES,
    width_us=st.integers(-10, 5000),
    hz=AMPLITUDES,
    gap_s=st.floats(0, 0.3),
)
def test_whatever_is_asked_of_whatever_board_stays_within_every_limit(
    asked: Pair, limit: float, identity: Identity, width_us: int, hz: float, gap_s: float
) -> None:
    record = with_run(with_phase(RUNNING, pulse_width_us=width_us, frequency_hz=hz), limit=limit)
    record = with_report(record.but(gap_s=gap_s), identity=identity)
    sent, _ = gate.pass_through(record, asked, None)
    if gap_s > 0.2:
        assert sent is None
        return
    assert sent is not None
    for amplitude in sent.amplitude:
        assert 0.0 <= amplitude <= min(80.0, identity.maximum, 40.0 * gap_s)
        assert amplitude == 0.0 or amplitude <= limit
        if amplitude > 0.0:
            assert sent.pulse_width_us <= 400 and sent.frequency_hz <= 120.0
            check_on_skin(amplitude, sent.pulse_width_us, sent.frequency_hz, 45.0)


# The limit of a stage


@pytest.mark.parametrize(
    ("limits", "maximum", "gentle", "limit", "reason"),
    [
        (Limits(), 80.0, False, 60.0, "settings"),
        (Limits(current_ma=80.0), 80.0, False, 80.0, "settings"),
        (Limits(current_ma=22.9), 80.0, False, 22.0, "settings"),
        (Limits(), 80.0, True, 30.0, "gentle"),
        (Limits(), 12.0, False, 12.0, "board"),
        (Limits(current_ma=25.0), 80.0, True, 25.0, "settings"),
    ],
)
def test_the_limit_of_a_stage_and_the_rule_that_sets_it(
    limits: Limits, maximum: float, gentle: bool, limit: float, reason: str
) -> None:
    core = Core(limits=limits)
    core.identity = core.identity.but(maximum=maximum)
    if gentle:
        core.history = core.history.but(sessions_counted=0)
    core.to_ready()
    assert core.record.run is not None
    assert (core.record.run.limit, core.record.run.limit_reason) == (limit, reason)
