"""What counts as today when no trusted clock tells the day."""

from datetime import timedelta, timezone

import pytest

from appliance.therapy.calendar import gentle_after_break


@pytest.fixture
def unsure(household):
    """A box without a clock of its own and without a network."""
    household.trusted = False
    household.off()
    return household


def test_weekdays_and_unrelated_boots_say_nothing(unsure):
    unsure.whole_session()
    history = unsure.history()
    assert (history.weekday, history.weekdays_done) == (None, ())
    assert not history.clock_trusted
    assert history.readable


@pytest.mark.parametrize(("hours", "sessions"), [(23.9, 1), (24.1, 0)])
@pytest.mark.parametrize("days", [-400, 0, 3])
def test_a_day_is_what_a_clock_that_runs_has_counted(unsure, hours, sessions, days):
    unsure.whole_session()
    unsure.wait(hours=hours)
    unsure.wall += timedelta(days=days)
    assert unsure.history().sessions_today == sessions


@pytest.mark.parametrize("days", [-1, 0, 1, 3])
def test_no_date_without_trust_makes_a_day_new_after_a_power_cut(unsure, days):
    unsure.whole_session()
    unsure.off(timedelta(days=days))
    history = unsure.history()
    assert history.sessions_today == 1
    assert history.ledger.undated


def test_the_time_of_all_boots_since_adds_up(unsure):
    unsure.whole_session()
    for _ in range(3):
        unsure.off(timedelta(days=2))
        unsure.answer("skin", "0")
        unsure.wait(hours=7.9)
        unsure.answer("skin", "0")
        assert unsure.history().sessions_today == 1
    unsure.wait(hours=0.5)
    assert unsure.history().sessions_today == 0


@pytest.mark.parametrize("question", ["no_session_today", "new_day"])
@pytest.mark.parametrize("answer", ["agreed", "refused"])
def test_no_answer_makes_a_used_day_new(unsure, question, answer):
    unsure.whole_session()
    unsure.answer(question, answer)
    assert unsure.history().sessions_today == 1
    unsure.off(timedelta(minutes=5))
    unsure.answer(question, answer)
    assert unsure.history().sessions_today == 1


def test_a_day_between_two_trusted_boots_is_over_for_what_lies_before(unsure):
    unsure.whole_session()
    unsure.trusted = True
    unsure.off(timedelta(minutes=5))
    unsure.answer("skin", "0")
    assert unsure.history().sessions_today == 1
    unsure.off(timedelta(days=1, minutes=1))
    assert unsure.history().sessions_today == 0


def test_a_clock_that_is_set_in_between_makes_no_new_day(household):
    household.whole_session()
    household.wait(hours=1)
    household.wall += timedelta(days=1)
    assert household.history().sessions_today == 1
    household.wait(hours=23)
    assert household.history().sessions_today == 0


def test_another_time_zone_makes_no_new_day(household):
    household.whole_session()
    household.wait(minutes=10)
    household.wall = household.wall.astimezone(timezone(timedelta(hours=14)))
    history = household.history()
    assert (history.sessions_today, history.ledger.since_contracting_s) == (1, 600.0)


def test_the_full_list_has_an_age_within_one_boot_only(unsure):
    unsure.complete_list(full=True)
    unsure.wait(days=3)
    assert unsure.history().days_since_full_list == pytest.approx(3.0)
    unsure.off()
    assert unsure.history().days_since_full_list is None


def test_a_list_from_an_untrusted_boot_has_no_age_even_for_a_trusted_clock(unsure):
    unsure.complete_list(full=True)
    unsure.off()
    unsure.trusted = True
    assert unsure.history().days_since_full_list is None


def test_after_a_session_without_a_date_the_person_is_asked(unsure):
    unsure.whole_session()
    unsure.trusted = True
    unsure.off(timedelta(hours=1))
    assert not unsure.history("Me").clock_trusted
    assert unsure.history("Other").clock_trusted
    unsure.whole_session()
    assert unsure.history("Me").clock_trusted


@pytest.mark.parametrize("hours", [-20, 1, 30])
def test_a_trusted_clock_that_is_set_dates_nothing_of_its_boot(household, hours):
    household.whole_session()
    household.wait(minutes=5)
    household.wall += timedelta(hours=hours)
    assert (household.history().sessions_today, household.history().clock_trusted) == (1, False)
    # Right or wrong, the next boot counts it until a day has certainly passed.
    household.off(timedelta(minutes=5))
    assert household.history().sessions_today == 1
    assert household.history().ledger.undated


def test_a_session_that_begins_after_the_clock_was_set_has_no_date(household):
    household.answer("skin", "0")
    household.wait(hours=1)
    household.wall -= timedelta(hours=30)
    household.whole_session()
    household.off(timedelta(hours=30))
    assert household.history().sessions_today == 1


def test_a_clock_that_is_corrected_by_minutes_stays_trusted(household):
    household.whole_session()
    household.wall += timedelta(minutes=9)
    assert household.history().clock_trusted


def test_a_clock_that_becomes_trusted_may_be_set_once(unsure):
    unsure.answer("skin", "0")
    unsure.wall += timedelta(days=9)
    unsure.trusted = True
    assert unsure.history().clock_trusted
    unsure.wait(hours=2)
    assert unsure.history().clock_trusted


@pytest.mark.parametrize("person", ["Me", "me", "Guest"])
@pytest.mark.parametrize("trusted", [True, False])
def test_soreness_before_a_session_is_not_lost_with_a_name_or_a_date(household, person, trusted):
    household.trusted = trusted
    household.off()
    household.answer("soreness_before", "8", person=person)
    household.wait(minutes=5)
    household.answer("soreness_before", "0", person=person)
    assert (household.history().soreness, household.guest().soreness) == (8, 8)
    household.off(timedelta(minutes=5))
    assert household.history().soreness == 8


def test_soreness_before_a_session_is_of_that_day(household):
    household.answer("soreness_before", "8")
    household.off(timedelta(hours=7))  # past midnight
    assert household.history().soreness is None


# The clock at the last session and now, days with the box on, with the power cut after them:
# how long ago that was, and how many gentle sessions are due.
KNOWN_AGES = (
    ((True, True), 1, True, (1,), 0, "two trusted dates"),
    ((True, True), 15, True, (15,), 1, "two trusted dates and a break"),
    ((True, True), 30, True, (30,), 2, "a long break"),
    ((False, False), 1, False, (1,), 0, "no date, but a clock that has run since"),
    ((False, False), 15, False, (15,), 1, "the same over two weeks"),
    ((False, False), 30, False, (30,), 2, "the same over four weeks"),
    ((False, False), 1, True, None, 1, "no date, and the power was cut"),
    ((True, False), 1, True, None, 1, "the date is lost with the power"),
    ((False, True), 1, True, None, 1, "the last session has no date"),
)


@pytest.mark.parametrize(
    ("trusted", "days", "power_cut", "ago", "gentle", "case"),
    KNOWN_AGES,
    ids=[row[-1] for row in KNOWN_AGES],
)
def test_a_break_that_cannot_be_ruled_out_comes_back_gently(
    household, trusted, days, power_cut, ago, gentle, case
):
    household.trusted = trusted[0]
    household.off()
    household.whole_session()
    household.wait(days=days)
    household.trusted = trusted[1]
    if power_cut:
        household.off()
    history = household.history()
    assert history.session_days_ago == ago
    assert gentle_after_break(history.session_days_ago) == gentle
