"""The catalogue: what ships, and one's own files beside the settings."""
# ruff: noqa: E501 (an inline table of TOML has to stay on one line)

from pathlib import Path

import pytest

from appliance.errors import ApplianceError, SettingsError, TherapyError
from appliance.settings.library import load_catalogue, validate
from appliance.settings.model import Settings

OWN_PROGRAM = """
[mine]
kind = "contracting"
phases = [{ name = "work", frequency_hz = 30, pulse_width_us = 200, ramp_up_s = 2, hold_s = 3, ramp_down_s = 1, off_s = 10 }]
"""
OWN_PLACEMENT = """
[low_glutes]
on_body = true
A = [{ site = "glutes", from_midline_cm = -9, above_landmark_cm = -10, width_cm = 5, height_cm = 5 },
     { site = "glutes", from_midline_cm = -9, above_landmark_cm = -21, width_cm = 5, height_cm = 5 }]
B = [{ site = "glutes", from_midline_cm = 9, above_landmark_cm = -10, width_cm = 5, height_cm = 5 },
     { site = "glutes", from_midline_cm = 9, above_landmark_cm = -21, width_cm = 5, height_cm = 5 }]
"""
OWN_ROUTINE = """
[evening]
stages = [{ placement = "low_glutes", program = "mine", minutes = 12 }]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text("")
    return file


def own(file: Path, name: str, text: str) -> Path:
    path = file.parent / name
    path.write_text(text)
    return path


def refusal(file: Path) -> str:
    with pytest.raises(ApplianceError) as caught:
        validate(file, {})
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_what_ships_needs_no_files(tmp_path: Path) -> None:
    catalogue = load_catalogue(tmp_path / "missing" / "config.toml", Settings())
    assert "lower_back_session" in catalogue.routines
    assert len(catalogue.statements) == 34


def test_ones_own_files_join_what_ships(file: Path) -> None:
    own(file, "programs.toml", OWN_PROGRAM)
    own(file, "placements.toml", OWN_PLACEMENT)
    own(file, "routines.toml", OWN_ROUTINE)
    file.write_text('[plan]\nroutine = "evening"\n')
    validate(file, {})
    plan = Settings().plan.but(routine="evening")
    catalogue = load_catalogue(file, Settings().but(plan=plan))
    stage = catalogue.routines["evening"].stages[0]
    assert (stage.placement.id, stage.program.id, stage.minutes) == ("low_glutes", "mine", 12)
    assert "lower_back_session" in catalogue.routines


def test_a_program_over_a_limit_is_named_with_its_file(file: Path) -> None:
    path = own(file, "programs.toml", OWN_PROGRAM.replace("200", "450"))
    assert refusal(file) == (
        f"{path}: program mine, phase work: pulse_width_us = 450: allowed is 50 to 400 (line 4)"
    )


def test_a_placement_across_the_midline_is_named_with_its_file(file: Path) -> None:
    path = own(file, "placements.toml", OWN_PLACEMENT.replace("-9", "9", 1))
    assert refusal(file) == (
        f"{path}: placement low_glutes, channel A: its current would cross the midline;"
        " both pads on one side (line 2)"
    )


def test_a_file_that_is_not_toml_is_named_with_its_line(file: Path) -> None:
    path = own(file, "routines.toml", "[evening\n")
    message = refusal(file)
    assert message.startswith(f"{path}: this is not TOML: ")
    assert "line 1" in message


def test_what_ships_cannot_be_replaced(file: Path) -> None:
    path = own(file, "programs.toml", OWN_PROGRAM.replace("mine", "gentle"))
    assert refusal(file) == f"{path}: [gentle]: this name is taken; choose another (line 2)"


def test_an_unknown_routine_is_named_with_the_settings_file(file: Path) -> None:
    file.write_text('[plan]\nroutine = "evening"\n')
    with pytest.raises(SettingsError) as caught:
        validate(file, {})
    assert str(caught.value) == (
        f'{file}: [plan] routine = "evening": allowed is one of lower_back_session, bench'
    )


def test_errors_of_the_catalogue_are_wrong_usage(file: Path) -> None:
    own(file, "programs.toml", "x = 1")
    with pytest.raises(TherapyError) as caught:
        load_catalogue(file, Settings())
    assert caught.value.exit_code == 2
