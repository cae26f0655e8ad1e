"""Refuses a change while a session runs."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.errors import ApplianceError
from appliance.session.state import State

if TYPE_CHECKING:
    from appliance.settings.model import Settings

QUIET_STATES = frozenset({State.SELF_TEST.value, State.LOCKED.value, State.FAULT.value})
"""States in which no session or checklist is in progress."""

COUNTS = "it counts as soon as the box is `locked` and left alone"
"""When a change of the settings is taken; a box that is off comes up with it."""


def running_state(settings: "Settings") -> str | None:
    """The state of the running service; None where no service runs.

    Raises ApplianceError where one may run that does not answer.
    """
    from appliance.service.control_socket import ControlClient, NoAnswerError, NotRunningError

    try:
        with ControlClient(settings.service.runtime_dir) as client:
            return str(client.ask("status")["state"])
    except NoAnswerError as error:
        raise ApplianceError(
            f"the service at {settings.service.runtime_dir} does not answer, so nothing was"
            " changed; wait a moment, or stop it: sudo systemctl stop ems-appliance"
        ) from error
    except NotRunningError:
        return None


def refuse_during_session(settings: "Settings") -> None:
    """Raise ApplianceError while somebody is in a session or a checklist."""
    state = running_state(settings)
    if state is not None and state not in QUIET_STATES:
        raise ApplianceError(
            f"a session is running ({state}), so nothing was changed; end it at the box first"
        )


def settings_to_change(explicit: Path | None) -> Path:
    """The settings file. Raises ApplianceError while somebody is in a session or a checklist."""
    from appliance.settings import reading

    path = reading.settings_path(explicit, os.environ)
    refuse_during_session(reading.salvage(path))
    return path


def refuse_while_running(settings: "Settings", what: str) -> None:
    """Raise ApplianceError while the service runs at all."""
    state = running_state(settings)
    if state is not None:
        raise ApplianceError(
            f"{what}: the service is running ({state}) and has the journal open; stop it first:"
            " systemctl stop ems-appliance, or q in `simulate`"
        )
