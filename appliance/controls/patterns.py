"""The sound and vibration pattern of each cue: rhythm, pitches, loudness and meaning.

The rhythm alone identifies a cue, because a small buzzer, an old ear and a motor lose most of
the pitch. The motor in the hand plays the same rhythm. The tune only helps: it rises when
something continues and falls when something is over. Pitches lie between 520 and 1050 Hz, where
hearing changes least with age. Alarms are pulses of a 520 Hz square wave, the signal that fire
codes (NFPA 72) require in bedrooms because people with a hearing loss wake to it best.
"""

from collections.abc import Iterator
from enum import IntEnum

from appliance.records import Fixed
from appliance.session.cues import Cue

BEAT_S = {"'": 0.03, ".": 0.1, "-": 0.3, "=": 0.6}
"""Tick, short, long and very long. Each is at least twice the one before it."""
PITCH_HZ = {"c": 523, "d": 587, "e": 659, "g": 784, "a": 880, "C": 1047}
ALARM_HZ = 520
REST_S = 0.1
"""Between two beats."""
ALARM_REST_S = 0.3
AFTER_S = 0.5
"""Silence between two cues in a row: longer than any silence within one."""

Steps = tuple[tuple[int, float], ...]
"""Pitches in hertz in a row, each with its seconds; pitch 0 is silence."""


class Rank(IntEnum):
    """A cue interrupts another of the same or a lower rank."""

    TICK = 0
    MESSAGE = 1
    ALARM = 2


class Loudness(IntEnum):
    """How the volume of the settings counts."""

    SOFT = 0
    """Softer than the set volume: cues that are frequent or unimportant."""
    SET = 1
    FULL = 2
    """Full loudness at any volume, also at 0."""


class Pattern(Fixed, frozen=True):
    """The sound of a cue, and what it says. Alarms are heard at full loudness, always."""

    rank: Rank
    loudness: Loudness
    rhythm: str
    """Beats by their letters in `BEAT_S`."""
    tune: str
    """The pitch of each beat by its letter in `PITCH_HZ`; an alarm has none."""
    says: str

    @property
    def notes(self) -> Steps:
        """The beats and the rests between them."""
        return tuple(self._notes())

    @property
    def seconds(self) -> float:
        return sum(seconds for _, seconds in self.notes)

    def _notes(self) -> Iterator[tuple[int, float]]:
        rest_s = ALARM_REST_S if self.rank is Rank.ALARM else REST_S
        for index, beat in enumerate(self.rhythm):
            if index:
                yield 0, rest_s
            yield PITCH_HZ[self.tune[index]] if self.tune else ALARM_HZ, BEAT_S[beat]


def _alarm(rhythm: str, says: str) -> Pattern:
    return Pattern(Rank.ALARM, Loudness.FULL, rhythm, "", says)


def _message(rhythm: str, tune: str, says: str) -> Pattern:
    return Pattern(Rank.MESSAGE, Loudness.SET, rhythm, tune, says)


def _aside(rhythm: str, tune: str, says: str) -> Pattern:
    return Pattern(Rank.MESSAGE, Loudness.SOFT, rhythm, tune, says)


def _tick(rhythm: str, tune: str, says: str) -> Pattern:
    return Pattern(Rank.TICK, Loudness.SOFT, rhythm, tune, says)


PATTERNS: dict[Cue, Pattern] = {
    # Something is wrong, or has been stopped
    Cue.FAULT: _alarm("===", "Something is wrong, output is off. Somebody has to read the screen"),
    Cue.STOPPED: _alarm("=..", "STOP. Unwell: lie still, call someone. By mistake: let go, OK"),
    Cue.PAD_OFF: _alarm(".=.=", "A pad is off, level 0; then 1 left, 2 right, 3 both. Press, OK"),
    # The screen asks. Holds are longs
    Cue.LOCKED: _message("=", "e", "At rest. OK begins"),
    Cue.LOOK: _message(
        "=-",
        "ea",
        "Pages: then 1 record (knob: last session, week, trend, pads), 2 volume, 3 language,"
        " 4 date, or exercises. BACK: next. A date that is not sure: turn, then 1 year, 2 month,"
        " 3 day, 4 hour, 4 and 1 minutes; OK",
    ),
    Cue.STATEMENT: _message("--", "ee", "A statement. True for you: hold OK. No, not sure: BACK"),
    Cue.REFUSED: _message(
        "==",
        "ec",
        "No: 1 ask your doctor, 2 not today, 3 put it right, 4 the box is still on."
        " OK: rest; BACK: by mistake",
    ),
    Cue.NUMBER: _message(
        "-..",
        "gee",
        "Knob, then OK: 1 sore before, 2 skin (0 good to 2 bad), 3 sore now, 4 how bad it felt",
    ),
    Cue.CHOOSE: _message("-.-", "geg", "Choose by the knob; first is today's. OK takes it"),
    Cue.DO: _message(
        "--.",
        "eeg",
        "Do, then OK: 1 wash and dry the skin, 2 a drop of water on each pad,"
        " 3 worn out: knob right for new ones, 4 switch off (BACK: no)",
    ),
    Cue.STOP_TEST: _message("--..", "eegg", "Press STOP in your hand, and let go"),
    Cue.PLACE: _message(".--", "ega", "Place the pads of stage 1, 2, 3; then OK"),
    Cue.READY: _message("---", "ega", "Lie down. Hold OK for a second to start"),
    Cue.PAUSED: _message("-=", "ac", "Paused, level 0. OK goes on, hold BACK ends"),
    Cue.STAGE_ENDED: _message(
        "--=", "aec", "Stage over, level 0. Take pads off, OK; BACK: minutes more"
    ),
    Cue.DAY_QUESTION: _message(
        ".---",
        "gccc",
        "Today's question, 0 to 10. OK at once skips it: 1 stiff on waking, 2 sitting and"
        " standing, 3 flare-ups this week",
    ),
    Cue.STRETCH: _message("-.-.", "cece", "Stretch 1, 2, 3, until you hear its end"),
    Cue.EXERCISE: _message(
        "---.", "cega", "Exercise 1 bridge, 2 bird-dog, 3 dead bug, until you hear its end"
    ),
    Cue.WATER: _message("-.--", "gcgC", "Drink. OK ends"),
    # Counts, after what they count
    Cue.ONE: _message(".", "a", "1"),
    Cue.TWO: _message("..", "aa", "2"),
    Cue.THREE: _message("...", "aaa", "3"),
    Cue.FOUR: _message("....", "aaaa", "4, or more"),
    # Something has happened
    Cue.SELF_TEST_GOOD: _message("...-", "cegC", "The box has tested itself and is well"),
    Cue.CHECKLIST_DONE: _message("..=", "egC", "The checklist is complete"),
    Cue.STOP_HEARD: _message("-...", "Cggg", "STOP is pressed: nothing goes on until it is let go"),
    Cue.STARTED: _message("...=", "cegC", "Started, level 0. Turn up while you feel it"),
    Cue.RESUMED: _message(".=", "gC", "Goes on, level 0. Turn up while you feel it"),
    Cue.CONTRACTION_COMING: _message(".-", "ea", "A contraction begins in 2 seconds"),
    Cue.CONTRACTION_ENDED: _message("-.", "ae", "The contraction ends: rest"),
    Cue.LEVEL_HALVED: _message("..-", "ggC", "Next phase, level halved. Turn up in contractions"),
    Cue.FAINTER: _aside("..-.", "ggag", "Tingle weak? Turn up 1"),
    Cue.PADS_DRY: _message(
        "=.-", "aec", "Pads dry, level lower: 1 left, 2 right, 3 both. A drop of water"
    ),
    Cue.SESSION_ENDED: _message(".-.-=", "cegeC", "The session is over"),
    Cue.HALFWAY: _message(".--.", "ceec", "Half of the stretch is over: the other side"),
    Cue.STRETCH_OVER: _message(".-..", "cgcc", "The stretch or the exercise is over. OK"),
    Cue.WAITED: _message("--.-", "ggcg", "The minute for the gel is over. OK"),
    Cue.LIFT: _message("-..-", "ceeg", "Lift, and hold"),
    Cue.LOWER: _message("..--.", "ggeec", "Lower slowly"),
    # The hand is answered
    Cue.LIMIT_REACHED: _message(".-.", "CCC", "The limit: it goes no further"),
    Cue.UP_LOCKED: _message("..--", "eecc", "Up is locked: one click down unlocks"),
    Cue.NOT_NOW: _message("-", "c", "This press does nothing now"),
    Cue.VOLUME: _message(".-.-", "eaea", "This loud"),
    Cue.WAIT_FOR_CONTRACTION: _tick("''", "ee", "Up counts only while you feel it: wait"),
    Cue.DETENT: _tick("'", "C", "A click that counted"),
}
