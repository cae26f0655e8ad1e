"""Export of the journal: tables of documented columns, for CSV and JSON Lines.

Each column is one fact with its unit in its name. `document` writes the table of all columns.
"""

import sqlite3
from collections.abc import Callable, Iterator

from appliance.records import Fixed

Value = str | int | float | None
UnitOf = Callable[[str], str | None]
"""The unit of the levels of a driver, by the driver's name; None where it is not known."""


class Column(Fixed, frozen=True):
    name: str
    sql: str
    meaning: str


class Table(Fixed, frozen=True):
    name: str
    source: str
    """What follows FROM."""
    person: str | None
    """SQL of the person's name; None where rows belong to no person."""
    wall: str
    """SQL of the local time by which `since` selects; empty where rows have none."""
    columns: tuple[Column, ...]


_BOARD_UNIT = (
    "(SELECT unit_of(driver) FROM boards"
    " WHERE boards.wall <= coalesce(stages.began_wall, sessions.began_wall)"
    " ORDER BY boards.id DESC LIMIT 1)"
)
_SESSION = Column("session_id", "sessions.id", "number of the session, as `log list` shows it")
_PERSON = Column("person", "people.name", "name in the settings")

TABLES: tuple[Table, ...] = (
    Table(
        "sessions",
        "sessions JOIN people ON people.id = person_id"
        " JOIN clock_facts ON clock_facts.id = clock_id",
        "people.name",
        "began_wall",
        (
            _SESSION,
            _PERSON,
            Column("began", "began_wall", "local time with its offset, ISO 8601"),
            Column(
                "clock_trusted",
                "trusted",
                "0 if the date is not certain, 1 if it is, 2 if it was set on the box",
            ),
            Column("routine", "routine", "id of the routine or of the single stage"),
            Column("gentle", "gentle", "1 for a gentle session, else 0"),
            Column("planned_s", "planned_s", "planned time of all stages, seconds"),
            Column("delivered_s", "delivered_s", "delivered time, rests included, seconds"),
            Column("number", "number", "number among the person's counted sessions; empty: none"),
            Column(
                "finishes_session_id", "nullif(whole_id, sessions.id)", "session that it finishes"
            ),
            Column("ended", "why", "delivered, skipped, ended, or what interrupted it"),
        ),
    ),
    Table(
        "stages",
        "stages JOIN sessions ON sessions.id = session_id JOIN people ON people.id = person_id",
        "people.name",
        "sessions.began_wall",
        (
            _SESSION,
            _PERSON,
            Column("position", "position", "place in the session, from 0"),
            Column("placement", "placement", "id of the placement of the pads"),
            Column("program", "program", "id of the program"),
            Column("kind", "kind", "contracting, comfort or bench; empty: never begun"),
            Column("began", "stages.began_wall", "local time with its offset; empty: never begun"),
            Column("planned_s", "stages.planned_s", "planned time, seconds"),
            Column("delivered_s", "stages.delivered_s", "delivered time, rests included, seconds"),
            Column("level_unit", _BOARD_UNIT, "unit of the levels: mA or %; empty: not known"),
            Column("highest_level_a", "highest_a", "highest level of channel A"),
            Column("highest_level_b", "highest_b", "highest level of channel B"),
            Column(
                "mean_level_a",
                "level_seconds_a / nullif(stages.delivered_s, 0)",
                "mean level of channel A over the delivered time; empty: not known",
            ),
            Column(
                "mean_level_b",
                "level_seconds_b / nullif(stages.delivered_s, 0)",
                "mean level of channel B over the delivered time; empty: not known",
            ),
            Column("measured_a_ma", "measured_a", "highest measured current of A, mA; empty: none"),
            Column("measured_b_ma", "measured_b", "highest measured current of B, mA; empty: none"),
            Column("ended", "stages.why", "delivered, skipped, ended, or what interrupted it"),
        ),
    ),
    Table(
        "answers",
        "answers JOIN people ON people.id = person_id",
        "people.name",
        "wall",
        (
            _PERSON,
            Column("session_id", "session_id", "session in which it was answered; empty: none"),
            Column("answered", "wall", "local time with its offset, ISO 8601"),
            Column(
                "question",
                "question",
                "id of the statement or question; `skin_shown` and `soreness_shown` are what the"
                " knob had chosen before it was confirmed",
            ),
            Column(
                "answer",
                "answer",
                "agreed, refused, by_mistake, completed, skipped, the placement of new pads, or a"
                " number: 0 to 10, of an exercise its repetitions",
            ),
            Column("remedy", "remedy", "what a refused statement asks for"),
            Column("full_list", "full_list", "1 on the full checklist, else 0"),
            Column(
                "taken_back",
                "taken_back",
                "1 for a refusal by mistake and what was shown but not meant, else 0",
            ),
        ),
    ),
    Table(
        "pads",
        "pads JOIN people ON people.id = person_id",
        "people.name",
        "",
        (
            _PERSON,
            Column("placement", "placement", "id of the placement of the pads"),
            Column("set_number", "set_number", "which set of pads it is, from 1"),
            Column("uses", "uses", "sessions with this set"),
            Column("last_level_a", "level_a", "highest level of A in the last stage there"),
            Column("last_level_b", "level_b", "highest level of B in the last stage there"),
        ),
    ),
    Table(
        "setting_changes",
        "setting_changes",
        None,
        "wall",
        (
            Column("changed", "wall", "local time with its offset at which it counted first"),
            Column("name", "name", "name of the setting"),
            Column("old_value", "old_value", "as JSON"),
            Column("new_value", "new_value", "as JSON"),
        ),
    ),
    Table(
        "dry_pads",
        "dry_pads JOIN sessions ON sessions.id = session_id JOIN people ON people.id = person_id",
        "people.name",
        "dry_pads.wall",
        (
            _SESSION,
            _PERSON,
            Column("found", "dry_pads.wall", "local time with its offset, ISO 8601"),
            Column("channel", "channel", "A or B"),
            Column("asked_ma", "asked", "current that was asked for, mA"),
            Column("flowed_ma", "flowed", "current that flowed instead, mA"),
        ),
    ),
    Table(
        "faults",
        "faults",
        None,
        "wall",
        (
            Column("seen", "wall", "local time with its offset, ISO 8601"),
            Column("session_id", "session_id", "session in which it came; empty: none"),
            Column("fault", "fault", "id of the fault"),
            Column("detail", "detail", "exact words of the error"),
        ),
    ),
)


def rows_of(
    connection: sqlite3.Connection,
    table: Table,
    unit_of: UnitOf,
    person: str | None = None,
    since: str = "",
) -> Iterator[dict[str, Value]]:
    """The rows of a table, of one person and from the day `since` (ISO 8601) on.

    Tables that belong to no person are left out where one is named.
    """
    connection.create_function("unit_of", 1, unit_of, deterministic=True)
    if person is not None and table.person is None:
        return
    wheres = [f"{table.person} = :person"] if person is not None else []
    wheres += [f"{table.wall} >= :since"] if since and table.wall else []
    where = f" WHERE {' AND '.join(wheres)}" if wheres else ""
    columns = ", ".join(column.sql for column in table.columns)
    order = f"{table.source.split()[0]}.rowid"
    # Names come from the tables of this module; what is asked for is a parameter.
    sql = f"SELECT {columns} FROM {table.source}{where} ORDER BY {order}"  # noqa: S608 # nosec B608
    if table.name == "pads":
        sql = sql.replace("pads.rowid", "people.id, placement")
    names = [column.name for column in table.columns]
    for row in connection.execute(sql, {"person": person, "since": since}):
        yield dict(zip(names, row, strict=True))


def document() -> str:
    """All tables and columns in Markdown, for the documents."""
    lines = [
        "# What `log export` writes",
        "",
        "One file a table, as CSV or JSON Lines. An empty CSV field is null in JSON Lines.",
    ]
    for table in TABLES:
        lines += ["", f"## {table.name}", "", "| column | meaning |", "|---|---|"]
        lines += [f"| `{column.name}` | {column.meaning} |" for column in table.columns]
    return "\n".join(lines) + "\n"
