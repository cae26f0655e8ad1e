"""What the voice says: complete in every language, short, and led by what to do."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.screen.examples.gallery import examples
from appliance.screen.examples.views import a_view
from appliance.session.board import Output
from appliance.session.faults import FAULTS
from appliance.session.state import State
from appliance.settings.words import Words, languages
from appliance.voice.clips import WORDS_A_MINUTE, Clip, synthesis_command, write_clip
from appliance.voice.known_texts import known_texts
from appliance.voice.sentences import minutes_sentence, screen_sentences

LONGEST_S, LONGEST_STATEMENT_S = 6.0, 12.0
MOST_WORDS = 8


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_every_screen_says_something(language: str, example) -> None:  # type: ignore[no-untyped-def]
    texts = screen_sentences(example.view, Words.load(language))
    assert texts
    assert all(texts)


def test_every_fault_and_every_statement_has_a_sentence() -> None:
    keys = Words.load("en").keys
    assert {f"spoken.fault.{name}" for name in FAULTS} <= keys
    statements = {key.split(".")[1] for key in keys if key.startswith("statement.")}
    assert {f"spoken.statement.{name}" for name in statements} <= keys


@pytest.mark.parametrize("faults", [(), ("from_the_future",)])
def test_a_fault_without_a_sentence_has_that_of_an_internal_one(faults: tuple[str, ...]) -> None:
    words = Words.load("en")
    view = a_view(State.FAULT, faults=faults, output=Output.OFF, can_confirm=False)
    assert screen_sentences(view, words) == (words("spoken.fault.internal"),)


def test_off_is_said_only_when_the_board_has_said_so() -> None:
    words = Words.load("en")
    for example in examples():
        for output in (Output.ON, Output.UNKNOWN):
            view = example.view.but(output=output)
            said = " ".join(screen_sentences(view, words))
            assert not re.search("(current|output|level) is (off|zero)", said, re.IGNORECASE)


@pytest.mark.parametrize("language", languages())
def test_a_sentence_has_eight_words_at_the_most(language: str) -> None:
    words = Words.load(language)
    for key in (key for key in words.keys if key.startswith("spoken.")):
        for sentence in re.split(r"[.?!]\s*", words.raw(key)):
            assert len(sentence.split()) <= MOST_WORDS, (key, sentence)


def test_one_minute_is_not_one_minutes() -> None:
    assert minutes_sentence(1, Words.load("en")) == "One minute left here."
    assert minutes_sentence(5, Words.load("en")) == "5 minutes left here."


def test_known_texts_have_no_placeholder_left() -> None:
    assert all("{" not in text for text in known_texts(Words.load("de")))


LONGEST_VALUES = {
    "level": 77,
    "left": 77,
    "right": 77,
    "minutes": 77,
    "value": 2027,
    "largest": 10,
    "count": 1777,
    "name": "Wirbelsäule und Gesäß",
    "person": "Maximiliane",
    "statements": 31,
    "place": 2,
    "places": 3,
    "pads": 4,
    "apart": 15,
    "limit": 77,
    "exercises": 6,
    "sets": 3,
    "repetitions": 10,
    "number": 10,
    "choices": 17,
}
"""What takes long to say, for each placeholder."""


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="NOT TESTED: espeak-ng is not installed")
@pytest.mark.parametrize("language", languages())
def test_no_text_takes_longer_than_a_person_listens(language: str, tmp_path: Path) -> None:
    words = Words.load(language)
    for key in sorted(key for key in words.keys if key.startswith("spoken.")):
        text = words(key, **LONGEST_VALUES)
        out = tmp_path / "text.wav"
        command = synthesis_command(language, text, WORDS_A_MINUTE)
        write_clip(out, subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        longest_s = LONGEST_STATEMENT_S if ".statement." in key else LONGEST_S
        seconds = Clip(out).seconds
        assert seconds <= longest_s, (key, round(seconds, 1), text)


def test_every_sentence_is_said_somewhere() -> None:
    """None is left over from another time: each is one that some view or moment asks for."""
    words = Words.load("en")
    asked: set[str] = set()

    class Asked(Words):
        def __call__(self, key: str, **values: object) -> str:
            asked.add(key)
            return super().__call__(key, **values)

    told = Asked("en", {key: words.raw(key) for key in words.keys})
    for example in examples():
        for output in Output:
            screen_sentences(example.view.but(output=output), told)
    by_kind = ("fault", "statement", "hint", "date", "option", "side", "placing", "aftercare")
    by_kind += ("first", "remedy", "skin", "take")
    left = {key for key in words.keys - asked if key.startswith("spoken.")}
    left = {key for key in left if key.split(".")[1] not in by_kind}
    assert {key for key in left if len(key.split(".")) > 2} <= SAID_IN_A_MOMENT


SAID_IN_A_MOMENT = {
    "spoken.choosing.soreness_before",
    "spoken.preparing.pads_old",
    "spoken.preparing.pads_new",
    "spoken.preparing.stop_release",
    "spoken.preparing.stop_works",
    "spoken.preparing.warmth",
    "spoken.preparing.cushion",
    "spoken.stimulating.highest",
    "spoken.preparing.own_pads",
    "spoken.preparing.leads",
    "spoken.ready.tighten",
    "spoken.ready.lying.upper_thigh",
    "spoken.ready.lying.glutes",
    "spoken.locked.done",
    "spoken.locked.undated",
    "spoken.locked.switch_off_now",
}
"""What no example of a screen says: `test_announcer.py`, `test_promises.py` and the journey by
voice try these."""
