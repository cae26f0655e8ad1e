"""A part that cannot be opened becomes a fault with its error, and the box still starts."""

import os
import tty
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import serial

from appliance.clock import SystemClock
from appliance.journal import barred_boards
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.screen.draw import measure
from appliance.service import parts
from appliance.service.assembly import assemble, starting
from appliance.service.loop import Service
from appliance.service.settings_files import SettingsFiles
from appliance.session.notes import BoardBarred
from appliance.session.state import State
from appliance.settings.words import Words
from tests.service.processes import write_settings

GOES_WRONG_WITHIN_S = 20.0


@pytest.fixture(autouse=True)
def mock_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")


@pytest.fixture
def far_end(tmp_path: Path) -> Iterator[int]:
    """A pseudo-terminal where the settings look for the board; the far end of its wire."""
    near, far = os.openpty()
    tty.setraw(far)
    (tmp_path / "board").symlink_to(os.ttyname(far))
    yield near
    os.close(near)
    os.close(far)


def _fault(folder: Path, settings: Path, answers: int | None = None) -> dict[str, str]:
    """The fault that a box with these settings comes up with."""
    clock = SystemClock()
    service = assemble(SettingsFiles(settings, {}), clock)
    try:
        service.begin()
        until = clock.now() + GOES_WRONG_WITHIN_S
        while service.record.state is not State.FAULT and clock.now() < until:
            service.wait_and_step()
            if answers is not None:
                _say(answers, b"AT\r\nERROR\r\n")
        return _shown(service)
    finally:
        service.finish()


def _say(descriptor: int, words: bytes) -> None:
    os.set_blocking(descriptor, False)
    try:
        os.read(descriptor, 4096)
    except BlockingIOError:
        return
    os.write(descriptor, words)


def _shown(service: Service) -> dict[str, str]:
    status = service.answer({"verb": "status"})
    assert status["state"] == "fault"
    assert all(channel["level"] == 0 for channel in status["channels"])
    fault: dict[str, str] = status["fault"]
    return fault


def test_the_first_picture_says_nothing_that_was_not_looked_at() -> None:
    view = starting("de")
    assert (view.state, view.language, view.stop_pressed) == (State.SELF_TEST, "de", False)
    assert {good for _, good in view.checks} == {None}
    assert measure(view, Words.load("de")) == []


def test_a_missing_port(tmp_path: Path) -> None:
    fault = _fault(tmp_path, write_settings(tmp_path))
    assert fault["id"] == "board_missing"
    assert str(tmp_path / "board") in fault["detail"]


def test_a_port_in_use(tmp_path: Path, far_end: int) -> None:
    settings = write_settings(tmp_path)
    with closing(serial.Serial(str(tmp_path / "board"), exclusive=True)):
        fault = _fault(tmp_path, settings)
    assert fault["id"] == "board_port_busy"
    assert str(tmp_path / "board") in fault["detail"]


def test_another_device_on_the_port(tmp_path: Path, far_end: int) -> None:
    fault = _fault(tmp_path, write_settings(tmp_path), answers=far_end)
    assert fault["id"] == "board_not_the_one"
    assert "the right one" in fault["next"]
    assert str(tmp_path / "board") in fault["detail"]


def test_nothing_on_the_port(tmp_path: Path, far_end: int) -> None:
    fault = _fault(tmp_path, write_settings(tmp_path))
    assert fault["id"] == "board_silent"


def test_a_pin_factory_that_does_not_exist(
    tmp_path: Path, far_end: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "no_such_factory")
    fault = _fault(tmp_path, write_settings(tmp_path))
    assert fault["id"] == "pins_failed"
    assert "no_such_factory" in fault["detail"]


def _pad(from_midline_cm: float, above_landmark_cm: float) -> str:
    return (
        f'{{ site = "beside_spine", from_midline_cm = {from_midline_cm}, '
        f"above_landmark_cm = {above_landmark_cm}, width_cm = 5, height_cm = 5 }}"
    )


MIDLINE = f"""
[across]
on_body = true
A = [{_pad(-4.5, 0)}, {_pad(4.5, 11)}]
B = [{_pad(4.5, 0)}, {_pad(-4.5, 11)}]
"""
TOO_FAST = """
[mine]
kind = "contracting"

[[mine.phases]]
name = "work"
frequency_hz = 200
pulse_width_us = 250
ramp_up_s = 2
hold_s = 3
ramp_down_s = 1
off_s = 12
"""


@pytest.mark.parametrize(
    ("lines", "beside", "words"),
    [
        (("[plan]", 'peple = ["Me"]'), {}, "peple"),
        (("[limits]", 'current_ma = "60"'), {}, "current_ma"),
        (("[limits]", "current_ma = 81"), {}, "current_ma = 81"),
        (("[controls]", "stop = 17", "confirm = 17"), {}, "17"),
        (("[plan]", 'routine = "none"'), {}, "none"),
        (("[plan", "people = 1"), {}, "TOML"),
        ((), {"programs.toml": TOO_FAST}, "frequency_hz = 200"),
        ((), {"placements.toml": MIDLINE}, "midline"),
    ],
    ids=["key", "type", "limit", "pin", "routine", "toml", "program", "midline"],
)
def test_wrong_settings_are_shown_with_their_words(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    lines: tuple[str, ...],
    beside: dict[str, str],
    words: str,
) -> None:
    settings = write_settings(tmp_path, *lines)
    for name, text in beside.items():
        (tmp_path / name).write_text(text)
    fault = _fault(tmp_path, settings)
    assert fault["id"] == "settings_wrong"
    assert words in fault["detail"]
    assert fault["detail"] in capsys.readouterr().err


@pytest.mark.parametrize("driver", ["reference", "simulated"])
def test_a_runtime_folder_that_cannot_be_made_leaves_a_box_with_a_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], driver: str
) -> None:
    settings = write_settings(tmp_path, driver=driver)
    (tmp_path / "run").write_text("in the way")
    shown = _fault(tmp_path, settings)
    assert shown["id"] == "board_missing"
    assert "runtime_dir" in capfd.readouterr().err


def test_wrong_settings_and_no_runtime_folder_are_still_shown(tmp_path: Path) -> None:
    settings = write_settings(tmp_path, "[limits]", "current_ma = 900")
    (tmp_path / "run").write_text("in the way")
    assert _fault(tmp_path, settings)["id"] == "settings_wrong"


def test_each_fault_has_its_own_words_and_no_others(tmp_path: Path) -> None:
    settings = write_settings(tmp_path)
    (tmp_path / "journal.sqlite3").mkdir()
    clock = SystemClock()
    service = assemble(SettingsFiles(settings, {}), clock)
    try:
        service.begin()
        until = clock.now() + GOES_WRONG_WITHIN_S
        while len(service.answer({"verb": "status"})["faults"]) < 2 and clock.now() < until:
            service.wait_and_step()
        details = {
            fault["id"]: fault["detail"] for fault in service.answer({"verb": "status"})["faults"]
        }
    finally:
        service.finish()
    assert str(tmp_path / "board") in details["board_missing"]
    assert details["journal_dead"] == ""


def test_the_bars_are_known_before_the_recorder_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread opens the same files, and may set the journal aside."""
    settings, journal = write_settings(tmp_path), tmp_path / "journal.sqlite3"
    file = barred_boards.path_beside(journal)
    file.mkdir()
    before = Recorder(Source(journal), threaded=False)
    before.put([BoardBarred(5.0, "reference 7", "over_current")])
    before.close()
    file.rmdir()
    found: list[dict[str, str]] = []

    def begun(source: Source, **how: Any) -> Recorder:
        found.append(barred_boards.read(file))
        return Recorder(source, **how)

    monkeypatch.setattr(parts, "Recorder", begun)
    service = assemble(SettingsFiles(settings, {}), SystemClock())
    try:
        assert found == [{"reference 7": "over_current"}]
        assert service.record.barred == {"reference 7": "over_current"}
    finally:
        service.finish()
