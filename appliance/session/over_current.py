"""Over-current: measured above the set-points of a lease is a fault, at once.

The lease is the one that ends with the set-point that the report answers: where answers come
late, newer set-points say nothing about what was measured. The rule does not rely on what the
board says of itself: its state, its own limits and its `in_force` may be wrong. It compares the
measured current with this program's own set-points.
"""

from appliance.session.board import Report, SetPoint
from appliance.session.lease import LEASE_S
from appliance.session.record import Asked, Record
from appliance.session.state import State
from appliance.therapy.units import LONG_AGO

FACTOR, MARGIN_MA = 1.2, 1.0
"""Measured may exceed the set-point by 20 % and 1 mA."""
REPORTS = 2
"""This many reports in a row above that are a fault."""


def recent_set_points(record: Record, set_point: SetPoint | None) -> tuple[Asked, ...]:
    """The set-points of one lease and one period of theirs before the newest answer, and all since.

    A report may answer any set-point of the lease, and its newest pulse may be one period old:
    a longer period, if a phase of a lower frequency has just ended.
    """
    since = _asked_at(record.report, record.now) - LEASE_S
    recent = [one for one in record.recent_set_points if one.at + one.longest_period_s >= since]
    if set_point is not None:
        recent.append(Asked(record.now, set_point.amplitude, set_point.longest_period_s))
    return tuple(recent)


def judged(record: Record, report: Report) -> Record:
    """The record with its newest report, and the number of reports in a row too strong."""
    before = record.report
    if record.state is not State.STIMULATING:
        return record.but(report=report, too_strong=0)
    if report.at <= max(before.at, LONG_AGO) and report.measured == before.measured:
        return record.but(report=report)
    above = _above(record, report)
    return record.but(report=report, too_strong=record.too_strong + 1 if above else 0)


def _above(record: Record, report: Report) -> bool:
    """Whether a channel measured more than the most that it was asked for."""
    until = _asked_at(report, record.now)
    most_a = most_b = 0.0
    for asked in record.recent_set_points:
        if asked.at <= until:
            a, b = asked.amplitude
            most_a, most_b = max(most_a, a), max(most_b, b)
    flowed_a, flowed_b = report.measured
    return _is_above(flowed_a, most_a) or _is_above(flowed_b, most_b)


def _is_above(flowed: float | None, most: float) -> bool:
    return flowed is not None and not flowed <= most * FACTOR + MARGIN_MA  # NaN is above


def _asked_at(report: Report, now: float) -> float:
    """When the set-point that this report answers was sent; now if that is not known."""
    return now if report.asked_at is None else report.asked_at
