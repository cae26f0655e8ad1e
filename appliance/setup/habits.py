"""Sound, language, people, days and limits: what people decide, and nothing can find out."""

from collections.abc import Callable
from functools import partial

from appliance.errors import ApplianceError, SettingsError
from appliance.session.cues import LOUDEST, Cue
from appliance.settings import lock
from appliance.settings.editing import value_from
from appliance.settings.keys import Key, find, keys_of
from appliance.settings.kinds import WEEKDAYS
from appliance.settings.model import Settings
from appliance.settings.words import Words, languages
from appliance.setup.draft import Draft
from appliance.setup.machine import Machine
from appliance.setup.questions import (
    GO_ON,
    LEAVE_IT,
    ON,
    SKIP,
    SKIPPED,
    TRY_AGAIN,
    Choose,
    Conversation,
    Option,
    Outcome,
    Several,
    Talk,
    Work,
    Write,
)

_STEP = 2
_YES, _NO = Option("yes", "Yes"), Option("no", "No")
_HEARD = (
    Option("good", "That is right"),
    Option("louder", "Louder"),
    Option("softer", "Softer"),
    Option(ON, "Once more"),
    Option("deaf", "I hear nothing, at any volume"),
    LEAVE_IT,
)
_DEAF = """\
The buzzer is on GPIO {pin}, with 100 ohm in series, the other wire to ground. It has to be one \
without an oscillator of its own (passive), else it clicks or hums in one pitch."""


def sound(draft: Draft, machine: Machine) -> Conversation:
    words = f"The box plays a rhythm, and you say how loud it should be, 0 to {LOUDEST}."
    if (yield Choose(words, (GO_ON, LEAVE_IT))) != ON:
        return SKIPPED
    settings = draft.settings
    volume, buzzer, to_do = yield from _loudness(settings, machine)
    ticks = yield Choose(
        "Should each click of the knob tick?",
        (_YES, _NO),
        first=_YES.id if settings.sound.detents else _NO.id,
    )
    speaks = yield Choose(
        "Should the box speak? That wants a loudspeaker, espeak-ng and alsa-utils.",
        (_NO, Option("yes", "Yes, on the first loudspeaker")),
        first=_NO.id if settings.voice.device == "none" else _YES.id,
    )
    device = settings.voice.device
    if (speaks == _YES.id) != (device != "none"):
        device = "default" if speaks == _YES.id else "none"
    values: dict[str, object] = {
        "sound.volume": volume,
        "sound.detents": ticks == _YES.id,
        "voice.device": device,
        "indicators.buzzer": buzzer,
    }
    return Outcome(values, to_do, is_good=not to_do)


def _loudness(
    settings: Settings, machine: Machine
) -> Talk[tuple[int, int | None, tuple[str, ...]]]:
    """The volume, the buzzer's pin, and what is wrong with it."""
    volume, pin = settings.sound.volume, settings.indicators.buzzer
    while True:
        heard = settings.but(sound=settings.sound.but(volume=volume))
        played = yield Work(f"Playing at volume {volume} ...", partial(_play, machine, heard))
        if isinstance(played, ApplianceError):
            if (yield Choose(f"{played}", (TRY_AGAIN, LEAVE_IT))) == SKIP:
                return volume, pin, (f"sound: {played}",)
            continue
        answer = yield Choose(f"That was volume {volume} of {LOUDEST}.", _HEARD)
        if answer == "louder":
            volume = min(volume + _STEP, LOUDEST)
        elif answer == "softer":
            volume = max(volume - _STEP, 0)
        elif answer == "good":
            return volume, pin, ()
        elif answer == SKIP:
            return settings.sound.volume, pin, ()
        elif answer == "deaf":
            why = _DEAF.format(pin=pin)
            options = (TRY_AGAIN, Option("none", "There is no buzzer"), LEAVE_IT)
            told = yield Choose(why, options)
            if told == "none":
                return volume, None, ()
            if told == SKIP:
                return volume, pin, ("sound: the buzzer is not heard; see its wires",)


def _play(machine: Machine, settings: Settings, tell: Callable[[str], None]) -> None:
    machine.play(settings, Cue.VOLUME, machine.clock)


def language(draft: Draft, machine: Machine) -> Conversation:
    answer = yield Choose(
        "The language of the box: its screen, its voice, its messages.",
        (*(Option(code, Words.load(code)("language.name")) for code in languages()), LEAVE_IT),
        first=draft.settings.language,
    )
    return SKIPPED if answer == SKIP else Outcome({"language": answer})


def people(draft: Draft, machine: Machine) -> Conversation:
    key = find("plan.people")
    answer = yield Write(
        "Who uses the box? Names with commas between them, at most four. Each has a plan and a"
        " record of their own. Guest is always there.",
        ", ".join(draft.settings.plan.people),
        partial(_mistake, key),
    )
    return Outcome({"plan.people": value_from(key, answer)})


def days(draft: Draft, machine: Machine) -> Conversation:
    answer = yield Several(
        "On which days is a session due? Three with a day between them are usual. The first"
        " fourteen sessions are due once a day whatever is chosen here.",
        tuple(Option(day, day) for day in WEEKDAYS),
        frozenset(WEEKDAYS[day] for day in draft.settings.plan.days),
    )
    return Outcome({"plan.days": tuple(WEEKDAYS.index(day) for day in answer)})


def limits(draft: Draft, machine: Machine) -> Conversation:
    in_force = lock.read(draft.path)
    words = "What the box gives at most. Nothing can exceed the hard limits of the program."
    if in_force is not None:
        words += " A therapist's lock is set: less is allowed, and more is not."
    if (yield Choose(words, (GO_ON, LEAVE_IT))) != ON:
        return SKIPPED
    values: dict[str, object] = {}
    for key in (*keys_of("limits"), find("plan.stage_minutes")):
        now = key.kind.write(key.value_in(draft.settings))
        told = f"{key.full_name}: {key.help}.\n\n"
        told += f"Allowed is {key.kind.allowed}. The default is {key.kind.write(key.default)}."
        if in_force is not None:
            held = in_force.limits if key.section == "limits" else in_force
            told += f" The lock permits up to {getattr(held, key.name):g}."
        answer = yield Write(told, now, partial(_mistake, key))
        values[key.full_name] = value_from(key, answer)
    return Outcome(values)


def _mistake(key: Key, text: str) -> str:
    try:
        value_from(key, text)
    except SettingsError as error:
        return str(error)
    return ""
