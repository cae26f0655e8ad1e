"""`simulate` has no real pins and no real board, and says so."""

from pathlib import Path

import pytest

from appliance.cli import main, simulate
from appliance.cli.simulate import refuse_what_is_real, world_of
from appliance.errors import UsageError
from appliance.front_panel.app import Log
from appliance.settings.reading import VARIABLE


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path / "config.toml"


def refused(capsys, *arguments: str) -> str:
    assert main(["simulate", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize("factory", ["lgpio", "pigpio", "native"])
def test_real_pins_are_refused(file, capsys, monkeypatch, factory):
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", factory)
    assert f"GPIOZERO_PIN_FACTORY={factory} asks for real pins" in refused(capsys)


@pytest.mark.parametrize(
    "names",
    ['driver = "reference"', 'driver = "reference"\nport = "/dev/ttyUSB0"', 'port = "/dev/ttyS0"'],
)
def test_a_real_board_that_the_settings_name_is_refused(file, capsys, names):
    file.write_text(f"[stimulator]\n{names}\n")
    said = refused(capsys, "--config", str(file))
    assert str(file) in said and "names a real board" in said


def test_a_real_board_in_the_environments_file_is_refused_too(file, capsys, monkeypatch):
    file.write_text('[stimulator]\ndriver = "reference"\n')
    monkeypatch.setenv(VARIABLE, str(file))
    assert "names a real board" in refused(capsys)


def test_wrong_settings_are_refused_before_anything_else(file, capsys):
    file.write_text("[limits]\ncurrent_ma = 95\n")
    with pytest.raises(UsageError, match="current_ma = 95"):
        world_of(file, file.parent, {}, Log())
    assert "no such file" in refused(capsys, "--config", str(file.with_name("none.toml")))


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "1e9"])
def test_a_speed_that_is_none_is_refused(file, capsys, speed):
    assert "--speed" in refused(capsys, f"--speed={speed}")


def test_without_a_terminal_it_says_so(file, capsys):
    assert "no terminal" in refused(capsys)


@pytest.mark.parametrize("stimulator", ["", '[stimulator]\ndriver = "simulated"\n'])
def test_settings_without_a_real_board_are_served(file, stimulator):
    file.write_text(f'language = "de"\n{stimulator}')
    refuse_what_is_real(file, {"GPIOZERO_PIN_FACTORY": "mock"})
    assert world_of(file, file.parent, {}, Log()).settings.language == "de"


def test_the_defaults_are_served_and_their_journal_is_thrown_away(tmp_path):
    refuse_what_is_real(None, {VARIABLE: ""})
    assert world_of(None, tmp_path, {}, Log()).journal is None


def test_only_a_journal_named_by_config_is_kept(file):
    file.write_text(f'[journal]\npath = "{file.parent}/mine.sqlite3"\n')
    assert world_of(file, file.parent, {}, Log()).journal == file.parent / "mine.sqlite3"
    assert world_of(None, file.parent, {VARIABLE: str(file)}, Log()).journal is None


@pytest.mark.parametrize(
    ("missing", "package"), [("espeak-ng", "espeak-ng"), ("aplay", "alsa-utils")]
)
def test_a_voice_without_its_programs_is_refused_before_the_terminal_is_taken(
    file, capsys, monkeypatch, missing, package
):
    monkeypatch.setattr(
        simulate.shutil, "which", lambda name: None if name == missing else f"/usr/bin/{name}"
    )
    assert main(["simulate", "--voice"]) == 1
    said = capsys.readouterr().err
    assert (
        said == f"ems-appliance: simulate --voice: {missing} is not there; apt install {package}\n"
    )
