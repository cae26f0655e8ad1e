"""A person presses through the kernel's pins: a virtual machine with Debian's own kernel.

    EMS_APPLIANCE_MACHINE=qemu pytest -n 0 -s tests/machine/test_qemu.py

needs root, `mmdebstrap systemd-container qemu-system-x86 e2fsprogs zstd`, and ten minutes.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.session.lease import LEASE_S
from tests.machine import kernel, qemu
from tests.machine.qemu import CONTROLS, Guest

NEEDS = "qemu"
GRAIN_S = 0.1
LAMP = 23
MOST_STEPS = 60


@pytest.fixture
def guest(tmp_path: Path, built: Path) -> Iterator[Guest]:
    machine = kernel.machine(tmp_path / "root", built)
    qemu.make_disk(machine, tmp_path)
    machine.remove()
    guest = Guest(tmp_path)
    yield guest
    guest.remove()


def test_a_session_is_pressed_through_the_pins_and_whatever_happens_ends_the_current(guest: Guest):
    switch_on(guest)
    assert "pinctrl-bcm2711" in guest.run("ems-appliance doctor || true")
    walk_to_current(guest)
    assert guest.levels()[LAMP] == "1"

    at = guest.now()
    guest.press(CONTROLS.stop, 0.3)
    assert zero_after(guest, at) <= LEASE_S + GRAIN_S
    guest.until_state("stopped")

    for signal in ("STOP", "KILL", "TERM"):
        walk_to_current(guest)
        pid = guest.main_pid()
        at = float(guest.run(f"{qemu.NOW}; kill -{signal} {pid}"))
        print(f"SIG{signal}: off after {zero_after(guest, at):.2f} s")
        assert zero_after(guest, at) <= LEASE_S + GRAIN_S
        guest.until_state("locked")
        assert guest.main_pid() != pid

    walk_to_current(guest)
    guest.cut_power()
    switch_on(guest)
    assert "journal" not in str(guest.status()["faults"])
    walk_to_current(guest)
    end(guest)
    print(guest.run("ems-appliance log | tail -5"))


def switch_on(guest: Guest) -> None:
    began = time.monotonic()
    guest.boot()
    guest.until_state("locked")
    print(f"from power to `locked`: {guest.now():.1f} s of the guest, "
          f"{time.monotonic() - began:.1f} s here")  # fmt: skip


def walk_to_current(guest: Guest) -> None:
    walk(guest, "ready")
    guest.move("wait=1.2")
    guest.press(CONTROLS.confirm, 1.3)
    guest.until_state("stimulating")
    guest.until(lambda: turned_up(guest), "current flows")


def turned_up(guest: Guest) -> bool:
    guest.turn_up(2)
    changes = guest.trace()
    return bool(changes) and changes[-1][1] > 0


def end(guest: Guest) -> None:
    """Pause, end the stage, end the session, and answer what is asked afterwards."""
    guest.press(CONTROLS.confirm)
    guest.until_state("paused")
    for state in ("stage_done", "aftercare"):
        guest.move("wait=1.2")
        guest.press(CONTROLS.back, 1.3)
        guest.until_state(state)
    walk(guest, "locked")


def walk(guest: Guest, goal: str) -> None:
    """Do what each screen asks for, until the goal is there."""
    way = []
    for _ in range(MOST_STEPS):
        status = guest.status()
        state, step = status.get("state"), status.get("step")
        if state == goal:
            return
        way.append((state, step))
        guest.move("wait=1.2")
        if state == "checklist":
            guest.move("wait=2")
            guest.press(CONTROLS.confirm, 0.8)
        elif step == "stop_test":
            guest.press(CONTROLS.stop, 0.5)
        else:
            guest.press(CONTROLS.confirm)
    raise AssertionError(f"no way to {goal}: {way[-10:]}")


def zero_after(guest: Guest, at: float) -> float:
    """Seconds from `at` until nothing was delivered, and nothing was afterwards."""
    guest.until(lambda: guest.trace()[-1][1] == 0, "the board is off")
    later = [change for change in guest.trace() if change[0] >= at]
    first = next(t for t, ma in later if ma == 0)
    assert all(ma == 0 for t, ma in later if t > first), later
    return first - at
