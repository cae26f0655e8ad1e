"""The composition root: builds the service and all of its parts from a settings file.

A part that cannot be opened becomes a fault on the screen with the exact words of the error,
because a dark box tells a person nothing. Only a second service on the same box is refused.
The panel gets its first picture before anything is loaded that it does not need: `parts` has the
rest.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.clock import Clock
from appliance.errors import ControlsError, JournalError, UsageError
from appliance.service.box_choices import overriding, with_chosen
from appliance.service.control_socket import ControlServer, SocketError
from appliance.service.settings_files import SettingsFiles
from appliance.session.state import State
from appliance.session.view import CHECKS, View
from appliance.settings import reading
from appliance.settings.model import PANEL_CHIPS, Settings
from appliance.settings.words import Words

if TYPE_CHECKING:
    from appliance.service.loop import Service
    from appliance.service.ports import Screen


def assemble(files: SettingsFiles, clock: Clock) -> "Service":
    """The service that `run` runs. Raises ApplianceError if another one is running."""
    ends = ExitStack()
    wrong: UsageError | None = None
    try:
        settings = files.read()
        in_force = with_chosen(settings, chosen_at_the_box(settings, settings.journal.path))
    except UsageError as error:
        settings = in_force = reading.salvage(files.path)
        wrong = error
    socket = _control_socket(settings)
    screen = _screen(settings, ends)
    screen.show(starting(in_force.language))
    # Imported here: the panel's thread draws while the rest is loaded.
    from appliance.service import parts
    from appliance.settings import lock

    start = parts.Start(clock, screen, socket, files, ends)
    try:
        if wrong is not None:
            raise wrong
        # Whatever may be wrong in a file is found before pins and board are opened.
        catalogue, locked = files.catalogue(settings), lock.facts(files.path)
    except UsageError as error:
        return parts.only_saying(start, in_force, error)
    return parts.whole(start, settings, in_force, catalogue, locked)


def starting(language: str) -> View:
    """What the panel shows until the first step has been taken: nothing has been checked."""
    checks = tuple((name, None) for name in CHECKS)
    return View(State.SELF_TEST, person="", checks=checks, language=language)


def _control_socket(settings: Settings) -> ControlServer | None:
    """The control socket, or None, which the log says: a box with a screen is not kept dark.

    Raises ApplianceError if another service is running.
    """
    try:
        return ControlServer(settings.service.runtime_dir)
    except SocketError as error:
        print(
            f"ems-appliance: {error}; until then `status` and `stop` do not work", file=sys.stderr
        )
        return None


def chosen_at_the_box(settings: Settings, journal: Path) -> dict[str, Any]:
    """Volume and language as set on the box; nothing where the journal cannot be read."""
    try:
        return overriding(settings, journal)
    except JournalError:
        # The recorder meets the same error and reports it as a fault.
        return {}


def _screen(settings: Settings, ends: ExitStack) -> "Screen":
    # Imported here: `sound` imports this module and needs no Pillow.
    from appliance.screen.display.panel import Panel as OledPanel
    from appliance.screen.display.panel import glass_maker

    screen = settings.screen
    make_glass = glass_maker(
        screen.driver,
        i2c_port=screen.i2c_port,
        i2c_address=screen.i2c_address,
        rotate=screen.rotate,
        first_column=screen.first_column,
        reset=_screen_reset(settings, ends),
        capture_dir=screen.capture_dir,
    )
    return OledPanel(make_glass, Words.load)


def _screen_reset(settings: Settings, ends: ExitStack) -> Callable[[], None] | None:
    """The panel's RES pin, if it has one; on a factory of its own, so that errors are shown."""
    pin = settings.screen.reset_pin
    if pin is None or settings.screen.driver not in PANEL_CHIPS:
        return None
    # Imported here: most panels have no such pin.
    from appliance.controls.pins import close_pins, open_pins
    from appliance.controls.screen_reset import ScreenReset

    try:
        factory = open_pins(settings.controls, settings.service.runtime_dir)
        ends.callback(close_pins, factory)
        return ScreenReset(pin, factory)
    except ControlsError as error:
        print(f"ems-appliance: {error}; the screen is not reset", file=sys.stderr)
        return None
