"""The package's whole life: installed, refused, upgraded, taken back, removed, purged."""

import subprocess
from pathlib import Path

import pytest

from tests.machine import box
from tests.machine.nspawn import Machine, until

HERE = "/root/packages"
COPIES = "ls /var/lib/ems-appliance/backups | wc -l"


@pytest.fixture(scope="session")
def newer(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return box.renumbered(package, tmp_path_factory.mktemp("newer"), "99.0")


def bring(machine: Machine, *packages: Path) -> None:
    folder = machine.root / HERE.lstrip("/")
    folder.mkdir(parents=True)
    for package in packages:
        (folder / package.name).write_bytes(package.read_bytes())


def accounts(machine: Machine) -> list[str]:
    """Every user and group by name; the files beside them are backups of the tools."""
    files = (machine.root / "etc/passwd", machine.root / "etc/group")
    return sorted(line for path in files for line in path.read_text().splitlines())


def test_two_builds_are_the_same_bytes(package: Path, tmp_path: Path):
    again = tmp_path / "again"
    command = [str(box.ROOT / "systemd/package/build"), "--arch", "amd64", "--out", str(again)]
    subprocess.run(command, check=True, capture_output=True)
    assert next(again.glob("*.deb")).read_bytes() == package.read_bytes()


def test_purging_leaves_the_root_as_it_was(machine: Machine, package: Path):
    bring(machine, package)
    # dpkg and the account tools make their own books on first use.
    machine.offline("groupadd first && groupdel first; useradd first; userdel first")
    boot_config = machine.root / "boot/firmware/config.txt"
    boot_config.parent.mkdir(parents=True)
    boot_config.write_text("dtparam=audio=on\n[pi4]\narm_boost=1")
    files, people = machine.files(), accounts(machine)
    machine.offline(f"dpkg -i {HERE}/*.deb")
    assert boot_config.read_text().count("dtparam=i2c_arm=on") == 1
    machine.offline(f"dpkg -i {HERE}/*.deb")
    assert boot_config.read_text().count("dtparam=i2c_arm=on") == 1
    machine.boot()
    machine.until_state("locked", "fault", "self_test")
    machine.run("dpkg --remove ems-appliance")
    assert (machine.root / "var/lib/ems-appliance/journal.sqlite3").exists()
    machine.run("dpkg --purge ems-appliance")
    machine.cut_power()
    grown = {"etc/machine-id", "etc/.pwd.lock", "etc/.updated", "var/.updated"}
    left = {
        name
        for name in machine.files().keys() ^ files.keys()
        if not name.startswith(("var/lib/systemd", "var/lib/dbus", "var/tmp", "var/lib/private"))
    }
    assert left - grown == set()
    assert accounts(machine) == people
    assert boot_config.read_text() == "dtparam=audio=on\n[pi4]\narm_boost=1\n"


def test_an_upgrade_waits_for_the_end_of_a_session_and_keeps_everything(
    machine: Machine, package: Path, newer: Path
):
    bring(machine, package, newer)
    machine.offline(f"dpkg -i {HERE}/{package.name}")
    box.fit_out(machine, at_ready=True)
    machine.boot()
    box.raise_current(machine)
    pid = machine.main_pid()
    code, said = machine.tried(f"dpkg -i {HERE}/{newer.name}")
    assert code != 0 and "a session is running (stimulating)" in said
    assert machine.main_pid() == pid and machine.status()["state"] == "stimulating"
    assert box.trace(machine)[-1].ma > 0
    box.let_hands_in(machine, at_ready=False)
    machine.run("systemctl daemon-reload; systemctl restart ems-appliance")
    machine.until_state("locked")
    machine.run("echo '# mine' >> /etc/ems-appliance/config.toml")
    machine.run(f"dpkg --force-confold -i {HERE}/{newer.name}")
    machine.until_state("locked")
    assert "# mine" in machine.run("cat /etc/ems-appliance/config.toml")
    assert machine.run(COPIES).strip() == "1"


def test_going_back_one_version_finds_a_journal_that_it_knows(
    machine: Machine, package: Path, newer: Path
):
    bring(machine, package, newer)
    machine.offline(f"dpkg -i {HERE}/{package.name}")
    box.fit_out(machine)
    machine.boot()
    machine.until_state("locked")
    machine.run(f"dpkg -i {HERE}/{newer.name}")
    machine.until_state("locked")
    # What a newer program would have done to the journal's form.
    machine.run("systemctl stop ems-appliance")
    machine.run(
        'cd /var/lib/ems-appliance; python3 -c "import sqlite3;'
        " sqlite3.connect('journal.sqlite3').execute('PRAGMA user_version = 99')\""
    )
    said = machine.run(f"dpkg -i {HERE}/{package.name} 2>&1")
    assert "of a newer version" in said
    machine.until_state("locked")
    assert machine.status()["faults"] == []
    assert machine.run("ls /var/lib/ems-appliance | grep -c version-99").strip() == "1"


def test_removing_it_in_a_session_switches_off_first(machine: Machine, package: Path):
    box.install(machine, package)
    box.fit_out(machine, at_ready=True)
    machine.boot()
    box.raise_current(machine)
    machine.run("dpkg --remove ems-appliance")
    until(lambda: box.trace(machine)[-1].ma == 0, "the board is off")
    assert machine.tried("systemctl is-active ems-appliance")[0] != 0
