"""The root of a card, and its partitions."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
MIB = 1 << 20
PARTS = (("EMS-BOOT", 64), ("ems-root", 1536), ("ems-state", 256))
"""Labels and MiB, in their order on the card. The first partition begins after one MiB more."""
INCLUDED = (
    "systemd,systemd-sysv,systemd-timesyncd,udev,dbus,kmod,libpam-systemd,initramfs-tools,zstd,"
    "overlayroot,busybox,e2fsprogs,python3,openssh-server,sudo,network-manager,tzdata"
)


UNSAFE = "/etc/dpkg/dpkg.cfg.d/99mmdebstrap"


def make_base(root: Path, arch: str, release: str) -> None:
    """A Debian with a kernel, without the package. Raises CalledProcessError."""
    shutil.rmtree(root, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        # Not `--quiet`: what has failed would be kept to itself.
        ["mmdebstrap", f"--arch={arch}", "--variant=minbase",
         f"--include={INCLUDED},linux-image-{arch}",
         # Before the kernel comes, which makes an initrd.
         f"--essential-hook=cp -rT {HERE}/debian \"$1\"",
         # What is broken off here is made anew; a card must not keep the option.
         "--dpkgopt=force-unsafe-io", f"--customize-hook=rm \"$1\"{UNSAFE}",
         "--aptopt=APT::Install-Recommends \"false\"", release, str(root)],
        check=True,
    )  # fmt: skip


def install(root: Path, package: Path) -> None:
    """Make it the root of the card. Raises CalledProcessError."""
    inside = root / "root" / package.name
    shutil.copy(package, inside)
    subprocess.run(
        ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--pipe",
         f"--directory={root}", "dpkg", "--install", f"/root/{package.name}"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    inside.unlink()
    subprocess.run([HERE / "furnish", root], check=True)


def write(root: Path, image: Path) -> None:
    """The image, with kernel and initrd beside it. Raises CalledProcessError."""
    for name in ("vmlinuz", "initrd.img"):
        kernel = sorted((root / "boot").glob(f"{name}-*"))[-1]
        shutil.copy(kernel, image.with_suffix(f".{name.removesuffix('.img')}"))
    table, start = "label: dos\n", 1
    image.unlink(missing_ok=True)
    for number, (label, size) in enumerate(PARTS):
        part = image.with_suffix(f".{label}")
        _make_part(part, label, size, root)
        subprocess.run(
            ["dd", "status=none", "conv=sparse,notrunc", f"bs={MIB}", f"seek={start}",
             f"if={part}", f"of={image}"],
            check=True,
        )  # fmt: skip
        part.unlink()
        table += f"start={start}MiB, size={size}MiB, type={'83' if number else 'c'}\n"
        start += size
    with image.open("ab") as file:
        file.truncate(start * MIB)
    subprocess.run(
        ["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", image],
        input=table, text=True, check=True,
    )  # fmt: skip


def _make_part(part: Path, label: str, size: int, root: Path) -> None:
    part.unlink(missing_ok=True)
    if label == "EMS-BOOT":
        subprocess.run(["mkfs.vfat", "-C", "-n", label, part, str(size * 1024)],
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        return
    # An empty partition is filled at the first start (`ems-card-keep`).
    content = ["-d", root] if label == "ems-root" else []
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", label, *content, part, f"{size}M"],
                   check=True)  # fmt: skip
