"""The checks of `doctor` on prepared file systems, fake parts, and with and without a service."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from appliance.cli import main
from appliance.clock import SystemClock
from appliance.controls.gpio_lines import Chip
from appliance.doctor import system
from appliance.doctor.finding import Verdict
from appliance.doctor.host import Host
from appliance.doctor.parts import is_low
from appliance.errors import BoardError, ControlsError
from appliance.journal import database
from appliance.settings.model import (
    Controls,
    Indicators,
    Settings,
)
from tests.doctor.parts import JOURNAL, answering, make_parts, only, raising, verdicts

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)
THROTTLED = "sys/devices/platform/soc/soc:firmware/get_throttled"


def write(host: Host, name: str, text: str) -> None:
    path = host.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_pi_is_told_by_its_model(host: Host):
    assert only(system.machine(host)).verdict is Verdict.WARN
    write(host, "proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0")
    assert "Raspberry Pi 4 Model B Rev 1.4, Python" in only(system.machine(host)).seen


@pytest.mark.parametrize(
    ("flags", "verdict"),
    [
        ("0x0", Verdict.GOOD),
        ("50000", Verdict.WARN),
        ("50005", Verdict.BAD),
        ("", Verdict.WARN),
    ],
)
def test_a_low_supply_is_bad_now_and_a_warning_afterwards(host: Host, flags: str, verdict: Verdict):
    write(host, THROTTLED, flags + "\n")
    assert only(system.power(host)).verdict is verdict


def test_the_clock_is_good_by_its_module_or_by_the_network(
    host: Host, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(system, "kernel_synchronised", lambda: False)
    assert "no clock module" in only(system.clock(host, NOON)).seen
    write(host, "sys/class/rtc/rtc0/since_epoch", "1000")
    assert "the clock module disagrees" in only(system.clock(host, NOON)).seen
    write(host, "sys/class/rtc/rtc0/since_epoch", str(int(NOON.timestamp())))
    assert only(system.clock(host, NOON)).seen.endswith("confirmed by the clock module")
    write(host, "run/systemd/timesync/synchronized", "")
    assert only(system.clock(host, NOON)).seen.endswith("confirmed by the network")


def test_a_time_daemon_of_another_make_counts(host: Host, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system, "kernel_synchronised", lambda: True)
    assert only(system.clock(host, NOON)).seen.endswith("set by a time daemon")


@pytest.mark.parametrize(
    ("mount", "words"),
    [
        ("overlay / overlay rw 0 0", "every session is forgotten"),
        ("tmpfs /var tmpfs rw 0 0", "every session is forgotten"),
        ("/dev/mmcblk0p2 / ext4 ro,noatime 0 0", "read-only"),
        ("/dev/mmcblk0p2 / ext4 rw,errors=remount-ro 0 0", "MB free for the journal"),
        ("overlay / overlay rw 0 0\n/dev/sda1 /var/lib ext4 rw 0 0", "MB free for the journal"),
    ],
)
def test_storage_that_forgets_or_refuses_is_named(host: Host, mount: str, words: str):
    write(host, "proc/self/mounts", mount + "\n")
    assert words in only(system.storage(host, JOURNAL)).seen


def test_a_worn_card_is_named(host: Host):
    write(host, "proc/self/mounts", "/dev/mmcblk0p2 / ext4 rw 0 0\n")
    write(host, "sys/fs/ext4/mmcblk0p2/errors_count", "3\n")
    findings = list(system.storage(host, JOURNAL))
    assert verdicts(findings) == [Verdict.GOOD, Verdict.BAD]
    assert "new card" in findings[1].to_do


def test_groups_that_are_missing_come_with_the_command(host: Host):
    finding = only(system.permissions(host))
    assert finding.to_do.startswith("sudo usermod -aG dialout,ems-appliance $USER")


@pytest.mark.parametrize(("low", "verdict"), [(True, Verdict.GOOD), (False, Verdict.BAD)])
def test_without_a_service_stop_and_the_enable_pump_are_looked_at_by_level(
    host: Host, tmp_path: Path, low: bool, verdict: Verdict
):
    asked = []

    def is_low(settings: Settings, clock: Any, pin: int, purpose: str) -> bool:
        asked.append((pin, purpose))
        return low

    parts = make_parts(host, tmp_path, is_low=is_low)
    assert verdicts([*parts.stop(), *parts.enable_pump()]) == [verdict] * 2
    assert asked == [(Controls().stop, "stop"), (Indicators().enable_line, "enable_line")]
    busy = make_parts(host, tmp_path, is_low=raising(ControlsError("GPIO 27 is busy")))
    assert verdicts([*busy.stop(), *busy.enable_pump()]) == [Verdict.WARN] * 2
    without = parts.settings.but(indicators=Indicators(enable_line=None))
    assert not list(replace(parts, settings=without).enable_pump())


def test_a_line_is_low_where_something_holds_it_against_the_pull_up(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    assert not is_low(Settings(), SystemClock(), Controls().stop, "stop"), "a mock pin floats"


def test_power_that_goes_in_sessions_is_told_by_the_journal(host: Host):
    assert not list(system.cut_off(host, JOURNAL)), "no journal, nothing to say"
    with closing(database.open_for_writing(host.at(JOURNAL))) as connection:
        connection.execute("INSERT INTO people VALUES (1, 'Me')")
        connection.execute("INSERT INTO settings VALUES (1, '', '')")
        connection.execute("INSERT INTO clock_facts VALUES (1, 'x', 0, '', 0, 0)")
        for number, why in enumerate(("delivered", "power", "delivered", None), 1):
            connection.execute(
                "INSERT INTO sessions (id, person_id, whole_id, settings_id, routine, gentle,"
                " planned_s, began_wall, clock_id, last_at_s, last_wall, last_day, why)"
                " VALUES (?, 1, ?, 1, 'x', 0, 0, '', 1, 0, '', '', ?)",
                (number, number, why),
            )
            if number == 1:
                assert "newest 1 sessions" in only(system.cut_off(host, JOURNAL)).seen
    finding = only(system.cut_off(host, JOURNAL))
    assert "in 1 of the newest 3 sessions" in finding.seen and "100 mA" in finding.to_do


def test_without_a_service_the_parts_are_tried_directly(host: Host, tmp_path: Path):
    found = {finding.part: finding.verdict for finding in make_parts(host, tmp_path).all()}
    assert found == {
        "service": Verdict.WARN,
        "pins": Verdict.GOOD,
        "stop": Verdict.GOOD,
        "enable pump": Verdict.GOOD,
        "screen": Verdict.GOOD,
        "board": Verdict.GOOD,
    }


def test_a_stranger_on_a_pin_is_named(host: Host, tmp_path: Path):
    parts = make_parts(host, tmp_path, read_chip=lambda *_: Chip("x", {17: "onewire@11"}))
    assert only(parts.pins()).seen == "GPIO 17 (stop) is held by onewire@11"


def test_the_header_is_looked_for_by_its_label(host: Host, tmp_path: Path):
    labels = {"gpiochip0": "gpio-brcmstb@107d508500", "gpiochip4": "pinctrl-rp1"}
    for name in labels:
        write(host, f"dev/{name}", "")
    parts = make_parts(host, tmp_path, read_chip=lambda path, _: Chip(labels[path.name], {}))
    assert only(parts.pins()).seen == "pinctrl-rp1: 9 lines, no stranger on them"
    parts.settings = parts.settings.but(controls=Controls(chip=0))
    found = only(parts.pins())
    assert "(gpio-brcmstb@107d508500) is not the 40-pin header" in found.seen
    assert 'chip = "header"' in found.to_do


@pytest.mark.parametrize(
    ("error", "words"),
    [(FileNotFoundError(2, "No such file"), "chip"), (PermissionError(13, "no"), "group gpio")],
)
def test_a_chip_that_cannot_be_asked(host: Host, tmp_path: Path, error: OSError, words: str):
    assert words in only(make_parts(host, tmp_path, read_chip=raising(error)).pins()).to_do


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "no"), "i2c_arm=on"),
        (PermissionError(13, "no"), "group i2c"),
        (OSError(121, "Remote I/O error"), "its wires"),
    ],
)
def test_a_screen_that_does_not_answer(host: Host, tmp_path: Path, error: OSError, words: str):
    assert words in only(make_parts(host, tmp_path, read_byte=raising(error)).screen()).to_do


def test_a_screen_at_the_other_address_and_a_clock_without_its_driver_are_found(
    host: Host, tmp_path: Path
):
    parts = make_parts(host, tmp_path, read_byte=answering(0x3D, 0x68))
    assert only(parts.screen()).to_do == "ems-appliance config set screen.i2c_address 0x3d"
    assert "i2c-rtc" in only(parts.clock_module()).to_do
    write(host, "sys/class/rtc/rtc0/since_epoch", "1000")
    assert not list(parts.clock_module())


def test_another_screen_chip_than_the_settings_say_is_a_warning(host: Host, tmp_path: Path):
    finding = only(make_parts(host, tmp_path, read_byte=lambda *_: 0x48).screen())
    assert finding.verdict is Verdict.WARN and "sh1106" in finding.to_do


def test_a_slow_bus_is_a_warning(host: Host, tmp_path: Path):
    path = host.root / "sys/class/i2c-adapter/i2c-1/of_node/clock-frequency"
    path.parent.mkdir(parents=True)
    path.write_bytes((100_000).to_bytes(4, "big"))
    assert verdicts(make_parts(host, tmp_path).screen()) == [Verdict.GOOD, Verdict.WARN]


def test_a_board_that_is_missing_or_another_one(host: Host, tmp_path: Path):
    missing = make_parts(host, tmp_path, find_board=raising(BoardError("no such port")))
    assert only(missing.board()).verdict is Verdict.BAD
    other = SimpleNamespace(
        card=SimpleNamespace(maker="HASOMED"),
        identity=SimpleNamespace(driver="sciencemode", firmware="P24"),
    )
    finding = only(make_parts(host, tmp_path, find_board=lambda *_: other).board())
    assert finding.to_do == "ems-appliance config set stimulator.driver sciencemode"


def test_the_verb_ends_with_1_where_something_is_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    config = tmp_path / "config.toml"
    config.write_text(f'[limits]\ncurrent_ma = 900\n[service]\nruntime_dir = "{tmp_path}"\n')
    assert main(["doctor", "--json", "--config", str(config)]) == 1
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["part"], first["verdict"]) == ("settings", "bad")
    assert "900" in first["seen"]
