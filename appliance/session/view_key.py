"""What the view of `stimulating` depends on, cheap enough to be compared in every step.

Making a view costs as much as half a step. While current flows a step comes 20 to 50 times a
second, and what a person can see or hear of it changes once or twice.
"""

import math

from appliance.session.record import Record
from appliance.session.state import State
from appliance.session.view import LAST_MINUTE_S
from appliance.session.view_of_record import hint_of


def view_key(record: Record) -> object:
    """Equal for two records whose views show and say the same; None where that is not known.

    It leaves out what drifts: times within their second, battery, and the current in force.
    """
    run, position, report = record.run, record.position, record.report
    if record.state is not State.STIMULATING or record.presses or run is None or position is None:
        return None
    return (
        record.screen,
        record.present,
        record.latched,
        record.volume,
        record.language,
        hint_of(record),
        run.levels.target,
        run.levels.level,
        run.levels.knob_side,
        run.levels.up_locked,
        run.limit,
        run.limit_reason,
        run.contractions,
        _left(run.remaining_s),
        position.span,
        position.part,
        math.ceil(position.part_remaining_s),
        math.ceil(position.next_contraction_s or 0.0),
        report.link,
        report.output,
        report.contact,
    )


def _left(seconds: float) -> tuple[int, int]:
    """Minutes and seconds as they are shown: minutes alone, in the last minute seconds alone."""
    if seconds > LAST_MINUTE_S:
        return math.ceil(seconds / 60.0), 0
    return 0, math.ceil(seconds)
