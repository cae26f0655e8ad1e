"""The service under a real systemd: how fast it is, and what remains after each kind of crash.

The board is a process of its own, and its trace is the witness: what it says was delivered.
"""

import time
from pathlib import Path

import pytest

from appliance.session.board import LEASE_S
from tests.machine import box
from tests.machine.nspawn import Machine, until

GRAIN_S = 0.1
"""Resolution of the trace, which comes on top of the lease."""
LOOSEST_EXPOSURE = 0.8


@pytest.fixture
def installed(machine: Machine, package: Path) -> Machine:
    box.install(machine, package)
    box.fit_out(machine, at_ready=True)
    return machine


def test_from_power_to_locked(machine: Machine, package: Path):
    box.install(machine, package)
    box.fit_out(machine)
    began = time.monotonic()
    machine.boot()
    machine.until_state("locked")
    print(f"\nfrom power to `locked`: {time.monotonic() - began:.1f} s")
    print(machine.run("systemd-analyze security --no-pager ems-appliance.service | tail -1"))
    ready_us = int(machine.shown("ActiveEnterTimestampMonotonic"))
    network = machine.tried("systemctl show -P ActiveEnterTimestampMonotonic network-online.target")
    assert ready_us > 0 and network[1].strip() == "0", "ready, and the network never was"
    machine.run(
        f"systemd-analyze security --threshold={LOOSEST_EXPOSURE * 10:.0f} ems-appliance.service"
    )
    assert "Traceback" not in machine.log()


def test_the_box_switches_the_machine_off_and_nobody_else_may(machine: Machine, package: Path):
    box.install(machine, package)
    box.fit_out(machine)
    machine.boot()
    machine.until_state("locked")
    assert machine.shown("ActiveState", "ems-appliance-switch-off.path") == "active"
    code, _ = machine.tried(
        "setpriv --reuid=65534 --clear-groups touch /run/ems-appliance/switch-off"
    )
    assert code != 0
    machine.run("echo '1.2 back 1.3' > /run/hands")
    until(lambda: machine.status().get("step") == "switch_off", "the box asks")
    machine.run("echo '0.5 confirm 0.1' > /run/hands")
    until(lambda: machine.is_off, "the machine is off")


@pytest.mark.parametrize("signal", ["STOP", "KILL", "TERM", "ABRT"])
def test_whatever_ends_it_in_current_the_board_is_off_and_the_box_comes_back_locked(
    installed: Machine, signal: str
):
    installed.boot()
    box.raise_current(installed)
    pid = installed.main_pid()
    # Once only: the next start is without a person in `ready`.
    box.let_hands_in(installed, at_ready=False)
    installed.run("systemctl daemon-reload")
    at = time.monotonic()
    installed.run(f"kill -{signal} {pid}")
    assert box.zero_after(installed, at) <= LEASE_S + GRAIN_S
    installed.until_state("locked")
    assert installed.main_pid() != pid
    print(f"\nSIG{signal}: `locked` again after {time.monotonic() - at:.1f} s")


def test_stopping_it_in_current_takes_less_than_a_second(installed: Machine):
    installed.boot()
    box.raise_current(installed)
    at = time.monotonic()
    installed.run("systemctl stop ems-appliance")
    took = time.monotonic() - at
    assert box.zero_after(installed, at) <= LEASE_S + GRAIN_S
    print(f"\nstopped in {took:.2f} s")
    assert installed.shown("Result") == "success"
    assert installed.shown("ActiveState") == "inactive"


def test_a_power_cut_loses_nothing_and_leads_to_locked(installed: Machine):
    for _ in range(3):
        box.let_hands_in(installed, at_ready=True)
        installed.boot()
        box.raise_current(installed)
        installed.cut_power()
        box.let_hands_in(installed, at_ready=False)
        installed.boot()
        installed.until_state("locked")
        assert "journal" not in str(installed.status()["faults"])
        installed.cut_power()


def test_a_failure_that_restarts_do_not_mend_is_never_given_up(machine: Machine, package: Path):
    box.install(machine, package)
    box.fit_out(machine)
    machine.write(
        "/etc/systemd/system/ems-appliance.service.d/zz.conf",
        "[Service]\nExecStart=\nExecStart=/bin/false\nRestartSec=100ms\n",
    )
    machine.boot()
    rescue = "ems-appliance-rescue.service"
    until(lambda: machine.shown("ActiveState", rescue) == "activating", "the rescue unit waits")
    until(lambda: "started again in 60 s" in machine.log(), "the first wait is told")
    (machine.root / "etc/systemd/system/ems-appliance.service.d/zz.conf").unlink()
    machine.run("systemctl daemon-reload")
    # Somebody who mends it need not wait.
    machine.run("systemctl reset-failed ems-appliance; systemctl start ems-appliance")
    machine.until_state("locked")
    assert machine.shown("ActiveState", rescue) in ("inactive", "failed")
