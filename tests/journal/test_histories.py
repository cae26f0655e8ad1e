"""Histories read from the journal under a trusted clock."""

from datetime import timedelta

import pytest

from appliance.therapy.history import History, StageLeft
from appliance.therapy.ledger import Ledger
from appliance.therapy.skin import Skin
from tests.ledgers import minutes_by_placement

NOTHING = History(weekday=0, clock_trusted=True, readable=True)
BACK = StageLeft("lower_back", "work", 20.0)
COMFORT = StageLeft("lower_back", "comfort_80", 30.0)


def of_nobody(history: History) -> History:
    """Without what is the same for every person: the minutes of the box, and its clock."""
    return history.but(ledger=Ledger(), clock=None)


def test_an_empty_journal_knows_nothing_and_says_that_it_was_read(household):
    assert of_nobody(household.history()) == NOTHING
    assert household.history().ledger.sites == ()


def test_a_whole_session_counts_and_fills_the_day(household):
    household.whole_session()
    history = household.history()
    assert history.sessions_counted == 1
    assert history.sessions_today == 1
    assert history.contracting_minutes_today == pytest.approx(60.0)
    assert minutes_by_placement(history)["lower_back"] == pytest.approx(20.0)
    assert history.had_last_time


@pytest.mark.parametrize(("minutes", "counted"), [(9.9, 0), (10.0, 1)])
def test_a_session_counts_from_half_of_its_planned_time_on(household, minutes, counted):
    household.begin((BACK,))
    household.deliver(0, BACK, minutes)
    household.end_stage(minutes, "ended")
    household.end("ended")
    assert household.history().sessions_counted == counted
    assert household.history().sessions_today == 1
    assert household.history().contracting_minutes_today == pytest.approx(minutes)


def test_a_comfort_session_never_counts_but_its_minutes_do(household):
    household.whole_session((COMFORT,), kind="comfort")
    history = household.history()
    assert (history.sessions_counted, history.sessions_today) == (0, 0)
    assert history.comfort_minutes_today == pytest.approx(30.0)
    assert history.contracting_minutes_today == 0.0
    assert not history.had_last_time


def test_a_running_session_is_in_the_history_already(household):
    household.begin((BACK,))
    household.deliver(0, BACK, 12.0)
    assert household.history().contracting_minutes_today == pytest.approx(12.0)


def test_midnight_begins_a_new_day(household):
    household.whole_session()
    household.wait(hours=6)
    history = household.history()
    assert (history.sessions_today, history.contracting_minutes_today) == (0, 0.0)
    assert history.ledger.sites == ()
    assert history.sessions_counted == 1


def test_a_session_over_midnight_belongs_to_the_new_day(household):
    household.wait(hours=5, minutes=50)
    household.whole_session()
    assert household.history().sessions_today == 1


def test_a_session_under_a_wrong_clock_is_today_once_the_clock_was_set(household):
    household.trusted = False
    household.wall -= timedelta(days=400)
    household.whole_session()
    household.trusted = True
    household.wall += timedelta(days=400)
    assert household.history().sessions_today == 1


def test_people_of_the_plan_share_the_sum_of_the_box_and_nothing_else(household):
    household.whole_session(person="Other")
    history = household.history("Me")
    assert of_nobody(history) == NOTHING
    assert history.ledger == Ledger().but(box_minutes=60.0, box_people=2)
    assert household.history("Other").sessions_today == 1


def test_guest_may_have_been_any_of_the_people_and_any_of_them_guest(household):
    household.whole_session(person="Guest")
    assert household.guest().sessions_counted == 0
    for history in (household.guest(), household.history("Me")):
        assert history.contracting_minutes_today == 60.0
        assert minutes_by_placement(history)["lower_back"] == 20.0
    assert household.history("Me").sessions_today == 0


def test_a_name_that_the_plan_does_not_have_may_be_any_of_the_people(household):
    household.whole_session(person="me")
    history = household.history("Me")
    assert history.sessions_today == 1
    assert history.ledger.since_contracting_s == 0.0


def test_the_full_list_ages_in_days_over_a_power_cut(household):
    household.complete_list(full=True)
    household.wait(days=2)
    household.complete_list(full=False)
    household.off(timedelta(days=25, hours=12))
    assert household.history().days_since_full_list == pytest.approx(27.5)


def test_a_doctor_refusal_stands_until_the_full_list_is_completed(household):
    household.complete_list(full=True)
    household.answer("pacemaker", "refused", remedy="doctor")
    assert household.history().doctor_refusal
    household.complete_list(full=False)
    assert household.history().doctor_refusal
    household.complete_list(full=True)
    assert not household.history().doctor_refusal


def test_a_doctor_refusal_by_mistake_is_taken_back(household):
    household.answer("pacemaker", "refused", remedy="doctor")
    household.answer("pacemaker", "by_mistake", remedy="doctor")
    assert not household.history().doctor_refusal


def test_taking_one_refusal_back_leaves_the_others(household):
    household.answer("pacemaker", "refused", remedy="doctor")
    household.answer("pregnant", "refused", remedy="doctor")
    household.answer("pregnant", "by_mistake", remedy="doctor")
    assert household.history().doctor_refusal


def test_a_refusal_of_another_kind_is_no_doctor_refusal(household):
    household.answer("feel_well", "refused", remedy="not_today")
    assert not household.history().doctor_refusal


@pytest.mark.parametrize(("answer", "bad"), [("0", False), ("1", False), ("2", True)])
def test_bad_skin_stands_until_the_full_list_is_completed(household, answer, bad):
    household.answer("skin", answer)
    household.answer("skin", "0")
    assert household.history().bad_skin is bad
    household.complete_list(full=True)
    assert not household.history().bad_skin


@pytest.mark.parametrize(
    ("answer", "asked", "other"),
    [("1", "skin_looked_at", "burn_seen"), ("2", "burn_seen", "skin_looked_at")],
)
def test_skin_that_was_not_good_is_asked_about_on_another_day_until_its_statement_is_agreed_to(
    household, answer, asked, other
):
    household.whole_session((BACK,))
    household.answer("skin", answer)
    household.wait(days=1)
    asks = Skin(ask_red=answer == "1", ask_burn=answer == "2", burned=answer == "2")
    assert household.history().skin == asks
    household.answer(other, "agreed")
    assert household.history().skin == asks
    household.answer(asked, "agreed")
    assert household.history().skin == Skin()


def test_pads_count_sessions_not_stages(household):
    household.whole_session((BACK, BACK))
    household.wait(days=1)
    household.whole_session((BACK,))
    assert household.history().pad_uses == (("lower_back", 2),)


def test_new_pads_count_anew_and_keep_the_level_as_a_hint(household):
    household.whole_session((BACK,))
    household.answer("new_pads", "lower_back")
    assert household.history().pad_uses == (("lower_back", 0),)
    assert household.history().last_levels == (("lower_back", (12.0, 14.0)),)
    household.whole_session((BACK,))
    assert household.history().pad_uses == (("lower_back", 1),)


def test_the_last_level_is_the_highest_of_the_last_stage(household):
    for levels in (((30.0, 31.0),), ((8.0, 20.0), (22.0, 9.0), (5.0, 5.0))):
        household.begin((BACK,))
        household.deliver(0, BACK, 20.0, levels=levels)
        household.end_stage(20.0)
        household.end()
    assert household.history().last_levels == (("lower_back", (22.0, 20.0)),)


def test_a_stage_that_delivered_nothing_leaves_level_and_pads_alone(household):
    household.whole_session((BACK,))
    household.begin((BACK,))
    household.deliver(0, BACK, 0.0, levels=())
    household.end_stage(0.0, "skipped")
    household.end("ended")
    assert household.history().last_levels == (("lower_back", (12.0, 14.0)),)
    assert household.history().pad_uses == (("lower_back", 1),)


def test_weekdays_done_are_those_of_the_last_seven_days(household):
    household.whole_session()
    household.wait(days=2)
    household.whole_session()
    household.wait(days=4)
    assert household.history().weekdays_done == (0, 2)
    assert household.history().weekday == 6
    household.wait(days=1)
    assert household.history().weekdays_done == (2,)


def test_a_session_over_midnight_was_done_on_the_weekday_it_began(household):
    household.wait(hours=5, minutes=50)
    household.whole_session()
    assert household.history().weekdays_done == (0,)
