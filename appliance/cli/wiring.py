"""`wiring`: the pin map as configured. Touches no hardware."""

import argparse
import os
from pathlib import Path

from appliance.cli.arguments import add_config
from appliance.errors import UsageError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE.svg", help="write the picture as SVG")
    add_config(parser)
    parser.set_defaults(run=_wiring)


def _wiring(arguments: argparse.Namespace) -> int:
    from appliance.cli import pin_map
    from appliance.settings import reading

    settings = reading.load(arguments.config, os.environ)
    if arguments.out is not None:
        _write(arguments.out, pin_map.header_svg(settings))
        return 0
    print(pin_map.table(settings), pin_map.header_picture(settings), sep="\n\n")
    return 0


def _write(path: Path, picture: str) -> None:
    if path.suffix != ".svg":
        raise UsageError(f"wiring --out {path}: the picture is an SVG; give it a name in .svg")
    try:
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"wiring --out {path}: {error.strerror}; choose a place that can be written"
        ) from error
