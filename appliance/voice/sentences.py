"""What the voice says: a view turned into sentences, in the view's language.

Every sentence is a key under `spoken` in the language files. Nothing here knows the time.
"""

from appliance.session.board import Output
from appliance.session.machine import pages
from appliance.session.state import State
from appliance.session.view import StageView, View
from appliance.settings.words import Words
from appliance.therapy.checklist import Heading, Remedy
from appliance.therapy.exercise import STRENGTHENING, STRETCHED_OUT, STRETCHES
from appliance.therapy.pads import is_worn_out
from appliance.therapy.placements import gap_cm
from appliance.therapy.plan import DayUsed, Offer
from appliance.voice.choices import choice_sentence, part_of_date

Keys = tuple[str, ...]
FOUR_FINGERS_CM = 6.0
"""A narrow hand's: between two pads that may be so near, four fingers are always enough."""


def screen_sentences(view: View, words: Words, before: View | None = None) -> tuple[str, ...]:
    """What the screen of `view` asks for, one text after the other, and what is chosen there.

    `before` is what was on the screen before: the same screen where it is said once more.
    """
    values = _values(view)
    texts = tuple(words(f"spoken.{key}", **values) for key in _keys(view, words, before))
    chosen = choice_sentence(view, words) if _tells_choice(view) else None
    return (*texts, chosen) if chosen else texts


def _tells_choice(view: View) -> bool:
    """Whether a screen tells with its question where the knob stands."""
    if view.question is not None:
        return view.question.value is not None
    chooses = view.state is State.CHOOSING and bool(view.options)
    return chooses or (view.state is State.LOCKED and view.page_name == "sound")


SAYS_OFF = frozenset({State.PAUSED, State.CONTACT_LOST, State.STOPPED, State.STAGE_DONE})
"""Where the texts say that the output is off or at zero: said only when the board has said so."""


def _keys(view: View, words: Words, before: View | None) -> Keys:
    if view.state in SAYS_OFF and view.output is not Output.OFF:
        return ("stopped.unknown",)
    if view.state is State.FAULT:
        return _fault(view, words, before)
    came_from = before.state if before else None
    return (*_happened(view, before), *_KEYS_OF[view.state](view, words), *_once(view, came_from))


def _happened(view: View, before: View | None) -> Keys:
    """What has just been done, and how to answer where the statements begin."""
    came_from = before.state if before else None
    if view.state is State.LOCKED and came_from is State.AFTERCARE:
        return ("locked.done", "locked.switch_off_now")
    if view.state is State.PLACING and before is not None:
        return _passed_over(view, before)
    if view.state is State.READY and view.stage and view.stage.pads:
        return _lies(view.stage, before)
    if view.state is not State.CHECKLIST or view.statement is None:
        return ()
    begins = view.statement.number == 1
    said_again = before is not None and before.statement == view.statement
    if begins or said_again or came_from is State.REFUSED:
        return ("checklist.begin", "checklist.no") if begins else ("checklist.no",)
    return ()


def _passed_over(view: View, before: View) -> Keys:
    """The STOP test, or the pictures that turned by themselves before a press turned the next."""
    if before.state is State.PREPARING:
        return ("preparing.stop_works",)
    turned = view.page_turned and not before.page_turned
    if before.state is not State.PLACING or not turned or not (view.stage and view.stage.pads):
        return ()
    passed = pages.PLACING[1 : pages.PLACING.index(view.page_name or "body")]
    return tuple(_picture(page, view.stage) for page in passed)


def _lies(stage: StageView, before: View | None) -> Keys:
    """How to lie, or all texts that OK has skipped if the last picture turned by itself."""
    if before is None or before.state is not State.PLACING or before.page_turned:
        return (f"ready.lying.{stage.pads[0].site.value}",)
    return tuple(_picture(page, stage) for page in ("pads", "box", "lying"))


def _once(view: View, came_from: State | None) -> Keys:
    """What is told at the end where several people use the box."""
    on_plan = view.state is State.LOCKED and view.page_name in (None, "plan")
    return ("locked.people",) if on_plan and len(view.people) > 1 else ()


def _locked(view: View, words: Words) -> Keys:
    page = view.page_name or "plan"
    if view.date is not None and view.date.part is not None:
        return (f"date.{view.date.part}",)
    if view.date is not None and not (view.date.keeps_time or view.date.by_hand):
        return ("locked.date_not_known",)
    if page == "plan" and view.day_used is not None:
        return (f"locked.{_USED.get(view.day_used, 'day_used')}",)
    if page == "record" and view.record_part != "count":
        return (f"locked.record_{view.record_part}",)
    if page == "plan" and view.due is not None and view.due.skin_closes:
        return ("locked.plan", "locked.skin")
    return (f"locked.{page}",)


def _checklist(view: View, words: Words) -> Keys:
    if view.statement is None:
        return ()
    first = f"first.{view.statement.id}"
    will = view.statement.heading is Heading.I_WILL
    return (
        *((first,) if f"spoken.{first}" in words else ()),
        f"statement.{view.statement.id}",
        "checklist.promise" if will else "checklist.hold",
    )


def _refused(view: View, words: Words) -> Keys:
    refusal = view.refusal
    day_used = refusal.day_used if refusal else None
    if refusal is None or refusal.remedy is None or day_used in _USED:
        return (f"refused.{_USED.get(day_used, 'day_used')}",)
    told: Keys = (f"refused.{refusal.remedy.value}",)
    if refusal.remedy is Remedy.PUT_RIGHT:
        told = (f"remedy.{refusal.statement}", *told)
    return (*told, "refused.mistake") if refusal.mistake_s > 0.0 else told


_USED: dict[DayUsed | None, str] = {DayUsed.INTERVAL: "too_soon", DayUsed.UNDATED: "undated"}
"""Keys for the reasons for which "enough for today" would be wrong."""


def _choosing(view: View, words: Words) -> Keys:
    if view.page_name == pages.SORENESS_BEFORE:
        return ("choosing.soreness_before", "scale")
    gentle = any(one.gentle and one.offer is not Offer.COMFORT for one in view.options)
    return ("choosing.choice", *(("choosing.gentle",) if gentle else ()))


def _preparing(view: View, words: Words) -> Keys:
    if view.question is not None:
        return ("preparing.worn_out" if is_worn_out(view.pad_uses) else "preparing.worn",)
    page = view.page_name or "skin"
    stage = view.stage
    if stage is None or not stage.pads:
        return (f"preparing.{page}",)
    # The cushion comes first: a person who lies with the pads on cannot fetch one.
    before: Keys = ("preparing.cushion", "preparing.warmth") if page == "skin" else ()
    if page == "pads":
        own = ("preparing.own_pads",) if stage.count > 1 else ()
        before = (*own, "preparing.leads", _take(stage))
    return (*before, f"preparing.{page}")


def _take(stage: StageView) -> str:
    """Which pads: a smaller one than the place is meant for has a higher density."""
    if all(pad.height_cm > pad.width_cm for pad in stage.pads):
        return "take.long"
    is_square = all(pad.height_cm == pad.width_cm for pad in stage.pads)
    return "take.square" if is_square else "take.mixed"


def _placing(view: View, words: Words) -> Keys:
    """All texts of a place at once: a person who listens does not wait for its pictures to turn."""
    stage = view.stage
    if stage is None:
        return ("placing.own", "placing.leads", "then_ok")
    turned = view.page_turned and view.page_name != "body"
    if not stage.pads:
        loads = "placing.nobody" if turned else f"placing.stage.{stage.placement}"
        return (loads, "then_ok")
    if turned:
        return (_picture(view.page_name, stage), "then_ok")
    return (*_number(stage), *_places(stage, words), "placing.leads", "then_ok")


def _picture(page: str | None, stage: StageView) -> str:
    """What comes after the pads are on, by its picture."""
    if page == "lying":
        return f"placing.lying.{stage.pads[0].site.value}"
    return "placing.box" if page == "box" else "placing.flat"


def _number(stage: StageView) -> Keys:
    wet = (_take(stage), "hint.wet_pads") if stage.index else ()
    return (*(("placing.number",) if stage.count > 1 else ()), *wet)


def _places(stage: StageView, words: Words) -> Keys:
    """How many pads, where, how high, and how far apart."""
    where, height = f"placing.stage.{stage.placement}", f"placing.first_pad.{stage.placement}"
    keys = [where if f"spoken.{where}" in words else "placing.own"]
    if f"spoken.{height}" in words:
        keys.append(height)
    keys.append("placing.apart")
    if _apart_cm(stage) <= FOUR_FINGERS_CM:
        keys.append("placing.fingers")
    if any(pad.height_cm > pad.width_cm for pad in stage.pads):
        keys.append("placing.long")
    if stage.pads[0].site.value != "upper_thigh":
        keys.append("placing.help")
    return tuple(keys)


def _ready(view: View, words: Words) -> Keys:
    stage = view.stage
    if stage is None or not stage.pads:
        return ("ready.start",)
    begins = stage.contracts and stage.index == 0 and not stage.contractions_done
    return (
        "ready.stop",
        *(("ready.tighten",) if begins else ()),
        "ready.start",
    )


def _stimulating(view: View, words: Words) -> Keys:
    """With the first current, what the levels that are told later are counted against."""
    stage = view.stage
    begins = stage is not None and stage.index == 0 and not stage.contractions_done
    return ("stimulating.started", *(("stimulating.highest",) if begins else ()))


def _paused(view: View, words: Words) -> Keys:
    return ("paused.paused", "paused.end")


def _contact_lost(view: View, words: Words) -> Keys:
    if len(view.lost_channels) != 1:
        return ("contact_lost.both",)
    return ("contact_lost.left" if view.lost_channels == ("A",) else "contact_lost.right",)


def _stopped(view: View, words: Words) -> Keys:
    return ("stopped.off", "stopped.help")


def _stage_done(view: View, words: Words) -> Keys:
    if view.next_placement is None:
        return ("stage_done.done", "stage_done.last")
    # After the last place the skin is asked for anyway.
    return tuple(f"stage_done.{key}" for key in ("done", "off", "skin", "next"))


def _aftercare(view: View, words: Words) -> Keys:
    page = view.page_name or "skin"
    if page == "skin":
        return ("aftercare.skin", "aftercare.skin_scale")
    if page in pages.QUESTIONS:
        skip = ("skip",) if page in pages.SKIPPABLE else ()
        return (f"aftercare.{page}", "scale", *skip)
    if page in STRETCHES:
        first = page == STRETCHES[0]
        begins = ("aftercare.exercises", "aftercare.hurts") if first else ()
        return (*begins, f"aftercare.{page}", "aftercare.stay")
    if page in STRENGTHENING and view.exercise is not None:
        count = "sets" if view.exercise.block.sets > 1 else "repetitions"
        swap = ("aftercare.swap",) if page in STRETCHED_OUT else ()
        return (f"aftercare.{page}", *swap, f"aftercare.{count}")
    return ("aftercare.warning", "aftercare.water") if page == "water" else (f"aftercare.{page}",)


def _fault(view: View, words: Words, before: View | None) -> Keys:
    """What to do about the first fault. When every cause has gone, OK alone is left to be told."""
    if view.output is not Output.OFF:
        return ("fault.stopping",)
    again = ("fault.again",) if view.can_confirm else ()
    told = before is not None and before.state is State.FAULT and before.output is Output.OFF
    if again and told:
        return again
    first = view.faults[0] if view.faults else "internal"
    return (f"fault.{first if f'spoken.fault.{first}' in words else 'internal'}", *again)


_KEYS_OF = {
    State.SELF_TEST: lambda view, words: ("self_test.checking",),
    State.LOCKED: _locked,
    State.CHECKLIST: _checklist,
    State.REFUSED: _refused,
    State.CHOOSING: _choosing,
    State.PREPARING: _preparing,
    State.PLACING: _placing,
    State.READY: _ready,
    State.STIMULATING: _stimulating,
    State.PAUSED: _paused,
    State.CONTACT_LOST: _contact_lost,
    State.STOPPED: _stopped,
    State.STAGE_DONE: _stage_done,
    State.AFTERCARE: _aftercare,
}


def _values(view: View) -> dict[str, object]:
    """Everything that a text may fill in."""
    stage, block = view.stage, view.exercise.block if view.exercise else None
    return {
        "count": view.sessions_done,
        "value": part_of_date(view),
        "person": view.person,
        "limit": int(view.limit),
        "statements": view.statement.count if view.statement else 0,
        "place": stage.index + 1 if stage else 1,
        "places": stage.count if stage else 1,
        "pads": len(stage.pads) if stage else 0,
        "apart": _apart_cm(stage) if stage else 0,
        # The last page, the water, is not an exercise.
        "exercises": view.pages - 1 - view.page,
        "sets": block.sets if block else 0,
        "repetitions": block.repetitions if block else 0,
    }


def _apart_cm(stage: StageView) -> int:
    """Between the edges of the first side's two pads, whole centimetres."""
    return round(gap_cm(*stage.pads[:2])) if len(stage.pads) > 1 else 0


def stop_pressed_key(view: View) -> str:
    """What is said when STOP is pressed where it is no stop: its test, or a way that it blocks."""
    is_test = view.state is State.PREPARING and view.page_name == "stop_test"
    return "spoken.preparing.stop_release" if is_test else "spoken.stop_pressed"


def level_sentence(view: View, words: Words, why: str = "") -> str:
    """The levels, whole steps; one number where both are equal.

    `why` they fell where no hand lowered them: `_lowered`, or `_next_part` of the program.
    """
    levels = [round(channel.target) for channel in view.channels[:2]]
    if len(set(levels)) == 1:
        return words(f"spoken.level{why}", level=levels[0])
    return words(f"spoken.levels{why}", left=levels[0], right=levels[1])


def minutes_sentence(minutes: int, words: Words) -> str:
    """How many minutes of the stage are left."""
    if minutes == 1:
        return words("spoken.minute_left")
    return words("spoken.minutes_left", minutes=minutes)
