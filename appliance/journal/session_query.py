"""Query: the newest sessions with their stages and answers."""

import sqlite3
from datetime import datetime

from appliance.journal.row_values import time_of
from appliance.records import Fixed
from appliance.session.machine.pages import SHOWN
from appliance.therapy.units import Pair


class StageRecord(Fixed, frozen=True):
    placement: str
    program: str
    planned_s: float
    delivered_s: float
    highest: Pair
    """Highest level, in the board's unit."""
    mean: tuple[float | None, float | None]
    """Mean level over the delivered time, in the board's unit; None where it is not known."""
    measured_ma: tuple[float | None, float | None]
    """Highest measured current; None where the board does not measure."""
    why: str | None
    """Why it ended; None where it was never begun, or still runs."""


class SessionRecord(Fixed, frozen=True):
    id: int
    person: str
    began: datetime
    """Local time, with its offset."""
    clock_trusted: bool
    routine: str
    gentle: bool
    planned_s: float
    delivered_s: float
    why: str | None
    """Why it ended; None while it runs."""
    stages: tuple[StageRecord, ...]
    answers: tuple[tuple[str, str], ...]
    """Question and answer, as given in this session."""


def sessions(
    connection: sqlite3.Connection,
    person: str | None = None,
    limit: int = 10,
    *,
    since: str = "",
    number: int | None = None,
) -> tuple[SessionRecord, ...]:
    """The newest `limit` sessions of `person`, or of everybody, the newest first.

    `since` is an ISO 8601 day; `number` is the id of one session.
    """
    wheres = ["person_id = (SELECT id FROM people WHERE name = :person)"] if person else []
    wheres += ["began_wall >= :since"] if since else []
    wheres += ["sessions.id = :number"] if number is not None else []
    rows = connection.execute(
        "SELECT sessions.id, name, began_wall, trusted, routine, gentle, planned_s, delivered_s,"  # noqa: S608 # nosec B608
        " why FROM sessions JOIN people ON people.id = person_id"
        " JOIN clock_facts ON clock_facts.id = clock_id"
        + (f" WHERE {' AND '.join(wheres)}" if wheres else "")
        + " ORDER BY sessions.id DESC LIMIT :limit",
        {"person": person, "limit": limit, "since": since, "number": number},
    )
    return tuple(_session(connection, row) for row in rows.fetchall())


def _session(
    connection: sqlite3.Connection,
    row: tuple[int, str, str, int, str, int, float, float, str | None],
) -> SessionRecord:
    session_id, person, began, trusted, routine, gentle, planned_s, delivered_s, why = row
    return SessionRecord(
        id=session_id,
        person=person,
        began=time_of(began),
        clock_trusted=bool(trusted),
        routine=routine,
        gentle=bool(gentle),
        planned_s=planned_s,
        delivered_s=delivered_s,
        why=why,
        stages=_stages(connection, session_id),
        answers=_answers(connection, session_id),
    )


def _stages(connection: sqlite3.Connection, session_id: int) -> tuple[StageRecord, ...]:
    rows = connection.execute(
        "SELECT placement, program, planned_s, delivered_s, highest_a, highest_b,"
        " level_seconds_a / nullif(delivered_s, 0), level_seconds_b / nullif(delivered_s, 0),"
        " measured_a, measured_b, why FROM stages WHERE session_id = ? ORDER BY position, id",
        (session_id,),
    )
    return tuple(
        StageRecord(row[0], row[1], row[2], row[3], row[4:6], row[6:8], row[8:10], row[10])
        for row in rows
    )


def _answers(connection: sqlite3.Connection, session_id: int) -> tuple[tuple[str, str], ...]:
    """The answers in order; of values shown and not confirmed, the worst of each question."""
    rows = connection.execute(
        "SELECT question, answer FROM answers WHERE session_id = ?"
        " AND NOT (taken_back AND question IN (?, ?)) ORDER BY id",
        (session_id, *SHOWN.values()),
    ).fetchall()
    asked = {shown: question for question, shown in SHOWN.items()}
    worst: dict[str, int] = {}
    for question, answer in rows:
        if question in asked:
            worst[asked[question]] = max(int(answer), worst.get(asked[question], 0))
    confirmed = [(question, answer) for question, answer in rows if question not in asked]
    return (*confirmed, *((question, str(answer)) for question, answer in worst.items()))
