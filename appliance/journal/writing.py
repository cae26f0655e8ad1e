"""Entries to rows, one at a time, within a transaction that the caller holds."""

import hashlib
import logging
import sqlite3

from appliance.journal import rows
from appliance.journal.chosen_settings import keep_choice
from appliance.journal.moment import Moment
from appliance.journal.timestamps import Stamp, stamp
from appliance.session.notes import (
    Answered,
    BoardMet,
    ChecklistCompleted,
    Chosen,
    FaultSeen,
    Note,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
    StateEntered,
)

log = logging.getLogger(__name__)

FULL_LIST = "full_list_completed"
SESSION_LIST = "session_list_completed"
NEW_PADS = "new_pads"
"""A question whose answer is the placement that got new pads."""


class Writer:
    """Keeps entries. `settings` is the settings in force, as JSON text."""

    def __init__(self, connection: sqlite3.Connection, settings: str) -> None:
        self._connection = connection
        self._settings = settings

    def write(self, entry: Note, told: Moment) -> None:
        when = stamp(self._connection, told)
        match entry:
            case StateEntered():
                self._state_entered(entry, when)
            case Answered():
                self._answered(entry, when)
            case ChecklistCompleted():
                question = FULL_LIST if entry.full_list else SESSION_LIST
                self._answered(Answered(entry.at, entry.person, question, "completed"), when)
            case FaultSeen():
                self._fault_seen(entry, when)
            case BoardMet():
                self._board_met(entry, when)
            case SessionBegan():
                self._session_began(entry, when)
            case Chosen():
                keep_choice(self._connection, self._settings, entry, when)
            case _:
                self._in_session(entry, when)

    def _session_began(self, entry: SessionBegan, when: Stamp) -> None:
        person_id, settings_id = self._person_id(entry.person), self._settings_id()
        rows.begin_session(self._connection, person_id, settings_id, entry, when)

    def _in_session(
        self, entry: StageBegan | Sample | StageEnded | SessionEnded, when: Stamp
    ) -> None:
        session = rows.open_session(self._connection)
        if session is None:
            log.warning("no session is open in the journal: left out %s", entry)
            return
        match entry:
            case StageBegan():
                rows.begin_stage(self._connection, session, entry, when)
            case Sample():
                rows.add_sample(self._connection, session, entry, when)
            case StageEnded():
                rows.end_stage(self._connection, session, entry)
            case SessionEnded():
                rows.end_session(self._connection, session, entry.why)

    def _state_entered(self, entry: StateEntered, when: Stamp) -> None:
        self._connection.execute(
            "INSERT INTO state_changes (person_id, state, session_id, clock_id, at_s, wall)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (self._person_id(entry.person), entry.state, *self._where_and(when)),
        )

    def _fault_seen(self, entry: FaultSeen, when: Stamp) -> None:
        self._connection.execute(
            "INSERT INTO faults (fault, detail, session_id, clock_id, at_s, wall)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (entry.id, entry.detail, *self._where_and(when)),
        )

    def _board_met(self, entry: BoardMet, when: Stamp) -> None:
        self._connection.execute(
            "INSERT INTO boards (driver, firmware, research_only, session_id, clock_id, at_s, wall)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (entry.driver, entry.firmware, entry.research_only, *self._where_and(when)),
        )

    def _answered(self, entry: Answered, when: Stamp) -> None:
        person_id = self._person_id(entry.person)
        if entry.answer == "by_mistake":
            self._take_back(person_id, entry.question)
        if entry.question == NEW_PADS:
            self._count_pads_anew(person_id, entry.answer)
        self._connection.execute(
            "INSERT INTO answers (person_id, question, answer, remedy, full_list,"
            " session_id, clock_id, at_s, wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(person_id, entry.question, entry.answer, entry.remedy, entry.full_list),
                *self._where_and(when),
            ),
        )

    def _take_back(self, person_id: int, question: str) -> None:
        self._connection.execute(
            "UPDATE answers SET taken_back = 1 WHERE id = (SELECT max(id) FROM answers"
            " WHERE person_id = ? AND question = ? AND answer = 'refused')",
            (person_id, question),
        )

    def _count_pads_anew(self, person_id: int, placement: str) -> None:
        self._connection.execute(
            "UPDATE pads SET uses = 0, whole_id = 0 WHERE person_id = ? AND placement = ?",
            (person_id, placement),
        )

    def _where_and(self, when: Stamp) -> tuple[int | None, int, float, str]:
        """The columns that these tables share: the open session, and when."""
        session = rows.open_session(self._connection)
        return (session.id if session else None, when.clock_id, when.at_s, when.text)

    def _person_id(self, name: str) -> int:
        self._connection.execute("INSERT OR IGNORE INTO people (name) VALUES (?)", (name,))
        row = self._connection.execute("SELECT id FROM people WHERE name = ?", (name,)).fetchone()
        return int(row[0])

    def _settings_id(self) -> int:
        sha256 = hashlib.sha256(self._settings.encode()).hexdigest()
        self._connection.execute(
            "INSERT OR IGNORE INTO settings (sha256, json) VALUES (?, ?)", (sha256, self._settings)
        )
        row = self._connection.execute("SELECT id FROM settings WHERE sha256 = ?", (sha256,))
        return int(row.fetchone()[0])
