"""A stage that nobody lies through: what it delivers in all, and minute by minute."""

import pytest

from appliance.session.dry_minutes import Minute, minute_by_minute
from appliance.session.dry_run import DryRun, cut, deliver, level_left, stretched
from appliance.therapy.programs import Kind, Phase, Program
from appliance.therapy.routines import Stage
from tests.session.core import shipped

TWITCH = Phase(
    *("warm_up", 5.0, 200, 2.0, 0.0, 2.0, 0.0), duration_s=60.0
)  # rises and falls within the minute, and is no contraction
WORK = Phase("work", 50.0, 300, ramp_up_s=2.0, hold_s=4.0, ramp_down_s=1.0, off_s=8.0)
"""Four contractions a minute, 7 s each."""
PROGRAM = Program("own", Kind.CONTRACTING, (TWITCH, WORK))


def stage(minutes: float, program: Program = PROGRAM) -> Stage:
    return Stage(shipped().placements["lower_back"], program, minutes)


def test_a_minute_of_twitches_and_two_of_contractions() -> None:
    assert list(minute_by_minute(PROGRAM, 3.0)) == [
        Minute(1, ("warm_up",), 0, (60.0, 60.0), (5.0, 5.0), (200, 200), 1.0),
        Minute(2, ("work",), 4, (28.0, 28.0), (50.0, 50.0), (300, 300), 0.5),
        Minute(3, ("work",), 4, (28.0, 28.0), (50.0, 50.0), (300, 300), 0.5),
    ]


def test_the_last_minute_may_be_a_part_of_one() -> None:
    *_, last = minute_by_minute(PROGRAM, 2.25)
    assert (last.number, last.contractions, last.flows_s) == (3, 1, (7.0, 7.0))


def test_only_contractions_that_end_are_counted_and_twitches_are_none() -> None:
    assert deliver(stage(3.0)) == DryRun(contractions=8, flows_s=pytest.approx(116.0, abs=0.25))
    twitches = Program("own", Kind.COMFORT, (TWITCH,))
    assert deliver(stage(1.0, twitches)).contractions == 0


def test_what_a_stage_leaves_of_the_level_and_of_the_phases() -> None:
    assert (level_left(stage(3.0)), cut(stage(3.0)), stretched(stage(3.0))) == (0.5, (), False)
    assert cut(stage(0.5)) == ("warm_up", "work")
    twitches = Program("own", Kind.COMFORT, (TWITCH,))
    assert stretched(stage(1.25, twitches)) and not stretched(stage(1.0, twitches))


def by_minute(work: Phase, minutes: float) -> list[Minute]:
    return list(minute_by_minute(Program("own", Kind.CONTRACTING, (work,)), minutes))


def test_a_contraction_counts_in_the_minute_in_which_it_begins() -> None:
    """One begins a step before the minute is over, and one would not end within the stage."""
    work = WORK.but(ramp_up_s=10.0, hold_s=30.0, ramp_down_s=5.0, off_s=14.75)
    assert [one.contractions for one in by_minute(work, 3.0)] == [2, 1, 0]


def test_in_a_minute_of_rest_nothing_flows() -> None:
    work = WORK.but(hold_s=42.0, off_s=120.0)
    first, *rest = by_minute(work, 3.0)
    assert (first.contractions, first.flows_s) == (1, (45.0, 45.0))
    for one in rest:
        assert (one.contractions, one.flows_s) == (0, (0.0, 0.0))
        assert (one.frequency_hz, one.pulse_width_us) == ((0.0, 0.0), (0, 0))


def test_each_channel_is_told_by_itself() -> None:
    work = WORK.but(hold_s=21.0, off_s=26.0, alternating=True)
    assert [one.flows_s for one in by_minute(work, 2.0)] == [(34.0, 24.0), (14.0, 24.0)]
