"""Random calendars: no day breaks a limit; screen, status and plan agree.

`python -m tests.weeks.test_a_year COUNT FIRST_SEED` lives through more of them than a test can.
The oracle looks at what was delivered in true time; its numbers are its own.
"""

import random
import sys
import tempfile
from datetime import timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest

from appliance.therapy.limits import Limits
from appliance.therapy.plan import GUEST
from tests.weeks.agreeing import assert_agree
from tests.weeks.living import Delivered, Life

MOST_MINUTES = 75.0
INTERVALS_H = {1: 8.0, 2: 4.0}
GENTLE_FIRST, BREAK_DAYS, LONG_BREAK_DAYS = 4, 14, 28
NEARLY_H, NEARLY_MIN = 0.01, 0.05


def live(folder: Path, seed: int, days: int) -> Life:
    """A household whose days are made by chance."""
    chance = random.Random(seed)
    life = Life(folder, people=("Me", "Ben"), limits=Limits(sessions_per_day=1 + seed % 2))
    until = life.true + timedelta(days=days)
    while life.true < until:
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
            visit(life, chance)
            life.wait(timedelta(hours=chance.choice((0.5, 2.0, 4.5))))
        if chance.random() < 0.03:
            life.zone = timezone(timedelta(hours=chance.choice((-10, -5, 0, 1, 9, 13))))
        if chance.random() < 0.05:
            # The clock is lost, or found again, with a power cut.
            life.trusted = not life.trusted
            life.switch_on()
        passed = chance.choices((1, 2, 3, 16, 31), (60, 12, 6, 1, 1))[0]
        life.next_day(passed, chance.choice((6, 9, 14, 20, 22)))
    life.close()
    return life


def visit(life: Life, chance: random.Random) -> None:
    person = chance.choices(("Me", "Ben", GUEST), (8, 3, 1))[0]
    told = life.told(person)
    if person != GUEST:
        assert_agree(told)
    life.session_of(
        person,
        sore=chance.choices((0, 2, 4, 8), (20, 4, 2, 1))[0],
        part=chance.choices((1.0, 0.6, 0.3), (10, 1, 1))[0],
        after=chance.choices((0, 5, 8), (20, 1, 1))[0],
    )
    if person != GUEST:
        assert_agree(life.told(person))


def broken(life: Life) -> list[str]:
    """What the delivered sessions of each person break."""
    found = []
    for person in life.people:
        own = [one for one in life.delivered if one.person == person and one.minutes > 0.0]
        found += _too_much(own, life.limits.sessions_per_day)
        found += _too_soon(own, INTERVALS_H[life.limits.sessions_per_day])
        found += _too_strong(own)
    return found


def _too_much(own: list[Delivered], sessions_per_day: int) -> list[str]:
    found = []
    for day in {one.day for one in own}:
        today = [one for one in own if one.day == day]
        if len(today) > sessions_per_day:
            found.append(f"{day}: {len(today)} sessions")
        if sum(one.minutes for one in today) > MOST_MINUTES + NEARLY_MIN:
            found.append(f"{day}: {sum(one.minutes for one in today):.1f} min")
    return found


def _too_soon(own: list[Delivered], interval_h: float) -> list[str]:
    gaps = (
        (after.began, (after.began - before.ended).total_seconds() / 3600.0)
        for before, after in pairwise(own)
    )
    return [f"{at}: {gap_h:.1f} h after" for at, gap_h in gaps if gap_h < interval_h - NEARLY_H]


def _too_strong(own: list[Delivered]) -> list[str]:
    found, counted, owed = [], 0, 0
    days: list[object] = []
    for one in own:
        day = one.day
        if days and day != days[-1]:
            gap = (day - days[-1]).days  # type: ignore[operator]
            owed = 2 if gap >= LONG_BREAK_DAYS else max(owed, 1) if gap >= BREAK_DAYS else owed
        earlier = own[: own.index(one)]
        second = any(other.day == day for other in earlier)
        if not one.gentle and (counted < GENTLE_FIRST or owed > 0 or second):
            found.append(f"{one.began}: a full session; {counted} before, {owed} gentle owed")
        if one.whole:
            counted, owed = counted + 1, max(0, owed - 1)
            days.append(one.day)
    return found


@pytest.mark.parametrize("seed", range(2))
def test_no_calendar_breaks_a_limit_or_is_told_twice(tmp_path: Path, seed: int) -> None:
    life = live(tmp_path, seed, days=80)
    assert len(life.delivered) > 20
    assert broken(life) == []


def main() -> int:
    count, first = int(sys.argv[1]), int(sys.argv[2])
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            life = live(Path(folder), seed, days=365)
        problems = broken(life)
        print(f"seed {seed}: {len(life.delivered)} sessions, {life.boots} starts")
        print(*problems, sep="\n", end="\n" if problems else "")
        if problems:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
