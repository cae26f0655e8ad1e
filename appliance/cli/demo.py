"""`demo`: runs a scripted session in virtual time and reports what the board delivered."""

import argparse
import sys
from pathlib import Path

from appliance.errors import ApplianceError

_FILES = ("session.gif", "screens.png", "journal.sqlite3", "report.txt")


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("demo"),
        metavar="DIR",
        help=f"where {', '.join(_FILES)} go (default: demo)",
    )
    parser.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    from appliance.cli.demo_report import report, verdict
    from appliance.cli.demo_script import play
    from appliance.cli.film import Film
    from appliance.cli.screens import write_sheet

    folder: Path = arguments.out
    _clear(folder)
    film = Film()
    played = play(folder, film, sys.stdout)
    write_sheet(folder / "screens.png", "en")
    text = report(played)
    print(text)
    try:
        film.save(folder / "session.gif")
        (folder / "report.txt").write_text(text, "utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from error
    print(f"{folder}/: {', '.join(_FILES)}")
    return 0 if verdict(played) else 1


def _clear(folder: Path) -> None:
    """Delete the demo's own files of the last time, so that its journal starts empty.

    A folder that cannot be written is thus reported before the session, not after it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*_FILES, "journal.sqlite3-wal", "journal.sqlite3-shm"):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> ApplianceError:
    return ApplianceError(
        f"{folder}: cannot be written ({error.strerror}); name another folder with --out"
    )
