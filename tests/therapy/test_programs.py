"""What a program may be, and how its phases fill a stage."""

import itertools
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import TherapyError
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.therapy import limits
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.limits import Reason, permitted_current_ma
from appliance.therapy.program_rules import check_program
from appliance.therapy.programs import (
    ActiveRest,
    Bursts,
    Kind,
    Phase,
    Program,
    permitted_level,
    uncounted_current_ma,
)

WORK = Phase("work", 50.0, 300, ramp_up_s=2.0, hold_s=7.0, ramp_down_s=1.0, off_s=20.0)
TWITCH = Phase("warm_up", 5.0, 300, ramp_up_s=2.0, hold_s=0.0, ramp_down_s=2.0, off_s=0.0)

SHIPPED = tuple(load_catalogue(Path("/nowhere/config.toml"), Settings()).programs)


def program(*phases: Phase, kind: Kind = Kind.CONTRACTING) -> Program:
    return Program("own", kind, phases)


def refusal(*phases: Phase, kind: Kind = Kind.CONTRACTING) -> str:
    with pytest.raises(TherapyError) as caught:
        check_program(program(*phases, kind=kind))
    return str(caught.value)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_program_keeps_every_limit(catalogue: Catalogue, name: str) -> None:
    shipped = catalogue.programs[name]
    check_program(shipped)
    check_program(shipped.with_short_rests())
    for phase in shipped.phases:
        # At the hard current, on the smallest pad, nothing but the current itself limits.
        allowed = permitted_current_ma(
            phase.pulse_width_us, phase.frequency_hz, limits.SMALLEST_PAD_CM2, 80.0, Reason.HARD
        )
        assert allowed == (80.0, Reason.HARD)


@pytest.mark.parametrize(
    ("name", "hz", "us", "on_s", "off_s", "warm_s"),
    [
        ("gentle", 35, 250, 5, 15, 120),
        ("hip_flexors", 40, 280, 6, 12, 120),
        ("lower_back", 50, 300, 10, 20, 180),
        ("glutes", 50, 320, 10, 20, 120),
    ],
)
def test_the_contracting_programs_are_warm_up_work_cool_down(
    catalogue: Catalogue, name: str, hz: float, us: int, on_s: float, off_s: float, warm_s: float
) -> None:
    warm_up, work, cool_down = catalogue.programs[name].phases
    assert (warm_up.frequency_hz, warm_up.continuous, warm_up.duration_s) == (5, True, warm_s)
    assert (work.frequency_hz, work.on_s, work.off_s, work.duration_s) == (hz, on_s, off_s, None)
    assert (work.ramp_up_s, work.ramp_down_s) == (2, 1)
    assert (cool_down.frequency_hz, cool_down.fraction, cool_down.duration_s) == (3, 0.5, warm_s)
    assert {phase.pulse_width_us for phase in (warm_up, work, cool_down)} == {us}


def test_the_comfort_programs_never_rise_in_frequency(catalogue: Catalogue) -> None:
    for shipped in catalogue.programs.values():
        if shipped.kind is Kind.COMFORT and shipped.publication is None:
            frequencies = [phase.frequency_hz for phase in shipped.phases]
            assert frequencies == sorted(frequencies, reverse=True)
    mixed = catalogue.programs["comfort_mixed"]
    assert [phase.frequency_hz for phase in mixed.phases] == [10, 8, 6]


def test_short_rests_change_the_lower_back_alone(catalogue: Catalogue) -> None:
    for name, shipped in catalogue.programs.items():
        short = shipped.with_short_rests()
        if name == "lower_back":
            assert short.phases[1].off_s == 10.0
            assert short.phases[1].but(off_s=20.0) == shipped.phases[1]
        else:
            assert short == shipped


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frequency_hz": 0.9}, "frequency_hz = 0.9: allowed is 1 to 120"),
        ({"frequency_hz": 121}, "frequency_hz = 121: allowed is 1 to 120"),
        ({"frequency_hz": math.nan}, "frequency_hz = nan: allowed is 1 to 120"),
        ({"pulse_width_us": 49}, "pulse_width_us = 49: allowed is 50 to 400"),
        ({"pulse_width_us": 401}, "pulse_width_us = 401: allowed is 50 to 400"),
        ({"hold_s": 0.9}, "hold_s = 0.9: allowed is 1 to 40"),
        ({"off_s": 0.9}, "off_s = 0.9: allowed is 1 to 120"),
        ({"off_s": -1}, "off_s = -1: allowed is 1 to 120"),
        ({"ramp_up_s": 0.1}, "ramp_up_s = 0.1: allowed is 0.2 to 10"),
        ({"ramp_down_s": -0.1}, "ramp_down_s = -0.1: allowed is 0 to 10"),
        ({"fraction": 0}, "fraction = 0: allowed is more than 0, up to 1"),
        ({"fraction": 1.01}, "fraction = 1.01: allowed is more than 0, up to 1"),
        ({"fraction": math.nan}, "fraction = nan: allowed is more than 0, up to 1"),
        ({"short_off_s": 0.5}, "short_off_s = 0.5: allowed is 1 to 20"),
        ({"short_off_s": 21}, "short_off_s = 21: allowed is 1 to 20"),
        ({"duration_s": 9}, "duration_s = 9: allowed is 10 to 1800"),
        ({"duration_s": 1801}, "duration_s = 1801: allowed is 10 to 1800"),
        (
            {"off_s": 0, "hold_s": 0},
            "50 Hz without a rest: above 10 Hz a contracting program needs off_s of at least 1",
        ),
        ({"off_s": 0}, "hold_s has no meaning where off_s is 0; leave it out"),
        ({"bursts": Bursts(1, 2.0)}, "bursts.pulses = 1: allowed is 2 to 23"),
        ({"bursts": Bursts(24, 2.0)}, "bursts.pulses = 24: allowed is 2 to 23"),
        ({"bursts": Bursts(26, 1.0)}, "bursts.pulses = 26: allowed is 2 to 25"),
        ({"bursts": Bursts(2, 0.9)}, "bursts.rate_hz = 0.9: allowed is 1 to 10"),
        ({"bursts": Bursts(2, 10.1)}, "bursts.rate_hz = 10.1: allowed is 1 to 10"),
        (
            {"bursts": Bursts(2, 8.0), "frequency_hz": 30},
            "8 bursts a second of 30 Hz leave no gap between them: allowed is a frequency_hz of at"
            " least 32",
        ),
        (
            {"bursts": Bursts(9, 2.0), "active_rest": ActiveRest(6.0, 250, 0.5)},
            "bursts exclude active_rest and modulation; leave one of them out",
        ),
        (
            {"bursts": Bursts(9, 2.0), "off_s": 0, "hold_s": 0},
            "50 Hz without a rest: above 10 Hz a contracting program needs off_s of at least 1",
        ),
    ],
)
def test_a_phase_past_a_bound_is_refused(changes: dict[str, Any], message: str) -> None:
    assert refusal(WORK.but(**changes)) == f"program own, phase work: {message}"


@pytest.mark.parametrize(
    "changes",
    [
        {"frequency_hz": 1},
        {"frequency_hz": 120},
        {"pulse_width_us": 50},
        {"pulse_width_us": 400},
        {"hold_s": 1},
        {"off_s": 1},
        {"ramp_up_s": 0.2},
        {"ramp_down_s": 0},
        {"short_off_s": 1},
        {"duration_s": 10},
        {"duration_s": 1800},
        {"frequency_hz": 10, "off_s": 0, "hold_s": 0},
        {"bursts": Bursts(2, 10.0)},
        {"bursts": Bursts(23, 2.0)},
        {"bursts": Bursts(25, 1.0)},
    ],
)
def test_a_phase_at_a_bound_is_allowed(changes: dict[str, Any]) -> None:
    check_program(program(WORK.but(**changes)))


def test_comfort_may_be_continuous_at_any_frequency() -> None:
    check_program(program(TWITCH.but(frequency_hz=120.0), kind=Kind.COMFORT))


def test_bursts_without_rests_are_held_by_their_charge_as_even_pulses_are() -> None:
    even = TWITCH.but(frequency_hz=100.0, pulse_width_us=180)
    in_bursts = even.but(bursts=Bursts(9, 2.0))
    check_program(program(in_bursts, kind=Kind.COMFORT))
    held = uncounted_current_ma(in_bursts, Kind.COMFORT)
    assert held == uncounted_current_ma(even, Kind.COMFORT) == pytest.approx(33.3, abs=0.1)


@pytest.mark.parametrize(
    ("hz", "before_ma", "most"),
    [
        (5.0, 60.0, (12.0, limits.Reason.RISE)),  # 1.2 s of rise at 5 pulses of 2 mA a second.
        (5.0, 12.0, (12.0, limits.Reason.SETTINGS)),
        (50.0, 60.0, (48.0, limits.Reason.RISE)),
        (50.0, 40.0, (40.0, limits.Reason.SETTINGS)),
    ],
)
def test_a_phase_lets_through_what_its_shortest_contraction_reaches(
    hz: float, before_ma: float, most: limits.Permitted
) -> None:
    phase = WORK.but(frequency_hz=hz, ramp_up_s=0.2, hold_s=1.0)
    before = before_ma, limits.Reason.SETTINGS
    assert permitted_level(phase, Kind.CONTRACTING, None, before) == most


def test_a_program_without_phases_is_refused() -> None:
    assert refusal() == "program own: it has no phases"


def test_one_phase_at_most_fills_the_stage() -> None:
    assert refusal(TWITCH, WORK) == (
        "program own: more than one phase without duration_s; one can fill the stage"
    )


def test_charge_is_limited_even_if_wider_pulses_were_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "HARD_PULSE_WIDTH_US", 1000)
    assert refusal(WORK.but(pulse_width_us=600)) == (
        "program own, phase work: 48.0 uC a phase at 80 mA: allowed is up to 40 uC"
    )


def test_density_is_limited_even_if_smaller_pads_were_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "SMALLEST_PAD_CM2", 9.0)
    assert refusal(WORK) == (
        "program own, phase work: 3.08 mA/cm2 on half of the smallest pad at 80 mA:"
        " allowed is up to 2"
    )


@given(minutes=st.floats(0.1, 30), name=st.sampled_from(SHIPPED))
def test_phases_lie_without_a_gap_from_the_stage_start_to_its_end(
    catalogue: Catalogue, minutes: float, name: str
) -> None:
    spans = catalogue.programs[name].lay_out(minutes)
    assert spans[0].start_s == 0.0
    assert spans[-1].end_s == minutes * 60.0
    for before, after in itertools.pairwise(spans):
        assert before.end_s == after.start_s
    assert all(span.start_s < span.end_s for span in spans)


def test_the_phase_without_a_duration_fills_the_stage(catalogue: Catalogue) -> None:
    spans = catalogue.programs["lower_back"].lay_out(20.0)
    assert [(span.phase.name, span.start_s, span.end_s) for span in spans] == [
        ("warm_up", 0.0, 180.0),
        ("work", 180.0, 1020.0),
        ("cool_down", 1020.0, 1200.0),
    ]


def test_a_stage_that_is_too_short_never_works_without_its_warm_up(catalogue: Catalogue) -> None:
    for minutes in (1.0, 3.0, 4.0, 6.0):
        names = [span.phase.name for span in catalogue.programs["lower_back"].lay_out(minutes)]
        assert names[0] == "warm_up"
        assert "work" not in names


def test_the_last_phase_lasts_where_nothing_fills_the_stage() -> None:
    fixed = program(TWITCH.but(duration_s=60.0), WORK.but(duration_s=60.0))
    assert [span.end_s for span in fixed.lay_out(10.0)] == [60.0, 600.0]
