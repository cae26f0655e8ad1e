"""The package's whole life: installed, refused, upgraded, taken back, removed, purged."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machine import nspawn
from tests.machine.booted import until
from tests.machine.box import Box
from tests.machine.nspawn import Machine
from tests.machine.package import renumbered

HERE = "/root/packages"
COPIES = "ls /var/lib/ems-appliance/backups"


@pytest.fixture(scope="session")
def newer(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return renumbered(built, tmp_path_factory.mktemp("newer"), "99.0")


def bring(machine: Machine, *packages: Path) -> None:
    folder = machine.root / HERE.lstrip("/")
    folder.mkdir(parents=True)
    for package in packages:
        (folder / package.name).write_bytes(package.read_bytes())


def accounts(machine: Machine) -> list[str]:
    """Every user and group by name; the files beside them are backups of the tools."""
    files = (machine.root / "etc/passwd", machine.root / "etc/group")
    return sorted(line for path in files for line in path.read_text().splitlines())


def test_two_builds_are_the_same_bytes(tmp_path: Path):
    """Even where the second is made by somebody else, at another hour, with another umask."""
    first, second = {}, {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}
    builds = [make(tmp_path / "first", 0o022, first), make(tmp_path / "second", 0o077, second)]
    assert builds[0].name == builds[1].name
    assert builds[0].read_bytes() == builds[1].read_bytes()


def make(out: Path, umask: int, environment: dict[str, str]) -> Path:
    command = [str(nspawn.ROOT / "systemd/package/build"), "--arch", "amd64", "--out", str(out)]
    subprocess.run(
        [sys.executable, *command], check=True, capture_output=True, umask=umask,
        env=os.environ | environment,
    )  # fmt: skip
    return next(out.glob("*.deb"))


def test_whatever_was_done_with_it_purging_leaves_the_root_as_it_was(
    machine: Machine, built: Path, newer: Path
):
    """Installed, installed again, upgraded, taken back, booted, removed, purged."""
    bring(machine, built, newer)
    # dpkg and the account tools make their own books on first use.
    machine.offline("groupadd first && groupdel first; useradd first; userdel first")
    machine.offline("useradd builder")
    boot_config = machine.root / "boot/firmware/config.txt"
    boot_config.parent.mkdir(parents=True)
    boot_config.write_text("dtparam=audio=on\n[pi4]\narm_boost=1")
    files, people = machine.files(), accounts(machine)
    for name in (built.name, built.name, newer.name, built.name):
        machine.offline(f"SUDO_USER=builder dpkg -i {HERE}/{name}")
        assert "ems-appliance" in machine.offline("id -nG builder").split()
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


def test_an_upgrade_waits_for_the_end_of_a_session_and_one_step_back_is_possible(
    box: Box, built: Path, newer: Path
):
    bring(box, built, newer)
    box.boot()
    box.raise_current()
    pid = box.main_pid()
    code, said = box.tried(f"dpkg -i {HERE}/{newer.name}")
    assert code != 0 and "a session is running (stimulating)" in said
    assert box.main_pid() == pid and box.status()["state"] == "stimulating"
    assert box.board.delivers
    box.run("systemctl restart ems-appliance")
    box.until_state("locked")
    box.run("echo '# mine' >> /etc/ems-appliance/config.toml")
    box.run(f"dpkg --force-confold -i {HERE}/{newer.name}")
    box.until_state("locked")
    assert "# mine" in box.run("cat /etc/ems-appliance/config.toml")
    copies = box.run(COPIES).split()
    assert len(copies) == 1, copies

    # What a newer program would have done to the journal's form.
    box.run("systemctl stop ems-appliance")
    box.run(
        'cd /var/lib/ems-appliance; python3 -c "import sqlite3;'
        " sqlite3.connect('journal.sqlite3').execute('PRAGMA user_version = 99')\""
    )
    said = box.run(f"dpkg --force-confold -i {HERE}/{built.name} 2>&1")
    assert "of a newer version" in said
    box.until_state("locked")
    assert box.faults() == set()
    assert len(box.run("ls /var/lib/ems-appliance/*.version-99-*.sqlite3").split()) == 1


@pytest.mark.skipif(
    not (shutil.which("apt-ftparchive") and shutil.which("gpg")),
    reason="NO REPOSITORY WAS SIGNED: not installed: apt-utils gnupg",
)
def test_a_signed_folder_serves_an_upgrade_as_the_manual_has_it(
    box: Box, newer: Path, tmp_path: Path
):
    manual = (nspawn.ROOT / "systemd/INSTALL.md").read_text()
    (commands,) = re.findall(r"```\n(apt-ftparchive packages.*?)```", manual, re.DOTALL)
    (source,) = re.findall(r"^deb \[signed-by=.*$", manual, re.MULTILINE)
    stick = box.root / "media/stick"
    stick.mkdir(parents=True)
    shutil.copy(newer, stick)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    make_key = "gpg --batch --quiet --passphrase '' --quick-generate-key somebody\n"
    subprocess.run(
        ["sh", "-ec", make_key + commands], cwd=stick, check=True, capture_output=True,
        env=os.environ | {"GNUPGHOME": str(keys)},
    )  # fmt: skip
    shutil.copy(stick / "ems-appliance.gpg", box.root / "etc/apt/keyrings")
    box.write("/etc/apt/sources.list.d/ems-appliance.list", source + "\n")
    box.offline("apt-get -qq -o Dir::Etc::SourceList=/dev/null update && apt-get -qq --yes upgrade")
    assert box.offline("dpkg-query -W -f '${Version}' ems-appliance") == "99.0"


def test_removing_it_in_a_session_switches_off_first(box: Box):
    box.boot()
    box.raise_current()
    box.run("dpkg --remove ems-appliance")
    until(lambda: not box.board.delivers, "the board is off")
    assert box.tried("systemctl is-active ems-appliance")[0] != 0
