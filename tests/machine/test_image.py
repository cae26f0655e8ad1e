"""The whole image of a card for a Pi's processor, from power to `locked` in a virtual machine.

    EMS_APPLIANCE_MACHINE=image pytest -n 0 -s tests/machine/test_image.py

needs root, `mmdebstrap systemd-container fdisk dosfstools e2fsprogs qemu-user-static
qemu-system-arm gcc-aarch64-linux-gnu`, and an hour the first time, because it makes the image by
`systemd/card/build`. There is no boot loader: qemu is given kernel and initrd.
"""

from collections.abc import Iterator

import pytest

from tests.benchmarks import bench_instructions
from tests.machine import image
from tests.machine.image import TESTS, ImageGuest

NEEDS = "image"
STATE = "/var/lib/ems-appliance"
HOST_KEYS = "cat /state/etc/ssh/ssh_host_*.pub"
COUNTED = (
    f"mkdir -p /run/tests; mountpoint -q /run/tests || mount -r LABEL={TESTS} /run/tests; "
    "PYTHONPATH=/run/tests PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1"
    " /usr/lib/ems-appliance/bin/python3 -m tests.benchmarks.counted_work"
)


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImageGuest]:
    """One for all: a start takes minutes."""
    guest = ImageGuest(tmp_path_factory.mktemp("image"), image.build())
    try:
        boot_to_locked(guest, "first start")
        yield guest
    finally:
        guest.remove()


def test_its_root_is_read_only_and_what_has_to_stay_is_on_a_partition_of_its_own(guest: ImageGuest):
    root, options = guest.run("findmnt -n -o FSTYPE,OPTIONS /").split()
    assert root == "overlay" and "lowerdir=/media/root-ro" in options
    assert guest.run("findmnt -n -o OPTIONS /media/root-ro").startswith("ro,")
    for path in (f"{STATE}/journal.sqlite3", "/etc/ems-appliance/config.toml"):
        assert "ems-state" in guest.run(f"findmnt -n -o LABEL -T {path}")
    assert guest.tried("grep -r unsafe /etc/dpkg")[0], "the card is written to with care"
    assert guest.run("systemctl --failed --no-legend").strip() == ""


def test_nobody_has_a_password_and_the_first_start_leads_to_setup(guest: ImageGuest):
    hashes = [line.split(":")[1] for line in guest.run("cat /etc/shadow").splitlines()]
    assert hashes and all(one.startswith(("*", "!")) for one in hashes)
    assert "passwordauthentication no" in guest.run("sshd -T")
    guest.until(lambda: "Board" in guest.run("cat /dev/vcs1"), "the console leads to `setup`")


def test_its_processor_counts_the_instructions_of_a_session(guest: ImageGuest):
    """In user mode, as valgrind does; printed as the benchmark's shares of a real core."""
    print()
    for name in ("session", "frame", "box"):
        instructions, times = guest.run(f"{COUNTED} {name} --by-processor").split()
        assert 0 < bench_instructions.tell(name, int(instructions) / int(times)) < 100


def test_after_a_power_cut_it_has_forgotten_what_it_should(guest: ImageGuest):
    keys = guest.run(HOST_KEYS)
    assert keys.count("ssh-ed25519") == 1
    guest.run(f"touch /usr/written {STATE}/written /state/set-up; sync")
    guest.cut_power()
    boot_to_locked(guest, "next start")
    assert guest.tried("ls /usr/written")[0]
    assert guest.run(f"ls {STATE}/written") and guest.run(HOST_KEYS) == keys
    guest.until(lambda: "login:" in guest.run("cat /dev/vcs1"), "`setup` comes once")


def boot_to_locked(guest: ImageGuest, which: str) -> None:
    guest.boot(with_board=False)
    guest.until_state("locked")
    at_s = int(guest.shown("ActiveEnterTimestampMonotonic")) / 1e6
    print(
        f"\n{which}: `locked` {at_s:.1f} s after power, or {at_s:.1f} thousand million"
        f" instructions; {guest.processor_s():.0f} s of a processor here"
    )
    print(guest.run("systemd-analyze blame | head -12"))
