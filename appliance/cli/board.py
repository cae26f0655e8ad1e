"""`board`: a simulated board on a pseudo-terminal, the reference board if no other is named."""

import argparse
import sys
from pathlib import Path

from appliance.cli.arguments import Verbs

MODELS = ("reference", "p24", "rehamove3")
"""The names of `appliance.simulator.devices`, which takes too long to import for a help text."""


def register(verbs: Verbs) -> None:
    parser = verbs.add_parser("board", help="the simulated reference board on a pseudo-terminal")
    parser.add_argument("--link", type=Path, metavar="PATH", help="symlink that leads to the port")
    parser.add_argument(
        "--trace", type=Path, metavar="FILE", help="each change of delivered output, a JSON line"
    )
    parser.add_argument(
        "--model", choices=MODELS, default=MODELS[0], help=f"which board: {', '.join(MODELS)}"
    )
    parser.set_defaults(run=_board)


def _board(arguments: argparse.Namespace) -> int:
    from appliance.simulator.wire import run_board

    run_board(
        arguments.link,
        arguments.trace,
        announce=lambda path: print(path, flush=True),
        model=arguments.model,
    )
    print("board ended", file=sys.stderr)
    return 0
