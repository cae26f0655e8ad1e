"""A new file in `settings/words` is all that a new language needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

APPLIANCE = Path(__file__).parents[2] / "appliance"
TRIES_THE_LANGUAGE_PAGE = """
from appliance.settings.words import languages
from appliance.screen.draw import measure
from appliance.screen.examples.gallery import NOW, examples
from appliance.settings.words import Words

assert languages() == ("de", "en", "fr"), languages()
page = next(example.view for example in examples() if example.name == "locked language")
assert measure(page, Words.load("fr"), NOW) == []
assert Words.load("fr")("language.name") == "Français"
"""


@pytest.fixture(scope="module")
def with_french(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package whose only addition is `fr.toml`."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(APPLIANCE, folder / "appliance", ignore=shutil.ignore_patterns("__pycache__"))
    words = folder / "appliance" / "settings" / "words"
    french = (words / "en.toml").read_text("utf-8").replace('"English"', '"Français"')
    (words / "fr.toml").write_text(french, "utf-8")
    return folder


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_screens_are_drawn_and_measured(with_french: Path) -> None:
    done = python(with_french, "-c", TRIES_THE_LANGUAGE_PAGE)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_settings_allow_it(with_french: Path) -> None:
    file = with_french / "config.toml"
    done = python(
        with_french, "-m", "appliance", "config", "set", "--config", str(file), "language", "fr"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_text("utf-8") == 'language = "fr"\n'


def test_one_without_a_file_is_refused_and_those_with_one_are_named(with_french: Path) -> None:
    file = with_french / "none.toml"
    done = python(
        with_french, "-m", "appliance", "config", "set", "--config", str(file), "language", "it"
    )
    assert done.returncode == 2
    assert '"de", "en", "fr"' in done.stderr
