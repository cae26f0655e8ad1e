"""Queries: answers about skin and soreness in `aftercare`, and the sites that they close.

As with delivered time, another name than the plan's may be this person, and a guest may be
any of the people.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from appliance.journal.certain_age import certain_age_s, is_of_today, on_another_day
from appliance.journal.ledger import pads_of
from appliance.journal.row_values import parsed
from appliance.journal.timestamps import Moment
from appliance.session.machine.pages import SHOWN, SORENESS_BEFORE
from appliance.therapy.ledger import DAY_S
from appliance.therapy.plan import GUEST, INTERVAL_HOURS
from appliance.therapy.skin import BURN, RED, STATEMENTS, ClosedSite, Skin

_Answer = tuple[int, int | None, int, Moment]
"""Answer, session, clock fact and moment."""


def skin_of(
    connection: sqlite3.Connection, person: str, people: Sequence[str], now: Moment
) -> Skin:
    """What closes sites for this person today, or has to be asked before they open again."""
    return _skin(connection, _may_be(connection, person, people), person, now)


def counts_today(connection: sqlite3.Connection, person: str, now: Moment) -> bool:
    """Whether the skin or the soreness that this person told of still limits the day."""
    skin = _skin(connection, (person,), person, now)
    return bool(skin.closed) or _soreness(connection, (person,), now) is not None


def _skin(connection: sqlite3.Connection, owners: Iterable[str], person: str, now: Moment) -> Skin:
    told = [
        answers
        for owner in owners
        for question in ("skin", SHOWN["skin"])
        for answer in (RED, BURN)
        if (answers := list(_not_taken_back(connection, owner, person, question, answer)))
    ]
    # Each list has its newest answer first. If that one is of another day, so are the others.
    newest = [answers[0] for answers in told]
    given = {answer for answer, _, _, _ in newest}
    if any(_too_soon(connection, clock_id, then, now) for _, _, clock_id, then in newest):
        sessions = {session_id for answers in told for _, session_id, _, _ in answers}
        sites = {site for session_id in sessions for site in _sites(connection, session_id)}
        closed = tuple(sorted(sites, key=lambda site: site.placement))
        return Skin(closed, burned=BURN in given)
    return Skin(ask_red=RED in given, ask_burn=BURN in given, burned=BURN in given)


def _too_soon(connection: sqlite3.Connection, clock_id: int, then: Moment, now: Moment) -> bool:
    """Whether the skin cannot be judged yet: on the same day, or within `INTERVAL_HOURS`."""
    if is_of_today(connection, clock_id, then, now):
        return True
    return certain_age_s(connection, clock_id, then, now) < INTERVAL_HOURS * 3600.0


def soreness_of(
    connection: sqlite3.Connection, person: str, people: Sequence[str], now: Moment
) -> int | None:
    """The highest soreness told before a session today, or after one within the last day.

    An answer counts unless it is certain that it is older.
    """
    return _soreness(connection, _may_be(connection, person, people), now)


def _soreness(connection: sqlite3.Connection, owners: Iterable[str], now: Moment) -> int | None:
    def is_recent(one: _Answer) -> bool:
        _, _, clock_id, then = one
        return certain_age_s(connection, clock_id, then, now) < DAY_S

    recent = (
        answer
        for owner in owners
        for question in ("soreness", SHOWN["soreness"], SORENESS_BEFORE)
        for answer, _, _, then in takewhile(
            is_recent, _answers(connection, owner, "question = ?", question, 0)
        )
        if question != SORENESS_BEFORE or not on_another_day(then, now)
    )
    return max(recent, default=None)


def _may_be(connection: sqlite3.Connection, person: str, people: Sequence[str]) -> Iterator[str]:
    """The names under which this person may have answered."""
    others = {GUEST, *people} - {person, GUEST}
    for (name,) in connection.execute("SELECT name FROM people"):
        if person == GUEST or name not in others:
            yield name


def _not_taken_back(
    connection: sqlite3.Connection, owner: str, person: str, question: str, answer: int
) -> Iterator[_Answer]:
    """The answers of `owner` that no later agreement of `owner` or `person` withdrew."""
    given = f"question = '{question}' AND answer = ?"
    if next(_answers(connection, owner, given, str(answer), 0), None) is None:
        # Most people never gave it: whether it was withdrawn need not be looked up.
        return iter(())
    since = max(_last_agreed(connection, name, STATEMENTS[answer]) for name in (owner, person))
    return _answers(connection, owner, given, str(answer), since)


def _last_agreed(connection: sqlite3.Connection, name: str, statement: str) -> int:
    """The row of the newest agreement to a statement; 0 where there is none."""
    row = connection.execute(
        "SELECT id FROM answers WHERE person_id = (SELECT id FROM people WHERE name = ?)"
        " AND question = ? AND answer = 'agreed' ORDER BY id DESC LIMIT 1",
        (name, statement),
    ).fetchone()
    return int(row[0]) if row else 0


def _answers(
    connection: sqlite3.Connection, name: str, where: str, value: str, since: int
) -> Iterator[_Answer]:
    """The answers of `name` after row `since` that fit `where`, the newest first."""
    rows = connection.execute(
        "SELECT answer, session_id, clock_id, boot_id, trusted, answers.at_s, answers.wall"  # noqa: S608 # nosec B608
        " FROM answers JOIN clock_facts ON clock_facts.id = clock_id"
        " WHERE person_id = (SELECT id FROM people WHERE name = ?)"
        f" AND {where} AND answers.id > ? AND taken_back = 0 ORDER BY answers.id DESC",
        (name, value, since),
    )
    for given, session_id, clock_id, *when in rows:
        yield parsed(int, given), session_id, int(clock_id), Moment.of_row(*when)


def _sites(connection: sqlite3.Connection, session_id: int | None) -> Iterator[ClosedSite]:
    """Where this session, or the one that it finished, delivered anything."""
    rows = connection.execute(
        "SELECT placement, pads FROM sessions AS part"
        " JOIN stages ON stages.session_id = part.id JOIN ledger ON stage_id = stages.id"
        " WHERE part.whole_id = (SELECT whole_id FROM sessions WHERE id = ?)"
        " AND stages.delivered_s > 0",
        (session_id,),
    )
    for placement, pads in rows:
        yield ClosedSite(placement, pads_of(pads))
