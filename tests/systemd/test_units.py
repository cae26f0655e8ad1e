"""The installed files: complete, accepted by systemd's own checker, and tight."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SYSTEMD = REPOSITORY / "systemd"
sys.path.insert(0, str(SYSTEMD / "package"))
import tree  # noqa: E402

from appliance.service.box_power import REQUEST  # noqa: E402

SYSTEM_UNITS = Path("/usr/lib/systemd/system")
UNITS = ("ems-appliance.service", "ems-appliance-rescue.service")
SWITCH_OFF = ("ems-appliance-switch-off.path", "ems-appliance-switch-off.service")
LOOSEST_EXPOSURE = 0.8
"""Of 10, as `systemd-analyze security` rates it; below 2 it says "SAFE". 0.4 of it is the
question whether the clock is set."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is missing: NOBODY HAS CHECKED THE UNIT ON THIS MACHINE",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root directory with the package's own files, without the program."""
    names = {*tree.FILES, "systemd/sandbox.conf"}
    tree.lay_out_files(tmp_path, {name: (REPOSITORY / name).read_bytes() for name in names})
    return tmp_path


def service(name: str = UNITS[0]) -> configparser.SectionProxy:
    return unit(name)["Service"]


def unit(name: str = UNITS[0]) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment]
    parser.read(SYSTEMD / name)
    return parser


def settings_of(name: str) -> list[str]:
    """Every value of a setting that may be there more than once, in unit and sandbox."""
    text = (SYSTEMD / UNITS[0]).read_text() + (SYSTEMD / "sandbox.conf").read_text()
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


def test_i2c_clock_and_watchdog_are_switched_on_for_every_model():
    lines = (SYSTEMD / "boot-config.txt").read_text().split("\n")
    assert lines[0] == "", "a file without a last newline stays whole"
    assert lines[1].startswith("# ems-appliance begin")
    assert lines[2:] == [
        "[all]",
        "dtparam=i2c_arm=on,i2c_arm_baudrate=400000",
        "dtparam=watchdog=on",
        "dtoverlay=i2c-rtc,ds3231",
        "# ems-appliance end",
        "",
    ]


def test_the_installation_is_at_most_three_commands():
    section = (REPOSITORY / "README.md").read_text().split("## From an empty SD card")[1]
    commands = section.split("```")[1].splitlines()[1:]
    assert 1 <= len(commands) <= 3
    assert not any("&&" in command or ";" in command for command in commands)


def test_nothing_of_the_system_is_written_into_etc_but_the_settings(root: Path):
    etc = {str(path.relative_to(root)) for path in (root / "etc").rglob("*") if path.is_file()}
    assert etc == {"etc/ems-appliance/config.toml"}


@needs_systemd
def test_systemd_accepts_the_unit_without_a_word(root: Path):
    shutil.copytree(
        SYSTEM_UNITS, root / "usr/lib/systemd/system", symlinks=True, dirs_exist_ok=True
    )
    (root / "lib").symlink_to("usr/lib")
    (root / "bin").symlink_to("usr/bin")
    for name in ("sh", "chown", "sleep", "systemctl"):
        program = root / "usr/bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    checked = analyze("verify", f"--root={root}", "--man=no", *UNITS, *SWITCH_OFF)
    said = (checked.stdout + checked.stderr).splitlines()
    # Bookworm's systemd says this of a key that Trixie's needs.
    said = [line for line in said if "Unknown key 'RestartMode'" not in line]
    assert (checked.returncode, said) == (0, [])


@needs_systemd
@pytest.mark.parametrize("name", UNITS)
def test_the_sandbox_is_tight(root: Path, name: str):
    rated = analyze(
        "security", "--offline=true", f"--root={root}", f"--threshold={LOOSEST_EXPOSURE * 10:.0f}",
        name,
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
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc/passwd").touch()
    (root / "etc/group").touch()
    subprocess.run(["systemd-sysusers", f"--root={root}"], check=True, capture_output=True)
    users = (root / "etc/passwd").read_text()
    groups = dict(line.split(":")[::3] for line in (root / "etc/group").read_text().splitlines())
    assert re.search(r"^ems-appliance:.*:/usr/sbin/nologin$", users, re.MULTILINE)
    assert [groups[name] for name in ("gpio", "i2c", "dialout", "audio")] == ["ems-appliance"] * 4


def test_a_loop_that_hangs_is_noticed_and_the_service_always_comes_back():
    assert service()["Type"] == "notify"
    assert service()["NotifyAccess"] == "main"
    assert service()["WatchdogSec"] == "3s"
    assert service()["WatchdogSignal"] == "SIGKILL"
    assert service()["Restart"] == "always"
    assert service()["RestartMode"] == "direct", "the rescue is for the end of quick restarts"


def test_what_quick_restarts_do_not_mend_is_tried_again_for_ever_with_the_lamp_lit():
    assert unit()["Unit"]["OnFailure"] == UNITS[1]
    rescue = unit(UNITS[1])
    assert rescue["Unit"]["StartLimitIntervalSec"] == "0"
    assert rescue["Unit"]["Conflicts"] == UNITS[0]
    text = (SYSTEMD / UNITS[1]).read_text()
    first, patience, forget, start = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert first.startswith("-"), "a rescue that fails must not end the trying"
    assert first.endswith("ems-appliance rescue --wait")
    assert forget == "+/bin/systemctl reset-failed ems-appliance.service", "no limit may refuse it"
    assert start == "+/bin/systemctl --no-block start ems-appliance.service"
    window_s = float(unit()["Unit"]["StartLimitIntervalSec"])
    burst = int(unit()["Unit"]["StartLimitBurst"])
    assert patience == "/bin/sleep 15" and window_s / burst < 15 * burst


def test_the_file_that_the_service_leaves_is_the_one_that_systemd_waits_for():
    assert unit()["Unit"]["Wants"] == SWITCH_OFF[0]
    path = unit(SWITCH_OFF[0])
    assert path["Path"]["PathExists"] == f"%t/{service()['RuntimeDirectory']}/{REQUEST}"
    assert path["Unit"]["PartOf"] == UNITS[0]
    # Nobody but the service and root may leave it there.
    assert service()["RuntimeDirectoryMode"] == "0750"
    assert service(SWITCH_OFF[1])["ExecStart"] == "/bin/systemctl --no-block poweroff"


def test_however_often_the_service_starts_the_box_can_be_switched_off():
    assert unit(SWITCH_OFF[0])["Unit"]["StartLimitIntervalSec"] == "0"


def test_a_crash_is_followed_by_one_more_off_and_a_good_end_is_not():
    stop_post = settings_of("ExecStopPost")[0]
    assert "SERVICE_RESULT" in stop_post and stop_post.endswith("ems-appliance rescue'")


def test_no_directory_that_systemd_has_to_make_on_the_disk_keeps_the_screen_dark():
    for name in ("StateDirectory", "ConfigurationDirectory", "LogsDirectory", "CacheDirectory"):
        assert not settings_of(name)
    assert settings_of("ReadWritePaths") == ["-/var/lib/ems-appliance"]


def test_the_clock_may_be_asked_and_not_set():
    assert not settings_of("ProtectClock")
    assert settings_of("CapabilityBoundingSet") == [""]
    assert settings_of("SystemCallFilter")[-1] == "adjtimex clock_adjtime clock_adjtime64"


def test_only_what_system_and_package_bring_can_be_run():
    assert settings_of("NoExecPaths") == ["/"]
    assert settings_of("ExecPaths") == ["/usr"]


def test_sigterm_goes_to_the_service_alone_so_that_off_reaches_the_board():
    assert service()["KillMode"] == "mixed"


def test_the_control_loop_alone_is_in_a_real_time_class_and_cannot_keep_a_core():
    assert service()["CPUSchedulingPolicy"] == "fifo"
    assert 1 <= int(service()["CPUSchedulingPriority"]) < 50, "below the kernel's interrupts"
    assert service()["CPUSchedulingResetOnFork"] == "yes", "threads and speech are ordinary"
    assert service()["LimitRTTIME"] == "20s"
    assert settings_of("RestrictRealtime") == ["yes"], "and nothing can enter it later"
    assert "CPUSchedulingPolicy" not in unit(UNITS[1])["Service"]


def test_the_pin_library_may_write_its_file_where_the_service_starts():
    assert service()["WorkingDirectory"] == f"%t/{service()['RuntimeDirectory']}"
    assert service()["Environment"] == f"LG_WD=%t/{service()['RuntimeDirectory']}"


def test_only_pins_i2c_and_usb_serial_ports_are_open():
    assert settings_of("DevicePolicy") == ["closed"]
    assert settings_of("DeviceAllow") == [
        "char-gpiochip rw",
        "char-i2c rw",
        "char-ttyACM rw",
        "char-ttyUSB rw",
        "char-alsa rw",
    ]


def test_the_drivers_behind_the_allowed_devices_are_loaded_first():
    loaded = (SYSTEMD / "modules-load.d/ems-appliance.conf").read_text().splitlines()
    assert [line for line in loaded if line and not line.startswith("#")] == [
        "i2c-dev",
        "cdc-acm",
        "usbserial",
    ]
    assert "systemd-modules-load.service" in settings_of("After")


@needs_systemd
def test_a_partition_of_the_journal_is_waited_for_and_not_needed():
    named = subprocess.run(
        ["systemd-escape", "--path", "--suffix=mount", "/var/lib/ems-appliance"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    assert named in settings_of("After")
    for name in ("Requires", "Wants", "BindsTo", "RequiresMountsFor"):
        assert not any(
            "ems-appliance.mount" in value or "/var" in value for value in settings_of(name)
        )


def test_a_partition_for_the_journal_gets_what_is_there_before_the_service_sees_it():
    manual = (SYSTEMD / "INSTALL.md").read_text()
    [steps] = re.findall(r"```\n(sudo mkfs\.ext4 -L journal .*?)```", manual, re.DOTALL)
    order = [
        steps.index(step)
        for step in (
            "sudo systemctl stop ems-appliance\n",
            "sudo mv /var/lib/ems-appliance /var/lib/ems-appliance.old\n",
            "sudo mount /var/lib/ems-appliance\n",
            "sudo cp -a /var/lib/ems-appliance.old/. /var/lib/ems-appliance/\n",
            "sudo systemctl start ems-appliance\n",
        )
    ]
    assert order == sorted(order)
    [options] = re.findall(r"LABEL=journal /var/lib/ems-appliance ext4 (\S+) 0 2", steps)
    assert {"nofail", "x-systemd.device-timeout=10"} <= set(options.split(","))


def test_a_service_that_is_quicker_than_udev_waits_for_the_groups_of_its_devices():
    assert "+-/usr/bin/udevadm settle --timeout=10" in settings_of("ExecStartPre")


def test_the_pi_stays_recognisable_to_the_pin_library():
    assert not settings_of("ProcSubset")


def test_the_board_is_found_by_its_serial_number():
    rule = (SYSTEMD / "udev/70-ems-appliance.rules").read_text()
    assert "$env{ID_SERIAL_SHORT} /etc/ems-appliance/board-serial" in rule
    assert 'SYMLINK+="ems-stimulator"' in rule
    assert "idVendor" not in rule
