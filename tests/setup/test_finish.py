"""The end: a diff, and one write that can be taken back."""

from pathlib import Path

import pytest

from appliance.cli import main
from appliance.errors import ApplianceError, UsageError
from appliance.settings import past_files
from appliance.setup.draft import Draft
from tests.setup.rig import Rig

KEPT = "# mine\nlanguage = 'en'  # as it was\n\n[sound]\nvolume = 3\n"


def to_german(rig: Rig) -> None:
    rig.begin("language")
    rig.choose("Deutsch")


def test_what_changes_is_shown_before_it_is_written_once_and_undo_takes_it_back(
    tmp_path: Path,
) -> None:
    rig = Rig(tmp_path, KEPT)
    to_german(rig)
    rig.begin("days")
    rig.mark("mon")
    rig.begin("finish")
    assert rig.path.read_text() == KEPT
    shown = rig.words.splitlines()
    assert "-language = 'en'  # as it was" in shown
    assert '+language = "de"  # as it was' in shown
    assert '+days = ["mon"]' in shown
    rig.choose("Write it")
    text = rig.path.read_text()
    assert text.startswith('# mine\nlanguage = "de"  # as it was\n\n[sound]\nvolume = 3\n')
    assert len(past_files.past_files(rig.path)) == 1
    assert main(["config", "undo", "--config", str(rig.path)]) == 0
    assert rig.path.read_text() == KEPT


def test_a_file_that_is_missing_is_made(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "etc", text=None)
    to_german(rig)
    rig.begin("people")
    rig.answer("Anna")
    rig.begin("finish")
    rig.choose("Write it")
    schema, *lines = rig.path.read_text().splitlines()
    assert schema.startswith("#:schema ")
    assert lines == ['language = "de"', "", "[plan]", 'people = ["Anna"]']


def test_a_chapter_that_is_gone_through_again_replaces_what_it_changed(rig: Rig) -> None:
    to_german(rig)
    rig.begin("language")
    rig.choose("English")
    assert rig.draft.values == {}


def test_a_chapter_that_is_skipped_later_keeps_what_it_changed(rig: Rig) -> None:
    to_german(rig)
    rig.begin("language")
    rig.choose("Leave it")
    assert rig.draft.values == {"language": "de"}


def test_leaving_writes_nothing(rig: Rig) -> None:
    to_german(rig)
    rig.begin("finish")
    rig.choose("Leave, and change nothing")
    assert rig.draft.is_finished
    assert rig.path.read_text() == ""
    assert rig.draft.told == []


def test_a_file_that_somebody_else_has_changed_meanwhile_is_left_alone(rig: Rig) -> None:
    to_german(rig)
    rig.path.write_text("[sound]\nvolume = 1\n")
    rig.begin("finish")
    rig.choose("Write it")
    assert "somebody else has changed it meanwhile" in rig.words
    assert rig.path.read_text() == "[sound]\nvolume = 1\n"


def test_a_session_that_began_meanwhile_is_not_disturbed(rig: Rig) -> None:
    def refuse() -> None:
        raise ApplianceError("a session is running (stimulating), so nothing was changed")

    rig.machine.may_write = refuse
    to_german(rig)
    rig.begin("finish")
    rig.choose("Write it")
    assert "a session is running" in rig.words
    assert rig.path.read_text() == ""
    assert not rig.draft.is_finished


def test_what_setting_cannot_put_right_is_listed_at_the_end(rig: Rig) -> None:
    rig.begin("board")
    rig.choose("/dev/ems-stimulator")
    rig.choose("Leave it")
    rig.begin("finish")
    assert "To be put right by hand" in rig.words
    assert "* board: /dev/ems-stimulator: no known board answers" in rig.words


def test_a_file_with_mistakes_is_refused_at_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[sound]\nvolume = 99\n")
    with pytest.raises(UsageError, match="volume = 99"):
        Draft(path)
