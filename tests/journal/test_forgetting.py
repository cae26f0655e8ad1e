"""Whose rows the limits of the day still need, so that nobody is forgotten to get another day."""

from contextlib import closing
from datetime import timedelta

import pytest

from appliance.journal.database import open_for_reading
from appliance.journal.person_rows import counts_today
from appliance.journal.timestamps import Moment
from appliance.therapy.plan import GUEST
from tests.journal.conftest import Household


def needed(household: Household, person: str = "Me") -> bool:
    boot = f"boot {household.boots}"
    now = Moment(household.at, household.wall, boot, household.trusted)
    with closing(open_for_reading(household.path)) as connection:
        return counts_today(connection, person, now)


@pytest.mark.parametrize(("hours", "still"), [(23, True), (25, False)])
def test_a_session_is_needed_for_a_day(household: Household, hours: float, still: bool) -> None:
    household.whole_session()
    household.off(timedelta(hours=hours))
    assert needed(household) is still


def test_a_session_of_a_clock_that_is_not_trusted_is_needed_until_the_box_has_been_on_for_a_day(
    household: Household,
) -> None:
    household.trusted = False
    household.wall -= timedelta(days=3000)
    household.whole_session()
    household.off(timedelta(days=30))
    assert needed(household)
    household.wait(hours=25)
    assert not needed(household)


def test_a_session_with_a_date_of_later_years_is_needed_for_a_day_too(household: Household) -> None:
    household.wall += timedelta(days=3000)
    household.whole_session()
    household.wall -= timedelta(days=3000)
    household.off()
    assert needed(household)
    household.wait(hours=25)
    assert not needed(household)


def test_soreness_that_was_told_without_a_session_is_needed(household: Household) -> None:
    household.answer("soreness_before", "7")
    assert needed(household)
    household.wait(hours=25)
    assert not needed(household)


def test_red_skin_is_needed_while_it_closes_its_sites(household: Household) -> None:
    household.whole_session()
    household.wait(hours=25)
    assert not needed(household)
    household.answer("skin", "1")
    assert needed(household)
    household.wait(hours=25)
    assert not needed(household)


def test_what_others_had_and_told_is_not_that_persons(household: Household) -> None:
    for other in ("Other", "Neighbour", GUEST):
        household.whole_session(person=other)
        household.answer("soreness", "5", person=other)
    assert not needed(household, "Me")
