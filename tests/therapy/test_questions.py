"""The questions of the day: asked on the days of the promises, and never more than two."""

import pytest

from appliance.therapy.questions import (
    DAY_QUESTIONS,
    MOST_A_SESSION,
    day_number,
    questions_due,
)

ASKED_BY_DAY = {
    1: ("stiffness",),
    2: ("sitting_standing",),
    3: ("sitting_standing",),
    **dict.fromkeys((4, 5, 6, 7, 22, 23, 100, 4000), ()),
    **dict.fromkeys(range(8, 22), ("flare_ups",)),
}


@pytest.mark.parametrize(("day", "asked"), ASKED_BY_DAY.items())
def test_each_day_has_its_question(day: int, asked: tuple[str, ...]) -> None:
    assert questions_due(day, {}) == asked


@pytest.mark.parametrize(
    ("day", "days_ago", "asked"),
    [
        (1, {"stiffness": 0}, ()),
        # Without a date, and no session that counts: still the first day.
        (1, {"stiffness": 1}, ("stiffness",)),
        (3, {"sitting_standing": 0}, ()),
        (3, {"sitting_standing": 1}, ("sitting_standing",)),
        (9, {"flare_ups": 1}, ()),
        (14, {"flare_ups": 6}, ()),
        (15, {"flare_ups": 7}, ("flare_ups",)),
        (15, {"stiffness": 0, "sitting_standing": 0}, ("flare_ups",)),
    ],
)
def test_what_was_asked_lately_is_not_asked_again(
    day: int, days_ago: dict[str, int], asked: tuple[str, ...]
) -> None:
    assert questions_due(day, days_ago) == asked


def test_no_day_has_more_than_two() -> None:
    last = max(question.last_day for question in DAY_QUESTIONS)
    assert max(len(questions_due(day, {})) for day in range(1, last + 2)) <= MOST_A_SESSION == 2


@pytest.mark.parametrize(
    ("days_since_first", "sessions", "day"), [(None, 0, 1), (0, 1, 1), (2, 1, 3), (None, 2, 3)]
)
def test_without_a_date_every_session_is_a_day(
    days_since_first: int | None, sessions: int, day: int
) -> None:
    assert day_number(days_since_first, sessions) == day
