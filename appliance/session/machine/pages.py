"""The pages within a state: their names in order, and what the knob chooses on each."""

from collections.abc import Callable

from appliance.session.cues import LOUDEST, Cue, counted
from appliance.session.notes import Chosen
from appliance.session.record import Record
from appliance.session.stage_run import say
from appliance.session.state import State
from appliance.therapy import pads
from appliance.therapy.exercise import STRENGTHENING, STRETCHES
from appliance.therapy.questions import DAY_QUESTIONS, LARGEST_ANSWER

LOCKED = ("plan", "record", "sound", "language", "date", "exercise")
LOOKED_AT = LOCKED[1:5]
"""Pages of `locked` that lead nowhere else than back."""
SWITCH_OFF = ("switch_off", "switching_off", "still_on")
"""Further pages of `locked`, which BACK does not reach: the question, under way, failed."""
RECORD = ("count", "last", "week", "trend", "pads")
"""What the knob leafs through on the page of the record."""
PREPARING = ("skin", "pads", "stop_test")
PLACING = ("body", "pads", "box", "lying")
PLACING_BENCH = ("pads", "lying")
"""Of a dummy load, which has no body."""
PICTURE_S = 5.0
"""A picture of `placing` turns by itself after this long."""
AFTERCARE = (
    *("skin", "soreness", "comfort"),
    *(question.id for question in DAY_QUESTIONS),
    *STRETCHES,
    *STRENGTHENING,
    "water",
)
"""All there are; `aftercare.pages_for` says which of them a visit has."""
STOP_TEST = "stop_test"
SORENESS_BEFORE = "soreness_before"
CHOICE = "choice"
NEW_PADS = "new_pads"
"""The question of worn pads: 0 the old ones, 1 new ones."""
QUESTIONS = {
    SORENESS_BEFORE: 10,
    "skin": 2,
    "soreness": 10,
    "comfort": 10,
    **{question.id: LARGEST_ANSWER for question in DAY_QUESTIONS},
}
"""Questions with a number for an answer, and the largest one."""
SHOWN = {"skin": "skin_shown", "soreness": "soreness_shown"}
"""Answers that count as soon as the knob has chosen them, and the name under which they are noted
until CONFIRM. So they are noted even if END, idling or a power cut ends the page."""
NO_ANSWER = -1
"""The value, below 0, of a question that may be skipped, until the knob is turned."""
SKIPPABLE = frozenset(question.id for question in DAY_QUESTIONS)
GEL_S = 60.0
"""How long a drop of water needs to soften the gel of a pad."""

_PAGES = {
    State.LOCKED: LOCKED + SWITCH_OFF,
    State.PREPARING: PREPARING,
}


def _names(record: Record) -> tuple[str, ...]:
    if record.state is State.CHOOSING:
        return (SORENESS_BEFORE, CHOICE) if record.history.had_last_time else (CHOICE,)
    if record.state is State.AFTERCARE:
        return record.aftercare
    if record.state is State.PLACING:
        on_body = record.visit is None or record.visit.stage.placement.on_body
        return PLACING if on_body else PLACING_BENCH
    return _PAGES.get(record.state, ())


def name(record: Record) -> str | None:
    """The page on the screen, or None where the state has no pages."""
    names, page = _names(record), shown(record)
    return names[page] if page < len(names) else None


def shown(record: Record) -> int:
    """Number of the page on the screen.

    The pictures of `placing` turn by themselves until a button or the knob has turned one. For
    presses they are one screen, so that a press while the picture turns still counts.
    """
    if record.state is not State.PLACING or turned(record):
        return record.page
    return int((record.now - record.entered_at) / PICTURE_S) % count(record)


def turned(record: Record) -> bool:
    """Whether a hand has turned a page since the state was entered."""
    return record.page_at >= record.entered_at


def count(record: Record) -> int:
    if record.state in (State.CHECKLIST, State.REFUSED):
        return max(1, len(record.statements))
    if record.state is State.FAULT:
        return max(1, len(record.latched))
    if record.state is State.LOCKED:
        return len(LOCKED) if record.page < len(LOCKED) else len(LOCKED + SWITCH_OFF)
    return max(1, len(_names(record)))


def visit_placements(record: Record) -> tuple[str, ...]:
    """The placements that the visit's option leads to, in order."""
    stages = record.visit.option.stages if record.visit else ()
    return tuple(stage.placement.id for stage in stages)


def pad_uses(record: Record) -> int | None:
    """Sessions on the oldest pads of this visit; None where there are none."""
    return pads.most_uses(dict(record.history.pad_uses), visit_placements(record))


def asks_for_new_pads(record: Record) -> bool:
    """Whether the page of the pads asks if they are new ones."""
    on_pads = record.state is State.PREPARING and name(record) == "pads"
    return on_pads and pads.is_worn(pad_uses(record))


def question(record: Record) -> str | None:
    """Id of the question on the screen that the knob answers, or None."""
    if asks_for_new_pads(record):
        return NEW_PADS
    page = name(record)
    if record.state in (State.CHOOSING, State.AFTERCARE) and page in QUESTIONS:
        return page
    return None


def largest_answer(record: Record) -> int | None:
    """The largest answer of the question on the screen, or None where it has none."""
    asked = question(record)
    if asked == NEW_PADS:
        return 1
    return None if asked is None else QUESTIONS[asked]


def first_value(record: Record) -> int:
    """What the question on the screen shows before the knob is turned."""
    return NO_ANSWER if question(record) in SKIPPABLE else 0


def turn(record: Record, direction: int) -> Record:
    """The knob by one detent, on a page where it chooses."""
    largest = largest_answer(record)
    if largest is not None:
        value = min(largest, max(first_value(record), record.value + direction))
        return say(record.but(value=value), Cue.DETENT)
    page = name(record) or ""
    chosen = _CHOOSERS.get((record.state, page))
    if chosen is None:
        return record
    record = chosen(record, direction)
    return record.but(cues=(*record.cues, *_ANSWERS.get(page, _tick)(record)))


def _person(record: Record, direction: int) -> Record:
    return record.but(person_index=(record.person_index + direction) % len(record.rules.people))


def _record(record: Record, direction: int) -> Record:
    return record.but(value=(record.value + direction) % len(RECORD))


def _volume(record: Record, direction: int) -> Record:
    volume = min(LOUDEST, max(0, record.volume + direction))
    return _chosen(record.but(volume=volume), "sound.volume", volume)


def _language(record: Record, direction: int) -> Record:
    known = record.rules.languages
    language = known[(_language_index(record) + direction) % len(known)]
    return _chosen(record.but(language=language), "language", language)


def _language_index(record: Record) -> int:
    known = record.rules.languages
    return known.index(record.language) if record.language in known else 0


def _chosen(record: Record, name: str, value: int | str) -> Record:
    return record.but(notes=(*record.notes, Chosen(record.now, name, value)))


def _option(record: Record, direction: int) -> Record:
    most = max(0, len(record.options) - 1)
    return record.but(option_index=min(most, max(0, record.option_index + direction)))


def _picture(record: Record, direction: int) -> Record:
    return record.but(page=(shown(record) + direction) % count(record), page_at=record.now)


def picture(direction: int) -> Callable[[Record], Record]:
    """Another picture of `placing`, by a button: it stays."""
    return lambda record: _picture(record, direction)


def _fault(record: Record, direction: int) -> Record:
    return record.but(page=(record.page + direction) % count(record))


def _tick(record: Record) -> tuple[Cue, ...]:
    return (Cue.DETENT,)


_ANSWERS: dict[str, Callable[[Record], tuple[Cue, ...]]] = {
    "plan": lambda record: counted(record.person_index + 1),
    "record": lambda record: counted(record.value + 1),
    "sound": lambda record: (Cue.VOLUME,),
    "language": lambda record: counted(_language_index(record) + 1),
    CHOICE: lambda record: counted(record.option_index + 1),
}
"""The cues of a choice, instead of a tick: its number, or the new volume."""
_CHOOSERS = {
    (State.LOCKED, "plan"): _person,
    (State.LOCKED, "record"): _record,
    (State.LOCKED, "sound"): _volume,
    (State.LOCKED, "language"): _language,
    (State.CHOOSING, CHOICE): _option,
    (State.FAULT, ""): _fault,
    **{(State.PLACING, picture): _picture for picture in PLACING},
}
