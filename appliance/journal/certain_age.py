"""How long ago something was for certain, and whether it was on another day.

Something counts as of today unless it is certain that it was on another day: by dates that were
trusted then and now, or because a clock that runs has passed a whole day since.
"""

import sqlite3
from datetime import datetime

from appliance.journal.row_values import time_of
from appliance.journal.timestamps import JUMP_S, Moment
from appliance.therapy.ledger import DAY_S


def is_of_today(connection: sqlite3.Connection, clock_id: int, then: Moment, now: Moment) -> bool:
    """Whether `then`, of this clock fact, counts as today."""
    if certain_age_s(connection, clock_id, then, now) >= DAY_S:
        return False
    return not on_another_day(then, now)


def on_another_day(then: Moment, now: Moment) -> bool:
    """Whether trusted dates show that `then` was on another day."""
    return is_dated(then, now) and _other_date(then.wall, now.wall)


def certain_age_s(
    connection: sqlite3.Connection, clock_id: int, then: Moment, now: Moment
) -> float:
    """Seconds that have passed since `then` at the least."""
    if then.boot_id == now.boot_id:
        return max(0.0, now.at - then.at)
    # The time for which boots since then have run, this one included.
    (ran_s,) = connection.execute(
        "SELECT total(max(0, newest_unix_s - (julianday(wall) - 2440587.5) * 86400.0))"
        " FROM clock_facts WHERE id > ? AND boot_id <> ?",
        (clock_id, now.boot_id),
    ).fetchone()
    ages_s = [float(ran_s) + now.at]
    if now.trusted:
        row = connection.execute(
            "SELECT wall FROM clock_facts WHERE id > ? AND trusted > 0 AND (trusted = 1 OR ?)"
            " AND boot_id <> ? ORDER BY id LIMIT 1",
            (clock_id, now.by_hand, now.boot_id),
        ).fetchone()
        ages_s += [_between_s(time_of(row[0]), now.wall)] if row else []
        ages_s += [_between_s(then.wall, now.wall)] if _tells(then, now) else []
    return max(ages_s)


def is_dated(then: Moment, now: Moment) -> bool:
    """Whether both dates are trusted, and belong to one clock that was not set in between."""
    if not (_tells(then, now) and now.trusted) or now.wall < then.wall:
        return False
    passed_s = now.at - then.at
    return then.boot_id != now.boot_id or abs(_between_s(then.wall, now.wall) - passed_s) <= JUMP_S


def _tells(then: Moment, now: Moment) -> bool:
    """A date by hand tells nothing to a clock that keeps time: the hand may have been wrong."""
    return then.trusted and (now.by_hand or not then.by_hand)


def _other_date(then: datetime, now: datetime) -> bool:
    """Another day in both time zones: a zone that changes makes no new day."""
    return now.date() not in (then.date(), then.astimezone(now.tzinfo).date())


def _between_s(then: datetime, now: datetime) -> float:
    return (now - then).total_seconds()
