"""The recipe of INSTALL.md for a new card: what it packs and unpacks, with a folder as the root."""

import shlex
import subprocess
from pathlib import Path

import pytest

from appliance.journal.barred_boards import path_beside

INSTALL = Path(__file__).parents[2] / "systemd" / "INSTALL.md"
SETTINGS = Path("etc/ems-appliance/config.toml")
COPY = Path("var/tmp/journal.sqlite3")
BARRED = path_beside(Path("var/lib/ems-appliance/journal.sqlite3"))


def run_its_tar(action: str, root: Path, packed: Path) -> None:
    """Run each line of the recipe that does this with `box.tar.gz`, as far as tar goes."""
    lines = INSTALL.read_text("utf-8").splitlines()
    commands = [line for line in lines if "tar -C /" in line and action in line]
    assert commands
    for command in commands:
        command = command[command.index("tar") :].replace("-C /", f"-C {shlex.quote(str(root))}")
        command = command.replace("box.tar.gz", shlex.quote(str(packed)))
        subprocess.run(["sh", "-c", command], check=True, capture_output=True)


@pytest.mark.parametrize("has_bars", [True, False])
def test_a_new_card_gets_the_settings_the_journal_and_the_barred_boards(
    tmp_path: Path, has_bars: bool
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    files = [SETTINGS, COPY, BARRED] if has_bars else [SETTINGS, COPY]
    for path in (SETTINGS, COPY, BARRED):
        (old / path).parent.mkdir(parents=True, exist_ok=True)
    for path in files:
        (old / path).write_text(path.name)
    new.mkdir()
    run_its_tar("-cz", old, tmp_path / "packed.tar.gz")
    run_its_tar("-xzf", new, tmp_path / "packed.tar.gz")
    assert {path.relative_to(new) for path in new.rglob("*") if path.is_file()} == {*files}
