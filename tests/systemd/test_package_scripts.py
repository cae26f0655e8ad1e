"""The scripts that dpkg runs, on a root of their own: what stops an upgrade, and what does not."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.journal.database import open_for_reading, open_for_writing
from appliance.journal.schema import MIGRATIONS

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "systemd/package"
KEEP_JOURNAL = "usr/lib/ems-appliance/bin/keep-journal"
STATE = "var/lib/ems-appliance"
_OF_THE_SYSTEM = (
    "systemctl", "udevadm", "deb-systemd-helper", "systemd-sysusers", "systemd-tmpfiles", "usermod",
    "userdel", "groupdel", "chown",
)  # fmt: skip
_ABSOLUTE = re.compile(r"(?<![\w/}])/(?=(?:usr|var|etc|run|boot)/)")


@dataclass(frozen=True)
class Root:
    """A folder in the place of `/`. What would change the machine is only written down."""

    folder: Path

    def at(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        path = self.at(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def program(self, name: str, text: str) -> None:
        self.write(name, f"#!/bin/sh\n{text}\n", 0o755)

    @property
    def journal(self) -> Path:
        return self.at("records/journal.sqlite3")

    @property
    def done(self) -> list[str]:
        """What was asked of the system."""
        return self.at("done").read_text().splitlines() if self.at("done").exists() else []

    def run(
        self, script: str, *words: str, before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        text = (PACKAGE / "debian" / script).read_text()
        return subprocess.run(
            [*before, "sh", "-c", _ABSOLUTE.sub(f"{self.folder}/", text), script, *words],
            env={
                "PATH": f"{self.at('programs')}:/usr/bin:/bin",
                "PYTHONPATH": str(REPOSITORY),
                "EMS_APPLIANCE_CONFIG": str(self.at("etc/ems-appliance/config.toml")),
            },
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def settings(self, more: str = "") -> None:
        self.write("etc/ems-appliance/config.toml", f'{more}[journal]\npath = "{self.journal}"\n')


WRONG = ["no_such_key = 1\n", "[limits]\ncurrent_ma = 900\n", "[screen]\nrotate 180\n"]


@pytest.fixture
def root(tmp_path: Path) -> Root:
    made = Root(tmp_path / "root")
    for name in _OF_THE_SYSTEM:
        made.program(f"programs/{name}", f'echo "{name} $*" >>{made.folder}/done')
    made.program("programs/runuser", 'shift 3\nexec "$@"')
    made.program("programs/getent", "exit 0")
    made.program("programs/ems-appliance", "exit 1")
    made.program("usr/bin/ems-appliance", "exit 1")
    made.program("usr/lib/ems-appliance/bin/python3", "exit 0")
    made.program(KEEP_JOURNAL, f'exec {sys.executable} {PACKAGE / "keep-journal"} "$@"')
    for name in ("run/systemd/system", "etc/ems-appliance", STATE, "records"):
        made.at(name).mkdir(parents=True, exist_ok=True)
    with closing(open_for_writing(made.journal)) as connection:
        connection.execute("INSERT INTO people (name) VALUES ('A')")
    made.settings()
    return made


def copies(root: Root) -> list[Path]:
    return list(root.at("records/backups").glob("journal-1.0-*.sqlite3"))


def people(journal: Path) -> list[str]:
    with closing(open_for_reading(journal)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM people")]


def make_newer(journal: Path) -> None:
    with closing(sqlite3.connect(journal, isolation_level=None)) as connection:
        connection.execute("INSERT INTO people (name) VALUES ('B')")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


@pytest.mark.parametrize("wrong", ["", *WRONG])
def test_an_upgrade_with_wrong_settings_goes_on_with_a_copy_of_the_journal_that_they_name(
    root: Root, wrong: str
):
    root.settings(wrong)
    done = root.run("preinst", "upgrade", "1.0")
    assert (done.returncode, done.stderr) == (0, "")
    [copy] = copies(root)
    assert people(copy) == ["A"]


def test_an_upgrade_without_room_for_a_copy_is_refused_and_the_service_goes_on(root: Root):
    root.write("records/backups", "A file in the place of the folder.")
    done = root.run("preinst", "upgrade", "1.0")
    assert done.returncode == 1
    assert "without a copy of the journal nothing is upgraded" in done.stderr
    assert root.done[-1] == "systemctl start --no-block ems-appliance.service"


def test_an_older_program_that_refuses_wrong_settings_is_asked_again_without_them(root: Root):
    root.program(
        KEEP_JOURNAL,
        f'echo "$EMS_APPLIANCE_CONFIG $*" >>{root.folder}/done; [ "$EMS_APPLIANCE_CONFIG" ='
        ' /dev/null ] || exit 2',
    )  # fmt: skip
    assert root.run("preinst", "upgrade", "1.0").returncode == 0
    assert root.done[-1] == "/dev/null back-up 1.0"


@pytest.mark.parametrize("wrong", ["", *WRONG])
def test_going_back_with_wrong_settings_puts_the_fitting_copy_in_place(root: Root, wrong: str):
    root.run("preinst", "upgrade", "1.0")
    make_newer(root.journal)
    root.settings(wrong)
    done = root.run("postinst", "configure", "2.0")
    assert done.returncode == 0, done.stderr
    assert "of a newer version" in done.stdout
    assert people(root.journal) == ["A"]


def test_going_back_that_fails_is_told_and_the_service_is_started_on_the_journal_as_it_was(
    root: Root,
):
    root.run("preinst", "upgrade", "1.0")
    make_newer(root.journal)
    root.at("records/.journal.restored.sqlite3.part").mkdir()  # No copy can be made.
    before = root.journal.read_bytes()
    done = root.run("postinst", "configure", "2.0")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1].startswith("ems-appliance: the journal was left as it is")
    assert root.done[-1] == "systemctl --no-block restart ems-appliance.service"
    assert root.journal.read_bytes() == before


def test_a_program_that_cannot_even_look_at_the_journal_is_started(root: Root):
    root.program(KEEP_JOURNAL, "exit 127")
    assert root.run("postinst", "configure", "2.0").returncode == 0
    assert root.done[-1] == "systemctl --no-block restart ems-appliance.service"


OWN = (STATE, "etc/ems-appliance")
IN_A_NAMESPACE = ("unshare", "--map-root-user", "--mount")


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = [*IN_A_NAMESPACE, "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_purging_deletes_journal_and_settings_with_their_folders(root: Root):
    root.write(f"{STATE}/backups/copy", "")
    assert root.run("postrm", "purge").returncode == 0
    assert not any(root.at(name).exists() for name in OWN)


@pytest.mark.skipif(not can_mount(), reason="nothing can be mounted: PURGING A PARTITION NOT SEEN")
def test_purging_empties_folders_that_are_partitions_and_leaves_the_folders(root: Root):
    folders = [str(root.at(name)) for name in OWN]
    mounted = (
        'for folder in "$MINE" "$YOURS"; do mount -t tmpfs none "$folder"; mkdir "$folder/backups";'
        ' touch "$folder/.hidden" "$folder/backups/copy"; done; "$@" && find "$MINE" "$YOURS"'
    )
    before = (
        *IN_A_NAMESPACE, "env", f"MINE={folders[0]}", f"YOURS={folders[1]}", "sh", "-ec", mounted,
        "mounted",
    )  # fmt: skip
    done = root.run("postrm", "purge", before=before)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, folders, "")
