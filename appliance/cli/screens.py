"""`screens`: every screen of the box on one sheet."""

import argparse
import os
from pathlib import Path

from appliance.cli.arguments import add_config
from appliance.errors import ScreenError, UsageError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png", help="the sheet")
    add_config(parser)
    parser.set_defaults(run=_screens)


def _screens(arguments: argparse.Namespace) -> int:
    from appliance.settings import reading

    if arguments.out.suffix != ".png":
        raise UsageError(f"screens --out {arguments.out}: it is a PNG; give it a name in .png")
    write_sheet(arguments.out, reading.load(arguments.config, os.environ).language)
    print(arguments.out)
    return 0


def write_sheet(path: Path, language: str) -> None:
    """The contact sheet as a PNG. Raises ScreenError where the file cannot be written."""
    from appliance.screen.examples.gallery import contact_sheet
    from appliance.settings.words import Words

    try:
        contact_sheet(Words.load(language)).save(path, format="PNG")
    except OSError as error:
        raise ScreenError(
            f"{path}: cannot be written ({error.strerror}); choose another file"
        ) from error
