"""A person presses through the kernel's pins: a virtual machine with Debian's own kernel.

    EMS_APPLIANCE_MACHINE=qemu pytest -n 0 -rs -s tests/machine/test_qemu.py

needs root, `mmdebstrap systemd-container qemu-system-x86 qemu-utils e2fsprogs zstd`, and fifteen
minutes of one processor. The machine is booted once. Each test goes on from there, and the one of
the power cut boots it again. The board lives in the guest, whose clock counts instructions: at a
power cut it dies too, and when its current ends then is what `test_power.py` tells.
"""

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
BOOTED = "booted"


@pytest.fixture(scope="module")
def booted(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Path:
    """The folder of a machine that is kept at the end of its boot, without its board."""
    folder = tmp_path_factory.mktemp("qemu")
    machine = kernel.machine(folder / "root", built)
    qemu.make_disk(machine, folder)
    machine.remove()
    guest = Guest(folder)
    try:
        guest.boot(with_board=False)
        guest.until(guest.status, "the service answers")
        guest.keep(BOOTED)
    finally:
        guest.remove()
    return folder


@pytest.fixture
def guest(booted: Path) -> Iterator[Guest]:
    guest = Guest(booted)
    guest.boot(BOOTED)
    guest.until_state("locked")
    yield guest
    guest.remove()


def test_a_session_is_pressed_through_the_pins_from_locked_to_its_end(guest: Guest):
    assert "pinctrl-bcm2711" in guest.run("ems-appliance doctor || true")
    walk_to_current(guest)
    assert guest.levels()[LAMP] == "1"

    at = guest.now()
    guest.press(CONTROLS.stop, 0.3)
    assert told_zero_after(guest, at, "STOP") <= LEASE_S + GRAIN_S
    guest.until_state("stopped")

    walk_to_current(guest)
    end(guest)
    print(guest.run("ems-appliance log list | tail -5"))


@pytest.mark.parametrize("signal", ["STOP", "KILL", "TERM"])
def test_a_signal_in_current_ends_it_and_the_box_comes_back(guest: Guest, signal: str):
    guest.start_at_ready()
    turn_on(guest)
    pid = guest.main_pid()
    at = float(guest.run(f"{qemu.NOW}; kill -{signal} {pid}"))
    assert told_zero_after(guest, at, f"SIG{signal}") <= LEASE_S + GRAIN_S
    guest.until_state("locked")
    print(f"`locked` again {guest.now() - at:.1f} s after it")
    assert guest.main_pid() != pid


def test_a_power_cut_in_current_leaves_a_whole_journal(guest: Guest):
    guest.start_at_ready()
    turn_on(guest)
    # By now the session is in the journal.
    guest.move("wait=2")
    guest.cut_power()
    guest.boot()
    guest.until_state("locked")
    print(f"from power to `locked`: {guest.now():.1f} s of the guest, {spent(guest)}")
    assert "journal" not in str(guest.status()["faults"])
    assert "power" in guest.run("ems-appliance log list | tail -5")


def walk_to_current(guest: Guest) -> None:
    walk(guest, "ready")
    turn_on(guest)


def turn_on(guest: Guest) -> None:
    """From `ready` to current."""
    guest.move("wait=1.2")
    guest.press(CONTROLS.confirm, 1.3)
    guest.until_state("stimulating")
    guest.until(lambda: turned_up(guest), "current flows")
    print(f"\ncurrent at {guest.now():.0f} s of the guest, {spent(guest)}")


def spent(guest: Guest) -> str:
    return f"{guest.processor_s():.0f} s of the processor"


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
    print(f"`locked` again at {guest.now():.0f} s of the guest, {spent(guest)}")


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


def told_zero_after(guest: Guest, at: float, what: str) -> float:
    """Seconds from `at` until nothing was delivered, and nothing was afterwards."""
    guest.until(lambda: guest.trace()[-1][1] == 0, "the board is off")
    later = [change for change in guest.trace() if change[0] >= at]
    first = next(t for t, ma in later if ma == 0)
    assert all(ma == 0 for t, ma in later if t > first), later
    print(f"{what}: off after {first - at:.3f} s")
    return first - at
