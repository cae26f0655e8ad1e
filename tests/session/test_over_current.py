"""More than was asked for, by itself: which set-points count, and where too much begins."""

from math import inf, nan

import pytest

from appliance.session.lease import LEASE_S
from appliance.session.over_current import judged, recent_set_points
from appliance.session.record import Asked, Record
from appliance.session.state import State
from appliance.therapy.units import Pair
from tests.session.gate_records import FULL, RUNNING

NOW = RUNNING.now
PERIOD_S = FULL.longest_period_s
ASKED = (Asked(NOW - 0.1, (20.0, 10.0), PERIOD_S),)
MOST_A, MOST_B = 25.0, 13.0
"""A fifth and 1 mA more than asked."""


def asked(*sent: tuple[float, Pair], period_s: float = PERIOD_S) -> tuple[Asked, ...]:
    return tuple(Asked(at, amplitude, period_s) for at, amplitude in sent)


def heard(
    measured: tuple[float | None, float | None],
    told: tuple[Asked, ...] = ASKED,
    asked_at: float | None = None,
    record: Record = RUNNING,
) -> Record:
    """The record after a report that measured this."""
    newer = record.report.but(at=record.report.at + 0.02, measured=measured, asked_at=asked_at)
    return judged(record.but(recent_set_points=told), newer)


@pytest.mark.parametrize(
    ("measured", "strong"),
    [
        ((20.0, 10.0), 0),
        ((MOST_A, MOST_B), 0),
        ((MOST_A + 0.01, MOST_B), 1),
        ((MOST_A, MOST_B + 0.01), 1),
        ((None, None), 0),
        ((None, MOST_B + 0.01), 1),
        ((MOST_A + 0.01, None), 1),
        ((nan, 10.0), 1),
        ((20.0, inf), 1),
    ],
)
def test_more_than_a_fifth_and_1_ma_above_on_either_channel_is_too_strong(
    measured: tuple[float | None, float | None], strong: int
) -> None:
    assert heard(measured).too_strong == strong


def test_where_nothing_was_asked_more_than_1_ma_is_too_strong() -> None:
    assert heard((1.0, 1.0), told=()).too_strong == 0
    assert heard((1.01, 0.0), told=()).too_strong == 1


def test_each_channel_is_held_against_the_most_that_it_was_asked_for_itself() -> None:
    told = asked((NOW - 0.2, (20.0, 2.0)), (NOW - 0.1, (4.0, 10.0)))
    assert heard((MOST_A, MOST_B), told).too_strong == 0
    assert heard((MOST_A + 0.1, 0.0), told).too_strong == 1
    assert heard((0.0, MOST_B + 0.1), told).too_strong == 1


def test_what_was_sent_after_the_answered_set_point_is_no_excuse() -> None:
    told = asked((NOW - 0.2, (4.0, 4.0)), (NOW - 0.1, (20.0, 20.0)))
    assert heard((20.0, 4.0), told, asked_at=NOW - 0.2).too_strong == 1
    assert heard((20.0, 4.0), told, asked_at=NOW - 0.1).too_strong == 0
    assert heard((20.0, 4.0), told).too_strong == 0


def test_only_reports_in_a_row_are_counted() -> None:
    once = heard((40.0, 0.0))
    twice = heard((40.0, 0.0), record=once)
    assert (once.too_strong, twice.too_strong) == (1, 2)
    assert heard((20.0, 10.0), record=twice).too_strong == 0


def test_the_same_report_again_is_not_counted_again() -> None:
    once = heard((40.0, 0.0))
    assert judged(once, once.report).too_strong == 1
    other = once.report.but(measured=(41.0, 0.0))
    assert judged(once, other).too_strong == 2


def test_outside_of_stimulating_nothing_is_counted() -> None:
    once = heard((40.0, 0.0))
    paused = heard((40.0, 0.0), record=once.but(state=State.PAUSED))
    assert paused.too_strong == 0
    assert paused.report.measured == (40.0, 0.0)


def test_set_points_count_for_one_lease_and_one_period() -> None:
    lasts_s = LEASE_S + FULL.longest_period_s
    old, kept = NOW - lasts_s - 0.001, NOW - lasts_s + 0.001
    record = RUNNING.but(recent_set_points=asked((old, (60.0, 0.0)), (kept, (30.0, 0.0))))
    record = record.but(report=record.report.but(asked_at=None))
    counted = asked((kept, (30.0, 0.0)), (NOW, FULL.amplitude))
    assert recent_set_points(record, FULL) == counted
    assert recent_set_points(record, None) == counted[:1]
    # What the newest answer answers is the beginning of the lease.
    late = record.but(report=record.report.but(asked_at=NOW - 1.0))
    assert len(recent_set_points(late, FULL)) == 3


def test_a_pulse_of_a_slower_phase_is_held_against_what_that_phase_asked() -> None:
    """At 1 Hz it is reported for a second, while the next phase begins at its ramp's foot."""
    slow = asked((NOW - 1.0, (20.0, 20.0)), period_s=1.0)
    record = RUNNING.but(recent_set_points=slow)
    told = recent_set_points(record.but(report=record.report.but(asked_at=None)), FULL)
    assert slow[0] in told
    assert heard((20.0, 20.0), told).too_strong == 0
