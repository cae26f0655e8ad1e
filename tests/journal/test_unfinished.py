"""A session that was interrupted is offered again, as far as it was not delivered."""

from datetime import timedelta

import pytest

from appliance.therapy.history import StageLeft, Unfinished

HIPS = StageLeft("hip_flexors", "work", 20.0)
BACK = StageLeft("lower_back", "work", 20.0)
GLUTES = StageLeft("glutes", "work", 20.0)
WHOLE = (HIPS, BACK, GLUTES)


def interrupted_in_the_back(household, *, minutes=7.5, continues=None):
    household.begin(WHOLE, continues=continues)
    household.deliver(0, HIPS, 20.0)
    household.end_stage(20.0)
    household.deliver(1, BACK, minutes)


def test_a_power_cut_leaves_the_rest_of_the_stage_and_those_never_begun(household):
    interrupted_in_the_back(household)
    household.off()
    assert household.history().unfinished == Unfinished(
        1, "routine", True, (StageLeft("lower_back", "work", 12.5), GLUTES)
    )


def test_what_a_power_cut_left_open_is_closed_with_what_was_delivered(household):
    interrupted_in_the_back(household)
    household.off()
    assert household.rows("SELECT why, delivered_s FROM sessions") == [("power", 1650.0)]
    assert household.rows("SELECT why, delivered_s FROM stages ORDER BY position") == [
        ("delivered", 1200.0),
        ("power", 450.0),
        (None, 0.0),
    ]
    assert dict(household.history().pad_uses) == {"hip_flexors": 1, "lower_back": 1}


def test_a_crash_of_the_program_alone_is_an_unknown_end(household):
    interrupted_in_the_back(household)
    household.crash()
    assert household.rows("SELECT why FROM sessions") == [("unknown_end",)]
    assert household.history().unfinished is not None


@pytest.mark.parametrize("why", ["fault", "idle", "stopped"])
def test_whatever_nobody_wished_leaves_a_session_unfinished(household, why):
    interrupted_in_the_back(household)
    household.end_stage(7.5, why)
    household.end(why)
    assert household.history().unfinished is not None


@pytest.mark.parametrize("why", ["delivered", "ended"])
def test_a_session_ended_by_hand_is_finished(household, why):
    interrupted_in_the_back(household)
    household.end_stage(7.5, "ended")
    household.end(why)
    assert household.history().unfinished is None


def test_a_stage_left_by_hand_is_not_owed_but_those_after_it_are(household):
    interrupted_in_the_back(household)
    household.end_stage(7.5, "skipped")
    household.off()
    unfinished = household.history().unfinished
    assert unfinished is not None
    assert unfinished.stages == (GLUTES,)


def test_of_more_minutes_only_the_rest_is_owed(household):
    household.begin((BACK, GLUTES))
    household.deliver(0, BACK, 20.0)
    household.end_stage(20.0)
    household.deliver(0, StageLeft("lower_back", "work", 5.0), 2.0)
    household.off()
    unfinished = household.history().unfinished
    assert unfinished is not None
    assert unfinished.stages == (StageLeft("lower_back", "work", 3.0), GLUTES)


def test_a_stage_passed_over_on_the_way_is_not_owed(household):
    household.begin(WHOLE)
    household.deliver(0, HIPS, 20.0)
    household.end_stage(20.0)
    household.deliver(2, GLUTES, 5.0)
    household.off()
    unfinished = household.history().unfinished
    assert unfinished is not None
    assert unfinished.stages == (StageLeft("glutes", "work", 15.0),)


def test_less_than_a_minute_is_not_worth_new_pads(household):
    household.begin((BACK,))
    household.deliver(0, BACK, 19.5)
    household.off()
    assert household.history().unfinished is None


@pytest.mark.parametrize(("minutes", "offered"), [(179, True), (180, False)])
def test_three_hours_later_it_is_over(household, minutes, offered):
    interrupted_in_the_back(household)
    household.off(timedelta(minutes=minutes))
    assert (household.history().unfinished is not None) is offered


def test_within_one_boot_three_hours_need_no_trusted_clock(household):
    household.trusted = False
    interrupted_in_the_back(household)
    household.crash()
    household.wait(hours=2)
    assert household.history().unfinished is not None
    household.wait(hours=1)
    assert household.history().unfinished is None


def test_where_no_clock_can_tell_nothing_is_offered(household):
    household.trusted = False
    interrupted_in_the_back(household)
    household.off()
    assert household.history().unfinished is None


def test_a_session_that_finishes_another_counts_with_it_as_one(household):
    interrupted_in_the_back(household)
    household.off()
    household.begin((StageLeft("lower_back", "work", 12.5), GLUTES), continues=1)
    household.deliver(0, StageLeft("lower_back", "work", 12.5), 12.5)
    household.end_stage(12.5)
    household.deliver(1, GLUTES, 20.0)
    household.end_stage(20.0)
    household.end()
    history = household.history()
    assert (history.sessions_counted, history.sessions_today) == (1, 1)
    assert history.contracting_minutes_today == pytest.approx(60.0)
    assert dict(history.pad_uses)["lower_back"] == 1
    assert history.unfinished is None


def test_interrupted_again_only_the_newest_rest_is_offered(household):
    interrupted_in_the_back(household)
    household.off()
    household.begin((StageLeft("lower_back", "work", 12.5), GLUTES), continues=1)
    household.deliver(0, StageLeft("lower_back", "work", 12.5), 2.5)
    household.off()
    unfinished = household.history().unfinished
    assert unfinished is not None
    assert unfinished.session_id == 2
    assert unfinished.stages == (StageLeft("lower_back", "work", 10.0), GLUTES)


def test_a_try_that_delivered_nothing_leaves_the_offer(household):
    interrupted_in_the_back(household)
    household.off()
    household.begin((GLUTES,), continues=1)
    household.end("ended")
    unfinished = household.history().unfinished
    assert unfinished is not None
    assert unfinished.session_id == 1


def test_once_something_else_was_delivered_nothing_is_owed(household):
    interrupted_in_the_back(household)
    household.off()
    household.whole_session((GLUTES,))
    assert household.history().unfinished is None


BENCH = StageLeft("bench", "bench", 5.0)


def test_a_run_on_the_bench_is_not_owed_to_a_body(household):
    household.begin((BENCH,))
    household.deliver(0, BENCH, 2.0, kind="bench")
    household.end_stage(2.0, "fault")
    household.end("fault")
    assert household.history().unfinished is None


@pytest.mark.parametrize("why", ["delivered", "fault"])
def test_a_run_on_the_bench_takes_nothing_from_what_is_owed(household, why):
    interrupted_in_the_back(household)
    household.off()
    household.begin((BENCH,))
    household.deliver(0, BENCH, 2.0, kind="bench")
    household.end_stage(2.0, why)
    household.end(why)
    unfinished = household.history().unfinished
    assert unfinished is not None
    assert unfinished.session_id == 1


def test_nobody_finishes_the_session_of_another_person(household):
    interrupted_in_the_back(household)
    household.off()
    assert household.history("Other").unfinished is None
    household.whole_session((GLUTES,), person="Other", continues=1)
    assert household.history("Other").sessions_counted == 1
    assert household.history("Me").sessions_counted == 0


def test_the_rest_over_midnight_counts_with_the_evening_as_one(household):
    while (household.wall.hour, household.wall.minute) != (23, 20):
        household.wait(minutes=1)
    interrupted_in_the_back(household, minutes=15.0)
    household.end_stage(15.0, "fault")
    household.end("fault")
    household.wait(minutes=10)
    history = household.history()
    assert household.wall.hour == 0
    assert (history.sessions_today, history.contracting_minutes_today) == (1, 35.0)
    assert history.unfinished is not None
    household.wait(hours=3)
    assert household.history().sessions_today == 0
