"""Screen, `status` and `plan` say one thing of today."""

from tests.weeks.living import Told

RESTS = ("Rest. Next:", "Today is a day of rest", "Done for today", "Too s")
"""How a screen begins that asks for no session."""
ALIKE = (
    "due_today",
    "offer",
    "day_used",
    "gentle",
    "gentle_number",
    "daily_number",
    "stages",
    "stage_minutes",
    "minutes",
    "next_weekday",
)


def assert_agree(told: Told) -> None:
    """Raises AssertionError where two of the three tell different things."""
    for key in ALIKE:
        assert told.status[key] == told.plan[key], key
    due = told.status["due_today"]
    asks = not told.screen.startswith(RESTS)
    whole_session = told.status["offer"] == "routine"
    assert asks is due or not whole_session, _brief(told)
    if told.plan["clock_trusted"] and told.status["offer"] in (None, "routine"):
        assert (told.day in ("due", "due_gentle")) is due, _brief(told)
    if due and whole_session and told.plan["clock_trusted"]:
        assert (told.day == "due_gentle") is told.status["gentle"], _brief(told)


def _brief(told: Told) -> str:
    return f"screen: {told.screen}; status: {told.status}; calendar: {told.day}"
