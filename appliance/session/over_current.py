"""Over-current: measured above the set-points of the last lease is a fault, at once.

The rule does not rely on what the board says of itself: its state, its own limits and its
`in_force` may be wrong. It compares the measured current with this program's own set-points.
"""

from appliance.session.board import LEASE_S, Report, SetPoint
from appliance.session.record import Record
from appliance.session.state import State
from appliance.therapy.units import LONG_AGO, Pair

FACTOR, MARGIN_MA = 1.2, 1.0
"""Measured may exceed the set-point by 20 % and 1 mA."""
REPORTS = 2
"""So many reports in a row above that are a fault."""


def recent_set_points(record: Record, set_point: SetPoint | None) -> tuple[tuple[float, Pair], ...]:
    """The set-points of the last lease and one period, with this one.

    A report may answer any of the lease, and its newest pulse may be a period old.
    """
    period_s = 0.0 if set_point is None else set_point.longest_period_s
    recent = (one for one in record.recent_set_points if record.now - one[0] <= LEASE_S + period_s)
    return (*recent, *(() if set_point is None else ((record.now, set_point.amplitude),)))


def judged(record: Record, report: Report) -> Record:
    """The record with its newest report, and the number of reports in a row too strong."""
    before = record.report
    record = record.but(report=report)
    if record.state is not State.STIMULATING:
        return record.but(too_strong=0)
    if report.at <= max(before.at, LONG_AGO) and report.measured == before.measured:
        return record
    above = any(_above(record, channel) for channel in (0, 1))
    return record.but(too_strong=record.too_strong + 1 if above else 0)


def _above(record: Record, channel: int) -> bool:
    measured = record.report.measured[channel]
    if measured is None:
        return False
    most = max((amplitude[channel] for _, amplitude in record.recent_set_points), default=0.0)
    return not measured <= most * FACTOR + MARGIN_MA  # NaN is above
