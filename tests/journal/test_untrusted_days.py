"""What counts as today when nobody knows what day it is."""

from datetime import timedelta

import pytest

from appliance.therapy.history import DayFigures


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


@pytest.mark.parametrize(("hours", "sessions"), [(15.9, 1), (16.1, 0)])
def test_sixteen_hours_of_one_boot_are_a_day(unsure, hours, sessions):
    unsure.whole_session()
    unsure.wait(hours=hours)
    unsure.wall += timedelta(days=3)
    assert unsure.history().sessions_today == sessions


def test_the_same_date_is_today_however_long_the_boot_has_run(unsure):
    unsure.whole_session()
    unsure.wait(hours=20)
    unsure.wall -= timedelta(hours=20)
    assert unsure.history().sessions_today == 1


def test_the_same_date_is_today_after_a_power_cut(unsure):
    unsure.whole_session()
    unsure.off(timedelta(minutes=5))
    assert unsure.history().sessions_today == 1


def test_another_date_in_another_boot_is_another_day(unsure):
    unsure.whole_session()
    unsure.off(timedelta(days=1))
    assert unsure.history().sessions_today == 0


@pytest.mark.parametrize("question", ["no_session_today", "new_day"])
def test_a_new_day_that_was_told_ends_the_day_before(unsure, question):
    unsure.whole_session()
    unsure.off(timedelta(minutes=5))
    unsure.answer(question, "agreed")
    history = unsure.history()
    assert (history.sessions_today, history.contracting_minutes_today) == (0, 0.0)


def test_a_new_day_within_one_boot_too(unsure):
    unsure.whole_session()
    unsure.wait(hours=9)
    unsure.answer("no_session_today", "agreed")
    assert unsure.history().sessions_today == 0
    unsure.whole_session()
    assert unsure.history().sessions_today == 1


def test_a_new_day_told_before_the_session_does_not_forgive_it(unsure):
    unsure.answer("no_session_today", "agreed")
    unsure.wait(minutes=1)
    unsure.whole_session()
    assert unsure.history().sessions_today == 1


def test_a_new_day_told_in_an_earlier_boot_means_nothing_now(unsure):
    unsure.whole_session()
    unsure.answer("no_session_today", "agreed")
    unsure.off(timedelta(minutes=5))
    assert unsure.history().sessions_today == 1


def test_a_refused_new_day_begins_none(unsure):
    unsure.whole_session()
    unsure.answer("no_session_today", "refused", remedy="not_today")
    assert unsure.history().sessions_today == 1


def test_one_persons_new_day_is_not_anothers(unsure):
    unsure.whole_session(person="Other")
    unsure.answer("no_session_today", "agreed", person="Me")
    assert unsure.history("Other").sessions_today == 1


def test_a_new_day_is_not_asked_of_a_clock_that_is_trusted(household):
    household.whole_session()
    household.answer("no_session_today", "agreed")
    assert household.history().sessions_today == 1


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


def test_what_rests_on_a_doubtful_date_is_told_apart(unsure):
    unsure.whole_session()
    assert unsure.history().certain_today is None
    unsure.off(timedelta(minutes=5))
    history = unsure.history()
    assert history.sessions_today == 1
    assert history.certain_today == DayFigures()


def test_a_date_that_both_clocks_vouch_for_is_certain(household):
    household.whole_session()
    household.off(timedelta(minutes=5))
    history = household.history()
    assert (history.sessions_today, history.certain_today) == (1, None)


def test_a_date_from_a_doubtful_boot_stays_doubtful_for_a_clock_that_is_right(unsure):
    unsure.whole_session()
    unsure.trusted = True
    unsure.off(timedelta(minutes=5))
    history = unsure.history()
    assert history.sessions_today == 1
    assert history.certain_today == DayFigures()
