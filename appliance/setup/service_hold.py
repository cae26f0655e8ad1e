"""Has the service let go of pins, panel and board while setup runs, and gives them back.

A separate process waits for the end of this one and then starts the service, so that the box
works again even if the terminal is lost or this process is killed.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from appliance.errors import ApplianceError

UNIT = "ems-appliance.service"
_RESCUE = "ems-appliance-rescue.service"
"""Waits after a failure of the service, and starts it again."""
_START = f"systemctl reset-failed {UNIT}; exec systemctl start {UNIT}"
"""The limit of starts a minute must not refuse this one."""
_ACTIVE = ("active", "activating", "reloading")
LONGEST_S = 60.0
"""Longer than systemd takes to stop the service, or to give up starting it."""


@contextmanager
def hold(state: str | None, is_root: bool | None = None) -> Iterator[bool]:
    """Stop the service if it runs, yield whether it ran, and start it again at the end.

    A service that the rescue unit is about to start counts as one that runs. `state` is what the
    service has answered, a state in which nobody uses the box, or None.
    Raises ApplianceError where the service cannot be stopped from here, or does not start again.
    """
    is_unit = _is_active(UNIT)
    waits = not is_unit and state is None and _is_active(_RESCUE)
    if state is None and not is_unit and not waits:
        yield False
        return
    if state is None and not waits:
        raise ApplianceError(
            f"setup: {UNIT} is running and does not answer yet; wait a moment, or stop it:"
            " sudo systemctl stop ems-appliance"
        )
    if not is_unit and not waits:
        raise ApplianceError(
            f"setup: a service that was started by hand is running ({state}) and holds pins, screen"
            " and board; stop it first"
        )
    if not (os.geteuid() == 0 if is_root is None else is_root):
        does = "has failed and starts again by itself" if waits else f"is running ({state})"
        raise ApplianceError(
            f"setup: the service {does} and needs pins, screen and board; type"
            " `sudo ems-appliance setup`, which stops it meanwhile and starts it again"
        )
    with _started_afterwards():
        stopped = _systemctl("stop", _RESCUE, UNIT)
        if stopped.returncode != 0:
            said = " ".join(stopped.stderr.split()) or f"systemctl ended with {stopped.returncode}"
            raise ApplianceError(f"setup: the service cannot be stopped: {said}")
        yield True


def _is_active(unit: str) -> bool:
    if shutil.which("systemctl") is None:
        return False
    return _systemctl("show", "--property=ActiveState", "--value", unit).stdout.strip() in _ACTIVE


def _systemctl(*words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ("systemctl", *words), check=False, capture_output=True, text=True, timeout=LONGEST_S
        )
    except subprocess.TimeoutExpired:
        raise ApplianceError(
            f"setup: `systemctl {words[0]}` has not ended after {LONGEST_S:.0f} s; see"
            " `systemctl status ems-appliance`"
        ) from None


@contextmanager
def _started_afterwards() -> Iterator[None]:
    """A process that starts the service once this one has ended, however it ends.

    The kernel closes the pipe that it reads. It has a session of its own, so that a terminal
    that goes away does not take it along.
    """
    waiting = subprocess.Popen(
        ("/bin/sh", "-c", f"cat >/dev/null; {_START}"),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        # Closes the pipe: the process starts the service now.
        with suppress(subprocess.TimeoutExpired):
            waiting.communicate(timeout=LONGEST_S)
    if waiting.returncode != 0:
        raise ApplianceError(
            "setup: the service does not start again; see `systemctl status ems-appliance`"
        )
