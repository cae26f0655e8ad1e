"""`simulate`: the whole box in a terminal."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from uuid import uuid4

from appliance.cli.arguments import add_config
from appliance.errors import ApplianceError, UsageError

if TYPE_CHECKING:
    from appliance.settings.model import Settings
    from appliance.virtual_box.box import World
    from appliance.voice.speaker import Speaker


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--speed", type=float, default=1.0, metavar="N", help="times real time")
    parser.add_argument(
        "--voice", action="store_true", help="speak, through espeak-ng and ALSA; for --speed 1"
    )
    add_config(
        parser,
        "settings file, without a real board; its [journal] path is then written to, like a"
        " service's. Else the journal is a temporary one, which goes with the terminal"
        " (default: $EMS_APPLIANCE_CONFIG, /etc/ems-appliance/config.toml)",
    )
    parser.set_defaults(run=_simulate)


def _simulate(arguments: argparse.Namespace) -> int:
    refuse_what_is_real(arguments.config, os.environ)
    _refuse_speed(arguments.speed)
    if arguments.voice:
        needs_voice()
    # Textual draws on the standard error.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise UsageError(
            "simulate: this is no terminal, or it is redirected; run it in one, or run `demo`"
        )
    try:
        import textual  # noqa: F401
    except ImportError:
        raise ApplianceError(
            "simulate: Textual is not installed; pip install 'ems-appliance[simulate]'"
        ) from None
    # A speech program that is still ending may leave its file.
    with tempfile.TemporaryDirectory(prefix="ems-simulate-", ignore_cleanup_errors=True) as folder:
        _run(arguments.config, Path(folder), arguments.speed, arguments.voice)
    return 0


def needs_voice() -> None:
    """Raise ApplianceError where a program is missing that `--voice` wants."""
    for program, package in (("espeak-ng", "espeak-ng"), ("aplay", "alsa-utils")):
        if shutil.which(program) is None:
            raise ApplianceError(f"simulate --voice: {program} is not there; apt install {package}")


def _run(config: Path | None, folder: Path, speed: float, speaks: bool) -> None:
    from appliance.front_panel.app import FrontPanel, Log
    from appliance.front_panel.pace import Pace
    from appliance.virtual_box.box import VirtualBox

    # A terminal window that is closed leaves no folder behind.
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    log = Log()
    world = world_of(config, folder, os.environ, log)
    if speaks:
        world = world.but(voice=voice_of(world.settings, folder))
    with VirtualBox(world) as box:
        FrontPanel(box, Pace(box, speed), log).run()


def voice_of(settings: "Settings", folder: Path) -> "Speaker":
    """A voice on the settings' device, or on the first one where they name none."""
    from appliance.service.parts import cues_last_s
    from appliance.settings.words import Words
    from appliance.therapy.units import NEVER
    from appliance.voice.announcer import Announcer
    from appliance.voice.speaker import Speaker

    voice = settings.voice
    device = "default" if voice.device == "none" else voice.device
    announcer = Announcer(Words.load, cues_last_s, voice.again_s or NEVER)
    return Speaker(announcer, folder / "voice", device, voice.words_per_minute, time.monotonic)


def world_of(config: Path | None, folder: Path, environ: Mapping[str, str], log: TextIO) -> "World":
    """The box's world: the present time, the settings in force, and a temporary journal.

    The journal is kept only if a file named with --config names one. The control socket is open
    beside such a journal, so that no command changes it under a checklist or a session.
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
        runtime_dir=settings.service.runtime_dir if keeps else None,
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
