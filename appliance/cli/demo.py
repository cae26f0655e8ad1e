"""`demo`: runs a scripted session in virtual time and reports what the board delivered."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.errors import ApplianceError

if TYPE_CHECKING:
    from appliance.cli.film import Film
    from appliance.virtual_box.listener import Listener

_WITH_SOUND = ("session.wav", "session.mp4")
_FILES = ("session.gif", "screens.png", "journal.sqlite3", "report.txt")


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("demo"),
        metavar="DIR",
        help=f"where {', '.join(_FILES)} go (default: demo)",
    )
    parser.add_argument(
        "--voice",
        action="store_true",
        help="with the voice: session.wav in time with the film, and session.mp4 with ffmpeg",
    )
    parser.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    from appliance.cli import soundtrack
    from appliance.cli.demo_report import report, verdict
    from appliance.cli.demo_script import play
    from appliance.cli.film import Film
    from appliance.cli.screens import write_sheet
    from appliance.virtual_box.listener import Listener

    folder: Path = arguments.out
    if arguments.voice:
        soundtrack.needs_speech()
    _clear(folder)
    film, listener = Film(), Listener()
    played = play(folder, film, sys.stdout, listener if arguments.voice else None)
    write_sheet(folder / "screens.png", "en")
    text = report(played)
    print(text)
    try:
        sounds: tuple[str, ...] = ()
        if arguments.voice:
            sounds = _add_sound(folder, film, listener)
        else:
            film.save(folder / "session.gif")
        (folder / "report.txt").write_text(text, "utf-8")
    except OSError as error:
        raise _unwritable(folder, error) from error
    print(f"{folder}/: {', '.join((*_FILES, *sounds))}")
    return 0 if verdict(played) else 1


def _add_sound(folder: Path, film: "Film", listener: "Listener") -> tuple[str, ...]:
    """Write the film, timed to its sound, and the sound; return the files that have sound."""
    from appliance.cli import soundtrack

    gif, (wav, mp4) = folder / "session.gif", (folder / name for name in _WITH_SOUND)
    heard = soundtrack.heard_with(film, listener)
    film.save(gif, [one.shown_ms for one in heard])
    soundtrack.write_wav(wav, heard)
    return _WITH_SOUND if soundtrack.write_mp4(gif, wav, mp4) else _WITH_SOUND[:1]


def _clear(folder: Path) -> None:
    """Delete the demo's own files of the last time, so that its journal starts empty.

    A folder that cannot be written is thus reported before the session, not after it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*_FILES, *_WITH_SOUND, "journal.sqlite3-wal", "journal.sqlite3-shm"):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> ApplianceError:
    return ApplianceError(
        f"{folder}: cannot be written ({error.strerror}); name another folder with --out"
    )
