"""The ledger: delivered time per stage with its pads, booked a minute ahead, and doubts.

The ledger is separate from the session tables. No answer, name or restart changes it. Sites are
the pads themselves: a renamed placement is the same site. A stage books time before it is
delivered, so after a power cut the ledger never counts less than was delivered.
"""

import json
import sqlite3

from appliance.journal.row_values import parsed
from appliance.journal.timestamps import Moment, timestamp
from appliance.records import as_dict
from appliance.session.notes import Booked, Sample, StageBegan
from appliance.therapy.ledger import FELT_LEVEL, Pads
from appliance.therapy.placements import Pad, Site

DAMAGED = "damaged"
"""The reason of a doubt: an older file could not be read."""
REPLACED = "replaced"
"""The reason of a doubt: another file took the record's place."""
FORGETFUL = "forgetful"
"""The reason of a doubt: the storage keeps nothing over a power cut."""


def open_entry(connection: sqlite3.Connection, stage_id: int, note: StageBegan) -> None:
    """Begin the ledger's entry of a stage that has just begun."""
    connection.execute(
        "INSERT OR IGNORE INTO ledger (stage_id, pads) VALUES (?, ?)",
        (stage_id, json.dumps([as_dict(pad) | {"site": pad.site.value} for pad in note.pads])),
    )


def book(connection: sqlite3.Connection, stage_id: int, note: Booked) -> None:
    """Book time that is not delivered yet."""
    connection.execute(
        "UPDATE ledger SET booked_s = max(booked_s, ?) WHERE stage_id = ?", (note.upto_s, stage_id)
    )


def add_delivered(connection: sqlite3.Connection, stage_id: int, sample: Sample) -> None:
    """Add what a sample has delivered. Call it before the stage's own sum is updated."""
    felt = max(sample.level) >= FELT_LEVEL
    connection.execute(
        "UPDATE ledger SET charge_mc = max(charge_mc, ?), felt_s = felt_s + ? * max(0,"
        " ? - (SELECT delivered_s FROM stages WHERE id = stage_id)) WHERE stage_id = ?",
        (sample.charge_mc, felt, sample.delivered_s, stage_id),
    )


def give_back(connection: sqlite3.Connection, stage_id: int) -> None:
    """Return what a stage that ended has booked and not delivered."""
    connection.execute("UPDATE ledger SET booked_s = 0 WHERE stage_id = ?", (stage_id,))


def add_doubt(connection: sqlite3.Connection, now: Moment, why: str) -> None:
    """What was delivered until now is not known: the day counts as used."""
    when = timestamp(connection, now)
    connection.execute(
        "INSERT INTO doubts (clock_id, at_s, wall, why) VALUES (?, ?, ?, ?)",
        (when.clock_id, when.at_s, when.text, why),
    )


def pads_of(text: str | None) -> Pads:
    """The pads of a ledger entry; none where an older file did not store them."""
    return parsed(_pads, text) if text else ()


def _pads(text: str) -> Pads:
    return tuple(Pad(**(value | {"site": Site(value["site"])})) for value in json.loads(text))
