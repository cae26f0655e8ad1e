"""`board`: the simulated reference board on a pseudo-terminal."""

import argparse
import sys
from pathlib import Path

from appliance.cli.arguments import Verbs


def register(verbs: Verbs) -> None:
    parser = verbs.add_parser("board", help="the simulated reference board on a pseudo-terminal")
    parser.add_argument("--link", type=Path, metavar="PATH", help="symlink that leads to the port")
    parser.add_argument(
        "--trace", type=Path, metavar="FILE", help="each change of delivered output, a JSON line"
    )
    parser.set_defaults(run=_board)


def _board(arguments: argparse.Namespace) -> int:
    from appliance.simulator.wire import run_board

    run_board(
        arguments.link,
        arguments.trace,
        announce=lambda path: print(path, flush=True),
    )
    print("board ended", file=sys.stderr)
    return 0
