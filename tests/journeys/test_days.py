"""Days, people and power cuts: what a box knows when it is switched on again."""

from datetime import timedelta

import pytest

from appliance.session.lease import LEASE_S
from appliance.session.state import State
from appliance.settings.model import Settings
from appliance.settings.words import Words, languages
from appliance.therapy.plan import DayUsed, Offer, Plan
from appliance.virtual_box.box import A_MONDAY
from tests.journeys.journey import SHORT, Box, Home

EVENING = A_MONDAY + timedelta(hours=1)
BEFORE_MIDNIGHT = A_MONDAY.replace(hour=23, minute=40)
TOMORROW = A_MONDAY + timedelta(days=1)


def _cut_in_the_middle(home: Home, clock_trusted: bool = True) -> None:
    box = home.boot(SHORT, clock_trusted=clock_trusted)
    box.to_current(5).wait(10.0)
    box.observer.grace_s = LEASE_S
    box.cut_power()
    assert not box.delivers


@pytest.mark.parametrize("minutes", [5, 170])
def test_power_cut_in_the_middle_and_finished_within_three_hours(home: Home, minutes: int) -> None:
    _cut_in_the_middle(home.knows())
    box = home.boot(SHORT, began=A_MONDAY + timedelta(minutes=minutes))
    # What a board does that nobody has spoken to yet is not known.
    box.sees(State.SELF_TEST, output="unknown").switched_on()
    box.sees(State.LOCKED, checklist={"confirmed": False, "item": None})
    box.reads("Unfinished: 4 min left").confirm().agree_to_all().confirm()
    box.sees(State.CHOOSING, step="choice")
    unfinished = box.view.options[0]
    assert unfinished.offer is Offer.UNFINISHED
    assert [stage.placement.id for stage in unfinished.stages] == [
        "hip_flexors",
        "lower_back",
        "glutes",
    ]
    assert unfinished.stages[0].minutes == pytest.approx(1.28, abs=0.1)
    box.confirm().prepared().past_pictures().start().turn(3).run_out()
    box.sees(State.STAGE_DONE, stage="hip_flexors", next_placement="lower_back")


def test_what_was_cut_before_midnight_is_finished_after_it(home: Home) -> None:
    box = home.knows().boot(SHORT, began=BEFORE_MIDNIGHT).to_current(5).wait(5.0)
    box.observer.grace_s = LEASE_S
    box.cut_power()
    box = home.boot(SHORT, began=BEFORE_MIDNIGHT + timedelta(minutes=40)).switched_on()
    box.sees(State.LOCKED, day_used=None).reads("Unfinished: 4 min left")
    box.confirm().agree_to_all().confirm().sees(State.CHOOSING, step="choice")
    assert box.view.options[0].offer is Offer.UNFINISHED


def test_after_three_hours_nothing_is_left_to_finish(home: Home) -> None:
    _cut_in_the_middle(home.knows())
    box = home.boot(SHORT, began=A_MONDAY + timedelta(hours=3, minutes=5))
    box.switched_on().confirm().agree_to_all().confirm().sees(State.CHOOSING)
    assert Offer.UNFINISHED not in [option.offer for option in box.view.options]


def test_a_second_person_has_a_list_and_a_plan_of_their_own(home: Home) -> None:
    people = Settings().but(plan=Plan(people=("Anna", "Ben")))
    box = home.knows("Anna", sessions=4).boot(people)
    box.switched_on().sees(State.LOCKED, person="Anna", sessions_done=4)
    assert box.view.due is not None and box.view.due.gentle_number is None
    box.turn(1, every_s=0.2).wait(0.1).sees(State.LOCKED, person="Ben", sessions_done=0)
    assert (box.view.due.gentle_number, box.view.due.full_list) == (1, True)
    box.confirm().sees(State.CHECKLIST, person="Ben")
    assert box.view.statement is not None and box.view.statement.count == 31


def test_a_guest_always_gets_the_full_list_and_the_gentle_session(home: Home) -> None:
    box = home.knows(sessions=4).boot()
    box.switched_on().turn(1, every_s=0.2).wait(0.1).sees(State.LOCKED, person="Guest")
    box.confirm().sees(State.CHECKLIST)
    # The full list, and whether there was a session today: nobody knows a guest's day.
    assert box.view.statement is not None and box.view.statement.count == 32
    box.agree_to_all().sees(State.CHOOSING, step="choice")
    assert box.view.options[0].gentle


def test_the_day_is_used_up_and_the_next_one_is_fine(home: Home) -> None:
    box = home.knows(sessions=1, days_ago=0).boot(SHORT, began=EVENING)
    box.switched_on().sees(State.LOCKED, sessions_done=1, day_used=DayUsed.SESSIONS)
    box.confirm().sees(State.REFUSED, output="off")
    assert box.view.refusal is not None
    assert box.view.refusal.day_used is DayUsed.SESSIONS
    # That was no mistake of a thumb.
    box.back().sees(State.REFUSED).confirm().sees(State.LOCKED)
    box.close()
    home.boot(SHORT, began=TOMORROW).switched_on().confirm().sees(State.CHECKLIST)


def _asked_for_nine(box: Box) -> Box:
    box.sees(State.CHECKLIST)
    assert box.view.statement is not None and box.view.statement.count == 32
    return box.to_statement("no_session_today")


def test_without_a_date_a_session_counts_until_the_box_has_run_for_a_day(home: Home) -> None:
    home.knows(sessions=1, days_ago=0, clock_trusted=False)
    box = home.boot(SHORT, began=EVENING, clock_trusted=False)
    box.switched_on().sees(State.LOCKED, sessions_done=1, day_used=DayUsed.UNDATED)
    box.confirm().sees(State.REFUSED, output="off").confirm().sees(State.LOCKED)
    box.drowse(24 * 3600.0).wait(0.2).sees(State.LOCKED, day_used=None)
    # No answer is needed for it, and none helps before.
    _asked_for_nine(box.confirm()).agree_to_all().confirm().sees(State.CHOOSING)
    session = box.view.options[0]
    assert (session.offer, len(session.stages)) == (Offer.ROUTINE, 3)


def test_a_session_elsewhere_today_is_a_refusal(home: Home) -> None:
    home.knows(clock_trusted=False)
    box = home.boot(SHORT, began=EVENING, clock_trusted=False)
    _asked_for_nine(box.switched_on().confirm()).back().sees(State.REFUSED)
    assert box.view.refusal is not None
    assert box.view.refusal.statement == "no_session_today"


def test_no_answer_makes_a_used_day_new(home: Home) -> None:
    box = home.knows(clock_trusted=False).boot(SHORT, clock_trusted=False).to_current().wait(70)
    box.confirm().wait(0.3).hold_back().sees(State.STAGE_DONE)
    box.wait(1.1).hold_back().sees(State.AFTERCARE).wait(0.3).hold_back().sees(State.LOCKED)
    box.wait(0.2).sees(State.LOCKED, day_used=DayUsed.UNDATED).confirm().sees(State.REFUSED)
    box.close()
    box = home.boot(SHORT, began=TOMORROW, clock_trusted=False)
    box.switched_on().sees(State.LOCKED, day_used=DayUsed.UNDATED).confirm().sees(State.REFUSED)


def test_a_clock_that_is_set_after_a_week_without_one_is_trusted_for_older_days(home: Home) -> None:
    home.knows(sessions=1, days_ago=7)
    box = home.boot(SHORT, clock_trusted=False)
    box.switched_on().sees(State.LOCKED, day_used=DayUsed.UNDATED).reads("Today is a day of rest.")
    box.confirm().sees(State.REFUSED).reads(
        "Set the date", "OK, then PAGE: date. Or leave it on 24 hours."
    )
    box.close()
    box = home.boot(SHORT, began=A_MONDAY + timedelta(hours=1))
    box.switched_on().sees(State.LOCKED, day_used=None).reads("Gentle 2/4")
    box.confirm().sees(State.CHECKLIST)


def test_without_a_date_then_and_now_the_day_is_over_a_day_after_the_clock_was_set(
    home: Home,
) -> None:
    home.knows(sessions=1, days_ago=0, clock_trusted=False)
    box = home.boot(SHORT, began=EVENING)
    box.switched_on().sees(State.LOCKED, day_used=DayUsed.UNDATED)
    box.close()
    later = EVENING + timedelta(days=1, minutes=5)
    home.boot(SHORT, began=later).switched_on().sees(State.LOCKED, day_used=None)


def test_eight_hours_lie_between_two_sessions_whatever_the_date(home: Home) -> None:
    box = home.knows().boot(SHORT, began=BEFORE_MIDNIGHT).to_current().wait(70)
    box.confirm().wait(0.3).hold_back().sees(State.STAGE_DONE)
    box.wait(1.1).hold_back().sees(State.AFTERCARE).wait(0.3).hold_back().sees(State.LOCKED)
    box.wait(0.2).sees(State.LOCKED, day_used=DayUsed.SESSIONS).reads("Done for today.")
    box.drowse(7 * 3600.0).wait(0.2).sees(State.LOCKED, day_used=DayUsed.INTERVAL)
    box.confirm().sees(State.REFUSED)
    box.reads("Too soon", "Too soon after the last one. Come back later.").confirm()
    box.drowse(3600.0).wait(0.2).sees(State.LOCKED, day_used=None).reads("Gentle 1/4")


def test_sessions_that_end_early_use_the_day(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(62)
    box.confirm().wait(0.3).hold_back().sees(State.STAGE_DONE)
    box.wait(1.1).hold_back().sees(State.AFTERCARE).wait(0.3).hold_back().sees(State.LOCKED)
    box.wait(0.2).sees(State.LOCKED, day_used=DayUsed.SESSIONS)
    box.confirm().sees(State.REFUSED)


def test_another_name_of_the_same_person_has_the_same_day(home: Home) -> None:
    home.knows("Me", sessions=1, days_ago=0)
    renamed = SHORT.but(plan=SHORT.plan.but(people=("me",)))
    box = home.boot(renamed, began=EVENING)
    box.switched_on().sees(State.LOCKED, person="me", day_used=DayUsed.SESSIONS)
    box.turn(1, every_s=0.2).wait(0.1).sees(State.LOCKED, person="Guest")
    assert box.view.day_used is DayUsed.INTERVAL


def test_who_calls_himself_guest_waits_as_well(home: Home) -> None:
    home.knows("Me", sessions=1, days_ago=0)
    box = home.boot(SHORT, began=EVENING)
    box.switched_on().sees(State.LOCKED, person="Me", day_used=DayUsed.SESSIONS)
    box.turn(1, every_s=0.2).wait(0.1).sees(State.LOCKED, person="Guest")
    assert box.view.day_used is DayUsed.INTERVAL
    box.confirm().sees(State.REFUSED).reads("Too soon after the last one. Come back later.")


def test_a_second_person_of_the_plan_has_a_day_of_their_own(home: Home) -> None:
    home.knows("Anna", sessions=1, days_ago=0)
    two = SHORT.but(plan=SHORT.plan.but(people=("Anna", "Ben")))
    box = home.boot(two, began=EVENING)
    box.switched_on().sees(State.LOCKED, person="Anna", day_used=DayUsed.SESSIONS)
    box.turn(1, every_s=0.2).wait(0.1).sees(State.LOCKED, person="Ben", day_used=None)


def test_the_doubt_after_a_damaged_record_outlives_a_restart(home: Home) -> None:
    """The first boot asked, and the second one trusted."""
    home.knows(sessions=1, days_ago=0)
    (home.folder / "journal.sqlite3").write_bytes(b"no database at all" * 100)
    box = home.boot(SHORT, began=EVENING)
    box.switched_on().sees(State.LOCKED, day_used=DayUsed.DOUBT).confirm().sees(State.REFUSED)
    box.reads("The record is not whole. Rest one whole day.").close()
    box = home.boot(SHORT, began=EVENING + timedelta(hours=1))
    box.switched_on().sees(State.LOCKED, day_used=DayUsed.DOUBT).close()
    box = home.boot(SHORT, began=EVENING + timedelta(hours=25))
    box.switched_on().sees(State.LOCKED, day_used=None)


def test_what_is_left_to_finish_does_not_wait_for_tomorrow(home: Home) -> None:
    """The box stays on, untouched: the past that it read last evening is read again."""
    box = home.knows().boot(SHORT).to_current().wait(20)
    box.press_stop().release_stop().drowse(301.0).wait_for(State.AFTERCARE, within_s=2.0)
    box.wait(1.1).hold_back().sees(State.LOCKED).wait(0.2)
    assert box.record.history.unfinished is not None
    weekday = box.record.history.weekday
    box.drowse(20 * 3600.0).wait(0.2).sees(State.LOCKED)
    assert box.record.history.unfinished is None
    assert box.record.history.weekday != weekday


def test_a_record_that_cannot_be_written_costs_no_more_than_the_booked_minute(home: Home) -> None:
    """Ten minutes were delivered, and the next boot believed a third of one."""
    long = SHORT.but(plan=SHORT.plan.but(stage_minutes=10.0))
    box = home.knows().boot(long).to_current()
    home.write_protect(box)
    box.wait_for(State.STAGE_DONE, within_s=90.0)
    assert box.record.visit is not None
    delivered_s = sum(box.record.visit.delivered_s)
    assert 0.0 < delivered_s <= 61.0
    box.observer.grace_s = LEASE_S
    box.cut_power()
    box = home.boot(long, began=EVENING).switched_on()
    assert box.record.history.contracting_minutes_today * 60.0 >= delivered_s - 1.0


@pytest.mark.parametrize("language", languages())
def test_a_box_whose_record_ends_with_the_power_offers_nothing_until_it_has_run_for_a_day(
    home: Home, language: str
) -> None:
    words = Words.load(language)
    in_language = SHORT.but(language=language)
    for minutes in (0, 40, 80):
        began = A_MONDAY + timedelta(minutes=minutes)
        box = home.boot(in_language, began=began, forgets=True).switched_on()
        box.reads(words("fault.journal_forgets.text")).sees(State.LOCKED, day_used=DayUsed.DOUBT)
        box.confirm().sees(State.REFUSED, output="off")
        box.close()
        for part in home.folder.glob("journal.sqlite3*"):
            part.unlink()
    box = home.boot(in_language, forgets=True).switched_on()
    box.drowse(24 * 3600.0).wait(0.2).sees(State.LOCKED, day_used=None)
