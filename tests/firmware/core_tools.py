"""Runs the firmware's own Makefile, where the tools for it are installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FIRMWARE = REPOSITORY / "hardware/firmware"
MAKE_S = 300.0


def need(*tools: str) -> None:
    """Skip the test, loudly, unless all of these programs are here."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"the firmware is not tested here: {', '.join(missing)} not installed")


def make(build: Path, *targets: str, firmware: Path = FIRMWARE) -> subprocess.CompletedProcess[str]:
    """Run `make` for these targets; what it builds goes to `build`."""
    return subprocess.run(
        ["make", "-C", str(firmware), f"BUILD={build}", *targets],
        capture_output=True,
        text=True,
        timeout=MAKE_S,
        check=False,
    )


def board_library(build: Path) -> Path:
    """The core as a library for `CompiledBoard`, built in this folder; skips without a compiler."""
    need("make", "gcc")
    done = make(build, f"{build}/board.so")
    assert done.returncode == 0, done.stdout + done.stderr
    return build / "board.so"
