"""Has the service let go of pins, panel and board while setup runs, and gives them back.

A separate process waits for the end of this one and then starts the service, so that the box
works again even if the terminal is lost or this process is killed.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.errors import ApplianceError

UNIT = "ems-appliance.service"
_STOP = ("systemctl", "stop", "ems-appliance-rescue.service", UNIT)
_START = ("systemctl", "start", UNIT)
_ACTIVE = ("active", "activating", "reloading")
_LONGEST_S = 60.0
"""Longer than systemd takes to stop the service, or to give up starting it."""


@contextmanager
def hold(state: str | None, is_root: bool | None = None) -> Iterator[bool]:
    """Stop the service if it runs, yield whether it ran, and start it again at the end.

    `state` is what the service has answered, a state in which nobody uses the box, or None.
    Raises ApplianceError where the service cannot be stopped from here, or does not start again.
    """
    is_unit = _unit_is_active()
    if state is None and not is_unit:
        yield False
        return
    if state is None:
        raise ApplianceError(
            f"setup: {UNIT} is running and does not answer yet; wait a moment, or stop it:"
            " sudo systemctl stop ems-appliance"
        )
    if not is_unit:
        raise ApplianceError(
            f"setup: a service that was started by hand is running ({state}) and holds pins, screen"
            " and board; stop it first"
        )
    if not (os.geteuid() == 0 if is_root is None else is_root):
        raise ApplianceError(
            f"setup: the service is running ({state}) and holds pins, screen and board; type"
            " `sudo ems-appliance setup`, which stops it meanwhile and starts it again"
        )
    with _started_afterwards():
        subprocess.run(_STOP, check=False, timeout=_LONGEST_S, capture_output=True)
        yield True


def _unit_is_active() -> bool:
    if shutil.which("systemctl") is None:
        return False
    shown = subprocess.run(
        ("systemctl", "show", "--property=ActiveState", "--value", UNIT),
        check=False, capture_output=True, text=True, timeout=_LONGEST_S,
    )  # fmt: skip
    return shown.stdout.strip() in _ACTIVE


@contextmanager
def _started_afterwards() -> Iterator[None]:
    """A process that starts the service once this one has ended, however it ends.

    The kernel closes the pipe that it reads. It has a session of its own, so that a terminal
    that goes away does not take it along.
    """
    waiting = subprocess.Popen(
        ("/bin/sh", "-c", f"cat >/dev/null; exec {' '.join(_START)}"),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        waiting.communicate(timeout=_LONGEST_S)
    if waiting.returncode != 0:
        raise ApplianceError(
            "setup: the service does not start again; see `systemctl status ems-appliance`"
        )
