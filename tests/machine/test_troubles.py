"""What is wrong around the service is told on the screen and in the log, never by a dark box."""

from pathlib import Path

import pytest

from tests.machine import box
from tests.machine.nspawn import Machine

UNIT_CONF = "/etc/systemd/system/ems-appliance.service.d/trouble.conf"
MOST_LINES = 40


@pytest.fixture
def installed(machine: Machine, package: Path) -> Machine:
    box.install(machine, package)
    box.put_board(machine)
    box.mock_pins(machine)
    return machine


def stays_up(machine: Machine) -> None:
    pid = machine.main_pid()
    machine.run("sleep 5")
    assert machine.main_pid() == pid > 0
    assert machine.shown("NRestarts") == "0"
    assert "Traceback" not in machine.log()
    assert len(machine.log().splitlines()) < MOST_LINES


def faults(machine: Machine) -> set[str]:
    return {str(fault["id"]) for fault in machine.status()["faults"]}


def test_a_journal_of_roots_is_taken_back(installed: Machine):
    installed.offline(
        "touch /var/lib/ems-appliance/journal.sqlite3; chmod 600 /var/lib/ems-appliance/*"
    )
    installed.boot()
    installed.until_state("locked")
    assert faults(installed) == set()


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("[limits]\ncurrent_ma = 500\n", "settings_wrong"),
        ('[service]\nruntime_dir = "/usr/nowhere"\n', ""),
        ('[screen]\ndriver = "ssd1309"\n', "screen_dead"),
    ],
)
def test_wrong_settings_and_missing_parts_are_told_and_stay_up(
    installed: Machine, lines: str, fault: str
):
    settings = box.SETTINGS if not lines.startswith("[screen]") else ""
    installed.write("/etc/ems-appliance/config.toml", settings + lines)
    installed.boot()
    if fault:
        installed.until_state("fault")
        assert fault in faults(installed)
    stays_up(installed)


def test_a_board_that_comes_late_is_found(installed: Machine):
    installed.offline("systemctl disable --quiet board.service")
    installed.boot()
    installed.until_state("fault")
    assert "board_missing" in faults(installed)
    stays_up(installed)


def test_a_full_disk_is_told(installed: Machine):
    installed.write(UNIT_CONF, "[Service]\nTemporaryFileSystem=/var/lib/ems-appliance:size=8k\n")
    installed.boot()
    installed.until_state("fault")
    assert "journal_dead" in faults(installed)
    stays_up(installed)


def test_a_read_only_root_without_a_folder_for_the_journal_is_told(installed: Machine):
    installed.offline("rm -r /var/lib/ems-appliance")
    installed.boot("--read-only")
    installed.until_state("fault")
    assert "journal_dead" in faults(installed)
    stays_up(installed)


def test_a_second_service_is_refused_and_the_first_goes_on(installed: Machine):
    installed.boot()
    installed.until_state("locked")
    pid = installed.main_pid()
    code, said = installed.tried("GPIOZERO_PIN_FACTORY=mock ems-appliance run")
    assert code == 1 and "another ems-appliance is running" in said
    assert installed.main_pid() == pid and installed.status()["state"] == "locked"


def test_a_user_outside_the_group_is_told_to_join(installed: Machine):
    installed.offline("useradd somebody")
    installed.boot()
    installed.until_state("locked")
    code, said = installed.tried("runuser -u somebody -- ems-appliance status")
    assert code == 1 and "group ems-appliance" in said
    installed.run("usermod -aG ems-appliance somebody")
    assert installed.run("runuser -u somebody -- ems-appliance status").startswith("locked")


def test_a_latin_1_terminal_gets_words_and_no_traceback(installed: Machine):
    installed.boot()
    installed.until_state("locked")
    for verb in ("config show", "sound", "wiring", "--help"):
        code, said = installed.tried(f"PYTHONIOENCODING=latin-1 ems-appliance {verb} | cat")
        assert code == 0 and "Traceback" not in said


def test_whatever_time_daemon_set_the_clock_the_sandbox_sees_it(installed: Machine):
    installed.boot()
    asked = (
        "from appliance.journal.clock_trust import *; import ctypes;"
        "t = (ctypes.c_long * 64)(); print(ctypes.CDLL(None).adjtimex(t))"
    )
    conf = "/usr/lib/systemd/system/ems-appliance.service.d/sandbox.conf"
    said = installed.run(
        f"grep -v -e '^#' -e '^\\[' -e '^$' {conf} | sed 's/^/-p\\n/' > /run/properties;"
        "xargs -d '\\n' -a /run/properties systemd-run -q --wait --pipe -p User=ems-appliance "
        f"-- sh -c true; xargs -d '\\n' -a /run/properties sh -c '"
        'exec systemd-run -q --wait --pipe -p User=ems-appliance "$@" '
        f'/usr/lib/ems-appliance/bin/python3 -c "{asked}"\' sh'
    )
    assert int(said) >= 0
