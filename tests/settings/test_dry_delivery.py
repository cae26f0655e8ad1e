"""What a program delivers as written: said by `config validate`, refused when it cannot be."""

from pathlib import Path

import pytest

from appliance.cli import main
from appliance.errors import SettingsError
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings

PHASE = (
    '{{ name = "{0}", frequency_hz = {1}, pulse_width_us = 250, ramp_up_s = 2, ramp_down_s = 2,'
    " off_s = 0, {2} }}"
)
COMFORT = 'kind = "comfort"\nphases = [{0}]\n'


def own(folder: Path, phases: tuple[str, ...], minutes: float) -> Path:
    (folder / "programs.toml").write_text("[mine]\n" + COMFORT.format(", ".join(phases)))
    stage = f'{{ placement = "lower_back", program = "mine", minutes = {minutes} }}'
    (folder / "routines.toml").write_text(f"[my_routine]\nstages = [{stage}]\n")
    config = folder / "config.toml"
    config.write_text("")
    return config


def refusal(config: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_catalogue(config, Settings())
    return str(caught.value)


def test_fixed_phases_that_do_not_fill_the_stage_are_refused_and_not_stretched(
    tmp_path: Path,
) -> None:
    phase = PHASE.format("only", 5, "duration_s = 300")
    assert refusal(own(tmp_path, (phase,), minutes=20)) == (
        f"{tmp_path}/routines.toml: [my_routine] stages 1: the phases of mine last 5 min of 20;"
        " allowed is minutes = 5, or a phase without duration_s, which fills the stage"
    )
    load_catalogue(own(tmp_path, (phase,), minutes=5), Settings())


def test_rises_that_halve_the_level_to_nothing_are_refused(tmp_path: Path) -> None:
    phases = tuple(PHASE.format(f"p{hz}", hz, "duration_s = 60") for hz in (2, 4, 6, 8))
    assert "lower the level to 12.5%" in refusal(own(tmp_path, phases, minutes=4))
    load_catalogue(own(tmp_path, phases[:3], minutes=3), Settings())


def test_validate_says_what_a_person_would_get_of_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filler = PHASE.format("all", 5, "fraction = 0.5")
    assert main(["config", "validate", "--config", str(own(tmp_path, (filler,), 10))]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{tmp_path}/config.toml: 0 settings, all others as they come"
    assert said[said.index("my_routine: 10 min") + 1] == (
        "  lower_back, mine: 10 min, current flows for 10.0 min"
    )
    assert "lower_back_session, gentle: 30 min" in said
    assert (
        "  lower_back, lower_back: 20 min, 28 contractions, current flows for 10.7 min,"
        " level falls to 50% unless a hand turns up" in said
    )


def test_validate_says_which_phases_have_no_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    phases = (
        PHASE.format("long", 5, "duration_s = 900"),
        PHASE.format("end", 3, "duration_s = 60"),
    )
    assert main(["config", "validate", "--config", str(own(tmp_path, phases, 15))]) == 0
    assert "too short for all of end" in capsys.readouterr().out
