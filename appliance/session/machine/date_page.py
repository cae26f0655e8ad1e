"""The page of the date in `locked`, where a person sets it if no clock knows it.

The first turn of the knob begins with the box's own guess. The knob changes one part of it after
the other, and CONFIRM leads to the next; after the last one the date counts. At both ends of a
part the knob stops with a cue, so that clicks can be counted from there without a look.
"""

from calendar import monthrange
from datetime import datetime, timedelta

from appliance.session.cues import Cue, counted
from appliance.session.machine import pages
from appliance.session.notes import DateSet
from appliance.session.record import DateDraft, Record
from appliance.session.stage_run import say
from appliance.session.state import State
from appliance.therapy.history import DayClock

PARTS = ("year", "month", "day", "hour", "minute")
MINUTES = 5
"""Minutes that one click changes. The rules count only hours and days."""

LAPSES_S = 60.0
"""A date that is left half set for this long is forgotten: it would count as now much later."""


def is_setting(record: Record) -> bool:
    return record.date_draft is not None and may_set(record)


def may_set(record: Record) -> bool:
    """Whether the date may be set: not if a clock keeps time, as that could begin a new day."""
    clock = record.history.clock
    on_page = record.state is State.LOCKED and pages.name(record) == "date"
    return on_page and clock is not None and not clock.keeps_time


def has_lapsed(record: Record) -> bool:
    """Whether no hand has gone on with a date for so long that it is no longer that of now."""
    return record.date_draft is not None and record.now - record.touched_at >= LAPSES_S


def forget(record: Record) -> Record:
    """The page shows the box's own guess again."""
    return record.but(date_draft=None)


def turn(record: Record, direction: int) -> Record:
    """The knob by one detent: begins, or changes the part that is being set."""
    clock, draft = record.history.clock, record.date_draft
    if clock is None or not may_set(record):
        return record
    if draft is None:
        begun = DateDraft(_guess(record, clock))
        return record.but(date_draft=begun, cues=(*record.cues, *prompt(begun)))
    earliest, latest = _bounds(clock)
    moved = _moved(draft.value, PARTS[draft.part], direction, (earliest.year, latest.year))
    value = min(max(moved, earliest), latest)
    if value == draft.value:
        return say(record, Cue.LIMIT_REACHED)
    return say(record.but(date_draft=draft.but(value=value)), Cue.DETENT)


def confirm(record: Record) -> Record:
    """The next part, or the date counts."""
    draft = record.date_draft
    if draft is None:
        return record
    if draft.part + 1 < len(PARTS):
        following = draft.but(part=draft.part + 1)
        return record.but(date_draft=following, cues=(*record.cues, *prompt(following)))
    note = DateSet(record.now, draft.value)
    cues = (*record.cues, Cue.LOOK, Cue.FOUR)
    return record.but(date_draft=None, notes=(*record.notes, note), cues=cues)


def prompt(draft: DateDraft) -> tuple[Cue, ...]:
    """The cues of the page and of the part that the knob changes; part 5 is counted as 4 and 1."""
    part = draft.part + 1
    return (Cue.LOOK, Cue.FOUR, *counted(min(part, 4)), *counted(max(0, part - 4)))


def _guess(record: Record, clock: DayClock) -> datetime:
    guess = clock.wall_at(record.now).replace(tzinfo=None, second=0, microsecond=0)
    earliest, latest = _bounds(clock)
    return min(max(guess - timedelta(minutes=guess.minute % MINUTES), earliest), latest)


def _bounds(clock: DayClock) -> tuple[datetime, datetime]:
    """What is plausible, as local time."""
    zone = clock.wall.tzinfo
    earliest, latest = (one.astimezone(zone) for one in (clock.earliest, clock.latest))
    return earliest.replace(tzinfo=None), latest.replace(tzinfo=None)


def _moved(value: datetime, part: str, direction: int, years: tuple[int, int]) -> datetime:
    """The date with one part a click further, as far as that part goes."""
    match part:
        case "minute":
            minute = value.minute + direction * MINUTES
            return value.replace(minute=min(max(minute, 0), 60 - MINUTES))
        case "hour":
            return value.replace(hour=min(max(value.hour + direction, 0), 23))
        case "day":
            return _on_day(value, value.year, value.month, value.day + direction)
        case "month":
            return _on_day(value, value.year, min(max(value.month + direction, 1), 12), value.day)
        case _:
            year = min(max(value.year + direction, years[0]), years[1])
            return _on_day(value, year, value.month, value.day)


def _on_day(value: datetime, year: int, month: int, day: int) -> datetime:
    last = monthrange(year, month)[1]
    return value.replace(year=year, month=month, day=min(max(day, 1), last))
