"""`simulate`: the whole box in a terminal."""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from uuid import uuid4

from appliance.cli.arguments import add_config
from appliance.errors import ApplianceError, UsageError

if TYPE_CHECKING:
    from appliance.virtual_box.box import World


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--speed", type=float, default=1.0, metavar="N", help="times real time")
    add_config(parser)
    parser.set_defaults(run=_simulate)


def _simulate(arguments: argparse.Namespace) -> int:
    refuse_what_is_real(arguments.config, os.environ)
    _refuse_speed(arguments.speed)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("simulate: this is no terminal; run it in one, or run `demo`")
    try:
        import textual  # noqa: F401
    except ImportError:
        raise ApplianceError(
            "simulate: Textual is not installed; pip install 'ems-appliance[simulate]'"
        ) from None
    with tempfile.TemporaryDirectory(prefix="ems-simulate-") as folder:
        _run(arguments.config, Path(folder), arguments.speed)
    return 0


def _run(config: Path | None, folder: Path, speed: float) -> None:
    from appliance.front_panel.app import FrontPanel, Log
    from appliance.front_panel.pace import Pace
    from appliance.virtual_box.box import VirtualBox

    # A terminal window that is closed leaves no folder behind.
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    log = Log()
    with VirtualBox(world_of(config, folder, os.environ, log)) as box:
        FrontPanel(box, Pace(box, speed), log).run()


def world_of(config: Path | None, folder: Path, environ: Mapping[str, str], log: TextIO) -> "World":
    """The box's world: the present time, the settings in force, and a temporary journal.

    The journal is kept only if a file named with --config names one.
    """
    from appliance.settings import reading
    from appliance.virtual_box.box import World

    settings = reading.load(config, environ)
    keeps = config is not None and "path" in _section(config, "journal")
    return World(
        folder,
        settings,
        began=datetime.now().astimezone(),
        boot_id=str(uuid4()),
        log=log,
        settings_path=reading.settings_path(config, environ),
        journal=settings.journal.path if keeps else None,
    )


def refuse_what_is_real(config: Path | None, environ: Mapping[str, str]) -> None:
    """Raise UsageError if environment or settings name real pins or a real board.

    For a settings file without a board the simulated one is used.
    """
    from appliance.controls.pins import FACTORY_VARIABLE
    from appliance.settings import reading
    from appliance.stimulator.boards import CARDS

    factory = environ.get(FACTORY_VARIABLE) or "mock"
    if factory.lower() != "mock":
        raise UsageError(
            f"{FACTORY_VARIABLE}={factory} asks for real pins and simulate has none: unset it, "
            "or use `run`"
        )
    path = reading.settings_path(config, environ)
    named = _section(path, "stimulator") if config or path.is_file() else {}
    simulated = [name for name, card in CARDS.items() if card.runs_model]
    real = [key for key in ("driver", "port") if key in named]
    if real and named.get("driver") not in simulated:
        raise UsageError(
            f'{path}: [stimulator] {real[0]} = "{named[real[0]]}" names a real board and simulate '
            "has none: name another file with --config, or use `run`"
        )


def _section(path: Path, name: str) -> Mapping[str, object]:
    from appliance.settings import reading

    section = reading.parse(path).get(name, {})
    return section if isinstance(section, Mapping) else {}


def _refuse_speed(speed: float) -> None:
    from appliance.front_panel.pace import FASTEST, SLOWEST

    # Written so that NaN is refused too.
    if not SLOWEST <= speed <= FASTEST:
        raise UsageError(f"--speed {speed:g}: allowed is a number from {SLOWEST:g} to {FASTEST:g}")
