"""A new file in `settings/words` is all that a new language needs."""

import pytest

from tests.recipes.copies import WORDS, Copy

TRIES_THE_LANGUAGE_PAGE = """
from appliance.settings.words import languages
from appliance.screen.draw import measure
from appliance.screen.examples.gallery import examples
from appliance.settings.words import Words

assert languages() == ("de", "en", "fr"), languages()
page = next(example.view for example in examples() if example.name == "locked language")
assert measure(page, Words.load("fr")) == []
assert Words.load("fr")("language.name") == "Français"
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The code with `fr.toml` in it."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    english = (copy.folder / WORDS / "en.toml").read_text("utf-8")
    copy.write(f"{WORDS}/fr.toml", english.replace('"English"', '"Français"'))
    return copy


def test_its_screens_are_drawn_and_measured(copy: Copy) -> None:
    copy.run("-c", TRIES_THE_LANGUAGE_PAGE)


def test_its_words_are_tested_like_those_of_every_language(copy: Copy) -> None:
    passed = copy.passes("tests/screen/test_words.py", "-k", "keys_and_placeholders or promises")
    assert "test_every_language_has_the_keys_and_placeholders_of_english[fr]" in passed
    passed = copy.passes("tests/voice/test_sentences.py", "-k", "eight_words")
    assert "test_a_sentence_has_eight_words_at_the_most[fr]" in passed


def test_the_page_of_the_settings_names_it(copy: Copy) -> None:
    copy.passes("tests/docs/test_readme.py", "-k", "settings")
    assert '"fr"' in (copy.folder / "appliance/settings/README.md").read_text("utf-8")


def test_the_settings_allow_it(copy: Copy) -> None:
    copy.run("-m", "appliance", "config", "set", "--config", "config.toml", "language", "fr")
    assert (copy.folder / "config.toml").read_text("utf-8").endswith('\nlanguage = "fr"\n')


def test_one_without_a_file_is_refused_and_those_with_one_are_named(copy: Copy) -> None:
    set_it = ("config", "set", "--config", "none.toml", "language", "it")
    done = copy.attempt("-m", "appliance", *set_it)
    assert done.returncode == 2
    assert '"de", "en", "fr"' in done.stderr
