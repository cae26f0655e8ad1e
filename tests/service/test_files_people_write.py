"""Settings as people save them: the whole box says on its own panel what is wrong, and `stop`
finds it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.clock import SystemClock
from appliance.service.assembly import assemble
from appliance.service.loop import Service
from appliance.service.settings_files import SettingsFiles
from appliance.session.state import State
from appliance.settings.words import Words, languages

WITHIN_S = 20.0
STAGES = 'stages = [{ placement = "lower_back", program = "lower_back", minutes = 10 }]\n'


@pytest.fixture(autouse=True)
def mock_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")


def text(folder: Path, language: str, wrong: str) -> str:
    """The first section is the one that was lost: the panel and the runtime folder stand there."""
    return (
        f'language = "{language}"\n'
        f'[screen]  # ours\ndriver = "capture"\ncapture_dir = "{folder / "pictures"}"\n'
        f'[service]\nruntime_dir = "{folder / "run"}"\n'
        f'[journal]\npath = "{folder / "journal.sqlite3"}"\n{wrong}'
    )


@contextmanager
def switched_on(config: Path) -> Iterator[Service]:
    """A box with these settings, in its fault."""
    clock = SystemClock()
    service = assemble(SettingsFiles(config, {}), clock)
    try:
        service.begin()
        until = clock.now() + WITHIN_S
        while service.record.state is not State.FAULT and clock.now() < until:
            service.wait_and_step()
        yield service
    finally:
        service.finish()


def stopped_from_afar(service: Service, config: Path) -> int:
    """The exit code of `stop`, given over SSH while the box goes on."""
    codes: list[int] = []
    verb = threading.Thread(target=lambda: codes.append(main(["stop", "--config", str(config)])))
    verb.start()
    while verb.is_alive():
        service.wait_and_step()
    return codes[0]


def as_utf_8_with_a_mark(text: str) -> bytes:
    return text.encode("utf-8-sig")


def as_utf_16(text: str) -> bytes:
    return text.encode("utf-16")


def as_utf_16_without_a_mark(text: str) -> bytes:
    return text.encode("utf-16-le")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("saved", "wrong", "words"),
    [
        (as_utf_8_with_a_mark, "[limits]\ncurrent_ma = 95\n", "current_ma = 95"),
        (str.encode, "[limits]  # of mine\ncurrent_ma 20\n", "TOML"),
        (as_utf_16, "", "save it as UTF-8"),
        (as_utf_16_without_a_mark, "", "this is not TOML"),
    ],
    ids=["byte-order mark", "comment", "UTF-16", "UTF-16 without mark"],
)
def test_a_file_as_an_editor_saved_it_is_told_on_its_own_panel_and_stop_finds_the_box(
    tmp_path: Path, language: str, saved: Callable[[str], bytes], wrong: str, words: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(saved(text(tmp_path, language, wrong)))
    with switched_on(config) as box:
        status = box.answer({"verb": "status"})
        assert status["fault"]["id"] == "settings_wrong"
        assert status["fault"]["text"] == Words.load(language).fault("settings_wrong")[0]
        assert words in status["fault"]["detail"]
        assert stopped_from_afar(box, config) == 0
        assert all(channel["in_force"] == 0.0 for channel in status["channels"])
    assert (tmp_path / "pictures" / "screen.png").stat().st_size > 0


def a_folder(path: Path) -> None:
    path.mkdir()


def a_file(path: Path) -> None:
    path.write_text("")


def two_alike(path: Path) -> None:
    path.write_text(f"[my_back]\n{STAGES}[my-back]\n{STAGES}['my back']\n{STAGES}")


def one_that_the_font_lacks(path: Path) -> None:
    path.write_text(f"['спина']\n{STAGES}", "utf-8")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("name", "made", "words"),
    [
        ("programs.toml", a_folder, "programs.toml: it is a folder"),
        ("Programs.toml", a_file, "rename it to programs.toml"),
        ("program.toml", a_file, "rename it to programs.toml"),
        ("routines.toml.txt", a_file, "rename it to routines.toml"),
        ("routines.toml", two_alike, "it looks like [my_back]"),
        ("routines.toml", one_that_the_font_lacks, "the screen cannot draw this name"),
    ],
    ids=["folder", "capital", "singular", "txt", "alike", "font"],
)
def test_a_file_beside_the_settings_that_nothing_could_read_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    language: str,
    name: str,
    made: Callable[[Path], None],
    words: str,
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text(tmp_path, language, ""))
    made(tmp_path / name)
    assert main(["config", "validate", "--config", str(config)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    with switched_on(config) as box:
        fault = box.answer({"verb": "status"})["fault"]
    assert fault["id"] == "settings_wrong" and words in fault["detail"]
    assert fault["text"] == Words.load(language).fault("settings_wrong")[0]


@pytest.mark.parametrize("people", ['["Оля", "Аня"]', '["José", "Jose"]'])
def test_people_whom_the_panel_cannot_tell_apart_are_refused_with_words(
    tmp_path: Path, people: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text(tmp_path, "en", f"[plan]\npeople = {people}\n"), "utf-8")
    with switched_on(config) as box:
        fault = box.answer({"verb": "status"})["fault"]
    assert "no two drawn alike" in fault["detail"]
