"""The journal's SQLite schema and the migrations of older files.

Times are twofold wherever they are kept: `at_s` is the monotonic clock, which compares
only within one boot, and `wall` is local time as ISO 8601 with its offset. `clock_id`
names the boot and says whether the wall clock was trusted.
"""

import sqlite3
from collections.abc import Sequence

APPLICATION_ID = 0x454D534A
"""Marks a SQLite file as this journal: "EMSJ"."""

_VERSION_1 = """
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- A row for each boot, each change of trust, and each jump of the wall clock.
CREATE TABLE clock_facts (
    id INTEGER PRIMARY KEY,
    boot_id TEXT NOT NULL,
    at_s REAL NOT NULL,
    wall TEXT NOT NULL,
    trusted INTEGER NOT NULL,
    newest_unix_s REAL NOT NULL
) STRICT;
CREATE INDEX clock_facts_of_boot ON clock_facts (boot_id);
CREATE INDEX clock_facts_newest ON clock_facts (trusted, newest_unix_s);

CREATE TABLE settings (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    json TEXT NOT NULL
) STRICT;

-- whole_id is the session that this one finishes, or itself. On its row stand contracting_s
-- of the whole, and its number among the person's sessions that count, if it does.
-- clock_id and last_* are of the last delivery.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people,
    whole_id INTEGER NOT NULL,
    settings_id INTEGER NOT NULL REFERENCES settings,
    routine TEXT NOT NULL,
    gentle INTEGER NOT NULL,
    planned_s REAL NOT NULL,
    began_wall TEXT NOT NULL,
    clock_id INTEGER NOT NULL REFERENCES clock_facts,
    last_at_s REAL NOT NULL,
    last_wall TEXT NOT NULL,
    last_day TEXT NOT NULL,
    delivered_s REAL NOT NULL DEFAULT 0,
    contracting_s REAL NOT NULL DEFAULT 0,
    number INTEGER,
    why TEXT,
    interrupted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX sessions_of_person ON sessions (person_id);
CREATE INDEX sessions_of_day ON sessions (person_id, last_day);
CREATE INDEX sessions_of_boot ON sessions (person_id, clock_id, last_at_s);
CREATE INDEX sessions_of_whole ON sessions (whole_id);
CREATE INDEX sessions_open ON sessions (id) WHERE why IS NULL;
CREATE INDEX sessions_interrupted ON sessions (person_id, id) WHERE interrupted = 1;
CREATE INDEX sessions_contracting ON sessions (person_id) WHERE contracting_s > 0;
CREATE INDEX sessions_that_count ON sessions (person_id, number);

-- Planned with the session; began_at_s is empty until it begins. More minutes at the same
-- place are a row of their own, at the same position.
CREATE TABLE stages (
    id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL REFERENCES sessions,
    position INTEGER NOT NULL,
    placement TEXT NOT NULL,
    program TEXT NOT NULL,
    kind TEXT,
    planned_s REAL NOT NULL,
    began_at_s REAL,
    began_wall TEXT,
    delivered_s REAL NOT NULL DEFAULT 0,
    highest_a REAL NOT NULL DEFAULT 0,
    highest_b REAL NOT NULL DEFAULT 0,
    why TEXT
) STRICT;
CREATE INDEX stages_of_session ON stages (session_id, position);

-- Samples, one row for a stretch at one level, with the strongest that was in force in
-- it: the contractions between are the program's. Ten years of these fit on any card.
CREATE TABLE levels (
    stage_id INTEGER NOT NULL REFERENCES stages,
    after_s REAL NOT NULL,
    level_a REAL NOT NULL,
    level_b REAL NOT NULL,
    in_force_a REAL NOT NULL,
    in_force_b REAL NOT NULL,
    PRIMARY KEY (stage_id, after_s)
) STRICT, WITHOUT ROWID;

-- What a person has on a placement now: sessions on these pads, and the last levels.
CREATE TABLE pads (
    person_id INTEGER NOT NULL REFERENCES people,
    placement TEXT NOT NULL,
    uses INTEGER NOT NULL,
    level_a REAL NOT NULL,
    level_b REAL NOT NULL,
    whole_id INTEGER NOT NULL,
    PRIMARY KEY (person_id, placement)
) STRICT, WITHOUT ROWID;

-- Statements, questions, and completed checklists.
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people,
    session_id INTEGER REFERENCES sessions,
    clock_id INTEGER NOT NULL REFERENCES clock_facts,
    at_s REAL NOT NULL,
    wall TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    remedy TEXT,
    full_list INTEGER NOT NULL,
    taken_back INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX answers_to_question ON answers (person_id, question, id);
CREATE INDEX answers_of_session ON answers (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX answers_for_doctor ON answers (person_id, id)
    WHERE answer = 'refused' AND remedy = 'doctor' AND taken_back = 0;

CREATE TABLE state_changes (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people,
    session_id INTEGER REFERENCES sessions,
    clock_id INTEGER NOT NULL REFERENCES clock_facts,
    at_s REAL NOT NULL,
    wall TEXT NOT NULL,
    state TEXT NOT NULL
) STRICT;

CREATE TABLE faults (
    id INTEGER PRIMARY KEY,
    session_id INTEGER REFERENCES sessions,
    clock_id INTEGER NOT NULL REFERENCES clock_facts,
    at_s REAL NOT NULL,
    wall TEXT NOT NULL,
    fault TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
"""

_VERSION_2 = """
-- What was set on the box itself, as JSON, and what the settings file said then.
CREATE TABLE choices (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    file_said TEXT NOT NULL,
    wall TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A row each time that the box found another board than before.
CREATE TABLE boards (
    id INTEGER PRIMARY KEY,
    session_id INTEGER REFERENCES sessions,
    clock_id INTEGER NOT NULL REFERENCES clock_facts,
    at_s REAL NOT NULL,
    wall TEXT NOT NULL,
    driver TEXT NOT NULL,
    firmware TEXT NOT NULL,
    research_only INTEGER NOT NULL
) STRICT;
"""

_VERSION_3 = """
-- Level times delivered seconds, for the mean level; highest measured current. NULL: not known,
-- because an older program delivered the stage, or the board does not measure.
ALTER TABLE stages ADD COLUMN level_seconds_a REAL;
ALTER TABLE stages ADD COLUMN level_seconds_b REAL;
ALTER TABLE stages ADD COLUMN measured_a REAL;
ALTER TABLE stages ADD COLUMN measured_b REAL;

-- Which set of pads this is at this placement, counted from 1; new pads begin the next set.
ALTER TABLE pads ADD COLUMN set_number INTEGER NOT NULL DEFAULT 1;

-- The settings of the last start, to find what changed since.
CREATE TABLE settings_in_force (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    settings_id INTEGER NOT NULL REFERENCES settings
) STRICT;

-- Changes of settings, in the file or on the box. Values are JSON.
CREATE TABLE setting_changes (
    id INTEGER PRIMARY KEY,
    clock_id INTEGER NOT NULL REFERENCES clock_facts,
    at_s REAL NOT NULL,
    wall TEXT NOT NULL,
    name TEXT NOT NULL,
    old_value TEXT NOT NULL,
    new_value TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_counted_by_day ON sessions (person_id, last_day) WHERE number IS NOT NULL;
"""

_VERSION_4 = """
-- The ledger, a row for each stage that has begun. `pads` is the geometry of its site, as JSON.
-- `booked_s` is written before it is delivered, and 0 again when the stage has ended.
CREATE TABLE ledger (
    stage_id INTEGER PRIMARY KEY REFERENCES stages,
    pads TEXT NOT NULL,
    booked_s REAL NOT NULL DEFAULT 0,
    felt_s REAL NOT NULL DEFAULT 0,
    charge_mc REAL NOT NULL DEFAULT 0
) STRICT;
INSERT INTO ledger (stage_id, pads, felt_s)
    SELECT id, '[]', CASE WHEN max(highest_a, highest_b) >= 5 THEN delivered_s ELSE 0 END
    FROM stages WHERE began_at_s IS NOT NULL AND kind <> 'bench';

-- Since when it is not known what was delivered before.
CREATE TABLE doubts (
    id INTEGER PRIMARY KEY,
    clock_id INTEGER NOT NULL REFERENCES clock_facts,
    at_s REAL NOT NULL,
    wall TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;
"""

_VERSION_5 = """
-- What flowed at most at this level, where the board measures.
ALTER TABLE levels ADD COLUMN measured_a REAL;
ALTER TABLE levels ADD COLUMN measured_b REAL;

-- Less flowed than was asked: the level came down to what flowed.
CREATE TABLE dry_pads (
    id INTEGER PRIMARY KEY,
    session_id INTEGER REFERENCES sessions,
    clock_id INTEGER NOT NULL REFERENCES clock_facts,
    at_s REAL NOT NULL,
    wall TEXT NOT NULL,
    channel TEXT NOT NULL,
    asked REAL NOT NULL,
    flowed REAL NOT NULL
) STRICT;
"""

_VERSION_6 = """
-- Burns and red skin are looked for at every start, and are rare.
CREATE INDEX answers_about_skin ON answers (person_id, answer, id) WHERE question = 'skin';
"""

MIGRATIONS: tuple[str, ...] = (
    _VERSION_1,
    _VERSION_2,
    _VERSION_3,
    _VERSION_4,
    _VERSION_5,
    _VERSION_6,
)
"""Script n leads from version n to n + 1. A script that was released is never changed."""


def version_of(connection: sqlite3.Connection) -> int:
    """The schema that a file was written with; 0 is an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, scripts: Sequence[str] = MIGRATIONS) -> None:
    """Bring a file to the newest schema, each step whole or not at all."""
    for version, script in enumerate(scripts):
        if version >= version_of(connection):
            connection.executescript(
                f"BEGIN IMMEDIATE; {script}\n"
                f"PRAGMA application_id = {APPLICATION_ID};"
                f"PRAGMA user_version = {version + 1}; COMMIT"
            )
