"""The image of a card from a root of three files: its table, its file systems, what is in them."""

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "systemd/card"))
import card_image

PATH = "/usr/bin:/usr/sbin:/bin:/sbin"
WANTED = ("sfdisk", "mkfs.vfat", "mke2fs", "debugfs", "blkid", "dd")
LACKING = [name for name in WANTED if shutil.which(name, path=PATH) is None]
SMALL = (2, 8, 4)
"""MiB, where a real card has more."""

pytestmark = pytest.mark.skipif(
    bool(LACKING), reason=f"NO IMAGE WAS MADE: not installed: {' '.join(LACKING)}"
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("card")
    root, image = folder / "root", folder / "card.img"
    for name in ("boot/vmlinuz-6.1", "boot/vmlinuz-6.12", "boot/initrd.img-6.12", "etc/hello"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    labels = [label for label, _ in card_image.PARTS]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", PATH)
        patched.setattr(card_image, "PARTS", tuple(zip(labels, SMALL, strict=True)))
        card_image.write(root, image)
    return image


def ask(*command: str | Path) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env={"PATH": PATH}
    ).stdout


def table(image: Path) -> list[tuple[int, int, int]]:
    """Type, first MiB and MiB of each partition, from the first sector."""
    entries = struct.iter_unpack("<4xB3xII", image.read_bytes()[446:510])
    return [(kind, first * 512 >> 20, size * 512 >> 20) for kind, first, size in entries if kind]


def test_it_has_three_partitions_with_their_labels_and_the_newest_kernel_beside_it(image: Path):
    assert table(image) == [(0x0C, 1, 2), (0x83, 3, 8), (0x83, 11, 4)]
    assert image.stat().st_size == (1 + sum(SMALL)) << 20
    for (kind, first, _), (label, _) in zip(table(image), card_image.PARTS, strict=True):
        found = ask("blkid", "-p", "-o", "export", "-O", str(first << 20), image).splitlines()
        assert f"LABEL={label}" in found
        assert f"TYPE={'vfat' if kind == 0x0C else 'ext4'}" in found
    assert image.with_suffix(".vmlinuz").read_text() == "boot/vmlinuz-6.12"
    assert image.with_suffix(".initrd").read_text() == "boot/initrd.img-6.12"
    left = {path.name for path in image.parent.iterdir()}
    assert left == {"root", "card.img", "card.vmlinuz", "card.initrd"}


def test_the_root_is_in_the_second_partition_and_the_third_is_empty(image: Path, tmp_path: Path):
    parts = []
    for _, first, size in table(image)[1:]:
        parts.append(tmp_path / f"{first}")
        parts[-1].write_bytes(image.read_bytes()[first << 20 : (first + size) << 20])
    assert ask("debugfs", "-R", "cat /etc/hello", parts[0]) == "etc/hello"
    assert "lost+found" in (empty := ask("debugfs", "-R", "ls -p /", parts[1]))
    assert "etc" not in empty
