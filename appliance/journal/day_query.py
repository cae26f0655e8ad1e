"""Query: what the ledger counts as today for one person, also under an untrusted clock."""

import sqlite3
from collections.abc import Iterator, Sequence

from appliance.journal.certain_age import certain_age_s, is_dated, on_another_day
from appliance.journal.ledger import pads_of
from appliance.journal.timestamps import Moment
from appliance.records import Fixed
from appliance.therapy.ledger import DAY_S, FIRST_MINUTE_S, Ledger, Pads, SiteTime
from appliance.therapy.limits import MOST_CHARGE_MC_S
from appliance.therapy.plan import GUEST, UNFINISHED_HOURS
from appliance.therapy.programs import Kind

_ENTRIES = """
    SELECT people.name, whole_id, placement, kind, pads, stages.delivered_s,
        max(stages.delivered_s, booked_s), charge_mc,
        clock_id, last_at_s, last_wall, boot_id, trusted
    FROM ledger JOIN stages ON stages.id = stage_id
    JOIN sessions ON sessions.id = stages.session_id
    JOIN people ON people.id = person_id
    JOIN clock_facts ON clock_facts.id = clock_id
    WHERE stages.delivered_s > 0 OR booked_s > 0 ORDER BY stages.id DESC
"""


class _Entry(Fixed, frozen=True):
    person: str
    whole_id: int
    placement: str
    contracting: bool
    pads: Pads
    delivered_s: float
    """Delivered time. It decides whether a session counts."""
    seconds: float
    """Delivered time with time that was booked and not returned, after a power cut. Sums use it."""
    charge_mc: float
    """Charge of these seconds; those that were only booked count with `MOST_CHARGE_MC_S`."""
    age_s: float
    """The least age that is certain, seconds."""
    dated: bool
    today: bool


class Day(Fixed, frozen=True):
    """One person's day: the ledger, and the number of contracting sessions."""

    ledger: Ledger
    sessions: int


def days(connection: sqlite3.Connection, people: Sequence[str], now: Moment) -> dict[str, Day]:
    """The day of each of `people` and of Guest."""
    entries = list(_recent(connection, now))
    doubt = _doubt(connection, now)
    return {person: _day(person, tuple(people), entries, doubt) for person in (*people, GUEST)}


def counts_today(connection: sqlite3.Connection, person: str, now: Moment) -> bool:
    """Whether the day has time that was delivered or booked under this very name."""
    return any(entry.person == person for entry in _recent(connection, now))


def _day(person: str, people: tuple[str, ...], entries: list[_Entry], doubt: bool) -> Day:
    others = set(people) - {person}
    # A guest may be any of the people; another name than the plan's may be this person.
    of_body = [e for e in entries if person == GUEST or e.person not in others]
    of_person = [e for e in of_body if e.person == person or e.person not in (*people, GUEST)]
    today = [e for e in of_body if e.today]
    contracting = [e for e in of_person if e.contracting]
    # Guest waits after the last session of anybody, so that nobody waits less by choosing Guest.
    before = [e for e in of_body if e.contracting] if person == GUEST else contracting
    return Day(
        Ledger(
            contracting_minutes=_minutes(e for e in today if e.contracting),
            comfort_minutes=_minutes(e for e in today if not e.contracting),
            sites=tuple(
                SiteTime(e.placement, e.pads, e.seconds / 60.0, e.charge_mc) for e in today
            ),
            box_minutes=_minutes(e for e in entries if e.today and e.contracting),
            box_people=max(1, len(people)),
            since_contracting_s=_since(before),
            doubt=doubt,
            undated=any(not e.dated for e in today),
        ),
        _sessions([e for e in contracting if e.today]),
    )


def _minutes(entries: Iterator[_Entry]) -> float:
    return sum(entry.seconds for entry in entries) / 60.0


def _since(contracting: list[_Entry]) -> float:
    """Age of the newest delivery, once the first minute was delivered within a day."""
    enough = sum(entry.delivered_s for entry in contracting) >= FIRST_MINUTE_S
    return min((e.age_s for e in contracting), default=DAY_S) if enough else float("inf")


def _sessions(today: list[_Entry]) -> int:
    """Sessions with their first minute; shorter ones count as one when they add up to it."""
    by_session: dict[int, float] = {}
    for entry in today:
        by_session[entry.whole_id] = by_session.get(entry.whole_id, 0.0) + entry.delivered_s
    whole = sum(seconds >= FIRST_MINUTE_S for seconds in by_session.values())
    return max(whole, int(sum(by_session.values()) >= FIRST_MINUTE_S))


def _recent(connection: sqlite3.Connection, now: Moment) -> Iterator[_Entry]:
    """The entries that are not certainly older than a day, the newest first."""
    for row in connection.execute(_ENTRIES):
        person, whole_id, placement, kind, pads, delivered_s, seconds, charge_mc, *of_clock = row
        clock_id, at_s, wall, boot_id, trusted = of_clock
        then = Moment.of_row(boot_id, trusted, at_s, wall)
        age_s = certain_age_s(connection, int(clock_id), then, now)
        if age_s >= DAY_S:
            return
        yield _Entry(
            person,
            whole_id,
            placement,
            kind == Kind.CONTRACTING.value,
            pads_of(pads),
            delivered_s,
            seconds,
            charge_mc + (seconds - delivered_s) * MOST_CHARGE_MC_S,
            age_s,
            is_dated(then, now),
            # An unfinished session counts with its rest as one, also over midnight.
            today=age_s < UNFINISHED_HOURS * 3600.0 or not on_another_day(then, now),
        )


def _doubt(connection: sqlite3.Connection, now: Moment) -> bool:
    rows = connection.execute(
        "SELECT clock_id, boot_id, trusted, doubts.at_s, doubts.wall FROM doubts"
        " JOIN clock_facts ON clock_facts.id = clock_id ORDER BY doubts.id DESC LIMIT 1"
    )
    return any(
        certain_age_s(connection, int(clock_id), Moment.of_row(*when), now) < DAY_S
        for clock_id, *when in rows
    )
