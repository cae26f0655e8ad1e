"""A listener for the virtual box: keeps what the voice would say, and when."""

from appliance.service.parts import cues_last_s
from appliance.session.cues import Cue
from appliance.session.view import View
from appliance.settings.words import DEFAULT_LANGUAGE, Words
from appliance.therapy.units import NEVER
from appliance.voice.announcer import Announcer, Utterance


class Listener:
    """A voice that is read instead of heard: every utterance with the moment it began."""

    def __init__(self, again_s: float = NEVER) -> None:
        self.heard: list[Utterance] = []
        self.cut_at: list[float] = []
        """When speech was cut off."""
        self.sounded: list[tuple[float, tuple[Cue, ...]]] = []
        """The cues of the buzzer, with the moment they began."""
        self.language = DEFAULT_LANGUAGE
        self._announcer = Announcer(Words.load, cues_last_s, again_s)

    def show(self, view: View, cues: tuple[Cue, ...], now: float) -> None:
        self.language = view.language
        if cues:
            self.sounded.append((now, cues))
        self._announcer.show(view, cues, now)
        self.tick(now)

    def next_deadline(self) -> float:
        return self._announcer.next_deadline

    def tick(self, now: float) -> None:
        cut, utterance = self._announcer.take(now)
        if cut:
            self.cut_at.append(now)
        if utterance is not None:
            self.heard.append(utterance.but(at=now))

    def faults(self, now: float) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        return None
