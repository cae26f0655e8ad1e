"""`rescue`: for the service's units, after a failure. It can only switch off."""

import argparse
import os
from pathlib import Path

from appliance.cli.arguments import add_config
from appliance.errors import UsageError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wait",
        action="store_true",
        help="light the lamp as well, and wait: 1 minute, then 2, 4, 8, at most 10",
    )
    add_config(parser)
    parser.set_defaults(run=_rescue)


def _rescue(arguments: argparse.Namespace) -> int:
    from appliance.clock import SystemClock
    from appliance.service.rescue import rescue
    from appliance.settings import reading

    try:
        settings = reading.load(arguments.config, os.environ)
    except UsageError:
        # Wrong settings open no board, so no board is on; the lamp has its default pin.
        settings = reading.salvage(reading.settings_path(arguments.config, os.environ))
    wait_in = _counting_folder(settings.service.runtime_dir) if arguments.wait else None
    return rescue(settings, SystemClock(), wait_in)


def _counting_folder(otherwise: Path) -> Path:
    """The current directory, which the unit sets, unless it has been deleted."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return otherwise
