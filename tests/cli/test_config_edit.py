"""`config edit`, `history`, `undo`, `unset` and `show --changed`, with a scripted editor."""

import stat
import sys
from pathlib import Path

import pytest

from appliance.cli import main


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "box" / "config.toml"
    file.parent.mkdir()
    file.write_text("# mine\n[limits]\ncurrent_ma = 45  # as agreed\n")
    monkeypatch.setenv("EMS_APPLIANCE_CONFIG", str(file))
    monkeypatch.delenv("VISUAL", raising=False)
    return file


class Editor:
    """An editor that does one thing after the other, and keeps what it was shown."""

    def __init__(self, folder: Path, *scripts: str) -> None:
        self.seen = folder / "seen"
        self.seen.mkdir()
        for number, script in enumerate(scripts):
            (folder / f"step{number}.py").write_text(script)
        self.command = folder / "editor.py"
        self.command.write_text(
            f"#!{sys.executable}\nimport sys, pathlib\n"
            "path = pathlib.Path(sys.argv[1]); text = path.read_bytes().decode()\n"
            f"seen = pathlib.Path({str(self.seen)!r}); number = len(list(seen.iterdir()))\n"
            "(seen / str(number)).write_text(text)\n"
            f"exec((pathlib.Path({str(folder)!r}) / f'step{{number}}.py').read_text())\n"
        )
        self.command.chmod(self.command.stat().st_mode | stat.S_IXUSR)

    def shown(self, number: int) -> str:
        return (self.seen / str(number)).read_text()


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def made(*scripts: str) -> Editor:
        one = Editor(tmp_path, *scripts)
        monkeypatch.setenv("EDITOR", str(one.command))
        return one

    return made


def change(old: str, new: str) -> str:
    return f"path.write_text(text.replace({old!r}, {new!r}))\n"


def test_a_good_text_takes_the_place_of_the_file(file, editor, capsys) -> None:
    editor(change("45", "50"))
    assert main(["config", "edit"]) == 0
    assert file.read_text() == "# mine\n[limits]\ncurrent_ma = 50  # as agreed\n"
    assert "it counts as soon as the box is `locked`" in capsys.readouterr().out
    assert main(["config", "history"]) == 0
    assert "00001-config.toml" in capsys.readouterr().out
    assert main(["config", "undo"]) == 0
    assert "current_ma = 45" in file.read_text()


def test_undo_says_which_change_it_took_back_and_how_many_are_left(file, capsys) -> None:
    for value in ("50", "51"):
        assert main(["config", "set", "limits.current_ma", value]) == 0
    capsys.readouterr()
    assert main(["config", "history"]) == 0
    newest, older = capsys.readouterr().out.splitlines()
    assert main(["config", "undo"]) == 0
    said, when = capsys.readouterr().out, " ".join(newest.split()[2:4])
    assert f"as it was before the change of {when}, with 1 more in `config history`" in said
    assert main(["config", "history"]) == 0
    assert capsys.readouterr().out.splitlines() == [older]


@pytest.mark.parametrize("words", ["voice 20", "[voice] 20", "voice = 20", "voice again"])
def test_a_section_in_the_place_of_a_key_is_told_its_keys(file, capsys, words) -> None:
    before = file.read_text()
    assert main(["config", "set", *words.split()]) == 2
    assert capsys.readouterr().err == (
        "ems-appliance: voice is a section; its settings are"
        " voice.device, voice.words_per_minute, voice.again_s\n"
    )
    assert file.read_text() == before


def test_a_key_without_its_value_is_told_to_have_one(file, capsys) -> None:
    assert main(["config", "set", "voice", "device"]) == 2
    assert "config set voice.device VALUE" in capsys.readouterr().err


def test_errors_come_back_as_comments_at_their_lines(file, editor) -> None:
    one = editor(change("45", "500"), change("500", "55"))
    assert main(["config", "edit"]) == 0
    assert one.shown(1).splitlines()[2] == (
        f"#! {file}: [limits] current_ma = 500: allowed is a number from 1 to 80"
    )
    assert file.read_text() == "# mine\n[limits]\ncurrent_ma = 55  # as agreed\n"


def test_left_as_offered_nothing_changes_and_the_draft_is_kept(file, editor, capsys) -> None:
    before = file.read_text()
    editor(change("45", "500"), "")
    assert main(["config", "edit"]) == 2
    assert file.read_text() == before
    draft = file.parent / "history" / "draft-config.toml"
    assert "current_ma = 500" in draft.read_text()
    assert str(draft) in capsys.readouterr().err


def test_an_unchanged_text_changes_nothing(file, editor, capsys) -> None:
    editor("")
    assert main(["config", "edit"]) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert not (file.parent / "history").exists()


def test_a_file_that_changed_meanwhile_is_not_overwritten(file, editor, capsys) -> None:
    other = f"pathlib.Path({str(file)!r}).write_text('[sound]\\nvolume = 2\\n')\n"
    editor(other + change("45", "50"))
    assert main(["config", "edit"]) == 1
    assert file.read_text() == "[sound]\nvolume = 2\n"
    assert "somebody else has changed it" in capsys.readouterr().err


def test_an_editor_that_fails_changes_nothing(file, editor, capsys, monkeypatch) -> None:
    editor(change("45", "50") + "sys.exit(3)\n")
    assert main(["config", "edit"]) == 1
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    assert main(["config", "edit"]) == 2
    assert "current_ma = 45" in file.read_text()
    assert "name another one in $EDITOR" in capsys.readouterr().err


def test_programs_of_ones_own_are_judged_whole_too(file, editor) -> None:
    wrong = "[own]\nkind = 'contracting'\nphases = [\n  { name = 'w', frequency_hz = 500 },\n]\n"
    one = editor(f"path.write_text(text + {wrong!r})\n", "")
    assert main(["config", "edit", "programs.toml"]) == 2
    assert one.shown(0).startswith("#:schema ")
    assert "#! " in one.shown(1)
    assert not (file.parent / "programs.toml").exists()


def test_what_is_changed_and_taken_out(file, capsys) -> None:
    assert main(["config", "show", "--changed"]) == 0
    assert capsys.readouterr().out == ("[limits]\ncurrent_ma = 45  # changed; the default is 60\n")
    assert main(["config", "unset", "limits.current_ma"]) == 0
    capsys.readouterr()
    assert main(["config", "show", "--changed"]) == 0
    assert capsys.readouterr().out == ""
