"""What the voice says: a view turned into sentences, in the view's language.

Every sentence is a key under `spoken` in the language files. Nothing here knows the time.
"""

from appliance.session.board import Output
from appliance.session.cues import LOUDEST
from appliance.session.machine import pages
from appliance.session.state import State
from appliance.session.view import View
from appliance.settings.words import Words
from appliance.therapy.offers import Option
from appliance.therapy.pads import is_worn_out
from appliance.therapy.plan import DayUsed, Offer

_ONE_SENTENCE = {
    State.SELF_TEST: "self_test.checking",
    State.READY: "ready.start",
    State.STIMULATING: "stimulating.started",
    State.PAUSED: "paused.paused",
}


def screen_sentences(view: View, words: Words) -> tuple[str, ...]:
    """What the screen of `view` asks for, one text after the other."""
    keys = _keys(view, words)
    return tuple(words(f"spoken.{key}", **_values(view, words)) for key in keys)


SAYS_OFF = frozenset({State.PAUSED, State.CONTACT_LOST, State.STOPPED, State.STAGE_DONE})
"""Where the texts say that the output is off or at zero: said only when the board has said so."""


def _keys(view: View, words: Words) -> tuple[str, ...]:
    if view.state in SAYS_OFF and view.output is not Output.OFF:
        return ("stopped.unknown",)
    if view.state in _ONE_SENTENCE:
        return (_ONE_SENTENCE[view.state],)
    return _KEYS_OF[view.state](view, words)


def _locked(view: View, words: Words) -> tuple[str, ...]:
    page = view.page_name or "plan"
    if view.date is not None and view.date.part is not None:
        return (f"date.{view.date.part}",)
    if page == "plan" and view.day_used is not None:
        soon = view.day_used is DayUsed.INTERVAL
        return ("locked.too_soon" if soon else "locked.day_used",)
    if page == "record" and view.record_part != "count":
        return (f"locked.record_{view.record_part}",)
    return (f"locked.{page}",)


def _checklist(view: View, words: Words) -> tuple[str, ...]:
    if view.statement is None:
        return ()
    return (f"statement.{view.statement.id}", "checklist.hold")


def _refused(view: View, words: Words) -> tuple[str, ...]:
    day_used = view.refusal.day_used if view.refusal else None
    if day_used in _REFUSED:
        return (f"refused.{_REFUSED[day_used]}",)
    remedy = view.refusal.remedy if view.refusal else None
    return (f"refused.{remedy.value if remedy else 'day_used'}",)


_REFUSED = {DayUsed.INTERVAL: "too_soon", DayUsed.UNDATED: "undated"}
"""Where "enough for today" would be wrong."""


def _choosing(view: View, words: Words) -> tuple[str, ...]:
    return (f"choosing.{view.page_name or 'choice'}",)


def _preparing(view: View, words: Words) -> tuple[str, ...]:
    if view.question is not None:
        return ("preparing.worn_out" if is_worn_out(view.pad_uses) else "preparing.worn",)
    return (f"preparing.{view.page_name or 'skin'}",)


def _placing(view: View, words: Words) -> tuple[str, ...]:
    pads = view.stage.pads if view.stage else ()
    if view.page_turned and pads and view.page_name == "box":
        return ("placing.box",)
    if view.page_turned and pads and view.page_name == "lying":
        return (f"placing.lying.{pads[0].site.value}",)
    placement = view.stage.placement if view.stage else "own"
    known = f"spoken.placing.stage.{placement}" in words
    return (f"placing.stage.{placement}" if known else "placing.own",)


def _contact_lost(view: View, words: Words) -> tuple[str, ...]:
    if len(view.lost_channels) != 1:
        return ("contact_lost.both",)
    return ("contact_lost.left" if view.lost_channels == ("A",) else "contact_lost.right",)


def _stopped(view: View, words: Words) -> tuple[str, ...]:
    return ("stopped.off", "stopped.help")


def _stage_done(view: View, words: Words) -> tuple[str, ...]:
    return ("stage_done.next" if view.next_placement else "stage_done.last",)


def _aftercare(view: View, words: Words) -> tuple[str, ...]:
    return (f"aftercare.{view.page_name or 'skin'}",)


def _fault(view: View, words: Words) -> tuple[str, ...]:
    if view.output is not Output.OFF:
        return ("fault.stopping",)
    first = view.faults[0] if view.faults else "internal"
    return (f"fault.{first if f'spoken.fault.{first}' in words else 'internal'}",)


_KEYS_OF = {
    State.LOCKED: _locked,
    State.CHECKLIST: _checklist,
    State.REFUSED: _refused,
    State.CHOOSING: _choosing,
    State.PREPARING: _preparing,
    State.PLACING: _placing,
    State.CONTACT_LOST: _contact_lost,
    State.STOPPED: _stopped,
    State.STAGE_DONE: _stage_done,
    State.AFTERCARE: _aftercare,
    State.FAULT: _fault,
}


def _values(view: View, words: Words) -> dict[str, object]:
    return {"count": view.sessions_done, "value": _part_of_date(view)}


def _part_of_date(view: View) -> int:
    """The value of the part of the date that is being set."""
    date = view.date
    return 0 if date is None or date.part is None else int(getattr(date.local, date.part))


def stop_pressed_key(view: View) -> str:
    """What is said when STOP is pressed where it is no stop: its test, or a way that it blocks."""
    is_test = view.state is State.PREPARING and view.page_name == "stop_test"
    return "spoken.preparing.stop_release" if is_test else "spoken.stop_pressed"


def level_sentence(view: View, words: Words) -> str:
    """The levels that the hand has set, whole steps; one number where both are equal."""
    levels = [round(channel.target) for channel in view.channels[:2]]
    if len(set(levels)) == 1:
        return words("spoken.level", level=levels[0])
    return words("spoken.levels", left=levels[0], right=levels[1])


def choice_sentence(view: View, words: Words) -> str | None:
    """What the knob or BACK has chosen on this screen; None where nothing is chosen there.

    An answer's number, an option, a part of the date, the person, the volume, or the side that
    the knob moves.
    """
    if view.question is not None and view.question.id == "new_pads":
        return words(
            "spoken.preparing.pads_new" if view.question.value else "spoken.preparing.pads_old"
        )
    if view.question is not None and view.question.value is None:
        return words("spoken.no_answer")
    if view.question is not None:
        return words("spoken.value", value=view.question.value, largest=view.question.largest)
    if view.date is not None and view.date.part is not None:
        return words(f"spoken.date.{view.date.part}", value=_part_of_date(view))
    if view.state is State.CHOOSING and view.options:
        return _option_sentence(view.options[view.option_index], words)
    if view.state is State.STIMULATING:
        return words(f"spoken.side.{view.knob_side}")
    if view.state is State.LOCKED and view.page_name == "sound":
        return words("spoken.value", value=view.volume, largest=LOUDEST)
    if view.state is State.LOCKED and view.page_name in (None, "plan"):
        return words("spoken.person", person=view.person)
    return None


def _option_sentence(option: Option, words: Words) -> str:
    minutes = round(option.minutes)
    if option.offer is Offer.REST_DAY:
        return words("choosing.rest_day") + "."
    names_a_place = option.offer is Offer.SINGLE
    key = f"stage.{option.id}.name" if names_a_place else f"routine.{option.id}"
    if key not in words:
        own = option.id.replace("_", " ")
        return words("spoken.option.own", name=own, minutes=minutes)
    return words("spoken.option.chosen", name=words(key), minutes=minutes)


def minutes_sentence(minutes: int, words: Words) -> str:
    """How many minutes of the stage are left."""
    if minutes == 1:
        return words("spoken.minute_left")
    return words("spoken.minutes_left", minutes=minutes)


_LARGEST = sorted({LOUDEST, *pages.QUESTIONS.values()})


def known_texts(words: Words, highest_level: int = 80) -> tuple[str, ...]:
    """Every text that can be rendered ahead: fixed ones, levels and minutes."""
    fixed = [
        words.raw(key)
        for key in sorted(words.keys)
        if key.startswith("spoken.") and "{" not in words.raw(key)
    ]
    levels = [words("spoken.level", level=level) for level in range(highest_level + 1)]
    minutes = [words("spoken.minutes_left", minutes=left) for left in (5, 10)]
    values = [
        words("spoken.value", value=value, largest=largest)
        for largest in _LARGEST
        for value in range(largest + 1)
    ]
    return (*fixed, *minutes, *values, *levels)
