"""The end of a stage: the next one, five minutes more, or the end; and aftercare."""

import pytest

from appliance.session.events import Button
from appliance.session.machine.pages import name
from appliance.session.notes import Answered, SessionEnded, StageEnded
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy.exercise import STRETCHES
from appliance.therapy.limits import Limits
from appliance.therapy.plan import Plan
from tests.ledgers import ledger_of
from tests.session.core import EXPERIENCED, SHORT, Core
from tests.session.states import at

BACK, CONFIRM = Button.BACK, Button.CONFIRM


def ended(limits: Limits | None = None, plan: Plan = SHORT) -> Core:
    """The first stage was delivered to its end."""
    core = Core(limits=limits, plan=plan).to_stimulating(3)
    core.to_stage_done()
    core.wait(1.2)
    return core


def skipped() -> Core:
    core = Core().to_placing()
    core.hold(BACK, 1.1)
    assert core.record.state is State.STAGE_DONE
    return core


def all_skipped() -> Core:
    """At the end of the last stage."""
    core = skipped()
    for _ in range(2):
        core.confirm()
        core.hold(BACK, 1.1)
    return core


# The end


def test_the_time_ends_the_stage_at_zero() -> None:
    core = ended()
    assert core.record.set_point is None
    assert core.level == (0.0, 0.0)
    assert core.notes_of(StageEnded)[-1].why == "delivered"
    assert core.notes_of(StageEnded)[-1].delivered_s == pytest.approx(300.0)
    assert "stage_ended" in core.cues


def test_confirm_leads_to_the_next_placement() -> None:
    core = ended()
    assert view_of(core.record).next_placement == "lower_back"
    core.confirm()
    assert core.record.state is State.PLACING
    assert core.record.visit is not None and core.record.visit.index == 1
    assert core.record.run is None


def test_the_next_stage_begins_from_zero_with_a_run_of_its_own() -> None:
    core = ended()
    core.confirm()
    core.past_pictures()
    assert core.record.state is State.READY
    assert core.record.run is not None and core.record.run.elapsed_s == 0.0
    core.start()
    assert core.record.state is State.STIMULATING
    assert core.level == (0.0, 0.0)


def test_after_the_last_stage_comes_aftercare() -> None:
    core = all_skipped()
    assert view_of(core.record).next_placement is None
    core.confirm()
    assert core.record.state is State.AFTERCARE


def test_holding_back_ends_the_session() -> None:
    core = ended()
    core.hold(BACK, 1.1)
    assert core.record.state is State.AFTERCARE
    assert core.notes_of(SessionEnded)[-1].why == "ended"


# Skipping


@pytest.mark.parametrize("state", [State.PLACING, State.READY])
def test_a_stage_can_be_skipped_before_it_begins(state: State) -> None:
    core = Core().to_placing() if state is State.PLACING else Core().to_ready()
    core.hold(BACK, 1.1)
    assert core.record.state is State.STAGE_DONE
    assert core.notes_of(StageEnded) == []
    assert not view_of(core.record).more_minutes


def test_a_stage_that_is_left_early_is_skipped_with_what_it_delivered() -> None:
    core = Core().to_stimulating(3)
    core.wait(60, dt=0.1)
    assert core.record.run is not None
    elapsed_s = core.record.run.elapsed_s
    core.confirm()
    core.hold(BACK, 1.1)
    note = core.notes_of(StageEnded)[-1]
    assert (note.why, note.delivered_s) == ("skipped", pytest.approx(elapsed_s, abs=0.1))


def test_a_stage_that_a_hand_ends_before_the_first_booking_is_skipped() -> None:
    core = Core()
    core.books = False
    core.to_stimulating()
    core.confirm()
    core.hold(BACK, 1.1)
    assert core.record.state is State.STAGE_DONE
    assert core.notes_of(StageEnded)[-1].why == "skipped"


# Five minutes more


def test_five_minutes_more_are_offered_at_the_end_of_a_stage_alone() -> None:
    core = Core().to_stimulating(3)
    core.confirm()
    assert core.record.state is State.PAUSED
    assert not view_of(core.record).more_minutes
    core.hold(BACK, 1.1)
    assert core.record.state is State.STAGE_DONE
    assert view_of(core.record).more_minutes


def test_back_gives_five_minutes_more() -> None:
    core = ended()
    assert view_of(core.record).more_minutes == 5
    core.back()
    assert core.record.state is State.READY
    assert core.record.run is not None
    assert core.record.run.remaining_s == pytest.approx(300.0)
    assert core.record.run.elapsed_s == pytest.approx(300.0)


def test_the_five_minutes_are_delivered_and_counted_once() -> None:
    core = ended()
    core.back()
    core.start()
    core.turn(2)
    core.to_stage_done()
    assert [note.delivered_s for note in core.notes_of(StageEnded)] == [
        pytest.approx(300.0),
        pytest.approx(300.0),
    ]


def test_more_minutes_end_at_30_a_site_and_day() -> None:
    core = ended()
    past = EXPERIENCED.but(ledger=ledger_of(("hip_flexors", 22.0)))
    core.record = core.record.but(histories={"Me": past})
    assert view_of(core.record).more_minutes == 3
    core.back()
    assert core.record.run is not None
    assert core.record.run.remaining_s == pytest.approx(180.0)


@pytest.mark.parametrize(("left", "told"), [(1.0, 1), (1.9, 1), (2.999, 3), (3.5, 3), (4.5, 4)])
def test_the_minutes_more_that_are_told_are_those_that_back_gives(left: float, told: int) -> None:
    core = ended(Limits(minutes_per_site=5.0 + left))
    assert view_of(core.record).more_minutes == told
    core.back()
    assert core.record.run is not None
    assert core.record.run.remaining_s == pytest.approx(left * 60.0)


def test_less_than_a_minute_left_is_not_offered() -> None:
    core = ended(Limits(minutes_per_site=5.9))
    assert not view_of(core.record).more_minutes
    core.back()
    assert core.record.state is State.STAGE_DONE


def test_more_minutes_end_at_the_minutes_of_the_day() -> None:
    core = ended(Limits(minutes_per_day=17.0))
    core.back()
    assert core.record.run is not None
    assert core.record.run.remaining_s == pytest.approx(120.0)


def test_the_limit_counts_what_the_stages_before_have_used() -> None:
    core = ended(Limits(minutes_per_day=17.0))
    core.confirm()
    core.past_pictures()
    core.start()
    core.turn(2)
    core.to_stage_done()
    core.wait(1.2)
    core.back()
    assert core.record.run is not None
    assert core.record.run.remaining_s == pytest.approx(120.0)


def test_more_minutes_are_not_taken_from_the_stages_that_follow() -> None:
    core = ended(Limits(minutes_per_day=15.0))
    assert not view_of(core.record).more_minutes
    for _ in range(2):
        core.confirm()
        core.past_pictures()
        assert core.record.run is not None
        assert core.record.run.planned_s == 300.0
        core.start()
        core.turn(2)
        core.to_stage_done()
        core.wait(1.2)


def test_where_nothing_was_delivered_there_is_nothing_more() -> None:
    core = skipped()
    core.back()
    assert core.record.state is State.STAGE_DONE


# Aftercare


def in_aftercare() -> Core:
    core = all_skipped()
    core.confirm()
    return core


def test_the_pages_in_order_and_then_locked() -> None:
    core = in_aftercare()
    seen = []
    while core.record.state is State.AFTERCARE:
        seen.append(name(core.record))
        core.confirm()
    # No current has flowed: there is nothing to ask of it and the day, or to strengthen after.
    assert seen == ["skin", "soreness", *STRETCHES, "water"]
    assert core.record.state is State.LOCKED


def test_the_answers_are_told_to_the_journal() -> None:
    core = at(State.AFTERCARE)
    core.turn(1, every_s=0.05)
    core.confirm()
    core.turn(4, every_s=0.05)
    core.confirm()
    core.turn(12, every_s=0.05)
    core.confirm()
    told = [(note.question, note.answer) for note in core.notes_of(Answered)]
    answers = [answer for answer in told if not answer[0].endswith("_shown")]
    assert answers[-3:] == [("skin", "1"), ("soreness", "4"), ("comfort", "10")]
    assert told.index(("skin_shown", "1")) < told.index(("skin", "1"))


def test_skin_has_three_answers() -> None:
    core = in_aftercare()
    core.turn(9, every_s=0.05)
    assert core.record.value == 2


def test_stretches_have_a_timer() -> None:
    core = in_aftercare()
    while name(core.record) != "stretch_1":
        core.confirm()
    core.wait(10)
    assert view_of(core.record).countdown_s == pytest.approx(20.0, abs=0.2)
    core.wait(30)
    assert view_of(core.record).countdown_s == 0.0
    core.confirm()
    assert view_of(core.record).countdown_s == pytest.approx(30.0, abs=0.2)


def test_back_is_the_page_before_and_the_first_stays() -> None:
    core = in_aftercare()
    core.back()
    assert name(core.record) == "skin"
    core.confirm()
    core.back()
    assert name(core.record) == "skin"


def test_holding_back_leads_to_locked() -> None:
    core = in_aftercare()
    core.hold(BACK, 1.1)
    assert core.record.state is State.LOCKED


# Paused


def test_paused_is_off_and_time_stands_still() -> None:
    core = Core().to_stimulating(3)
    core.confirm()
    assert core.record.state is State.PAUSED
    assert core.record.set_point is None
    assert core.record.run is not None
    elapsed_s = core.record.run.elapsed_s
    core.wait(120)
    assert core.record.run.elapsed_s == elapsed_s


def test_paused_resumes_through_ready_at_zero_with_the_time_that_was_left() -> None:
    core = Core().to_stimulating(3)
    core.wait(30, dt=0.1)
    core.confirm()
    assert core.record.run is not None
    left_s = core.record.run.remaining_s
    core.confirm()
    assert core.record.state is State.READY
    assert core.level == core.target == (0.0, 0.0)
    core.start()
    assert core.record.run is not None
    assert core.record.run.remaining_s == pytest.approx(left_s)


def test_a_pause_does_not_resume_by_itself() -> None:
    core = Core().to_stimulating(3)
    core.confirm()
    core.wait(1000)
    assert core.record.state is State.PAUSED
