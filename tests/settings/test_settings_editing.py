"""Showing and changing the settings: validated whole, replaced in one step, comments kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.errors import SettingsError, TherapyError
from appliance.settings.editing import replace_file, set_value
from appliance.settings.keys import KEYS
from appliance.settings.model import Settings
from appliance.settings.reading import load, parse_text, settings_from
from appliance.settings.showing import get, reference, show
from appliance.therapy.limits import Limits
from appliance.therapy.plan import Rest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def refusal(file: Path, name: str, words: str) -> str:
    with pytest.raises(SettingsError) as caught:
        set_value(file, name, words)
    return str(caught.value)


# --- show and get ---


def test_what_is_shown_reads_back_as_the_same_settings() -> None:
    own = Settings().but(
        limits=Limits(current_ma=45.5, sessions_per_day=2),
        plan=Settings().plan.but(people=("Anna", 'O"K'), days=(1, 6), rest=Rest.SHORT),
        indicators=Settings().indicators.but(buzzer=None),
    )
    for settings in (Settings(), own):
        assert settings_from(parse_text(show(settings), ""), "") == settings


def test_what_differs_from_the_default_is_marked() -> None:
    own = Settings().but(limits=Limits(current_ma=45.0))
    marked = [line for line in show(own).splitlines() if "#" in line]
    assert marked == ["current_ma = 45  # changed; the default is 60"]
    assert "#" not in show(Settings())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("language", "en"),
        ("limits.current_ma", "60"),
        ("indicators.vibration", "off"),
        ("screen.i2c_address", "0x3C"),
        ("sound.detents", "true"),
        ("plan.days", '["mon", "wed", "fri"]'),
        ("plan.rest", "long"),
        ("service.runtime_dir", "/run/ems-appliance"),
    ],
)
def test_one_value(name: str, text: str) -> None:
    assert get(Settings(), name) == text


def test_a_name_that_is_no_setting() -> None:
    with pytest.raises(SettingsError) as caught:
        get(Settings(), "limits.curent_ma")
    assert str(caught.value) == (
        'limits.curent_ma is not a setting (did you mean "limits.current_ma"?)'
    )
    with pytest.raises(SettingsError, match=r"zzz is not a setting; `config show` lists all"):
        get(Settings(), "zzz")


def test_the_reference_has_a_row_for_every_setting() -> None:
    rows = reference().splitlines()
    assert len(rows) == 2 + len(KEYS)
    assert "| `limits.current_ma` | `60` | a number from 1 to 80 |" in reference()


# --- set ---


def test_a_new_value_leaves_comments_and_order_alone(file: Path) -> None:
    file.write_text(
        "# my box\n[limits]  # careful\ncurrent_ma = 50  # as agreed\n\n[sound]\nvolume = 3\n"
    )
    set_value(file, "limits.current_ma", "45")
    set_value(file, "sound.detents", "false")
    assert file.read_text() == (
        "# my box\n[limits]  # careful\ncurrent_ma = 45  # as agreed\n\n[sound]\nvolume = 3\n"
        "detents = false\n"
    )


def test_a_missing_file_is_made_with_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "config.toml"
    set_value(file, "language", "en")
    set_value(file, "controls.stop", "4")
    assert load(file, {}).controls.stop == 4
    assert parse_text(file.read_text(), "") == {"language": "en", "controls": {"stop": 4}}
    assert file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("name", "words", "text"),
    [
        ("plan.people", "Anna, José", '["Anna", "José"]'),
        ("plan.people", "Anna", '["Anna"]'),
        ("plan.people", '["Anna"]', '["Anna"]'),
        ("plan.days", "sat,mon", '["mon", "sat"]'),
        ("plan.rest", "short", "short"),
        ("plan.rest", '"short"', "short"),
        ("screen.i2c_address", "0x3d", "0x3D"),
        ("screen.i2c_address", "61", "0x3D"),
        ("indicators.buzzer", "off", "off"),
        ("indicators.vibration", "12", "12"),
        ("limits.gentle_current_ma", "22.5", "22.5"),
        ("stimulator.port", "/dev/ttyUSB0", "/dev/ttyUSB0"),
        ("stimulator.port", "COM#1", "COM#1"),
        ("journal.path", "/my journal.sqlite3", "/my journal.sqlite3"),
        ("sound.detents", "false", "false"),
    ],
)
def test_words_of_the_command_line_become_values(
    file: Path, name: str, words: str, text: str
) -> None:
    set_value(file, name, words)
    assert get(load(file, {}), name) == text


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("limits.current_ma", "95", "limits.current_ma = 95: allowed is a number from 1 to 80"),
        ("limits.current_ma", "much", "limits.current_ma = much: allowed is a number from 1 to 80"),
        ("plan.rest", "lng", 'plan.rest = lng: allowed is one of "long", "short"'),
        ("curent", "3", "curent is not a setting; `config show` lists all"),
    ],
)
def test_a_value_that_is_not_allowed_changes_nothing(
    file: Path, name: str, words: str, message: str
) -> None:
    file.write_text("[sound]\nvolume = 3\n")
    assert refusal(file, name, words) == message
    assert file.read_text() == "[sound]\nvolume = 3\n"


def test_a_pin_that_is_taken_changes_nothing(file: Path) -> None:
    file.write_text("")
    assert refusal(file, "controls.back", "17") == (
        f"{file}: [controls] back = 17: allowed is a free pin; 17 is already [controls] stop"
    )
    assert file.read_text() == ""


def test_an_unknown_routine_changes_nothing(file: Path) -> None:
    assert refusal(file, "plan.routine", "benhc") == (
        f'{file}: [plan] routine = "benhc": allowed is one of lower_back_session, bench'
        ' (did you mean "bench"?)'
    )
    assert not file.exists()


def test_the_file_is_judged_as_a_whole(file: Path) -> None:
    wrong = "[limits]\ncurrent_ma = 95\n"
    file.write_text(wrong)
    assert refusal(file, "sound.volume", "3").endswith("allowed is a number from 1 to 80")
    assert file.read_text() == wrong
    # The one change that puts it right is let through.
    set_value(file, "limits.current_ma", "55")
    assert load(file, {}).limits.current_ma == 55


def test_a_value_in_the_place_of_a_section_is_named(file: Path) -> None:
    file.write_text("limits = 3\n")
    assert refusal(file, "limits.current_ma", "5") == (
        f"{file}: limits has to be a section, [limits]"
    )


def test_a_file_that_is_not_toml_is_left_alone(file: Path) -> None:
    file.write_text("language en\n")
    assert "this is not TOML" in refusal(file, "sound.volume", "3")
    assert file.read_text() == "language en\n"


def test_mistakes_in_ones_own_programs_count_too(file: Path) -> None:
    (file.parent / "programs.toml").write_text("[own]\nkind = 3\n")
    with pytest.raises(TherapyError, match=r"programs.toml: \[own\]: kind = 3: it has to be"):
        set_value(file, "sound.volume", "3")
    assert not file.exists()


def test_mode_and_link_of_the_file_stay(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text("")
    real.chmod(0o640)
    file.symlink_to(real)
    set_value(file, "sound.volume", "3")
    assert file.is_symlink()
    assert real.read_text() == "[sound]\nvolume = 3\n"
    assert real.stat().st_mode & 0o777 == 0o640


def test_nothing_is_left_beside_the_file(file: Path) -> None:
    set_value(file, "sound.volume", "3")
    with pytest.raises(SettingsError):
        replace_file(file, "nonsense")
    assert [entry.name for entry in file.parent.iterdir()] == ["config.toml"]


def test_a_write_that_fails_leaves_the_old_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("[sound]\nvolume = 3\n")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    message = refusal(file, "sound.volume", "4")
    assert message == (
        f"{file.parent}/history: the old file cannot be kept there: No space left on device;"
        " nothing was changed"
    )
    assert file.read_text() == "[sound]\nvolume = 3\n"
    left = [entry for entry in file.parent.rglob("*") if entry.is_file()]
    assert left == [file]


def test_reading_never_loads_what_only_editing_needs(file: Path) -> None:
    script = (
        "import sys; from pathlib import Path;"
        "from appliance.settings.reading import load;"
        "from appliance.settings.library import load_catalogue;"
        f"path = Path({str(file)!r}); load_catalogue(path, load(None, {{}}));"
        "print([name for name in ('tomlkit', 'difflib') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_record_is_not_left_behind(file: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here.sqlite3", tmp_path / "there.sqlite3"
    set_value(file, "journal.path", str(here))
    here.touch()
    before = file.read_text("utf-8")
    assert f"the record at {here} would stay behind" in refusal(file, "journal.path", str(there))
    assert file.read_text("utf-8") == before
    set_value(file, "sound.volume", "2")
    here.rename(there)
    set_value(file, "journal.path", str(there))
    assert load(file, {}).journal.path == there
