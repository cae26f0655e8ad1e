"""When the voice speaks: one slot, filled by what the screen shows and the cues that sound.

A newer text replaces an older one. Texts wait for the end of the cue that sounds with
them; `tighten` and `rest` do not, because they belong to the contraction. Levels and minutes
left have a slot of their own, behind the first one. An alarm cuts speech off at once.
"""

from collections.abc import Callable, Iterable

from appliance.controls.patterns import PATTERNS, Rank
from appliance.records import Fixed
from appliance.session.cues import Cue
from appliance.session.events import Button
from appliance.session.machine import prompts
from appliance.session.state import State
from appliance.session.view import View
from appliance.settings.words import Words
from appliance.therapy.units import LONG_AGO, NEVER
from appliance.voice.changes import (
    choice,
    contraction_word,
    day_key,
    exercise_word,
    is_stopped_now,
    minutes_now,
    new_tells,
    screen_key,
    stop_blocks,
    stop_is_told,
    targets,
)
from appliance.voice.choices import choice_sentence
from appliance.voice.sentences import (
    level_sentence,
    minutes_sentence,
    screen_sentences,
    stop_pressed_key,
)

LEVEL_RESTS_S = 1.0
"""The knob has rested for this long before its level is spoken."""
CHOICE_RESTS_S = 0.3
"""Likewise what the knob has chosen: nothing flows, and each choice should be heard."""
REST_S = 5.0
"""Time after a screen or a cue until the box is at rest and does not announce a new day."""
REPEAT_HELD_S = 0.5
"""Time for which BACK is held to hear the screen's text once more."""
LETTERS_A_SECOND = 12.0
"""The slowest speech: a text takes at most its letters at this rate, and `WORD_S` more."""
WORD_S = 0.5

_SILENT_CUES = frozenset({Cue.DETENT, Cue.WAIT_FOR_CONTRACTION})
_WAITING = frozenset(State) - {
    *(State.SELF_TEST, State.LOCKED, State.STIMULATING),
    # Its timers and repetitions announce by themselves what is next.
    State.AFTERCARE,
}
"""Where the box waits for a hand."""
_ALARMS = frozenset(cue for cue in Cue if PATTERNS[cue].rank is Rank.ALARM)
_ASKS = frozenset(cues[0] for cues in (*prompts.BY_STATE.values(), *prompts.BY_PAGE.values())) | {
    Cue.REFUSED,
    Cue.PLACE,
    Cue.PAD_OFF,
}
"""Cues that say what a screen asks for: on entry, and again after a minute without a hand."""


class Utterance(Fixed, frozen=True):
    """Texts to be said one after the other, in `language`, from `at` on, seconds."""

    texts: tuple[str, ...]
    language: str
    volume: int
    at: float


class Announcer:
    """Decides what is said when. Told of each view and its cues; asked what is due."""

    def __init__(
        self,
        words: Callable[[str], Words],
        cue_s: Callable[[Iterable[Cue]], float],
        again_s: float = NEVER,
    ) -> None:
        """`again_s` after it was said, what a screen waits for is said again.

        Where nobody answers, that ends with the cues that ask for it.
        """
        self._again_s = again_s
        self._words = words
        self._cue_s = cue_s
        self._view: View | None = None
        self._screen: tuple[object, ...] = ()
        """The key of the screen that was shown last."""
        self._came_from: View | None = None
        self._waiting: Utterance | None = None
        self._minutes: int | None = None
        self._level_at = NEVER
        self._why = ""
        """Why the level that is told next fell, where no hand has set it."""
        self._in_rest: tuple[str, ...] = ()
        """Hints whose advice waits for the next rest, where there is time for it."""
        self._advised: frozenset[str] = frozenset()
        """Advice that this stage has had."""
        self._stirred_at = LONG_AGO
        """When a screen last came or a cue last sounded."""
        self._cut = False
        self._quiet_until = LONG_AGO
        self._speaks_until = LONG_AGO
        self._repeated = False

    @property
    def next_deadline(self) -> float:
        """When `take` has something to give, seconds; NEVER while nothing waits."""
        if self._cut:
            return LONG_AGO
        return self._waiting.at if self._waiting else self._number_at

    def show(self, view: View, cues: tuple[Cue, ...], now: float) -> None:
        """Take note of a view and of the cues that sound with it."""
        before, self._view = self._view, view
        if before is not None:
            self._forget(self._over(before, view))
        screen_before, self._screen = self._screen, screen_key(view)
        heard = [cue for cue in cues if cue not in _SILENT_CUES]
        if heard:
            self._quiet_until = now + self._cue_s(heard)
        self._cut |= is_stopped_now(before, view) or not _ALARMS.isdisjoint(cues)
        is_new = before is None or screen_before != self._screen
        if is_new or cues:
            self._stirred_at = now
        if before is None or is_new or self._day_is_told(before, view, now):
            self._minutes, self._level_at, self._in_rest = None, NEVER, ()
            if view.state is State.PLACING:
                self._advised = frozenset()
            # A screen may change once more before it has been told what was done to get there.
            if self._waiting is None or before is None or before.state is not view.state:
                self._came_from = before
            self._ask(view, self._came_from, max(now, self._quiet_until))
        elif not _ASKS.isdisjoint(cues):
            self._ask(view, view, self._quiet_until)
        elif self._asks_again(view, now):
            self._ask(view, view, now)
        else:
            self._stay(before, view, cues, now)

    def take(self, now: float) -> tuple[bool, Utterance | None]:
        """Whether speech is cut off now, and what is said from now on."""
        cut, self._cut = self._cut, False
        waiting = self._waiting
        if waiting is not None:
            if waiting.at > now:
                return cut, None
            self._waiting = None
            return cut, waiting
        if self._view is None or self._number_at > now:
            return cut, None
        return cut, self._numbers(self._view, now)

    @property
    def _number_at(self) -> float:
        """When levels and minutes left are said: when all else has been said."""
        at = LONG_AGO if self._minutes is not None else self._level_at
        return max(at, self._quiet_until, self._speaks_until)

    def _numbers(self, view: View, now: float) -> Utterance:
        words, texts = self._words(view.language), []
        if self._minutes is not None:
            texts.append(minutes_sentence(self._minutes, words))
        if self._level_at <= now:
            texts.append(level_sentence(view, words, self._why))
            self._level_at = NEVER
        self._minutes = None
        return Utterance(tuple(texts), view.language, view.volume, now)

    def _asks_again(self, view: View, now: float) -> bool:
        """Whether it is time to say again what the screen waits for, while the buzzer asks too."""
        asking = view.state in _WAITING and now - self._stirred_at <= prompts.REMIND_S
        return asking and now - self._speaks_until >= self._again_s

    def _day_is_told(self, before: View, view: View, now: float) -> bool:
        """Whether the day has changed while somebody is at the box, and not at midnight at rest."""
        return now - self._stirred_at < REST_S and day_key(before) != day_key(view)

    def _over(self, before: View, view: View) -> tuple[str, ...]:
        """Texts that are no longer so: of a hint that is gone, or of STOP that was let go."""
        words = self._words(before.language)
        gone = _hint_texts(before.hint, words) if view.hint != before.hint else ()
        let_go = before.stop_pressed and not view.stop_pressed
        return (*gone, words(stop_pressed_key(before))) if let_go else gone

    def _forget(self, texts: tuple[str, ...]) -> None:
        """Do not say these texts, if they still wait. What waits with them is said."""
        waiting = self._waiting
        if waiting is None or not set(texts) & set(waiting.texts):
            return
        left = tuple(text for text in waiting.texts if text not in texts)
        self._waiting = waiting.but(texts=left) if left else None
        self._speaks_until = waiting.at + _seconds(left)

    def _ask(self, view: View, before: View | None, at: float) -> None:
        """Say what the screen asks for, and first what STOP asks for where it blocks the way."""
        words = self._words(view.language)
        stop = (words(stop_pressed_key(view)),) if stop_blocks(view) else ()
        self._say((*stop, *screen_sentences(view, words, before)), at)

    def _stay(self, before: View, view: View, cues: tuple[Cue, ...], now: float) -> None:
        words, hint = self._words(view.language), self._hint(before, view)
        if view.hint in _DRY:
            # Turned up is not taken now. This stage has not had the advice, and may have it later.
            self._advised, self._in_rest = self._advised - set(self._in_rest), ()
        after_cue = max(now, self._quiet_until)
        if stop_is_told(before, view, cues):
            self._say((words(stop_pressed_key(view)),), after_cue)
        elif self._repeat_wanted(view):
            self._ask(view, view, now)
        elif key := next((_TIME_OVER[cue] for cue in cues if cue in _TIME_OVER), None):
            self._say((words(key),), after_cue)
        elif (beat := exercise_word(before, view)) is not None:
            self._say((words(f"spoken.{beat}"),), now)
        elif (word := contraction_word(before, view)) is not None:
            advice = self._advice(words) if word == "rest" else ()
            self._say((words(f"spoken.{word}"), *_hint_texts(hint, words), *advice), now)
        elif hint is not None:
            self._say(_hint_texts(hint, words), after_cue)
        elif told := new_tells(before, view):
            self._say(tuple(words(f"spoken.fault.{name}") for name in told), after_cue)
        elif choice(before) != choice(view):
            chosen = choice_sentence(view, words)
            self._say((chosen,) if chosen else (), now + CHOICE_RESTS_S)
        if view.state is State.STIMULATING:
            self._note_numbers(before, view, cues, now)

    def _hint(self, before: View, view: View) -> str | None:
        """A hint that has just come and is said now. Advice is said once, in the next rest."""
        hint = view.hint if view.hint != before.hint else None
        if hint is None or hint not in _ADVICE or view.stage is None or view.stage.continuous:
            return hint
        felt_one = view.stage.contractions_done > 0
        if hint not in self._advised and (felt_one or hint != "tighten"):
            self._advised |= {hint}
            self._in_rest += (hint,)
        return None

    def _advice(self, words: Words) -> tuple[str, ...]:
        """The advice that has waited for this rest."""
        hints, self._in_rest = self._in_rest, ()
        return tuple(text for hint in hints for text in _hint_texts(hint, words))

    def _note_numbers(self, before: View, view: View, cues: tuple[Cue, ...], now: float) -> None:
        if targets(before) != targets(view):
            self._level_at = now + LEVEL_RESTS_S
            fell = any(old > new for old, new in zip(targets(before), targets(view), strict=True))
            by_box = fell and Cue.DETENT not in cues
            why = "_next_part" if Cue.LEVEL_HALVED in cues else "_lowered"
            self._why = why if by_box else ""
        self._minutes = minutes_now(before, view) or self._minutes

    def _repeat_wanted(self, view: View) -> bool:
        """Once per press of BACK that is held for half a second."""
        hold = view.hold
        held = hold is not None and hold.button is Button.BACK and hold.fraction >= REPEAT_HELD_S
        wanted, self._repeated = held and not self._repeated, held
        return wanted

    def _say(self, texts: tuple[str, ...], at: float) -> None:
        view = self._view
        if view is None or not texts:
            self._waiting = None
            return
        self._waiting = Utterance(texts, view.language, view.volume, at)
        self._speaks_until = at + _seconds(texts)


def _seconds(texts: tuple[str, ...]) -> float:
    """An upper bound of how long it takes to say them."""
    return WORD_S + len(" ".join(texts)) / LETTERS_A_SECOND


_TIME_OVER = {
    Cue.WAITED: "spoken.waited",
    Cue.HALFWAY: "spoken.halfway",
    Cue.STRETCH_OVER: "spoken.exercise_over",
}
"""What is said with the cue that ends a time: of softening gel, a stretch or an exercise."""
_ADVICE = frozenset({"turn_up", "tighten"})
"""Hints whose advice is too long to be said within a contraction."""
_DRY = frozenset({"dry_left", "dry_right", "dry_both"})
"""Hints while the pads are dry and up is refused."""


def _hint_texts(hint: str | None, words: Words) -> tuple[str, ...]:
    key = f"spoken.hint.{hint}"
    return (words(key),) if hint is not None and key in words else ()
