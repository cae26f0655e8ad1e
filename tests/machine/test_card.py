"""The SD card's root, booted by systemd-nspawn.

    EMS_APPLIANCE_MACHINE=card pytest -n 0 -s tests/machine/test_card.py

needs root, `mmdebstrap systemd-container`, and ten minutes. There is no partition table and no
console, and what is booted has nspawn's layer in place of the initrd's: see `test_image.py`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import card
from tests.machine.booted import until
from tests.machine.box import Board
from tests.machine.card import Card

NEEDS = "card"
STORED = "var/lib/ems-appliance/journal.sqlite3"
HOST_KEY = "etc/ssh/ssh_host_ed25519_key.pub"
FIRST_START = "/usr/lib/ems-card/first-start"
IN_A_TERMINAL = (
    "{ sleep infinity | TERM=xterm script --quiet --flush --command"
    f" 'stty rows 30 cols 100; {FIRST_START}' /run/seen; }} </dev/null >/dev/null 2>&1 &"
)


@pytest.fixture
def box(tmp_path: Path, built: Path, board: Board) -> Iterator[Card]:
    box = Card(tmp_path / "box", built, board)
    yield box
    box.remove()


def test_its_initrd_lays_a_layer_over_the_root_that_can_be_written_to(box: Card, tmp_path: Path):
    """With its own programs: where one is missing, the root stays read-only and nothing starts."""
    below, *table = box.layered_by_initrd(tmp_path / "initrd").splitlines()
    assert below.startswith("ro,") and not (box.root / "usr/written").exists()
    # systemd would remount what stands there, and an overlay refuses.
    lines = [line.split() for line in table if not line.startswith("#")]
    assert lines and "/" not in [fields[1] for fields in lines]


def test_the_root_forgets_and_settings_journal_keys_and_zone_stay(box: Card):
    assert not list((box.root / "etc/ssh").glob("ssh_host_*")), "no two cards have the same keys"
    box.start()
    box.until_state("locked")
    key = (box.state / HOST_KEY).read_text()
    assert "No host keys" not in box.run("sshd -t 2>&1; sshd -T | grep ^hostkey")
    box.run("timedatectl set-timezone Europe/Berlin; touch /usr/written /etc/written")
    box.run("echo '# mine' >> /etc/ems-appliance/config.toml; touch /home/box/written; sync")
    box.run("systemctl is-active ssh ems-card-zone.path")
    until((box.state / "etc/localtime").is_symlink, "the zone is kept")
    box.cut_power()

    box.start()
    box.until_state("locked")
    assert (box.state / STORED).exists() and "journal" not in str(box.status()["tells"])
    assert "# mine" in box.run("cat /etc/ems-appliance/config.toml; ls /home/box/written")
    assert box.tried("ls /usr/written")[0] and box.tried("ls /etc/written")[0]
    assert (box.state / HOST_KEY).read_text() == key
    assert "Europe/Berlin" in box.run("timedatectl show -p Timezone")
    assert box.run("systemctl --failed --no-legend").strip() == ""
    assert "every session is forgotten" not in box.tried("ems-appliance doctor")[1]


def test_nobody_has_a_password_and_the_first_start_leads_to_setup(box: Card):
    box.start()
    box.until_state("locked")
    hashes = [line.split(":")[1] for line in box.run("cat /etc/shadow").splitlines()]
    assert hashes and all(one.startswith(("*", "!")) for one in hashes)
    assert "passwordauthentication no" in box.run("sshd -T")
    assert "ems-card/console" in box.run("systemctl cat getty@tty1")
    box.run(IN_A_TERMINAL)
    until(lambda: "Board" in box.tried("cat /run/seen")[1], "`setup` asks for the board")
    assert box.run(f"touch {card.KEPT}/set-up; {FIRST_START}") == "", "once is enough"


def test_an_empty_partition_is_filled_and_one_that_is_missing_is_told(box: Card):
    del box.plugged[box.state]
    box.start()
    status = box.until_state("locked")
    assert "journal_forgets" in str(status["tells"] + status["faults"])
