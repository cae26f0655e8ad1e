"""`board`: a simulated board on a pseudo-terminal; `board probe`: which board is on a port."""

import argparse
import sys
from pathlib import Path

from appliance.cli.arguments import Verbs
from appliance.errors import BoardError
from appliance.stimulator.boards import MODELS


def register(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "board", help="a simulated board on a pseudo-terminal; `board probe` finds a real one"
    )
    parser.add_argument("--link", type=Path, metavar="PATH", help="symlink that leads to the port")
    parser.add_argument(
        "--trace", type=Path, metavar="FILE", help="each change of delivered output, a JSON line"
    )
    parser.add_argument(
        "--model",
        choices=list(MODELS),
        default=next(iter(MODELS)),
        help=f"which board: {', '.join(MODELS)}",
    )
    parser.set_defaults(run=_board)
    actions = parser.add_subparsers(metavar="ACTION")
    probe = actions.add_parser("probe", help="which known board is on a port; never energises it")
    probe.add_argument("port", metavar="PORT", help="the serial port, such as /dev/ttyUSB0")
    probe.set_defaults(run=_probe)


def explained(fault: str, detail: str) -> str:
    """One line about a board that was found and cannot be used: where, what, what to do."""
    from appliance.settings.words import Words

    return f"{detail}: {' '.join(Words.load().fault(fault))}"


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


def _probe(arguments: argparse.Namespace) -> int:
    from appliance.clock import SystemClock
    from appliance.stimulator.probing import ProbeError, probe

    def tell(words: str) -> None:
        print(f"{arguments.port}: {words} ...", file=sys.stderr, flush=True)

    try:
        found = probe(arguments.port, SystemClock(), tell)
    except ProbeError as error:
        raise BoardError(explained(error.fault, str(error))) from error
    print("\n".join(found.lines()))
    return 0
