"""Reads times, days and other values from the columns of rows; any other content is damage."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

Value = TypeVar("Value")


def time_of(text: str) -> datetime:
    """A local time with its offset, from ISO 8601 text. Raises sqlite3.DataError."""
    return parsed(datetime.fromisoformat, text)


def day_of(text: str) -> date:
    """A day, from ISO 8601 text. Raises sqlite3.DataError."""
    return parsed(date.fromisoformat, text)


def parsed(parse: Callable[[str], Value], text: str) -> Value:
    """What `parse` makes of a column's text.

    Raises sqlite3.DataError, SQLite's own error for such a value, if it makes nothing of it. The
    journal translates that into JournalDamagedError.
    """
    try:
        return parse(text)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise sqlite3.DataError(f"{text!r}: {error}") from error
