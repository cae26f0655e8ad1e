"""The service under a real systemd, all in one boot, which a new start of the service makes fresh.

The board is a process beside the machine, and its trace is the witness: what it says was delivered.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.session.lease import LEASE_S
from tests.machine import conftest
from tests.machine.booted import until
from tests.machine.box import Board, Box

GRAIN_S = 0.1
"""Resolution of the trace, which comes on top of the lease."""
LOOSEST_EXPOSURE = 0.8
PRIORITY = 10
STOP_S = 1.0


@pytest.fixture(scope="module")
def booted(
    tmp_path_factory: pytest.TempPathFactory, release: str, built: Path, board: Board
) -> Iterator[Box]:
    box = conftest.lay_out(tmp_path_factory.mktemp("running"), release, built, board)
    box.offline("useradd somebody")
    began = time.monotonic()
    box.boot()
    box.until_state("locked")
    print(f"\n{release}: from power to `locked` {time.monotonic() - began:.1f} s")
    yield box
    box.remove()


@pytest.fixture
def running(booted: Box) -> Box:
    """The service as after a start, in `locked`."""
    booted.run("systemctl reset-failed ems-appliance; systemctl restart ems-appliance")
    booted.until_state("locked")
    return booted


def test_it_is_ready_before_any_network_and_tightly_shut_in(booted: Box):
    ready_us = int(booted.shown("ActiveEnterTimestampMonotonic"))
    code, online = booted.tried(
        "systemctl show -P ActiveEnterTimestampMonotonic network-online.target"
    )
    assert ready_us > 0 and (code, online.strip()) == (0, "0"), "ready, and the network never was"
    print(booted.run("systemd-analyze security --no-pager ems-appliance.service | tail -1"))
    booted.run(
        f"systemd-analyze security --threshold={LOOSEST_EXPOSURE * 10:.0f} ems-appliance.service"
    )
    assert "Traceback" not in booted.log()


def test_the_control_loop_alone_is_in_the_real_time_class(running: Box):
    pid = running.main_pid()
    stats = running.run(f"cat /proc/{pid}/task/*/stat").splitlines()
    fields = {line.split()[0]: line.rpartition(")")[2].split() for line in stats}
    # rt_priority and policy: the 40th and 41st field, of which two were cut off.
    classes = {thread: (int(of[37]), int(of[38])) for thread, of in fields.items()}
    assert classes.pop(str(pid)) == (PRIORITY, os.SCHED_FIFO)
    assert set(classes.values()) == {(0, os.SCHED_OTHER)}, "screen and journal have threads"
    limit_us = int(running.shown("LimitRTTIME"))
    assert f"Max realtime timeout      {limit_us}" in running.run(f"cat /proc/{pid}/limits")


def test_its_log_can_be_asked_by_field(running: Box):
    running.raise_current()
    running.hand("0 stop 0.3")
    running.until_state("stopped")
    said = running.run("journalctl -b -o json -u ems-appliance EMS_EVENT=state EMS_STATE=stopped")
    entry = json.loads(said.splitlines()[-1])
    assert entry["EMS_CAME_FROM"] == "stimulating" and entry["PRIORITY"] == "6"
    assert entry["SYSLOG_IDENTIFIER"] == "ems-appliance"
    running.run("systemctl stop ems-appliance")
    last = running.run("journalctl -b -o cat -u ems-appliance EMS_EVENT=end")
    assert last.strip().endswith("end")


@pytest.mark.parametrize("signal", ["STOP", "KILL", "TERM", "ABRT"])
def test_whatever_ends_it_in_current_the_board_is_off_and_the_box_comes_back_locked(
    running: Box, signal: str
):
    running.raise_current()
    pid = running.main_pid()
    at = time.monotonic()
    running.run(f"kill -{signal} {pid}")
    assert running.board.zero_after(at) <= LEASE_S + GRAIN_S
    running.until_state("locked")
    assert running.main_pid() != pid
    if signal == "STOP":
        assert "Watchdog timeout" in running.log()
    print(f"\nSIG{signal}: `locked` again after {time.monotonic() - at:.1f} s")


def test_stopping_it_in_current_takes_less_than_a_second(running: Box):
    running.raise_current()
    at = time.monotonic()
    running.run("systemctl stop ems-appliance")
    assert running.board.zero_after(at) <= LEASE_S + GRAIN_S
    began_us, ended_us = (
        int(running.shown(f"{name}TimestampMonotonic")) for name in ("ActiveExit", "InactiveEnter")
    )
    print(f"\nstopped in {(ended_us - began_us) / 1e6:.2f} s")
    assert ended_us - began_us < STOP_S * 1e6
    assert running.shown("Result") == "success"
    assert running.shown("ActiveState") == "inactive"


def test_stop_at_the_box_ends_the_current(running: Box):
    running.raise_current()
    at = time.monotonic()
    running.hand("0 stop 0.3")
    running.until_state("stopped")
    assert running.board.zero_after(at) <= LEASE_S + GRAIN_S


def test_a_second_service_is_refused_and_the_first_goes_on(running: Box):
    pid = running.main_pid()
    code, said = running.tried("GPIOZERO_PIN_FACTORY=mock ems-appliance run")
    assert code == 1 and "another ems-appliance is running" in said
    assert running.main_pid() == pid and running.status()["state"] == "locked"


def test_a_user_outside_the_group_is_told_to_join(running: Box):
    code, said = running.tried("runuser -u somebody -- ems-appliance status")
    assert code == 1 and "group ems-appliance" in said
    running.run("usermod -aG ems-appliance somebody")
    assert running.run("runuser -u somebody -- ems-appliance status").startswith("locked")


def test_a_latin_1_terminal_gets_words_and_no_traceback(running: Box):
    for verb in ("config show", "sound", "wiring", "--help"):
        code, said = running.tried(f"PYTHONIOENCODING=latin-1 ems-appliance {verb} | cat")
        assert code == 0 and "Traceback" not in said


def test_whatever_time_daemon_set_the_clock_the_sandbox_sees_it(running: Box):
    asked = (
        "from appliance.journal.clock_trust import *; import ctypes;"
        "t = (ctypes.c_long * 64)(); print(ctypes.CDLL(None).adjtimex(t))"
    )
    conf = "/usr/lib/systemd/system/ems-appliance.service.d/sandbox.conf"
    said = running.run(
        f"grep -v -e '^#' -e '^\\[' -e '^$' {conf} | sed 's/^/-p\\n/' > /run/properties;"
        "xargs -d '\\n' -a /run/properties systemd-run -q --wait --pipe -p User=ems-appliance "
        f"-- sh -c true; xargs -d '\\n' -a /run/properties sh -c '"
        'exec systemd-run -q --wait --pipe -p User=ems-appliance "$@" '
        f'/usr/lib/ems-appliance/bin/python3 -c "{asked}"\' sh'
    )
    assert int(said) >= 0


def test_the_box_switches_the_machine_off_and_nobody_else_may(running: Box):
    assert running.shown("ActiveState", "ems-appliance-switch-off.path") == "active"
    code, _ = running.tried(
        "setpriv --reuid=65534 --clear-groups touch /run/ems-appliance/switch-off"
    )
    assert code != 0
    running.hand("1.2 back 1.3")
    until(lambda: running.status().get("step") == "switch_off", "the box asks")
    running.hand("0.5 confirm 0.1")
    until(lambda: running.is_off, "the machine is off")
