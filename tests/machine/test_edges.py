"""Edges through a real kernel: how late each way to hear of them is, and what it costs at rest.

    EMS_APPLIANCE_MACHINE=qemu pytest -n 0 -s tests/machine/test_edges.py

needs what `test_qemu.py` needs, and five minutes.
"""

import json
from pathlib import Path

from tests.machine import kernel, qemu
from tests.machine.qemu import Guest

NEEDS = "qemu"
ROUNDS = 3
TRANSMITS_A_SECOND = 50
"""lgpio's other thread, which makes PWM, wakes this often even without PWM."""
PYTHON = "/usr/lib/ems-appliance/bin/python3"


def test_the_kernels_descriptor_tells_every_edge_and_wakes_nobody_in_between(
    tmp_path: Path, built: Path
):
    machine = kernel.machine(tmp_path / "root", built)
    machine.offline("systemctl disable --quiet ems-appliance")
    script = Path(__file__).parent / "guest/edges.py"
    machine.write("/usr/local/lib/edges.py", script.read_text())
    qemu.make_disk(machine, tmp_path)
    machine.remove()
    guest = Guest(tmp_path)
    try:
        guest.boot()
        told = [
            (way, json.loads(guest.run(f"{PYTHON} /usr/local/lib/edges.py {way}")))
            for _ in range(ROUNDS)
            for way in ("kernel", "notify", "callback")
        ]
    finally:
        guest.remove()
    for way, figures in told:
        print(f"\n{way:9} {figures}", end="")
    own = [figures for way, figures in told if way == "kernel"]
    assert all(figures["heard"] == 1000 for figures in own)
    assert all(figures["woken_a_second"] <= TRANSMITS_A_SECOND + 5 for figures in own)
