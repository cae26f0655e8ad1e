"""A journal whose pages are whole, and a value of which is none that was ever written."""

import sqlite3
from contextlib import closing

import pytest


@pytest.mark.parametrize("column", ["sessions.last_wall", "ledger.pads", "clock_facts.wall"])
def test_a_value_that_is_nonsense_is_a_damaged_journal(household, column):
    household.whole_session()
    household.off()
    table, name = column.split(".")
    with closing(sqlite3.connect(household.path)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f"UPDATE {table} SET {name} = '[{{'")
    household.off()
    assert household.history().ledger.doubt
    assert household.recorder.faults(household.at) == {"journal_set_aside"}
