"""The words: complete, used, and the same keys and placeholders in every language."""

import re
from pathlib import Path
from string import Formatter

import pytest

from appliance.errors import SettingsError
from appliance.screen.draw import draw
from appliance.screen.drawing import fonts
from appliance.screen.drawing.fonts import SOFT_HYPHEN
from appliance.screen.examples.gallery import examples
from appliance.screen.examples.shipped import shipped
from appliance.screen.examples.views import ON_BODY
from appliance.session.board import Output
from appliance.session.faults import FAULTS, Effect
from appliance.settings.words import Words, languages
from appliance.therapy.placements import Site

TOLD = {fault.id for fault in FAULTS.values() if fault.effect is Effect.TELL}
"""Faults that have no screen: `status` alone says what to do about them."""
STATEMENTS = {statement.id for statement in shipped().statements}
PROMISES = re.compile(
    r"treat|cure|relie[vf]|clinically|proven|flush|detox|\bheal(s|ed|ing)?\b"
    r"|behandel|heilt|heilung|linder|therapie\b|klinisch|entgift",
    re.IGNORECASE,
)


class CountingWords:
    """Words that write down which keys were asked for."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.words

    def __call__(self, key: str, **values: object) -> str:
        self.asked.add(key)
        return self.words(key, **values)


def placeholders(words: Words, key: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words.raw(key)) if name}


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_keys_and_placeholders_of_english(language: str) -> None:
    english, other = Words.load("en"), Words.load(language)
    assert other.keys == english.keys
    for key in english.keys:
        assert placeholders(other, key) == placeholders(english, key), key


MUST_SAY = {
    "statement.no_active_implant.text": ("pacemaker|defib|pump", "schrittmacher|defi|pumpe"),
    "statement.on_battery.text": ("battery|wall|charger|computer", "akku|steckdose|lader|computer"),
    "statement.adult_and_alone.text": ("18|myself", "18|selbst"),
    "stopped.unwell": ("lie|call", "liegen|ruf"),
    "stopped.let_go": ("mistake|let it go", "irrtum|loslassen"),
}
"""For each key the words in English and in German, all of which it has to have."""


@pytest.mark.parametrize("key", MUST_SAY)
def test_what_must_be_asked_or_told_has_its_words(key: str) -> None:
    for language, needed in zip(("en", "de"), MUST_SAY[key], strict=True):
        said = Words.load(language).raw(key).replace(SOFT_HYPHEN, "").lower()
        assert [word for word in needed.split("|") if word not in said] == []


def test_every_statement_fault_and_stage_has_its_words() -> None:
    words = Words.load("en")
    needed = {f"statement.{name}.{part}" for name in STATEMENTS for part in ("text", "remedy")}
    needed |= {f"fault.{name}.{part}" for name in FAULTS for part in ("text", "next")}
    needed |= {f"stage.{name}.name" for name in shipped().placements}
    needed |= {f"stage.{name}.landmark" for name in ON_BODY}
    needed |= {f"site.{site.value}.{part}" for site in Site for part in ("left", "right", "lying")}
    assert needed <= words.keys


def test_no_statement_or_fault_is_left_from_another_time() -> None:
    words = Words.load("en")
    names = {key.split(".")[1] for key in words.keys if key.startswith("fault.")}
    assert names == set(FAULTS)
    statements = {key.split(".")[1] for key in words.keys if key.startswith("statement.")}
    assert statements == STATEMENTS


def test_every_key_is_on_some_screen() -> None:
    counting = CountingWords(Words.load("en"))
    for example in examples():
        draw(example.view, counting)
    elsewhere = {key for key in counting.words.keys if key.startswith(("report.", "spoken."))}
    elsewhere |= {f"fault.{name}.next" for name in TOLD}
    assert counting.words.keys - counting.asked - elsewhere == set()


@pytest.mark.parametrize("language", languages())
def test_no_word_promises_anything(language: str) -> None:
    words = Words.load(language)
    assert [key for key in words.keys if PROMISES.search(words.raw(key))] == []


SAY_OFF = {
    "paused.text",
    "contact_lost.off",
    "stopped.off",
    "stage_done.text",
    "fault_screen.title",
}


@pytest.mark.parametrize("output", [Output.ON, Output.UNKNOWN])
def test_no_screen_says_off_while_that_is_not_known(output: Output) -> None:
    counting = CountingWords(Words.load("en"))
    for example in examples():
        draw(example.view.but(output=output), counting)
    assert counting.asked & SAY_OFF == set()
    assert {"still_on.may_be", "fault_screen.stopping"} <= counting.asked


@pytest.mark.parametrize(("language", "off"), [("en", "is (off|0)"), ("de", "ist (aus|0)")])
def test_only_words_of_a_known_output_say_that_it_is_off(language: str, off: str) -> None:
    words = Words.load(language)
    says = re.compile(rf"(current|output|strom|level|stärke) {off}", re.IGNORECASE)
    written = {key for key in words.keys if not key.startswith("spoken.")}
    assert {key for key in written if says.search(words.raw(key))} == SAY_OFF


def test_a_missing_key_is_named() -> None:
    with pytest.raises(SettingsError, match=r"words/en\.toml: no words under 'nothing\.here'"):
        Words.load("en")("nothing.here")


def test_a_missing_placeholder_is_named() -> None:
    with pytest.raises(SettingsError, match=r"locked\.today needs 'stages'"):
        Words.load("en")("locked.today", minutes=20)


def test_an_unknown_language_names_those_that_there_are() -> None:
    with pytest.raises(SettingsError, match=r"no words for 'xx'; there are .*en"):
        Words.load("xx")


def test_the_file_of_each_language_is_where_a_translator_looks() -> None:
    folder = Path(__file__).parents[2] / "appliance" / "settings" / "words"
    assert sorted(path.stem for path in folder.glob("*.toml")) == list(languages())


@pytest.mark.parametrize("language", languages())
def test_both_faces_have_every_character(language: str) -> None:
    words = Words.load(language)
    used = {character for key in words.keys for character in words.raw(key)}
    used -= {SOFT_HYPHEN, "\n", "{", "}"}
    assert {c for c in used if not fonts.text().has(c)} == set()
    arrows = set("◄►▲▼")
    assert {c for c in used - arrows if not fonts.small().has(c)} == set()


@pytest.mark.parametrize("language", languages())
def test_words_that_leave_the_screen_have_no_soft_hyphens(language: str) -> None:
    words = Words.load(language)
    told = [
        key for key in words.keys if key.startswith(("fault.", "stage.", "routine.", "choosing."))
    ]
    assert [key for key in told if SOFT_HYPHEN in words.raw(key)] == []


def test_a_language_is_read_once_because_the_control_loop_asks_for_its_words() -> None:
    assert Words.load("en") is Words.load("en")
