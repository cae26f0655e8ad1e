"""The rest that is owed, by itself: each channel has its own, and a contraction waits for it."""

import pytest

from appliance.session.envelope import ChannelPosition, Part, Position, position_at
from appliance.session.levels import Levels
from appliance.session.record import Run
from appliance.session.rest_owed import STEP_MOST_S, owed_s, rest_until, rested
from appliance.therapy.programs import Phase, Timing
from appliance.therapy.units import Pair
from tests.session.gate_records import RUNNING

NOW, STEP_S = 100.0, 0.02
RESTS = (Part.OFF, Part.ACTIVE_REST)
WORKS = (Part.RAMP_UP, Part.HOLD, Part.RAMP_DOWN)


def run_of(rest: Pair) -> Run:
    """At the foot of a contraction, with rest owed until then."""
    assert RUNNING.run is not None
    run = RUNNING.run
    return run.but(rest_until=rest, cycle_start_s=run.elapsed_s, levels=Levels((9.0, 9.0)))


def foot(run: Run) -> Position:
    return position_at(run.spans, run.elapsed_s, run.cycle_start_s)


def with_parts(a: Part, b: Part) -> Position:
    position = foot(run_of((NOW, NOW)))
    return position.but(channels=(ChannelPosition(a, 1.0, 1.0), ChannelPosition(b, 1.0, 1.0)))


@pytest.mark.parametrize(
    ("rest", "owed"),
    [
        ((NOW + 3.0, NOW - 1.0), (3.0, 0.0)),
        ((NOW - 1.0, NOW + 2.0), (0.0, 2.0)),
        ((NOW, NOW), (0.0, 0.0)),
    ],
)
def test_each_channel_is_owed_its_own_rest(rest: Pair, owed: Pair) -> None:
    assert owed_s(run_of(rest), NOW) == owed


@pytest.mark.parametrize("work", WORKS)
def test_what_contracts_earns_its_share_and_what_rests_earns_none(work: Part) -> None:
    before = (NOW - STEP_S + 5.0, NOW - STEP_S + 7.0)
    run = run_of(before)
    # B contracts for half as long as A in the same cycle.
    phase = Phase("own", 50.0, 300, 1.0, 2.0, 1.0, 8.0, b=Timing(0.0, 0.5, 1.0, 0.5))
    assert phase.rest_shares == (2.0, 5.0)
    earned = (NOW + 5.0 + STEP_S * 2.0, NOW + 7.0 + STEP_S * 5.0)
    for rest in RESTS:
        for a, b, expected in (
            (work, rest, (earned[0], before[1])),
            (rest, work, (before[0], earned[1])),
            (work, work, earned),
            (rest, rest, before),
        ):
            found = rest_until(run, with_parts(a, b).but(phase=phase), NOW, STEP_S)
            assert found == pytest.approx(expected), (a, b)


def test_without_a_position_nothing_is_earned() -> None:
    run = run_of((NOW + 5.0, NOW + 7.0))
    assert rest_until(run, None, NOW, STEP_S) == run.rest_until


@pytest.mark.parametrize("rest", [(NOW + 4.0, NOW), (NOW, NOW + 4.0), (NOW + 4.0, NOW + 3.0)])
def test_a_contraction_that_begins_waits_for_the_longest_rest_that_is_owed(rest: Pair) -> None:
    for before in (None, with_parts(Part.OFF, Part.OFF)):
        run, position = rested(run_of(rest), before, NOW)
        assert run.cycle_start_s == pytest.approx(run.elapsed_s + 4.0)
        assert position == foot(run)
        assert position.part is Part.OFF


def test_one_that_has_begun_goes_on() -> None:
    run = run_of((NOW + 4.0, NOW + 4.0))
    before = foot(run)
    assert before.part is Part.RAMP_UP
    assert rested(run, before, NOW) == (run, before)
    # In another phase it begins anew.
    other = before.but(span=before.span + 1)
    assert rested(run, other, NOW)[0].cycle_start_s > run.cycle_start_s


def test_what_one_step_counts_wrong_is_not_waited_for() -> None:
    share = with_parts(Part.HOLD, Part.HOLD).phase.rest_shares[0]
    least_s = STEP_MOST_S * (1.0 + share)
    assert STEP_MOST_S == 0.2
    for owed, waits in ((least_s - 0.001, False), (least_s + 0.001, True)):
        run = run_of((NOW + owed, NOW))
        assert (rested(run, None, NOW)[0] != run) is waits


def test_at_level_zero_nothing_contracts_and_nothing_waits() -> None:
    run = run_of((NOW + 4.0, NOW + 4.0)).but(levels=Levels())
    assert rested(run, None, NOW) == (run, foot(run))
