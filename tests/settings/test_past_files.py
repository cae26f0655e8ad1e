"""What a change replaces is kept, and comes back; killed at any moment the file is whole."""

import os
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from appliance.cli import editor
from appliance.errors import SettingsError
from appliance.settings import editing
from appliance.settings.editing import set_value, undo, unset_value
from appliance.settings.past_files import MOST_KEPT, past_files
from appliance.settings.reading import load

OLD = "# mine\n[sound]\nvolume = 3  # quiet\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(OLD)
    return file


def is_good(file: Path) -> Callable[[str], None]:
    return lambda text: editing.check(file, text)


def volume(file: Path) -> int:
    return load(file, {}).sound.volume


def test_each_change_keeps_what_it_replaces(file: Path) -> None:
    for value in ("4", "5", "5"):
        set_value(file, "sound.volume", value)
    kept = past_files(file)
    assert [past.number for past in kept] == [2, 1]
    assert kept[1].path.read_text() == OLD


def test_undo_goes_back_one_change_at_a_time(file: Path) -> None:
    set_value(file, "sound.volume", "4")
    set_value(file, "sound.volume", "5")
    assert [undo(file, is_good(file)).number, volume(file)] == [2, 4]
    assert [undo(file, is_good(file)).number, file.read_text()] == [1, OLD]
    undone = [file.parent / "history" / f"undone-0000{number}-config.toml" for number in (1, 2)]
    assert [text.read_text() for text in undone] == [OLD.replace("3", value) for value in "54"]
    with pytest.raises(SettingsError, match="nothing was kept of it"):
        undo(file, is_good(file))


def test_undo_refuses_what_is_not_valid_any_more(file: Path) -> None:
    set_value(file, "sound.volume", "4")
    past_files(file)[0].path.write_text("[sound]\nvolume = 300\n")
    with pytest.raises(SettingsError, match="volume = 300"):
        undo(file, is_good(file))
    assert volume(file) == 4


def test_the_oldest_are_let_go(file: Path) -> None:
    for number in range(MOST_KEPT + 5):
        set_value(file, "sound.volume", str(number % 2 + 4))
    kept = [past.number for past in past_files(file)]
    assert (len(kept), kept[0]) == (MOST_KEPT, MOST_KEPT + 5)


def test_the_oldest_that_were_undone_are_let_go(file: Path) -> None:
    for number in range(MOST_KEPT + 5):
        set_value(file, "sound.volume", str(number % 2 + 4))
        undo(file, is_good(file))
    undone = sorted(one.name for one in (file.parent / "history").iterdir())
    assert (len(undone), undone[0]) == (MOST_KEPT, "undone-00006-config.toml")


def test_unset_takes_the_line_out_and_leaves_the_rest(file: Path) -> None:
    file.write_text("# mine\n[sound]\nvolume = 3  # quiet\ndetents = false\n")
    assert unset_value(file, "sound.volume")
    assert file.read_text() == "# mine\n[sound]\ndetents = false\n"
    assert not unset_value(file, "sound.volume")


def test_the_line_ends_stay(file: Path) -> None:
    file.write_bytes(b"# mine\r\n[sound]\r\nvolume = 3  # quiet\r\n")
    set_value(file, "sound.volume", "4")
    set_value(file, "language", "de")
    left = file.read_bytes()
    assert b"# mine\r\n" in left and b"volume = 4  # quiet\r\n" in left
    assert b"\n" not in left.replace(b"\r\n", b"")


def _change(name: str, file: Path) -> None:
    if name == "set":
        set_value(file, "sound.volume", "7")
    elif name == "unset":
        unset_value(file, "sound.volume")
    elif name == "edit":
        editor.edit(file, is_good(file), {"EDITOR": "sed -i s/5/7/"})
    else:
        undo(file, is_good(file))


def _killed_at(name: str, file: Path, moment: int) -> None:
    """Make the change, and die before the step of this number that touches the folder."""
    steps = iter(range(moment))

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        touches = event in ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod")
        if touches and str(file.parent) in str(arguments) and next(steps, None) is None:
            os._exit(9)

    sys.addaudithook(hook)
    _change(name, file)
    os._exit(0)


@pytest.mark.parametrize("name", ["set", "edit", "unset", "undo"])
def test_killed_at_any_step_the_file_is_the_old_or_the_new_one(name: str, file: Path) -> None:
    set_value(file, "sound.volume", "5")
    old = file.read_text()
    kept = past_files(file)[0].path
    seen, context = set(), get_context("fork")
    for moment in range(100):
        file.write_text(old)
        kept.write_text(OLD)
        writer = context.Process(target=_killed_at, args=(name, file, moment))
        writer.start()
        writer.join(30)
        left = file.read_text()
        seen.add(left)
        # The next change is not held up by what the killed one left.
        load(file, {})
        set_value(file, "sound.volume", "6")
        if writer.exitcode == 0:
            break
    else:
        raise AssertionError("it never came to its end")
    assert moment > 3
    changed = old.replace("5", "7")
    new = {"set": changed, "edit": changed, "unset": "# mine\n[sound]\n", "undo": OLD}
    assert seen == {old, new[name]}


def _set_many(file: Path, key: str, values: range) -> None:
    for value in values:
        set_value(file, key, str(value))


def test_two_at_once_do_not_mix(file: Path) -> None:
    context = get_context("fork")
    changes = (("sound.volume", range(1, 9)), ("limits.current_ma", range(40, 48)))
    writers = [context.Process(target=_set_many, args=(file, *change)) for change in changes]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    settings = load(file, {})
    assert (settings.sound.volume, settings.limits.current_ma) == (8, 47.0)
    # Every text in between was kept whole: none is missing, none is a mixture.
    assert len(past_files(file)) == 16
    for past in past_files(file):
        editing.check(file, past.path.read_text())
