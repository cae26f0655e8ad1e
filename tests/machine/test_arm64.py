"""The package for a Pi's processor: installed and used in an emulated root of its own.

    EMS_APPLIANCE_MACHINE=arm64 pytest -n 0 -s tests/machine/test_arm64.py

needs root, `mmdebstrap qemu-user-static gcc-aarch64-linux-gnu`, and a quarter of an hour.
"""

import resource
import time
from pathlib import Path

from appliance import __version__
from tests.machine import emulation, nspawn, package
from tests.machine.nspawn import Machine

NEEDS = "arm64"
RELEASE = "trixie"
SPEEDS = "/usr/lib/ems-appliance/lib/python3.13/site-packages/speeds.pth"
SPEED_OF_THE_BOARD = (
    "import serial.serialposix as posix;"
    " posix.Serial.BAUDRATE_CONSTANTS[250000] = posix.Serial.BAUDRATE_CONSTANTS[115200]\n"
)
"""qemu's emulation of one process knows a line's standard speeds only. The demo's line is a
pseudo-terminal, which has none."""


def test_it_installs_and_its_commands_run_on_the_other_processor(tmp_path: Path):
    built = package.build(nspawn.CACHE, "--arch", "arm64")
    bare = nspawn.CACHE / f"{RELEASE}-arm64"
    print(f"\nbare root: {emulation.make_root(bare, 'arm64', RELEASE):.0f} s")
    machine = Machine(tmp_path / "arm64", bare)
    try:
        (machine.root / "root" / built.name).write_bytes(built.read_bytes())
        assert machine.offline("uname -m").strip() == "aarch64"
        timed(machine, f"apt-get install --yes /root/{built.name}")
        assert __version__ in timed(machine, "ems-appliance --version")
        timed(machine, "ems-appliance config validate")
        machine.write(SPEEDS, SPEED_OF_THE_BOARD)
        said = timed(machine, "ems-appliance demo --out /root/demo")
        assert said and list((machine.root / "root/demo").glob("session.gif"))
        installed = machine.offline("dpkg-query -W -f '${Installed-Size}' ems-appliance")
        print(
            f"package {built.stat().st_size / 1e6:.1f} MB, installed {int(installed) / 1e3:.1f} MB"
        )
    finally:
        machine.remove()


def timed(machine: Machine, command: str) -> str:
    began, spent = time.monotonic(), processor_s()
    said = machine.offline(command)
    real_s = time.monotonic() - began
    print(f"{command}: {real_s:.0f} s, {processor_s() - spent:.0f} s of a processor")
    return said


def processor_s() -> float:
    """What every process has taken that began here and has ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
