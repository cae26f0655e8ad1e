"""Volume and language, set on the box: at once, for good, and the newest choice counts."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import main
from appliance.errors import JournalError
from appliance.service.box_choices import overriding
from appliance.session.state import State
from appliance.settings.model import Journal, Service, Settings, Sound
from tests.journeys.journey import Box, Home

BUZZER = 18


def set_on_the_box(box: Box, volume: int, german: bool = True) -> Box:
    """On the pages of `locked`: so many clicks of volume, and another language."""
    box.switched_on().back().back().sees(State.LOCKED, step="sound")
    box.turn(volume - box.record.volume, every_s=0.2)
    box.back().sees(State.LOCKED, step="language")
    return box.turn(1, every_s=0.2) if german else box


def loudest(box: Box) -> float:
    """The largest share of a period in which the buzzer was driven since the last time."""
    states = box.factory.pin(BUZZER).states
    duty = max((float(state.state) for state in states), default=0.0)
    del states[:]
    return duty


def test_they_count_at_once(home: Home) -> None:
    box = home.boot().switched_on().back().back().wait(3.0)
    loudest(box)
    box.turn(3, every_s=2.0).sees(State.LOCKED, volume=10)
    assert loudest(box) == 0.5
    box.turn(-10, every_s=0.1).wait(2.0)
    loudest(box)
    box.turn(1, every_s=2.0).sees(State.LOCKED, volume=1)
    assert loudest(box) == pytest.approx(0.01)
    box.back().turn(1).sees(State.LOCKED, language="de")
    assert box.view.language == "de"


def test_they_are_there_after_a_restart(home: Home) -> None:
    set_on_the_box(home.boot(), 9).close()
    for _ in range(2):
        box = home.boot().switched_on()
        box.sees(State.LOCKED, volume=9, language="de")
        assert box.words.language == "de"
        box.close()


def test_they_are_there_after_a_power_cut(home: Home) -> None:
    set_on_the_box(home.boot(), 3).cut_power()
    home.boot().switched_on().sees(State.LOCKED, volume=3, language="de")


def test_what_the_file_says_later_counts(home: Home) -> None:
    set_on_the_box(home.boot(), 9).close()
    later = Settings().but(sound=Sound(volume=4))
    box = home.boot(later).switched_on().sees(State.LOCKED, volume=4, language="de")
    set_on_the_box(box, 6, german=False).close()
    home.boot(later).switched_on().sees(State.LOCKED, volume=6, language="de")


def test_a_damaged_journal_leaves_the_files(home: Home) -> None:
    set_on_the_box(home.boot(), 9).close()
    journal = home.folder / "journal.sqlite3"
    journal.write_bytes(b"no journal at all" * 1000)
    box = home.boot().switched_on().sees(State.LOCKED, volume=7, language="en")
    # And in the one that is begun in its place they are kept again.
    set_on_the_box(box, 2).close()
    home.boot().switched_on().sees(State.LOCKED, volume=2, language="de")


def test_a_journal_that_cannot_be_written_lets_them_count_until_the_restart(home: Home) -> None:
    box = home.boot().switched_on()
    home.write_protect(box)
    box.back().back().turn(1, every_s=0.2)
    # It counts, and that it cannot be kept is told as for anything else.
    assert (box.record.volume, box.view.volume, box.fault) == (8, 8, "journal_dead")
    box.close()
    home.boot().switched_on().sees(State.LOCKED, volume=7)


def test_a_value_that_is_no_longer_allowed_is_left_out(home: Home) -> None:
    set_on_the_box(home.boot(), 9).close()
    connection = sqlite3.connect(home.folder / "journal.sqlite3")
    connection.execute("UPDATE choices SET value = '99' WHERE name = 'sound.volume'")
    connection.commit()
    connection.close()
    home.boot().switched_on().sees(State.LOCKED, volume=7, language="de")


def test_a_row_that_is_nonsense_is_a_damaged_journal(home: Home) -> None:
    set_on_the_box(home.boot(), 9).close()
    journal = home.folder / "journal.sqlite3"
    connection = sqlite3.connect(journal)
    connection.execute("UPDATE choices SET value = '{'")
    connection.commit()
    connection.close()
    with pytest.raises(JournalError):
        overriding(Settings(), journal)
    home.boot().switched_on().sees(State.LOCKED, volume=7, language="en")


class Desk:
    """A person who configures the box over SSH, with the box's own journal."""

    def __init__(self, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.home = home
        self.file = home.folder / "config.toml"
        self.settings = Settings().but(
            journal=Journal(home.folder / "journal.sqlite3"),
            service=Service(home.folder / "run"),
        )
        home.folder.mkdir(exist_ok=True)
        self.file.write_text(
            f'[journal]\npath = "{self.settings.journal.path}"\n'
            f'[service]\nruntime_dir = "{self.settings.service.runtime_dir}"\n'
        )

    def config(self, *arguments: Any, code: int = 0) -> tuple[str, str]:
        words = [str(word) for word in (*arguments, "--config", self.file)]
        assert main(["config", *words]) == code
        said = self._capsys.readouterr()
        return said.out, said.err

    def boot(self, **sound: int) -> Box:
        return self.home.boot(self.settings.but(sound=Sound(**sound)))


@pytest.fixture
def desk(home: Home, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(home, capsys)


def test_config_says_where_a_value_comes_from(desk: Desk) -> None:
    set_on_the_box(desk.boot(), 9).close()
    out, _ = desk.config("show")
    assert "volume = 9  # set on the box; the file says 7\n" in out
    assert 'language = "de"  # set on the box; the file says "en"\n' in out
    assert desk.config("get", "sound.volume") == ("9\n", "")
    desk.config("set", "sound.volume", "5")
    assert "volume = 5  # changed; the default is 7\n" in desk.config("show")[0]
    desk.boot(volume=5).switched_on().sees(State.LOCKED, volume=5, language="de")


def test_config_set_is_the_newest_choice_even_where_the_file_said_so_already(desk: Desk) -> None:
    set_on_the_box(desk.boot(), 9).close()
    desk.config("set", "sound.volume", "7")
    assert desk.config("get", "sound.volume") == ("7\n", "")
    desk.boot().switched_on().sees(State.LOCKED, volume=7, language="de")


def test_config_works_without_a_journal_and_makes_none(desk: Desk) -> None:
    assert desk.config("get", "sound.volume") == ("7\n", "")
    desk.config("set", "language", "de")
    assert desk.config("get", "language") == ("de\n", "")
    assert not desk.settings.journal.path.exists()


def test_config_says_so_where_the_journal_cannot_be_read(desk: Desk, tmp_path: Path) -> None:
    desk.settings.journal.path.write_bytes(b"no journal at all" * 1000)
    out, err = desk.config("get", "sound.volume")
    assert out == "7\n"
    (line,) = err.splitlines()
    assert "what was set on the box is not known" in line


@pytest.mark.parametrize("said", ['language = "en"\n', ""])
def test_config_unset_lets_the_default_count_over_what_was_set_on_the_box(
    desk: Desk, said: str
) -> None:
    desk.file.write_text(said + desk.file.read_text())
    set_on_the_box(desk.boot(), 9).close()
    before = desk.file.stat().st_mtime_ns
    out, _ = desk.config("unset", "language")
    assert "out, for the default; it counts" in out
    assert desk.file.stat().st_mtime_ns > before, "the running box would not notice"
    assert desk.config("get", "language") == ("en\n", "")
    assert "was not there; nothing was changed" in desk.config("unset", "language")[0]
    desk.boot().switched_on().sees(State.LOCKED, volume=9, language="en")


def refused(desk: Desk, *change: str) -> None:
    """The change fails in one line, and the file stays as it was."""
    before = desk.file.read_bytes()
    _, err = desk.config(*change, code=1)
    (line,) = err.splitlines()
    assert str(desk.settings.journal.path) in line and "nothing was changed" in line
    assert desk.file.read_bytes() == before


def test_a_journal_that_cannot_be_read_leaves_the_file_as_it_was(desk: Desk) -> None:
    desk.config("set", "language", "de")
    desk.settings.journal.path.write_bytes(b"no journal at all" * 1000)
    refused(desk, "set", "language", "en")
    refused(desk, "unset", "language")
    desk.config("set", "limits.current_ma", "40")


def test_a_choice_that_cannot_be_removed_leaves_the_file_as_it_was(desk: Desk) -> None:
    set_on_the_box(desk.boot(), 9).close()
    # With another value in the file the choice does not count; with the value of then it would.
    desk.config("set", "sound.volume", "5")
    connection = sqlite3.connect(desk.settings.journal.path)
    connection.execute(
        "CREATE TRIGGER kept BEFORE DELETE ON choices BEGIN SELECT raise(ABORT, 'kept'); END"
    )
    connection.close()
    refused(desk, "set", "sound.volume", "7")
    refused(desk, "unset", "sound.volume")
    assert desk.config("get", "sound.volume") == ("5\n", "")
