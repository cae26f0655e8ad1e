"""The file of boards that are not used again: a JSON line for each bar and each clearing.

It lies beside the journal and not in it: a damaged journal is set aside, and a board that gave
too much must not come back with the new one. Lines are only ever added, so the file is also the
record of who cleared what, and why.

Each bar is also a row of the journal, written apart from the file: where one of the two could not
be written, the other one bars the board. Where neither could, the box says so for as long as it is
on (`journal_dead`), tries again every second, and a power cut before that loses the bar. There is
no third place: a card that takes nothing at all remembers nothing.
"""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from appliance.errors import JournalError
from appliance.journal.database import open_for_reading
from appliance.session.barring import BARRED, EVERY_BOARD
from appliance.session.notes import BoardBarred

NAME = "barred-boards"
UNREADABLE = "not readable"


def path_beside(journal: Path) -> Path:
    """The file that goes with this journal."""
    return journal.with_name(NAME)


def known(journal: Path) -> dict[str, str]:
    """The boards that are barred now, by the file or by the journal alone, with their faults."""
    alone = {entry["board"]: entry["fault"] for entry in missing(journal)}
    return {**alone, **read(path_beside(journal))}


def missing(journal: Path) -> list[dict[str, str]]:
    """The bars of the journal that the file could not take, as its lines would be."""
    lines = entries(path_beside(journal))
    in_file = Counter(entry["board"] for entry in lines if "fault" in entry)
    found = []
    for entry in _rows(journal):
        in_file[entry["board"]] -= 1
        if in_file[entry["board"]] < 0:
            found.append(entry)
    return found


def _rows(journal: Path) -> list[dict[str, str]]:
    """The bars that the journal has; none where it cannot be read."""
    try:
        connection = open_for_reading(journal, any_version=True)
        with closing(connection):
            rows = connection.execute(
                "SELECT wall, detail FROM faults WHERE fault = ? AND detail <> '' ORDER BY id",
                (BARRED,),
            ).fetchall()
    except (JournalError, sqlite3.Error):
        return []
    split = ((wall, *detail.rpartition(": ")) for wall, detail in rows)
    return [{"board": board, "at": wall, "fault": fault} for wall, board, _, fault in split]


def read(path: Path) -> dict[str, str]:
    """The boards that the file bars, with the fault of each; every board where a line is bad."""
    barred: dict[str, str] = {}
    for entry in entries(path):
        if "cleared" in entry:
            barred.pop(entry["board"], None)
        else:
            barred[entry["board"]] = entry["fault"]
    return barred


def entries(path: Path) -> list[dict[str, str]]:
    """Every line: `board`, `at` and `fault`, or `cleared` with the reason. Oldest first."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError:
        return [_unreadable()]
    return [_entry(line) for line in lines if line.strip()]


def add(path: Path, bars: Sequence[tuple[BoardBarred, datetime]]) -> None:
    """Bar these boards, on the disk before this returns. Raises JournalError."""
    # The recorder comes by with every batch of notes, and hardly any bars a board.
    if not bars:
        return
    present = read(path)
    _append(
        path,
        [
            {"board": one.board, "at": wall.isoformat(timespec="seconds"), "fault": one.fault}
            for one, wall in bars
            if one.board not in present
        ],
    )


def clear(
    path: Path,
    board: str,
    why: str,
    wall: datetime,
    missing: Iterable[Mapping[str, str]] = (),
) -> None:
    """Let this board be used again. Raises JournalError where it cannot be written.

    `missing` are the bars that only the journal has: they are written as well, and so cleared.
    """
    bars = [dict(one) for one in missing if one["board"] == board]
    cleared = {"board": board, "at": wall.isoformat(timespec="seconds"), "cleared": why}
    _append(path, [*bars, cleared])


def _append(path: Path, new: list[dict[str, str]]) -> None:
    if not new:
        return
    try:
        with path.open("ab+") as file:
            # The newline before ends a line that a power cut has cut in two.
            file.write(b"".join(b"\n" + json.dumps(entry).encode() + b"\n" for entry in new))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise JournalError(
            f"{path}: cannot be written ({error.strerror}); use sudo, or make room on the card"
        ) from error


def _entry(line: bytes) -> dict[str, str]:
    try:
        entry = json.loads(line)
    except ValueError:
        return _unreadable()
    return entry if _is_entry(entry) else _unreadable()


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, Mapping) or not {"board", "at"} <= set(entry):
        return False
    one_of = {"fault", "cleared"} & set(entry)
    return len(one_of) == 1 and all(isinstance(value, str) for value in entry.values())


def _unreadable() -> dict[str, str]:
    return {"board": EVERY_BOARD, "at": "", "fault": UNREADABLE}
