"""After a failure: an off frame on a real pty, the lamp lit, and patience that grows."""

import os
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from appliance.cli import main
from appliance.clock import SystemClock
from appliance.controls import pins
from appliance.service import rescue
from appliance.settings.model import Settings
from appliance.settings.reading import load
from tests.service.processes import ROOT, Process, write_settings


def test_the_board_is_switched_off_and_says_so(tmp_path: Path) -> None:
    config = write_settings(tmp_path)
    with Process("board", "--link", str(tmp_path / "board")) as board:
        board.line()
        assert main(["rescue", "--config", str(config)]) == 0


def test_no_board_is_told_and_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rescue", "--config", str(write_settings(tmp_path))]) == 1
    assert capsys.readouterr().err == "rescue: board did not answer\n"


def test_wrong_settings_are_no_reason_to_do_nothing(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[limits]\ncurrent_ma = 900\n")
    assert main(["rescue", "--config", str(config)]) == 1


def test_the_lamp_is_lit_until_the_wait_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    made: list[MockFactory] = []
    monkeypatch.setattr(pins, "mock_pins", lambda: made.append(MockFactory()) or made[-1])
    settings = Settings()
    put_out = rescue.light_lamp(settings, tmp_path)
    lamp = made[0].pin(settings.indicators.output_lamp)
    assert lamp.state
    put_out()
    assert lamp.function == "input"


def test_the_wait_doubles_up_to_ten_minutes_and_is_forgotten_after_half_an_hour(
    tmp_path: Path,
) -> None:
    waits = [rescue.next_wait_s(tmp_path) for _ in range(6)]
    assert waits == [60.0, 120.0, 240.0, 480.0, 600.0, 600.0]
    written = (tmp_path / "tries").stat().st_mtime
    assert rescue.next_wait_s(tmp_path, lambda: written + rescue.FORGOTTEN_S) == 60.0


def test_a_count_that_cannot_be_read_or_written_is_the_shortest_wait(tmp_path: Path) -> None:
    (tmp_path / "tries").write_text("many")
    assert rescue.next_wait_s(tmp_path) == 60.0
    assert rescue.next_wait_s(tmp_path / "nowhere") == 60.0


def test_a_directory_that_was_deleted_keeps_neither_rescue_nor_the_service_from_starting(
    tmp_path: Path,
) -> None:
    config = write_settings(tmp_path, "[controls]", "chip = 250", driver="simulated")
    gone = tmp_path / "gone"
    inside = (
        "env", f"PYTHONPATH={ROOT}", "GPIOZERO_PIN_FACTORY=lgpio",
        "sh", "-ec", 'mkdir "$0"; cd "$0"; rmdir "$0"; exec "$@"', str(gone),
    )  # fmt: skip
    with Process("rescue", "--wait", "--config", str(config), inside=inside) as waiting:
        waiting.told("no lamp: /dev/gpiochip250 does not exist")
        waiting.terminate()
    with Process("run", "--config", str(config), inside=inside) as run:
        run.told("fault pins_failed /dev/gpiochip250 does not exist")
        assert run.terminate() == 0


def test_off_goes_out_even_to_a_board_for_research_only(tmp_path: Path) -> None:
    config = write_settings(tmp_path, driver="sciencemode")
    with Process("board", "--link", str(tmp_path / "board"), "--model", "p24") as board:
        board.line()
        assert rescue.switch_off(load(config, os.environ), SystemClock())
