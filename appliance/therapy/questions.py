"""The questions of the day: the box asks about effects that others promise.

The article behind this product promises less stiffness from day 1, longer sitting and standing
from days 2 to 3, and fewer flare-ups in weeks 2 to 3. On those days the box asks, after the
session. Every answer is 0 (not at all) to 10 (worst), and every question may be skipped.
"""

from collections.abc import Mapping

from appliance.records import Fixed

MOST_A_SESSION = 2
LARGEST_ANSWER = 10
SKIPPED = "skipped"
"""What the journal has instead of a number."""


class DayQuestion(Fixed, frozen=True):
    """A question, the days on which it is asked, and how soon it is asked again."""

    id: str
    first_day: int
    """Days count from the person's first session, which is day 1."""
    last_day: int
    again_after_days: int


DAY_QUESTIONS = (
    DayQuestion("stiffness", first_day=1, last_day=1, again_after_days=1),
    DayQuestion("sitting_standing", first_day=2, last_day=3, again_after_days=1),
    # It asks about a week, so it is asked once a week.
    DayQuestion("flare_ups", first_day=8, last_day=21, again_after_days=7),
)


def day_number(days_since_first: int | None, sessions_counted: int) -> int:
    """The person's day, from 1. Without a trusted date every session is a day of its own."""
    return 1 + (sessions_counted if days_since_first is None else days_since_first)


def questions_due(day: int, asked_days_ago: Mapping[str, int]) -> tuple[str, ...]:
    """The questions of this day, in order. `asked_days_ago` knows when each was asked last."""
    due = (
        question.id
        for question in DAY_QUESTIONS
        if question.first_day <= day <= question.last_day
        and asked_days_ago.get(question.id, question.again_after_days) >= question.again_after_days
    )
    return tuple(due)[:MOST_A_SESSION]
