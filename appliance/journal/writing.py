"""Writes notes as rows, one at a time, in the caller's transaction."""

import hashlib
import logging
import sqlite3
from datetime import timedelta

from appliance.journal import session_rows
from appliance.journal.chosen_settings import keep_choice
from appliance.journal.clock_trust import is_plausible
from appliance.journal.setting_changes import keep_change, keep_changes_of_the_file
from appliance.journal.timestamps import (
    Moment,
    Timestamp,
    newest_offset,
    set_by_hand,
    timestamp,
)
from appliance.session.barring import BARRED
from appliance.session.machine.pages import SHOWN, SORENESS_BEFORE
from appliance.session.notes import (
    Answered,
    BoardBarred,
    BoardMet,
    Booked,
    ChecklistCompleted,
    Chosen,
    DateSet,
    FaultSeen,
    Note,
    PadsFoundDry,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
    StateEntered,
)
from appliance.therapy.questions import DAY_QUESTIONS

log = logging.getLogger(__name__)

FULL_LIST = "full_list_completed"
SESSION_LIST = "session_list_completed"
ADOPTED_S = 3600.0
"""A session that begins now takes over no answer that is older than this."""
ASKED_AFTERWARDS = frozenset(
    {"skin", "soreness", "comfort", *SHOWN.values(), *(one.id for one in DAY_QUESTIONS)}
)
"""Questions that are asked after the session that they are about has ended."""
NEW_PADS = "new_pads"
"""A question whose answer is the placement that got new pads."""


class Writer:
    """Writes notes as rows. `settings` is the settings in force, as JSON text."""

    def __init__(self, connection: sqlite3.Connection, settings: str) -> None:
        self._connection = connection
        self._settings = settings
        self._offset = newest_offset(connection)

    def write(self, note: Note, moment: Moment) -> None:
        """Write one note of `moment`. Notes outside a session that need one are left out."""
        when = timestamp(self._connection, moment)
        self._zone_changed(moment.wall.utcoffset(), when)
        match note:
            case StateEntered():
                self._state_entered(note, when)
            case Answered():
                self._answered(note, when)
            case ChecklistCompleted():
                question = FULL_LIST if note.full_list else SESSION_LIST
                self._answered(Answered(note.at, note.person, question, "completed"), when)
            case FaultSeen():
                self._fault_seen(note, when)
            case PadsFoundDry():
                self._pads_found_dry(note, when)
            case BoardBarred():
                barred = FaultSeen(note.at, BARRED, f"{note.board}: {note.fault}")
                self._fault_seen(barred, when)
            case BoardMet():
                self._board_met(note, when)
            case SessionBegan():
                self._session_began(note, when)
            case Chosen():
                keep_choice(self._connection, self._settings, note, when)
            case DateSet():
                self._date_set(note, moment, when)
            case _:
                self._in_session(note, when)

    def _session_began(self, note: SessionBegan, when: Timestamp) -> None:
        person_id, settings_id = self._person_id(note.person), self._settings_id()
        session_rows.begin_session(self._connection, person_id, settings_id, note, when)
        self._adopt_answers(person_id, when)

    def _adopt_answers(self, person_id: int, when: Timestamp) -> None:
        """Soreness is asked before the session begins, and belongs to it."""
        self._connection.execute(
            "UPDATE answers SET session_id = (SELECT id FROM sessions WHERE why IS NULL)"
            " WHERE person_id = ? AND question = ? AND session_id IS NULL"
            " AND at_s BETWEEN ? AND ? AND clock_id IN (SELECT id FROM clock_facts"
            " WHERE boot_id = (SELECT boot_id FROM clock_facts WHERE id = ?))",
            (person_id, SORENESS_BEFORE, when.at_s - ADOPTED_S, when.at_s, when.clock_id),
        )

    def _in_session(
        self, note: StageBegan | Booked | Sample | StageEnded | SessionEnded, when: Timestamp
    ) -> None:
        session = session_rows.open_session(self._connection)
        if session is None:
            log.warning("no session is open in the journal: left out %s", note)
            return
        match note:
            case StageBegan():
                session_rows.begin_stage(self._connection, session, note, when)
            case Sample():
                session_rows.add_sample(self._connection, session, note, when)
            case Booked():
                session_rows.book_ahead(self._connection, session, note, when)
            case StageEnded():
                session_rows.end_stage(self._connection, session, note)
            case SessionEnded():
                session_rows.end_session(self._connection, session, note.why)

    def _state_entered(self, note: StateEntered, when: Timestamp) -> None:
        keep_changes_of_the_file(self._connection, self._settings_id(), when)
        self._connection.execute(
            "INSERT INTO state_changes (person_id, state, session_id, clock_id, at_s, wall)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (self._person_id(note.person), note.state, *self._where_and(when)),
        )

    def _fault_seen(self, note: FaultSeen, when: Timestamp) -> None:
        self._connection.execute(
            "INSERT INTO faults (fault, detail, session_id, clock_id, at_s, wall)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (note.id, note.detail, *self._where_and(when)),
        )

    def _pads_found_dry(self, note: PadsFoundDry, when: Timestamp) -> None:
        self._connection.execute(
            "INSERT INTO dry_pads (channel, asked, flowed, session_id, clock_id, at_s, wall)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (note.channel, note.asked, note.flowed, *self._where_and(when)),
        )

    def _board_met(self, note: BoardMet, when: Timestamp) -> None:
        self._connection.execute(
            "INSERT INTO boards (driver, firmware, research_only, session_id, clock_id, at_s, wall)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (note.driver, note.firmware, note.research_only, *self._where_and(when)),
        )

    def _answered(self, note: Answered, when: Timestamp) -> None:
        person_id = self._person_id(note.person)
        session_id, *at = self._where_and(when)
        if session_id is None and note.question in ASKED_AFTERWARDS:
            session_id = session_rows.newest_session(self._connection, person_id)
        if note.answer == "by_mistake":
            self._take_back(person_id, note.question)
        if note.question in SHOWN:
            self._take_back_shown(person_id, note, when)
        if note.question == NEW_PADS:
            self._count_pads_anew(person_id, note.answer)
        self._connection.execute(
            "INSERT INTO answers (person_id, question, answer, remedy, full_list,"
            " session_id, clock_id, at_s, wall) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(person_id, note.question, note.answer, note.remedy, note.full_list),
                *(session_id, *at),
            ),
        )

    def _take_back(self, person_id: int, question: str) -> None:
        self._connection.execute(
            "UPDATE answers SET taken_back = 1 WHERE id = (SELECT max(id) FROM answers"
            " WHERE person_id = ? AND question = ? AND answer = 'refused')",
            (person_id, question),
        )

    def _take_back_shown(self, person_id: int, note: Answered, when: Timestamp) -> None:
        """Take back the values that the screen of this question showed before CONFIRM."""
        self._connection.execute(
            "UPDATE answers SET taken_back = 1 WHERE person_id = ? AND question = ?"
            " AND at_s >= ? AND clock_id IN (SELECT id FROM clock_facts"
            " WHERE boot_id = (SELECT boot_id FROM clock_facts WHERE id = ?))",
            (person_id, SHOWN[note.question], note.shown_since, when.clock_id),
        )

    def _count_pads_anew(self, person_id: int, placement: str) -> None:
        self._connection.execute(
            "UPDATE pads SET uses = 0, whole_id = 0, set_number = set_number + 1"
            " WHERE person_id = ? AND placement = ?",
            (person_id, placement),
        )

    def _where_and(self, when: Timestamp) -> tuple[int | None, int, float, str]:
        """The columns that these tables share: the open session, and when."""
        session = session_rows.open_session(self._connection)
        return (session.id if session else None, when.clock_id, when.at_s, when.text)

    def _zone_changed(self, offset: timedelta | None, when: Timestamp) -> None:
        """The offset from UTC changed: by a move, a new zone, or the start or end of DST."""
        before, self._offset = self._offset, offset
        if before is not None and offset is not None and before != offset:
            old, new = (one / timedelta(hours=1) for one in (before, offset))
            keep_change(self._connection, "utc_offset_hours", old, new, when)

    def _date_set(self, note: DateSet, moment: Moment, when: Timestamp) -> None:
        wall = note.local.replace(tzinfo=moment.wall.tzinfo)
        if not is_plausible(wall):
            log.warning("%s is no date for this program: it was not set", wall)
            return
        set_by_hand(
            self._connection, Moment(note.at, wall, moment.boot_id, trusted=True, by_hand=True)
        )
        then = wall.isoformat(timespec="seconds")
        keep_change(self._connection, "date", when.text, then, when)

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
