"""The file of boards that are not used again: a JSON line for each bar and each clearing.

It lies beside the journal and not in it: a damaged journal is set aside, and a board that gave
too much must not come back with the new one. Lines are only ever added, so the file is also the
record of who cleared what, and why.

Each bar is also a row of the journal, written apart from the file: where one of the two could not
be written, the other one bars the board, and the next start copies what only the journal has into
the file. Where neither could, the box says so for as long as it is on (`journal_dead`), tries
again every second, and a power cut before that loses the bar. There is no third copy: if the
card cannot be written at all, the bar is lost.
"""

import json
import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from appliance.errors import JournalError
from appliance.journal.database import JournalDamagedError, open_for_reading, translated
from appliance.journal.schema import version_of
from appliance.records import Fixed
from appliance.session.barring import BARRED, EVERY_BOARD
from appliance.session.notes import BoardBarred

log = logging.getLogger(__name__)

NAME = "barred-boards"
UNREADABLE = "not readable"


class Bar(Fixed, frozen=True):
    """One board, barred once."""

    note: BoardBarred
    wall: datetime
    boot_id: str

    def line(self) -> dict[str, str]:
        at = self.wall.isoformat(timespec="seconds")
        return _line(self.note.board, at, self.note.fault, self.boot_id, self.note.at)


def path_beside(journal: Path) -> Path:
    """The file that goes with this journal."""
    return journal.with_name(NAME)


def at_start(journal: Path) -> tuple[dict[str, str], frozenset[str]]:
    """The boards that are barred, and the fault that stands until the next start, if any.

    The service calls it before its recorder writes to either file; it copies bars that only the
    journal has into the file. A journal that cannot be read may have a bar of its own, so it
    counts as dead even if it comes back while the box is on.
    """
    try:
        alone = missing(journal)
    except JournalError as error:
        log.error("no session begins until the next start, for a board may be barred: %s", error)
        return read(path_beside(journal)), frozenset({"journal_dead"})
    try:
        _append(path_beside(journal), alone)
    except JournalError as error:
        log.error("bars that only the journal has were not copied: %s", error)
    return _barred(journal, alone), frozenset()


def known(journal: Path) -> dict[str, str]:
    """The boards that are barred now, by the file or by the journal alone, with their faults.

    Raises JournalError where the journal cannot be read.
    """
    return _barred(journal, missing(journal))


def _barred(journal: Path, alone: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {line["board"]: line["fault"] for line in alone} | read(path_beside(journal))


def missing(journal: Path) -> list[dict[str, str]]:
    """The bars that are in the journal and not in the file, as lines of the file.

    Raises JournalError where the journal cannot be read.
    """
    lines = [line for line in entries(path_beside(journal)) if "fault" in line]
    in_file = {_identity(line) for line in lines}
    # Older lines have no id and are compared by their time. If the date was set by hand since, the
    # journal has another time: then the board is barred a second time rather than forgotten.
    without_id = {_by_wall(line) for line in lines if "id" not in line}
    return [
        row
        for row in _rows(journal)
        if _identity(row) not in in_file and _by_wall(row) not in without_id
    ]


def _identity(line: Mapping[str, str]) -> tuple[str | None, str, str]:
    return line.get("id"), line["board"], line["fault"]


def _by_wall(line: Mapping[str, str]) -> tuple[str, str, str]:
    return line["at"], line["board"], line["fault"]


def _line(board: str, at: str, fault: str, boot_id: str, at_s: float) -> dict[str, str]:
    """A bar as a line. Its `id`, the boot and the monotonic time, does not depend on the date."""
    return {"board": board, "at": at, "fault": fault, "id": f"{boot_id} {float(at_s)}"}


def _rows(journal: Path) -> list[dict[str, str]]:
    """The bars that the journal has. Raises JournalError where there is one, but not readable."""
    try:
        with translated(journal):
            if not journal.exists():
                return []
            with closing(open_for_reading(journal, any_version=True)) as connection:
                # A file that was only just made has no tables yet.
                rows = connection.execute(_BARS, (BARRED,)) if version_of(connection) else ()
                return [_line_of_row(*row) for row in rows]
    except JournalDamagedError as error:
        # The recorder sets the journal aside during this start, so barring every board would last
        # only until the next one. Only a bar of the last run that the file lacks too is lost.
        log.error("the bars are those of their file alone: %s", error)
        return []


_BARS = (
    "SELECT detail, faults.wall, boot_id, faults.at_s FROM faults"
    " LEFT JOIN clock_facts ON clock_facts.id = clock_id"
    " WHERE fault = ? AND detail <> '' ORDER BY faults.id"
)


def _line_of_row(detail: str, wall: str, boot_id: str, at_s: float) -> dict[str, str]:
    board, _, fault = detail.rpartition(": ")
    return _line(board, wall, fault, boot_id, at_s)


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


def add(path: Path, bars: Sequence[Bar]) -> None:
    """Bar these boards, on the disk before this returns. Raises JournalError."""
    # The recorder calls this for every batch of notes, and few batches bar a board.
    if not bars:
        return
    present = {_identity(line) for line in entries(path) if "fault" in line}
    _append(path, [line for line in (bar.line() for bar in bars) if _identity(line) not in present])


def clear(journal: Path, board: str, why: str, wall: datetime) -> None:
    """Let this board be used again. Raises JournalError where it cannot be written.

    The bars that only the journal has are written as well, so that no start brings them back.
    """
    cleared = {"board": board, "at": wall.isoformat(timespec="seconds"), "cleared": why}
    _append(path_beside(journal), [*missing(journal), cleared])


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
