"""Settings that are allowed alone and contradict each other are refused, with both named."""

from pathlib import Path

import pytest

from appliance.cli import main
from appliance.errors import SettingsError
from appliance.settings.reading import load


def refusal(tmp_path: Path, text: str) -> str:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        load(file, {})
    return str(error.value).removeprefix(f"{file}: ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[limits]\ncurrent_ma = 20\ngentle_current_ma = 25",
            "[limits] gentle_current_ma = 25: allowed is at most current_ma, which is 20",
        ),
        (
            "[limits]\nminutes_per_day = 15\nminutes_per_site = 15\n[plan]\nstage_minutes = 12.5\n"
            "[stimulator]\ndriver = 'sciencemode'\n[indicators]\nenable_line = false",
            "[indicators] enable_line = false: allowed is a pin, because [stimulator] driver is"
            " sciencemode, which goes off too late by itself: its relay has to be in the leads",
        ),
        (
            "[limits]\nminutes_per_day = 15",
            "[limits] minutes_per_day = 15: allowed is at least a stage, and [plan] stage_minutes"
            " is 20; raise this or lower that",
        ),
        (
            "[plan]\nstage_minutes = 25\n[limits]\nminutes_per_site = 20",
            "[limits] minutes_per_site = 20: allowed is at least a stage, and [plan] stage_minutes"
            " is 25; raise this or lower that",
        ),
        (
            "[limits]\nminutes_per_day = 20\nminutes_per_site = 25",
            "[limits] minutes_per_site = 25: allowed is at most minutes_per_day, which is 20",
        ),
    ],
)
def test_each_is_one_line_that_names_both(tmp_path: Path, text: str, line: str) -> None:
    assert refusal(tmp_path, text) == line


def test_a_default_gives_way_to_a_lower_limit(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[limits]\ncurrent_ma = 20\nminutes_per_day = 25\n")
    assert load(file, {}).limits.current_ma == 20.0


@pytest.mark.parametrize(
    "words",
    [
        ["limits.current_ma", "40"],
        ["limits", "current_ma", "40"],
        ["[limits]", "current_ma", "=", "40"],
        ["limits.current_ma", "=", "40"],
    ],
)
def test_config_set_understands_what_people_type(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[service]\nruntime_dir = "{tmp_path}"\n[journal]\npath = "{tmp_path}/j"\n')
    assert main(["config", "set", "--config", str(file), *words]) == 0
    assert load(file, {}).limits.current_ma == 40.0
    assert "limits.current_ma = 40" in capsys.readouterr().out
    assert main(["config", "get", "--config", str(file), "limits", "current_ma"]) == 0
    assert capsys.readouterr().out == "40\n"


def test_config_set_explains_several_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.touch()
    assert main(["config", "set", "--config", str(file), "plan.people", "Anna", "Bert"]) == 2
    assert capsys.readouterr().err == (
        "ems-appliance: config set plan.people Anna Bert: a key and one value; put a value of"
        " several words in quotes: config set plan.people 'Anna, Bert'\n"
    )


def test_validate_says_what_it_found_and_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('language = "de"\n[limits]\ncurrent_ma = 40\n')
    own = tmp_path / "routines.toml"
    own.write_text('[mine]\nstages = [{ placement = "glutes", program = "glutes" }]\n')
    assert main(["config", "validate", "--config", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == [
        f"{file}: 2 settings, all others as they come",
        f"{tmp_path}/programs.toml: not there, so only what comes with the program",
        f"{tmp_path}/placements.toml: not there, so only what comes with the program",
        f"{own}: mine",
        "All good.",
    ]


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        (
            "[plan]\nstage_minutes = 5",
            "ends after 5 min, before the first contraction of",
        ),
        (
            "[plan]\nstage_minutes = 30",
            "90 min of stages, and [limits] minutes_per_day is 75: the last of them get less",
        ),
    ],
)
def test_validate_warns_of_what_the_plan_asks_for_and_nobody_gets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, warned: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    assert main(["config", "validate", "--config", str(file)]) == 0
    told = capsys.readouterr().out
    assert "Look at this: [plan] routine = lower_back_session" in told
    assert warned in told
    assert "All good." not in told


def test_a_routine_for_a_load_is_refused_with_a_board_for_the_body(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[plan]\nroutine = "bench"')
    assert main(["config", "validate", "--config", str(file)]) == 2
    assert 'routine = "bench": allowed is a routine for a body' in capsys.readouterr().err
    file.write_text('[plan]\nroutine = "bench"\n[stimulator]\ndriver = "openemsstim"')
    assert main(["config", "validate", "--config", str(file)]) == 0
