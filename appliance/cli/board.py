"""`board`: a simulated board on a pseudo-terminal.

`board probe` says which board is on a port, `barred` which are not used again, `clear` ends that.
"""

import argparse
import os
import sys
from pathlib import Path

from appliance.cli.arguments import add_config
from appliance.errors import BoardError, UsageError


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--link", type=Path, metavar="PATH", help="symlink that leads to the port")
    parser.add_argument(
        "--trace", type=Path, metavar="FILE", help="each change of delivered output, a JSON line"
    )
    parser.add_argument(
        "--model",
        metavar="NAME",
        help="which board (default: reference); an unknown name is answered with all names",
    )
    parser.set_defaults(run=_board)
    actions = parser.add_subparsers(metavar="ACTION")
    probe = actions.add_parser("probe", help="which known board is on a port; never energises it")
    probe.add_argument("port", metavar="PORT", help="the serial port, such as /dev/ttyUSB0")
    probe.set_defaults(run=_probe)
    barred = actions.add_parser("barred", help="boards that gave too much and are not used again")
    barred.set_defaults(run=_barred)
    clear = actions.add_parser("clear", help="let a barred board be used again")
    clear.add_argument("board", metavar="BOARD", help="as `board barred` names it, in quotes")
    clear.add_argument("--why", required=True, metavar="REASON", help="what was found and done")
    clear.set_defaults(run=_clear)
    for part in (barred, clear):
        add_config(part)


def explained(fault: str, detail: str) -> str:
    """One line about a board that was found and cannot be used: where, what, what to do."""
    from appliance.settings.words import Words

    return f"{detail}: {' '.join(Words.load().fault(fault))}"


def _board(arguments: argparse.Namespace) -> int:
    from appliance.simulator.wire import run_board
    from appliance.stimulator.boards import MODELS

    model = arguments.model or next(iter(MODELS))
    if model not in MODELS:
        raise UsageError(f"board --model {model}: there are {', '.join(MODELS)}")
    run_board(
        arguments.link,
        arguments.trace,
        announce=lambda path: print(path, flush=True),
        model=model,
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


def _barred(arguments: argparse.Namespace) -> int:
    """Every bar and every clearing, oldest first; which boards are barred now is marked."""
    from appliance.journal import barred_boards
    from appliance.settings import reading

    settings = reading.load(arguments.config, os.environ)
    path = barred_boards.path_beside(settings.journal.path)
    now = barred_boards.known(settings.journal.path)
    for entry in barred_boards.entries(path):
        what = f"cleared: {entry['cleared']}" if "cleared" in entry else f"barred: {entry['fault']}"
        print(f"{entry['at'] or path}  {entry['board']}  {what}")
    for board, fault in now.items():
        print(f"barred now: {board}, {fault}; have it looked at,")
        print(f"  then `board clear '{board}' --why REASON`")
    if not now:
        print("No board is barred.")
    return 0


def _clear(arguments: argparse.Namespace) -> int:
    from appliance.cli.quiet import refuse_during_session
    from appliance.journal import barred_boards
    from appliance.journal.timestamps import local_time
    from appliance.settings import reading

    settings = reading.load(arguments.config, os.environ)
    board, why = arguments.board.strip(), " ".join(arguments.why.split())
    journal = settings.journal.path
    barred = barred_boards.known(journal)
    if board not in barred:
        there = ", ".join(barred) or "none"
        raise UsageError(f"board clear {board}: it is not barred; barred are: {there}")
    if not why:
        raise UsageError("board clear --why: say what was found and done; the record keeps it")
    refuse_during_session(settings)
    barred_boards.clear(journal, board, why, local_time())
    path = barred_boards.path_beside(journal)
    print(f"{path}: {board} may be used again. It counts from the next start:")
    print("  sudo systemctl restart ems-appliance")
    return 0
