"""What is told after a session counts: skin that is not good, and soreness."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from appliance.session.state import State
from appliance.therapy.exercise import STRETCHES
from appliance.therapy.plan import DayUsed, Offer
from appliance.virtual_box.box import A_MONDAY
from tests.journeys.journey import SHORT, Box, Home

LATER = A_MONDAY + timedelta(hours=2)
TOMORROW = A_MONDAY + timedelta(days=1)


def _placements(box: Box) -> set[str]:
    return {stage.placement.id for option in box.view.options for stage in option.stages}


def test_a_burn_closes_the_site_today_and_asks_for_a_doctor_tomorrow(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(15.0).tells(skin=2)
    # Not a minute was delivered, so the day is not used. The place is closed all the same.
    box.sees(State.LOCKED, day_used=None).confirm().agree_to_all().wait(0.3).confirm()
    box.sees(State.CHOOSING, step="choice")
    assert "hip_flexors" not in _placements(box)
    assert "lower_back" in _placements(box)
    box.close()
    box = home.boot(SHORT, began=TOMORROW).switched_on().confirm().sees(State.CHECKLIST)
    box.to_statement("burn_seen").reads("or a doctor has seen that wound").back().sees(
        State.REFUSED
    )
    box.reads("Ask your doctor", "Show the burn to a doctor").wait(1.1).confirm().sees(State.LOCKED)
    box.wait(0.3).confirm().to_statement("burn_seen").agree_to_all().wait(0.3).confirm()
    box.sees(State.CHOOSING)
    assert "hip_flexors" in _placements(box)


def test_red_skin_is_looked_at_on_another_day_and_then_forgotten(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(70.0).tells(skin=1)
    box.sees(State.LOCKED, day_used=DayUsed.SESSIONS).close()
    box = home.boot(SHORT, began=TOMORROW).switched_on().confirm()
    box.to_statement("skin_looked_at").reads("NOTHING is red from last time")
    box.agree_to_all().wait(0.3).confirm().sees(State.CHOOSING, step="choice")
    assert "hip_flexors" in _placements(box)
    box.wait(0.3).back().sees(State.LOCKED).wait(1.1).confirm().sees(State.CHECKLIST)
    assert "skin_looked_at" not in [one.id for one in box.record.statements]


def test_a_restart_and_another_name_do_not_open_a_closed_site(home: Home) -> None:
    home.knows().boot(SHORT).to_current().wait(15.0).tells(skin=2).close()
    box = home.boot(SHORT, began=LATER).switched_on().turn(1, every_s=0.2)
    box.wait(0.1).sees(State.LOCKED, person="Guest").confirm().agree_to_all()
    box.sees(State.CHOOSING)
    assert "hip_flexors" not in _placements(box)


def test_without_a_date_a_closed_site_stays_closed_until_a_day_has_run(home: Home) -> None:
    home.knows(clock_trusted=False)
    box = home.boot(SHORT, clock_trusted=False).to_current().wait(15.0).tells(skin=1)
    box.shift_wall_clock(timedelta(days=3))
    box.wait(2.0).confirm().agree_to_all().wait(0.3).confirm().sees(State.CHOOSING)
    assert "hip_flexors" not in _placements(box)
    box.wait(0.3).back().sees(State.LOCKED).drowse(24 * 3600.0).wait(0.3)
    box.confirm().to_statement("skin_looked_at")


def test_very_sore_means_rest_for_a_day_whatever_is_answered_next(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(15.0).tells(soreness=7)
    box.sees(State.LOCKED, day_used=DayUsed.SORENESS).reads("Too sore: rest today.")
    assert box.status()["plan"]["day_used"] == "soreness"
    box.confirm().sees(State.REFUSED, output="off").reads("Very sore. Rest a day.").close()
    box = home.boot(SHORT, began=A_MONDAY + timedelta(hours=23))
    box.switched_on().sees(State.LOCKED, day_used=DayUsed.SORENESS).close()
    box = home.boot(SHORT, began=A_MONDAY + timedelta(hours=25))
    box.switched_on().sees(State.LOCKED, day_used=None).confirm().sees(State.CHECKLIST)


def test_sore_preselects_rest_and_the_plan_says_rest(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(15.0).tells(soreness=5)
    box.sees(State.LOCKED, day_used=None).reads("Rest. Next: Tuesday.")
    assert not box.status()["plan"]["due_today"]
    box.confirm().agree_to_all().wait(0.3).confirm().sees(State.CHOOSING, step="choice")
    assert box.view.options[0].offer is Offer.REST_DAY


@pytest.mark.parametrize(("skin", "statement"), [(1, "skin_looked_at"), (2, "burn_seen")])
def test_midnight_alone_does_not_make_another_day_for_the_skin(
    home: Home, skin: int, statement: str
) -> None:
    late = A_MONDAY.replace(hour=23, minute=50)
    home.knows().boot(SHORT, began=late).to_current().wait(15.0).tells(skin=skin).close()
    box = home.boot(SHORT, began=late + timedelta(hours=7)).switched_on().confirm()
    assert statement not in [one.id for one in box.record.statements]
    box.agree_to_all().wait(0.3).confirm().sees(State.CHOOSING, step="choice")
    assert "hip_flexors" not in _placements(box)
    box.close()
    box = home.boot(SHORT, began=late + timedelta(hours=9)).switched_on().confirm()
    assert statement in [one.id for one in box.record.statements]


def test_a_burn_waits_for_a_journal_that_takes_nothing_and_the_screen_says_so(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(15.0)
    home.write_protect(box)
    box.left_showing(skin=2).wait(0.3).hold_back().wait(0.3)
    box.wait_for(State.FAULT, within_s=5.0).reads("Record cannot be saved.")
    box.instruct_journal("query_only = OFF")
    box.wait(1.1).close()
    box = home.boot(SHORT, began=LATER).switched_on().confirm().agree_to_all().wait(0.3)
    box.confirm().sees(State.CHOOSING, step="choice")
    assert "hip_flexors" not in _placements(box)


def test_after_a_burn_locked_leads_to_stretches_alone(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(15.0).tells(skin=2)
    while box.view.page_name != "exercise":
        box.wait(0.3).back()
    assert box.view.exercise is None
    box.wait(0.3).confirm().sees(State.AFTERCARE)
    assert set(box.record.aftercare) == {*STRETCHES, "water"}
    box.close()
    # The next day as well, until a doctor has seen it.
    box = home.boot(SHORT, began=TOMORROW).switched_on()
    while box.view.page_name != "exercise":
        box.wait(0.3).back()
    assert box.view.exercise is None


def test_where_no_current_flowed_nobody_says_how_unpleasant_it_was(home: Home) -> None:
    box = home.knows(sessions=5).boot(SHORT).to_placing()
    while box.state is not State.AFTERCARE:
        box.wait(1.1).hold_back()
    assert box.record.aftercare[:3] == ("skin", "soreness", STRETCHES[0])
    box.wait(0.3).through_aftercare().wait(0.3).sees(State.LOCKED)
    assert box.record.history.recent.comfort == ()


def _ends(box: Box) -> None:
    box.wait(0.3).hold_back().wait(0.3).sees(State.LOCKED).close()


def _idles(box: Box) -> None:
    box.drowse(31 * 60.0).wait(0.3).sees(State.LOCKED).close()


def _is_shut_down(box: Box) -> None:
    box.close()


def _loses_power(box: Box) -> None:
    box.cut_power()


LEAVES = (_ends, _idles, _is_shut_down, _loses_power)


@pytest.mark.parametrize("leaves", LEAVES)
def test_a_burn_that_the_screen_showed_is_told_however_it_is_left(
    home: Home, leaves: Callable[[Box], None]
) -> None:
    leaves(home.knows().boot(SHORT).to_current().wait(15.0).left_showing(skin=2))
    box = home.boot(SHORT, began=LATER).switched_on().confirm().agree_to_all().wait(0.3)
    box.confirm().sees(State.CHOOSING, step="choice")
    assert "hip_flexors" not in _placements(box)
    assert "lower_back" in _placements(box)


@pytest.mark.parametrize("leaves", (_ends, _loses_power))
def test_soreness_that_the_screen_showed_is_told_however_it_is_left(
    home: Home, leaves: Callable[[Box], None]
) -> None:
    leaves(home.knows().boot(SHORT).to_current().wait(15.0).left_showing(soreness=7))
    home.boot(SHORT, began=LATER).switched_on().sees(State.LOCKED, day_used=DayUsed.SORENESS)


def test_the_worst_that_was_shown_counts_until_confirm_says_less(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(15.0).left_showing(soreness=8)
    # Back to 1, then END: nothing was confirmed.
    box.wait(0.3).turn(-7, every_s=0.1).wait(0.3).hold_back().wait(0.3)
    box.sees(State.LOCKED, day_used=DayUsed.SORENESS).close()


def test_a_knob_that_went_too_far_is_put_right_by_confirm(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(15.0).left_showing(skin=2)
    box.wait(0.3).turn(-2, every_s=0.1).confirm().sees(State.AFTERCARE, step="soreness")
    box.wait(0.3).turn(8, every_s=0.1).wait(0.3).turn(-6, every_s=0.1).confirm().wait(0.3)
    box.hold_back().wait(0.3).sees(State.LOCKED, day_used=None)
    box.confirm().agree_to_all().wait(0.3).confirm().sees(State.CHOOSING, step="choice")
    assert box.view.options[0].offer is not Offer.REST_DAY
    assert "hip_flexors" in _placements(box)


def test_soreness_that_back_leaves_is_not_taken_back_by_another_screen(home: Home) -> None:
    box = home.knows().boot(SHORT).to_current().wait(15.0).left_showing(soreness=8)
    box.wait(0.3).back().sees(State.AFTERCARE, step="skin").wait(0.3).confirm()
    box.sees(State.AFTERCARE, step="soreness").wait(0.3).confirm().wait(0.3)
    assert "bridge" not in box.record.aftercare
    box.hold_back().wait(0.3).sees(State.LOCKED, day_used=DayUsed.SORENESS)
