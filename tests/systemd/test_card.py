"""The layout of the SD card: both images say the same, nothing in it is a password or a key."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

CARD = Path(__file__).parents[2] / "systemd/card"
ROOT = CARD / "root"
sys.path.insert(0, str(CARD))
import card_image  # noqa: E402

SCRIPTS = [CARD / "furnish", *sorted((ROOT / "usr/lib/ems-card").iterdir())]
HOOKS = sorted((CARD / "pi").rglob("hooks/*"))


def text_of(name: str) -> str:
    return (CARD / name).read_text()


@pytest.mark.parametrize("script", [*SCRIPTS, *HOOKS], ids=lambda path: path.name)
def test_every_script_can_be_started_and_read_by_the_shell(script: Path) -> None:
    assert script.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", script], check=True)


def test_both_images_have_the_partitions_that_are_mounted() -> None:
    labels = [label for label, _ in card_image.PARTS]
    mounted = re.findall(r"^LABEL=(\S+)", text_of("root/etc/fstab"), re.MULTILINE)
    on_a_pi = re.findall(r'label = "(\S+)"', text_of("pi/image/genimage.cfg.in"))
    assert sorted(labels) == sorted(["ems-root", *mounted]) == sorted(on_a_pi)
    assert len(set(labels)) == 3


def test_both_roots_have_what_the_read_only_root_is_made_with() -> None:
    """A smallest Trixie lacks programs that overlayroot takes for granted.

    Without mke2fs its hook ends the initrd. Without busybox the initrd has no grep: overlayroot
    finds no overlay file system, and the box starts from a root to which nothing can be written.
    """
    wanted = {"overlayroot", "busybox", "e2fsprogs", "initramfs-tools", "zstd"}
    on_a_pi = re.findall(r"^    - (\S+)$", text_of("pi/layer/ems-appliance.yaml"), re.MULTILINE)
    assert wanted <= set(card_image.INCLUDED.split(","))
    assert wanted <= set(on_a_pi)


def test_the_layer_over_the_root_need_not_be_remounted() -> None:
    """From util-linux 2.39 on `mount -o remount` refuses an overlay with options.

    `ro` on the kernel's command line would make overlayroot's layer read-only until such a
    remount, and a line for the root in fstab would have systemd try it.
    """
    table = [line.split() for line in text_of("root/etc/fstab").splitlines()]
    assert "/" not in [fields[1] for fields in table if fields[0] != "#"]
    on_a_pi = text_of("pi/image/ems-card.d/for/linux-base/cmdline.d/50-root").split()
    assert "-ro" in on_a_pi and "ro" not in on_a_pi


def test_a_card_without_its_last_partition_still_starts() -> None:
    for line in text_of("root/etc/fstab").splitlines():
        if line.startswith("LABEL="):
            assert "nofail" in line
    keep = text_of("root/usr/lib/systemd/system/ems-card-keep.service")
    assert "ConditionPathIsMountPoint=/state" in keep


def test_settings_and_journal_are_kept() -> None:
    keep = text_of("root/usr/lib/ems-card/keep")
    assert {"/etc/ems-appliance", "/var/lib/ems-appliance"} <= set(keep.split())


def test_nothing_is_a_password_or_a_key() -> None:
    for path in (path for path in CARD.rglob("*") if path.is_file()):
        assert not re.search(r"BEGIN \w* ?PRIVATE|\$[156y]\$|chpasswd|user1pass", path.read_text(
            errors="ignore"
        )), path  # fmt: skip
    assert "PasswordAuthentication no" in text_of("root/etc/ssh/sshd_config.d/ems-card.conf")
    furnish = text_of("furnish")
    assert "ssh_host_*" in furnish and furnish.count("--password '*'") == 2


def test_the_units_are_switched_on_and_start_what_is_there() -> None:
    folder = ROOT / "usr/lib/systemd/system"
    units = {unit.name for unit in folder.glob("ems-card-*")}
    wanted = {link.resolve() for link in folder.glob("*.wants/*")}
    # The service of a path is started by it.
    started = {"ems-card-zone.service"}
    assert wanted == {folder / name for name in units - started}
    for unit in folder.rglob("*.*"):
        text = unit.read_text() if unit.is_file() else ""
        for program in re.findall(r"(/usr/lib/ems-card/\S+)", text):
            assert (ROOT / program.lstrip("/")).exists(), program


def test_the_image_tool_of_raspberry_pi_os_is_given_the_same_root() -> None:
    layer = text_of("pi/layer/ems-appliance.yaml")
    (way,) = re.findall(r"\$\{DIRECTORY\}/(\S+)", layer)
    assert (CARD / "pi/layer" / way).resolve() == CARD / "furnish"
    config = text_of("pi/config/ems-appliance.yaml")
    for name in re.findall(r"X-Env-Layer-Name: (\S+)", layer + text_of("pi/image/ems-card.yaml")):
        assert name in config
    needed = {"overlayroot", "openssh-server", "sudo", "python3", "tzdata"}
    assert needed <= set(re.findall(r"^    - (\S+)$", layer, re.MULTILINE))
    assert needed <= set(card_image.INCLUDED.split(","))
