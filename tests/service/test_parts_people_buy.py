"""Chips, panels, cards and terminals as they are sold, on the whole program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import SystemClock
from appliance.controls import pins, screen_reset
from appliance.controls.gpio_lines import Chip
from appliance.screen.draw import draw
from appliance.service.after_frame import details_of
from appliance.service.assembly import assemble
from appliance.service.settings_files import SettingsFiles
from appliance.session.view_of_record import view_of
from appliance.settings.words import Words
from tests.screen.controllers import Bus
from tests.service.processes import ROOT, Process, write_settings

PI_5_OLD = {
    0: Chip("gpio-brcmstb@107d508500", {}, 32),
    4: Chip("pinctrl-rp1", {}, 54),
}
WITHIN_S = 20.0


class Header:
    """Which chips were opened, on a Pi 5 whose header is the chip 4."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[int] = []
        monkeypatch.setenv(pins.FACTORY_VARIABLE, "lgpio")
        monkeypatch.setattr(pins, "found_chips", lambda: PI_5_OLD)
        monkeypatch.setattr(pins, "open_chip", self._open)

    def _open(self, number: int, runtime_dir: Path) -> Any:
        self.opened.append(number)
        return pins.mock_pins()


def faults_of(config: Path) -> dict[str, str]:
    """The faults of a box with these settings, each with its detail."""
    service = assemble(SettingsFiles(config, {}), SystemClock())
    try:
        service.begin()
        status = service.answer({"verb": "status"})
    finally:
        service.finish()
    return {fault["id"]: fault["detail"] for fault in status["faults"]}


def test_the_header_of_a_pi_5_is_taken_by_its_label(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = Header(monkeypatch)
    assert "pins_failed" not in faults_of(write_settings(tmp_path))
    assert set(header.opened) == {4}


def test_a_chip_that_is_not_the_header_is_refused_and_no_line_of_it_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = Header(monkeypatch)
    faults = faults_of(write_settings(tmp_path, "[controls]", "chip = 0"))
    assert "not the 40-pin header, which is /dev/gpiochip4" in faults["pins_failed"]
    assert header.opened == []


def test_who_insists_gets_the_chip_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = Header(monkeypatch)
    settings = write_settings(tmp_path, "[controls]", "chip = 0", "any_chip = true")
    assert "pins_failed" not in faults_of(settings)
    assert set(header.opened) == {0}


@pytest.mark.parametrize(("driver", "column"), [("sh1106", 0), ("sh1106", 4), ("ssd1309", 0)])
def test_a_panel_of_another_column_that_is_mute_until_it_is_reset_shows_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, driver: str, column: int
) -> None:
    """Nothing answers on the bus before RES on GPIO 4 was low for a moment."""
    bus = Bus(driver)
    bus.plugged, bus.panel.first_column = False, column
    monkeypatch.setattr("smbus2.SMBus", lambda port: bus)
    monkeypatch.setenv(pins.FACTORY_VARIABLE, "mock")
    lines: list[Any] = []
    opened = pins.mock_pins

    def mock_pins() -> Any:
        lines.append(opened())
        return lines[-1]

    def sleep(seconds: float) -> None:
        is_low = any(seconds == screen_reset.LOW_S and not one.pin(4).state for one in lines)
        bus.plugged = bus.plugged or is_low

    monkeypatch.setattr(pins, "mock_pins", mock_pins)
    monkeypatch.setattr(screen_reset.ScreenReset.__init__, "__defaults__", (sleep,))
    settings = write_settings(tmp_path)
    wired = f'driver = "{driver}"\nreset_pin = 4\nfirst_column = {column}'
    settings.write_text(settings.read_text().replace('driver = "capture"', wired, 1))
    clock = SystemClock()
    service = assemble(SettingsFiles(settings, {}), clock)
    try:
        service.begin()
        until = clock.now() + WITHIN_S
        expected = draw(view_of(service.record), Words.load())
        while bus.panel.seen() != expected and clock.now() < until:
            service.wait_and_step()
            expected = draw(
                view_of(service.record, details_of(service.ports, service.record)), Words.load()
            )
        assert bus.panel.seen() == expected
    finally:
        service.finish()


def program(*arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", *arguments],
        cwd=ROOT,
        env={**os.environ, pins.FACTORY_VARIABLE: "mock", "PYTHONUTF8": "0", **environ},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("verb", "code", "environ"),
    [
        (("sound",), 0, {"PYTHONIOENCODING": "latin-1"}),
        (("config", "show"), 0, {"PYTHONIOENCODING": "latin-1"}),
        (("wiring",), 0, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}),
        (("status",), 1, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_terminal_of_another_encoding_gets_words_and_no_traceback(
    tmp_path: Path, verb: tuple[str, ...], code: int, environ: dict[str, str]
) -> None:
    settings = write_settings(tmp_path, "[plan]", 'people = ["Jürgen"]')
    rest = () if verb == ("sound",) else ("--config", str(settings))
    done = program(*verb, *rest, **environ)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr and b"Error" not in done.stderr
    assert (done.stdout or done.stderr).strip()


def full_card(folder: Path) -> list[str]:
    """Runs a command with a full card in this folder: a small file system of its own, filled."""
    mount = f"mount -t tmpfs -o size=64k none {folder}"
    fill = f"dd if=/dev/zero of={folder}/rest bs=4k 2>/dev/null"
    script = f'{mount} && {{ {fill}; exec "$@"; }}'
    return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]


def test_a_card_that_is_full_at_the_start_is_named(tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    inside = full_card(card)
    if not shutil.which(inside[0]) or subprocess.run([*inside, "true"], check=False).returncode:
        pytest.skip("no file system can be mounted here: NOBODY HAS TRIED A FULL CARD")
    settings = write_settings(tmp_path)
    settings.write_text(settings.read_text().replace(f"{tmp_path}/journal", f"{card}/journal"))
    with Process("run", "--config", str(settings), inside=inside) as box:
        told = box.told("fault journal_dead")
    full = f"the disk is full, the journal {card / 'journal.sqlite3'} cannot grow: make room"
    assert full in told
    assert "Traceback" not in told
