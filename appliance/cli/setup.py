"""`setup`: the whole box in one sitting, over SSH."""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.cli.arguments import add_config
from appliance.errors import ApplianceError, UsageError

if TYPE_CHECKING:
    from appliance.settings.model import Settings
    from appliance.setup.draft import Draft


def register(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.set_defaults(run=_setup)


def _setup(arguments: argparse.Namespace) -> int:
    from appliance.settings import past_files, reading
    from appliance.setup import service_hold
    from appliance.setup.draft import Draft

    # Textual draws on the standard error.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "setup: this is no terminal, or it is redirected; run it in one, or use `config set`"
        )
    try:
        import textual  # noqa: F401
    except ImportError:
        raise ApplianceError(
            "setup: Textual is not installed; pip install 'ems-appliance[setup]'"
        ) from None
    path = reading.settings_path(arguments.config, os.environ)
    _state(reading.salvage(path))
    refuse_what_cannot_be_written(path)
    draft = Draft(path)
    # If the terminal is lost, this process ends at once and releases the service. Otherwise the
    # form would wait forever to write to that terminal.
    signal.signal(signal.SIGHUP, lambda *_: os._exit(129))
    with (
        past_files.only_form(path, "setup: another one is open on this box; leave that first"),
        service_hold.hold(_state(draft.settings)) as was_running,
    ):
        _sit(draft, was_running)
        print("\n".join(_told(draft)))
    if was_running:
        print("The service has been started again.")
    elif draft.told:
        print("To start the box: sudo systemctl start ems-appliance")
    return 0


def _state(settings: "Settings") -> str | None:
    """The state of the service, of this file or the usual one; None where none runs.

    Raises ApplianceError while somebody uses the box.
    """
    from appliance.cli import quiet
    from appliance.settings.keys import DEFAULTS

    found = None
    for one in (settings, DEFAULTS):
        quiet.refuse_during_session(one)
        found = found or quiet.running_state(one)
    return found


def refuse_what_cannot_be_written(path: Path) -> None:
    """Raise UsageError now, and not after an hour of work, where the file could not be written."""
    folder = path.resolve().parent
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        raise UsageError(f"setup: {path} cannot be written by this user; use sudo")


def _sit(draft: "Draft", is_stopped: bool) -> None:
    from appliance.setup.chapters import CHAPTERS
    from appliance.setup.form import SetupForm
    from appliance.setup.machine import Machine
    from appliance.setup.sitting import Sitting

    def may_write() -> None:
        _state(draft.settings)

    SetupForm(Sitting(draft, Machine(may_write=may_write), CHAPTERS), is_stopped).run()


def _told(draft: "Draft") -> list[str]:
    lines = draft.told or ["Nothing was changed."]
    return [*lines, *(f"to do: {line}" for line in draft.to_do)]
