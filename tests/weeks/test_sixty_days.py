"""Sixty days and more with the box, written down as lists of steps. Each step is a few words.

Before each step of a day the screen, `status` and `plan` are read and have to agree.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from appliance.session.machine import guards, pages
from appliance.therapy.limits import Limits
from appliance.therapy.plan import GUEST, Offer
from tests.weeks.agreeing import assert_agree
from tests.weeks.living import Life

Step = Callable[[Life], None]


def daily(days: int, *, person: str = "Me") -> Step:
    """A session on each of so many days."""

    def live(life: Life) -> None:
        for _ in range(days):
            assert_agree(life.told(person))
            option = life.session_of(person)
            assert option is not None and option.offer is Offer.ROUTINE
            life.next_day()

    return live


def when_due(days: int) -> Step:
    """So many days, with a session wherever the screen asks for one."""

    def live(life: Life) -> None:
        for _ in range(days):
            told = life.told()
            assert_agree(told)
            if told.status["due_today"]:
                assert life.session_of() is not None
            life.next_day()

    return live


def away(days: int) -> Step:
    return lambda life: life.next_day(days)


def says(words: str, *, person: str = "Me") -> Step:
    """What the screen says of today."""

    def look(life: Life) -> None:
        told = life.told(person)
        assert_agree(told)
        assert told.screen == words

    return look


def a_sore_day(soreness: int) -> Step:
    """Soreness is told before the session, and the rest that is preselected is taken."""

    def live(life: Life) -> None:
        option = life.session_of(sore=soreness)
        assert option is not None and option.offer is Offer.REST_DAY
        told = life.told()
        assert_agree(told)
        assert not told.status["due_today"]
        life.next_day()

    return live


def a_second_session(*, sore: int = 0, offered: bool) -> Step:
    """Another one on the evening of the same day."""

    def live(life: Life) -> None:
        life.wait(timedelta(hours=5))
        told = life.told()
        assert_agree(told)
        option = life.session_of(sore=sore)
        if offered:
            assert option is not None and option.offer is Offer.ROUTINE and option.gentle
            assert all(stage.minutes <= 10.0 for stage in option.stages)
        else:
            assert option is None or option.offer is not Offer.ROUTINE

    return live


def one_session(*, person: str = "Me") -> Step:
    def live(life: Life) -> None:
        option = life.session_of(person)
        assert option is not None and option.offer is Offer.ROUTINE

    return live


def clock(*, wrong_by_days: int, trusted: bool) -> Step:
    def turn(life: Life) -> None:
        life.wrong_by, life.trusted = timedelta(days=wrong_by_days), trusted
        life.switch_on()

    return turn


def zone(hours: int) -> Step:
    def travel(life: Life) -> None:
        life.zone = timezone(timedelta(hours=hours))
        life.next_day()

    return travel


def pads(uses: int, *, refused: bool = False) -> Step:
    """What the page of the pads says before today's session."""

    def look(life: Life) -> None:
        life.to_the_pads()
        assert pages.pad_uses(life.record) == uses
        assert guards.on_worn_out_pads(life.record) is refused
        assert guards.more_preparing(life.record) is not refused
        life.home()

    return look


def new_pads() -> Step:
    """The knob to the right and CONFIRM, on the page of worn pads."""

    def put(life: Life) -> None:
        life.to_the_pads()
        assert pages.asks_for_new_pads(life.record)
        life.turn(1)
        life.press()
        life.home()
        assert pages.pad_uses(life.record) is None

    return put


def done(sessions: int, *, person: str = "Me") -> Step:
    def count(life: Life) -> None:
        assert life.told(person).plan["sessions_counted"] == sessions

    return count


JOURNEYS: dict[str, tuple[Step, ...]] = {
    "good weeks lead from gentle to daily to three a week": (
        says("Gentle 1/4: 3 × 10 min"),
        daily(4),
        says("Daily 5/14: 3 × 20 min"),
        daily(9),
        says("Daily 14/14: 3 × 20 min"),
        daily(1),
        says("Today: 3 × 20 min"),
        when_due(46),
        done(14 + 20),
        says("Today: 3 × 20 min"),
    ),
    "missed days only move the plan": (
        daily(5),
        away(4),
        says("Daily 6/14: 3 × 20 min"),
        daily(2),
        away(10),
        says("Daily 8/14: 3 × 20 min"),
        daily(7),
        away(3),
        when_due(30),
    ),
    "after a month away two sessions are gentle": (
        daily(16),
        away(33),
        says("Today: 3 × 10 min"),
        daily(1),
        says("Rest. Next: Wednesday."),
        away(1),
        says("Today: 3 × 10 min"),
        daily(1),
        away(1),
        says("Today: 3 × 20 min"),
        when_due(10),
    ),
    "a sore day is a day of rest, and the next day asks again": (
        daily(6),
        a_sore_day(5),
        says("Daily 7/14: 3 × 20 min"),
        a_sore_day(8),
        says("Daily 7/14: 3 × 20 min"),
        daily(8),
        when_due(45),
    ),
    "the clock is set back a year and right again": (
        daily(20),
        clock(wrong_by_days=-365, trusted=False),
        done(20),
        clock(wrong_by_days=0, trusted=True),
        done(20),
        when_due(40),
    ),
    "pads wear out, and only new ones lead on": (
        daily(14),
        pads(14),
        when_due(34),
        pads(29),
        when_due(2),
        when_due(1),
        pads(30, refused=True),
        new_pads(),
        pads(0),
        when_due(9),
    ),
    "the zone changes twice": (
        daily(15),
        zone(9),
        when_due(20),
        zone(-8),
        when_due(25),
    ),
    "two people share a box, and guests come between": (
        daily(10),
        says("Gentle 1/4: 3 × 10 min", person="Ben"),
        one_session(),
        one_session(person="Ben"),
        says("Done for today.", person="Ben"),
        away(1),
        one_session(person=GUEST),
        away(1),
        daily(3, person="Ben"),
        says("Daily 5/14: 3 × 20 min", person="Ben"),
        says("Daily 12/14: 3 × 20 min"),
        done(11),
        when_due(45),
        done(4, person="Ben"),
    ),
}
DAYS = 60


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    life = Life(tmp_path, people=("Me", "Ben"))
    yield life
    life.close()


@pytest.mark.parametrize("name", JOURNEYS)
def test_sixty_days_hold_step_by_step(life: Life, name: str) -> None:
    began = life.true
    for step in JOURNEYS[name]:
        step(life)
    assert (life.true - began).days >= DAYS - 1


TWICE_A_DAY: tuple[Step, ...] = (
    daily(5),
    one_session(),
    a_second_session(offered=True),
    says("Done for today."),
    away(1),
    one_session(),
    a_second_session(sore=4, offered=False),
    away(1),
    when_due(53),
)


def test_sixty_days_with_two_sessions_a_day_where_they_are_opted_in(tmp_path: Path) -> None:
    life = Life(tmp_path, limits=Limits().but(sessions_per_day=2, minutes_per_day=90.0))
    began = life.true
    for step in TWICE_A_DAY:
        step(life)
    assert (life.true - began).days >= DAYS - 1
    life.close()
