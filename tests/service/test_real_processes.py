"""`run` as a process, with the board as another, in real time."""

import json
from pathlib import Path

import pytest

from tests.service.processes import Process, status_of, write_settings


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    # The mock pins float high: STOP reads as pressed, as with its lead unplugged.
    return write_settings(tmp_path)


def test_a_box_from_start_to_sigterm(settings: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    with Process("board", "--link", str(tmp_path / "board"), "--trace", str(trace)) as board:
        assert board.line() == str(tmp_path / "board")
        with Process("run", "--config", str(settings)) as run:
            run.told("state self_test -> locked")
            status = status_of(tmp_path)
            assert (status["state"], status["output"]) == ("locked", "off")
            assert status["stop_pressed"] is True
            assert run.terminate() == 0
            assert run.out == ""
            # Told once, though both the level and the first look at it say so.
            assert run.err.count("ignored stop_pressed in self_test") == 1
            # One line an event: nothing of the library that walks the table of states.
            assert "transitions" not in run.err
            assert run.err.splitlines()[-1].endswith(" end")
        assert not (tmp_path / "run" / "control.sock").exists()
        assert (tmp_path / "capture" / "screen.png").exists()
        assert board.terminate() == 0
    # Nothing was ever delivered, so nothing was ever traced.
    assert all(json.loads(line)["ma"] == 0 for line in trace.read_text().splitlines())


def test_the_simulated_board_comes_with_the_service_and_goes_with_it(tmp_path: Path) -> None:
    settings = write_settings(tmp_path, driver="simulated")
    with Process("run", "--config", str(settings)) as run:
        run.told("state self_test -> locked")
        board = status_of(tmp_path)["board"]
        assert isinstance(board, dict)
        assert (board["driver"], board["link"]) == ("simulated", "up")
        with Process("run", "--config", str(settings)) as second:
            second.told("another ems-appliance is running")
            assert second.process.wait(30) == 1
        assert status_of(tmp_path)["state"] == "locked"
        assert run.terminate() == 0
    assert not (tmp_path / "run" / "simulated-board").is_symlink()


def test_wrong_settings_come_up_as_a_fault_with_the_words(tmp_path: Path) -> None:
    settings = write_settings(tmp_path, "[limits]", "current_ma = 90")
    with Process("run", "--config", str(settings)) as run:
        run.told("state self_test -> fault")
        fault = status_of(tmp_path)["fault"]
        assert isinstance(fault, dict)
        assert fault["id"] == "settings_wrong"
        assert str(settings) in fault["detail"] and "current_ma = 90" in fault["detail"]
        assert run.terminate() == 0
    assert "Traceback" not in run.err


def test_a_box_that_only_showed_wrong_settings_comes_up_when_they_are_right(
    tmp_path: Path,
) -> None:
    settings = write_settings(tmp_path, "[limits]", "current_ma = 90", driver="simulated")
    with Process("run", "--config", str(settings)) as run:
        run.told("state self_test -> fault")
        settings.write_text(settings.read_text().replace("= 90", "= 44"))
        run.told("state self_test -> locked")
        assert (status_of(tmp_path)["state"], status_of(tmp_path)["limit"]) == ("locked", 44.0)
        # A second change, with every part open: pins, screen, board and journal come anew.
        run.err = ""
        settings.write_text(settings.read_text().replace("= 44", "= 43"))
        run.told("start version")
        run.told("state self_test -> locked")
        assert status_of(tmp_path)["limit"] == 43.0
        assert run.terminate() == 0
    assert not (tmp_path / "run" / "control.sock").exists()
