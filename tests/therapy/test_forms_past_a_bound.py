"""The forms of a phase at their bounds: B by itself, active rest, modulation, groups."""

from typing import Any

import pytest

from appliance.errors import TherapyError
from appliance.therapy.program_file import program_from
from appliance.therapy.program_rules import check_program
from appliance.therapy.programs import ActiveRest, Kind, Modulation, Phase, Program, Timing

WORK = Phase("work", 50.0, 300, ramp_up_s=2.0, hold_s=7.0, ramp_down_s=1.0, off_s=20.0)
"""A cycle of 30 s, of which 10 are contraction."""
TINGLE = Phase("tingle", 80.0, 250, 2.0, 0.0, 2.0, off_s=0.0)
B = Timing(10.0, 2.0, 7.0, 1.0)
REST = ActiveRest(5.0, 200, 0.5)
SWEEP = Modulation(20.0, 100, period_s=10.0, top_s=4.0)
GROUP = {"name": "x", "frequency_hz": 20, "pulse_width_us": 300, "ramp_up_s": 1, "hold_s": 5}
GROUP |= {"ramp_down_s": 1, "off_s": 10}


def refusal(phase: Phase, kind: Kind = Kind.CONTRACTING) -> str:
    """What is wrong with a program of this phase; nothing where it is good."""
    try:
        check_program(Program("own", kind, (phase,)))
    except TherapyError as error:
        return str(error).removeprefix(f"program own, phase {phase.name}: ")
    return ""


@pytest.mark.parametrize(
    ("b", "wrong"),
    [
        (B, ""),
        (B.but(delay_s=0.0), ""),
        (B.but(delay_s=20.0), ""),
        (B.but(delay_s=20.1), "B would end 30.1 s after A's foot in a cycle of 30 s"),
        (B.but(delay_s=-0.1), "b.delay_s = -0.1: allowed is 0 to 30"),
        (B.but(delay_s=0.0, hold_s=26.0), ""),
        (B.but(delay_s=0.0, hold_s=26.1), "B would end 29.1 s after A's foot"),
        (B.but(ramp_up_s=0.1), "b.ramp_up_s = 0.1: allowed is 0.2 to 10"),
        (B.but(hold_s=0.9), "b.hold_s = 0.9: allowed is 1 to 40"),
        (B.but(ramp_down_s=10.1), "b.ramp_down_s = 10.1: allowed is 0 to 10"),
    ],
)
def test_b_ends_within_the_cycle_and_has_its_rest(b: Timing, wrong: str) -> None:
    said = refusal(WORK.but(b=b))
    assert said.startswith(wrong) and bool(said) is bool(wrong)


def test_b_ends_within_the_cycle_of_the_short_rests_as_well() -> None:
    assert refusal(WORK.but(b=B.but(delay_s=5.0), short_off_s=10.0)) == ""
    said = refusal(WORK.but(b=B.but(delay_s=11.0), short_off_s=10.0))
    assert said.startswith("B would end 21 s after A's foot in a cycle of 20 s")


def test_each_channel_rests_by_its_own_contraction() -> None:
    # A contracts for 10 s and B for 6 s of the same 30 s.
    phase = WORK.but(b=Timing(0.0, 2.0, 3.0, 1.0))
    assert phase.rest_shares == (2.0, 4.0)


def test_alternating_needs_a_cycle_that_holds_both() -> None:
    # Half a cycle after A, with A's own shape: as long as the off time is that of the contraction.
    assert refusal(WORK.but(alternating=True)) == ""
    assert refusal(WORK.but(alternating=True, off_s=10.0)) == ""
    said = refusal(WORK.but(alternating=True, off_s=9.9))
    assert said.startswith("B would end 19.95 s after A's foot in a cycle of 19.9 s")
    assert refusal(WORK.but(alternating=True, short_off_s=10.0)) == ""
    said = refusal(WORK.but(alternating=True, short_off_s=9.0))
    assert said.startswith("B would end 19.5 s after A's foot in a cycle of 19 s")


@pytest.mark.parametrize(
    ("phase", "wrong"),
    [
        (WORK.but(alternating=True, b=B), "alternating and b exclude each other"),
        (TINGLE.but(alternating=True), "alternating and b are about contractions"),
        (TINGLE.but(b=B), "alternating and b are about contractions"),
        (WORK.but(b=B, active_rest=REST), "active_rest: both channels have one frequency"),
        (WORK.but(alternating=True, active_rest=REST), "active_rest: both channels have one"),
        (TINGLE.but(active_rest=REST), "active_rest fills the off time"),
        (WORK.but(modulation=SWEEP), "modulation is for phases with off_s = 0"),
    ],
)
def test_forms_that_exclude_each_other_are_refused(phase: Phase, wrong: str) -> None:
    kind = Kind.COMFORT if phase.continuous else Kind.CONTRACTING
    assert refusal(phase, kind).startswith(wrong)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"fraction": 0.8}, ""),
        ({"fraction": 0.81}, "active_rest.fraction = 0.81: allowed is more than 0, up to 0.8"),
        ({"fraction": 0.0}, "active_rest.fraction = 0: allowed is more than 0, up to 0.8"),
        ({"frequency_hz": 10.0}, ""),
        ({"frequency_hz": 10.1}, "active_rest.frequency_hz = 10.1: allowed is 1 to 10"),
        ({"frequency_hz": 0.9}, "active_rest.frequency_hz = 0.9: allowed is 1 to 10"),
        ({"pulse_width_us": 300}, ""),
        ({"pulse_width_us": 301}, "active_rest.pulse_width_us = 301: allowed is 50 to 300"),
    ],
)
def test_an_active_rest_is_weaker_and_slower_than_the_work(
    changes: dict[str, Any], wrong: str
) -> None:
    said = refusal(WORK.but(fraction=0.8, active_rest=REST.but(**changes)))
    assert said.startswith(wrong) and bool(said) is bool(wrong)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"least_frequency_hz": 80.0, "least_pulse_width_us": 250}, ""),
        ({"least_frequency_hz": 80.1}, "modulation.least_frequency_hz = 80.1: allowed is 1 to 80"),
        ({"least_frequency_hz": 0.9}, "modulation.least_frequency_hz = 0.9"),
        ({"least_pulse_width_us": 251}, "modulation.least_pulse_width_us = 251"),
        ({"least_pulse_width_us": 49}, "modulation.least_pulse_width_us = 49"),
        ({"top_s": 1.0}, ""),
        ({"top_s": 0.9}, "modulation.top_s = 0.9: allowed is 1 to 60"),
        ({"period_s": 5.0}, ""),
        ({"period_s": 4.9}, "modulation.period_s = 4.9: allowed is 5 to 60"),
        ({"period_s": 60.1}, "modulation.period_s = 60.1: allowed is 5 to 60"),
    ],
)
def test_a_modulation_only_lowers_and_has_its_time(changes: dict[str, Any], wrong: str) -> None:
    said = refusal(TINGLE.but(modulation=SWEEP.but(**changes)), Kind.COMFORT)
    assert said.startswith(wrong) and bool(said) is bool(wrong)


@pytest.mark.parametrize(
    ("duration_s", "wrong"), [(1.0, ""), (0.9, "duration_s = 0.9: allowed is 1 to 1800")]
)
def test_a_phase_lasts_a_second_at_least(duration_s: float, wrong: str) -> None:
    short = TINGLE.but(ramp_up_s=0.2, ramp_down_s=0.2, duration_s=duration_s)
    assert refusal(short, Kind.COMFORT) == wrong


@pytest.mark.parametrize(("lasts", "good"), [({"duration_s": 60}, True), ({}, False)])
def test_in_a_group_each_phase_says_how_long_it_lasts(lasts: dict[str, int], good: bool) -> None:
    table = {"kind": "contracting", "phases": [{"repeat": 2, "phases": [{**GROUP, **lasts}]}]}
    if good:
        assert [one.name for one in program_from("x", "x", table).phases] == ["x", "x"]
    else:
        with pytest.raises(TherapyError, match="has neither duration_s nor contractions"):
            program_from("x", "x", table)


@pytest.mark.parametrize(("repeat", "good"), [(1, True), (50, True), (0, False), (51, False)])
def test_a_group_is_repeated_once_to_50_times(repeat: int, good: bool) -> None:
    group = {"repeat": repeat, "phases": [{**GROUP, "duration_s": 60}]}
    table = {"kind": "contracting", "phases": [group]}
    if good:
        assert len(program_from("x", "x", table).phases) == repeat
    else:
        with pytest.raises(TherapyError, match="repeat"):
            program_from("x", "x", table)


def test_no_program_begins_with_a_pause_or_with_a_wait() -> None:
    pause = Phase("pause", 50.0, 300, 0.0, 0.0, 0.0, 30.0, duration_s=30.0, is_pause=True)
    for first in (pause, WORK.but(waits=True, duration_s=60.0)):
        with pytest.raises(TherapyError):
            check_program(Program("own", Kind.CONTRACTING, (first, WORK)))
    check_program(Program("own", Kind.CONTRACTING, (WORK.but(duration_s=60.0), pause, WORK)))


def test_a_pause_has_the_pulses_of_the_phase_before() -> None:
    phase = {**GROUP, "duration_s": 60, "fraction": 0.7}
    table = {"kind": "contracting", "phases": [phase, {"pause_s": 30}]}
    before, pause = program_from("x", "x", table).phases
    assert pause.is_pause and pause.off_s == pause.duration_s == 30
    assert (pause.frequency_hz, pause.pulse_width_us) == (20, 300)
    assert (pause.fraction, pause.bursts) == (before.fraction, before.bursts) == (0.7, None)
    assert pause.timings[0].on_s == 0
