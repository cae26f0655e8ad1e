"""The installed files: complete, accepted by systemd's own checker, and tight."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = "etc/systemd/system/ems-appliance.service"
SYSTEM_UNITS = Path("/usr/lib/systemd/system")
LOOSEST_EXPOSURE = 1.0
"""Of 10, as `systemd-analyze security` rates it; below 2 it says "SAFE"."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is missing: NOBODY HAS CHECKED THE UNIT ON THIS MACHINE",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root directory with the files installed, as on a Pi."""
    boot = tmp_path / "boot/firmware/config.txt"
    boot.parent.mkdir(parents=True)
    boot.write_text("dtparam=audio=on\n[pi4]\narm_boost=1\n")
    install(tmp_path)
    return tmp_path


def install(root: Path) -> None:
    subprocess.run(
        ["sh", str(SYSTEMD / "install.sh")],
        env={"DESTDIR": str(root), "PATH": "/usr/bin:/bin"},
        check=True,
    )


def service() -> configparser.SectionProxy:
    return unit()["Service"]


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(SYSTEMD / "ems-appliance.service")
    return parser


def settings_of(name: str) -> list[str]:
    """Every value of a setting that may be there more than once."""
    text = (SYSTEMD / "ems-appliance.service").read_text()
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


def test_everything_is_installed_where_it_is_looked_for(root: Path):
    files = {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir()}
    assert files == {
        "boot/firmware/config.txt",
        UNIT,
        "etc/modules-load.d/ems-appliance.conf",
        "etc/sysusers.d/ems-appliance.conf",
        "etc/udev/rules.d/70-ems-appliance.rules",
        "usr/local/bin/ems-appliance",
    }


def test_the_page_names_every_file_that_is_installed(root: Path):
    page = (SYSTEMD / "INSTALL.md").read_text()
    for path in root.rglob("*"):
        if not path.is_dir():
            assert f"/{path.relative_to(root)}" in page


def test_i2c_and_the_clock_are_switched_on_once_for_every_model(root: Path):
    install(root)
    lines = (root / "boot/firmware/config.txt").read_text().splitlines()
    assert lines[-3:] == [
        "[all]",
        "dtparam=i2c_arm=on,i2c_arm_baudrate=400000",
        "dtoverlay=i2c-rtc,ds3231",
    ]
    assert lines.count("[all]") == 1
    assert lines[0] == "dtparam=audio=on"


def test_the_installation_is_at_most_five_commands():
    first_block = (SYSTEMD / "INSTALL.md").read_text().split("```")[1]
    commands = first_block.strip().splitlines()
    assert len(commands) <= 5
    assert not any("&&" in command or ";" in command for command in commands)


@needs_systemd
def test_systemd_accepts_the_unit_without_a_word(root: Path):
    shutil.copytree(SYSTEM_UNITS, root / "usr/lib/systemd/system", symlinks=True)
    (root / "lib").symlink_to("usr/lib")
    program = root / "opt/ems-appliance/bin/ems-appliance"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    checked = analyze("verify", f"--root={root}", "--man=no", "ems-appliance.service")
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@needs_systemd
def test_the_sandbox_is_tight(root: Path):
    rated = analyze(
        "security", "--offline=true", f"--root={root}", f"--threshold={LOOSEST_EXPOSURE * 10:.0f}",
        "ems-appliance.service",
    )  # fmt: skip
    assert rated.returncode == 0, rated.stdout


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(
    shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is missing: NOT CHECKED"
)
def test_the_user_is_made_in_its_groups(root: Path):
    (root / "etc/passwd").touch()
    (root / "etc/group").touch()
    subprocess.run(["systemd-sysusers", f"--root={root}"], check=True, capture_output=True)
    users = (root / "etc/passwd").read_text()
    groups = dict(line.split(":")[::3] for line in (root / "etc/group").read_text().splitlines())
    assert re.search(r"^ems-appliance:.*:/usr/sbin/nologin$", users, re.MULTILINE)
    assert [groups[name] for name in ("gpio", "i2c", "dialout")] == ["ems-appliance"] * 3


def test_a_loop_that_hangs_is_noticed_and_the_service_always_comes_back():
    assert service()["Type"] == "notify"
    assert service()["NotifyAccess"] == "main"
    assert service()["WatchdogSec"] == "3s"
    assert service()["Restart"] == "always"
    assert unit()["Unit"]["StartLimitIntervalSec"] == "0"


def test_sigterm_goes_to_the_service_alone_so_that_off_reaches_the_board():
    assert service()["KillMode"] == "mixed"


def test_no_realtime_policy_that_could_lock_out_the_watchdog():
    assert not settings_of("CPUSchedulingPolicy")
    assert service()["RestrictRealtime"] == "yes"


def test_the_pin_library_may_write_its_file_where_the_service_starts():
    assert service()["WorkingDirectory"] == f"%t/{service()['RuntimeDirectory']}"
    assert service()["Environment"] == f"LG_WD=%t/{service()['RuntimeDirectory']}"


def test_only_pins_i2c_and_usb_serial_ports_are_open():
    assert service()["DevicePolicy"] == "closed"
    assert settings_of("DeviceAllow") == [
        "char-gpiochip rw",
        "char-i2c rw",
        "char-ttyACM rw",
        "char-ttyUSB rw",
    ]


def test_the_drivers_behind_the_allowed_devices_are_loaded_first():
    loaded = (SYSTEMD / "modules-load.d/ems-appliance.conf").read_text().splitlines()
    assert [line for line in loaded if line and not line.startswith("#")] == [
        "i2c-dev",
        "cdc-acm",
        "usbserial",
    ]
    assert unit()["Unit"]["After"] == "systemd-modules-load.service"


def test_the_pi_stays_recognisable_to_the_pin_library():
    assert not settings_of("ProcSubset")


def test_the_board_is_found_by_its_serial_number():
    rule = (SYSTEMD / "udev/70-ems-appliance.rules").read_text()
    assert "$env{ID_SERIAL_SHORT} /etc/ems-appliance/board-serial" in rule
    assert 'SYMLINK+="ems-stimulator"' in rule
    assert "idVendor" not in rule
