"""The view: in every state what the person can see is there, and nothing else."""

import pytest

from appliance.session.board import Contact, Output
from appliance.session.envelope import Part
from appliance.session.events import Button, Down
from appliance.session.machine import pages
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy.exercise import STRETCHES
from appliance.therapy.units import Unit
from tests.session.core import EXPERIENCED, NEW, STEP_S, Core
from tests.session.states import at

EVERY_STATE = [state for state in State if state is not State.SELF_TEST]
IN_SESSION = {
    State.PREPARING,
    State.PLACING,
    State.READY,
    State.STIMULATING,
    State.PAUSED,
    State.CONTACT_LOST,
    State.STOPPED,
    State.STAGE_DONE,
}


@pytest.mark.parametrize("state", EVERY_STATE)
def test_every_state_has_a_view_that_makes_sense(state: State) -> None:
    core = at(state)
    view = view_of(core.record)
    assert view.state is state
    assert view.person == "Me"
    assert view.people == ("Me", "Guest")
    assert 0 <= view.page < view.pages
    assert [channel.name for channel in view.channels] == ["A", "B"]
    assert (view.stage is not None) >= (state in IN_SESSION)
    assert (view.statement is not None) is (state is State.CHECKLIST)
    assert (view.refusal is not None) is (state is State.REFUSED)
    assert (view.due is not None) is (state is State.LOCKED)
    assert bool(view.faults) is (state is State.FAULT)
    assert view.options == ()
    assert bool(view.lost_channels) is (state is State.CONTACT_LOST)
    assert view.hint is None
    assert view.hold is None


@pytest.mark.parametrize("state", EVERY_STATE)
def test_off_is_said_only_where_the_board_says_it(state: State) -> None:
    core = at(state)
    core.answers = False
    for output in Output:
        core.with_report(output=output)
        assert view_of(core.record).output is output


@pytest.mark.parametrize(
    ("state", "can"),
    [
        (State.LOCKED, True),
        (State.CHECKLIST, True),
        (State.REFUSED, True),
        (State.CHOOSING, True),
        (State.PREPARING, True),
        (State.PLACING, True),
        (State.READY, True),
        (State.STIMULATING, True),
        (State.PAUSED, True),
        (State.STOPPED, True),
        (State.STAGE_DONE, True),
        (State.AFTERCARE, True),
        (State.FAULT, True),
    ],
)
def test_confirm_is_offered_where_it_does_something(state: State, can: bool) -> None:
    core = at(state)
    assert view_of(core.record).can_confirm is can


@pytest.mark.parametrize(
    "state",
    [State.LOCKED, State.CHECKLIST, State.PREPARING, State.PLACING, State.STAGE_DONE],
)
def test_confirm_is_not_offered_while_stop_is_pressed(state: State) -> None:
    core = at(state)
    core.stop()
    view = view_of(core.record)
    assert view.stop_pressed
    assert not view.can_confirm


def test_confirm_is_not_offered_while_a_cause_of_the_fault_holds() -> None:
    core = at(State.FAULT)
    core.faults("pins_failed")
    assert not view_of(core.record).can_confirm


def test_confirm_is_not_offered_in_ready_while_something_forbids_the_start() -> None:
    core = at(State.READY)
    core.turn(1, every_s=0.1)
    assert not view_of(core.record).can_confirm
    core.wait(1.2)
    assert view_of(core.record).can_confirm


def test_choosing_lists_the_options_after_the_question() -> None:
    core = at(State.CHOOSING)
    view = view_of(core.record)
    assert view.question is not None
    assert (view.question.id, view.question.value, view.question.largest) == (
        "soreness_before",
        0,
        10,
    )
    core.confirm()
    core.turn(1)
    view = view_of(core.record)
    assert view.question is None
    assert view.options[0].id == "lower_back_session"
    assert view.option_index == 1
    core.turn(-3)
    assert view_of(core.record).option_index == 0
    core.turn(2)
    core.back()
    assert core.record.state is State.LOCKED
    core.wait(1.2)
    core.to_choosing()
    core.confirm()
    assert view_of(core.record).option_index == 0


def test_self_test_says_what_is_being_checked() -> None:
    core = Core()
    core.answers = False
    core.step()
    view = view_of(core.record)
    assert dict(view.checks) == {
        "board": None,
        "controls": True,
        "stop": False,
        "screen": True,
        "journal": True,
    }


def test_locked_says_what_is_due() -> None:
    due = view_of(Core(NEW).to_locked().record).due
    assert due is not None
    assert (due.gentle, due.gentle_number, due.stage_count, due.stage_minutes) == (True, 1, 3, 10.0)
    due = view_of(Core().to_locked().record).due
    assert due is not None
    assert (due.gentle, due.gentle_number, due.stage_minutes) == (False, None, 20.0)


def test_locked_has_pages_for_record_sound_language_date_and_exercises() -> None:
    core = at(State.LOCKED)
    seen = []
    for _ in range(7):
        seen.append(view_of(core.record).page_name)
        core.back()
    assert seen == ["plan", "record", "sound", "language", "date", "exercise", "plan"]


def test_the_knob_chooses_person_volume_and_language() -> None:
    core = at(State.LOCKED)
    core.turn(1)
    assert view_of(core.record).person == "Guest"
    core.back()
    core.back()
    core.turn(9, every_s=0.05)
    assert view_of(core.record).volume == 10
    core.turn(-12, every_s=0.05)
    assert view_of(core.record).volume == 0
    core.back()
    core.turn(1)
    assert view_of(core.record).language == "de"
    core.back()
    core.turn(1)
    assert view_of(core.record).page_name == "date"


def test_the_checklist_counts_its_statements() -> None:
    core = at(State.CHECKLIST)
    core.agree()
    statement = view_of(core.record).statement
    assert statement is not None
    assert (statement.number, statement.count) == (2, 8)


def test_a_refusal_counts_down_to_where_it_is_no_mistake_any_more() -> None:
    core = at(State.REFUSED)
    core.wait(20)
    refusal = view_of(core.record).refusal
    assert refusal is not None
    assert refusal.mistake_s == pytest.approx(38.8, abs=0.2)


def test_a_hold_fills() -> None:
    core = at(State.READY)
    core.step(Down(core.now + STEP_S, Button.CONFIRM))
    core.wait(0.5)
    hold = view_of(core.record).hold
    assert hold is not None
    assert (hold.button, hold.fraction) == (Button.CONFIRM, pytest.approx(0.5))


def test_a_press_that_is_no_hold_here_fills_nothing() -> None:
    core = at(State.CHECKLIST)
    core.step(Down(core.now + STEP_S, Button.CONFIRM))
    assert view_of(core.record).hold is None


def test_a_stage_that_has_not_begun_has_all_its_minutes_left() -> None:
    stage = view_of(at(State.PREPARING).record).stage
    assert stage is not None
    assert (stage.minutes, stage.remaining_s) == (20.0, 1200.0)


def test_ready_shows_level_zero_and_the_last_level_as_a_hint() -> None:
    core = Core(EXPERIENCED.but(last_levels=(("hip_flexors", (22.0, 19.0)),))).to_ready()
    view = view_of(core.record)
    assert [(c.level, c.target, c.last) for c in view.channels] == [(0, 0, 22.0), (0, 0, 19.0)]
    assert [c.contact for c in view.channels] == [Contact.UNKNOWN, Contact.UNKNOWN]
    assert view.stage is not None and view.stage.remaining_s == 1200.0
    assert (view.limit, view.limit_reason) == (60.0, "settings")


def test_stimulating_tells_target_level_and_what_is_in_force_apart() -> None:
    core = Core().to_stimulating(4).skip_to("work").until(Part.OFF)
    core.step()
    view = view_of(core.record)
    assert [(c.target, c.level, c.in_force) for c in view.channels] == [(4, 4, 0), (4, 4, 0)]
    assert view.stage is not None
    assert (view.stage.phase, view.stage.part) == ("work", "off")
    assert view.stage.next_contraction_s == pytest.approx(view.stage.part_remaining_s)
    assert view.stage.next_contraction_s is not None and view.stage.next_contraction_s > 11


def test_contact_lost_counts_its_three_seconds() -> None:
    core = at(State.CONTACT_LOST)
    view = view_of(core.record)
    assert view.lost_channels == ("B",)
    assert view.countdown_s == pytest.approx(1.8, abs=0.1)
    assert not view.can_confirm
    core.wait(3)
    view = view_of(core.record)
    assert view.can_confirm
    assert view.countdown_s == 0.0


def test_lost_pads_are_named_in_contact_lost_alone() -> None:
    core = at(State.CONTACT_LOST)
    core.stop()
    assert core.record.state is State.STOPPED
    assert view_of(core.record).lost_channels == ()


def test_the_end_of_a_stage_names_the_next_placement() -> None:
    core = at(State.STAGE_DONE)
    visit = core.record.visit
    assert visit is not None
    for stage in visit.option.stages[1:]:
        assert view_of(core.record).next_placement == stage.placement.id
        core.wait(1.2)
        core.confirm()
        assert view_of(core.record).next_placement is None
        core.wait(0.3)
        core.hold(Button.BACK, 1.1)
        assert core.record.state is State.STAGE_DONE
    assert view_of(core.record).next_placement is None


def test_stopped_counts_its_five_minutes() -> None:
    assert view_of(at(State.STOPPED).record).countdown_s == pytest.approx(298.8, abs=0.2)


def test_gel_and_stretches_count_their_seconds() -> None:
    core = Core().to_preparing()
    assert view_of(core.record).countdown_s is None
    core.confirm()
    core.wait(10.0)
    assert pages.name(core.record) == "pads"
    assert view_of(core.record).countdown_s == pytest.approx(50.0, abs=0.2)
    core.wait(60.0)
    assert view_of(core.record).countdown_s == 0.0
    core = at(State.AFTERCARE)
    while pages.name(core.record) not in STRETCHES:
        assert view_of(core.record).countdown_s is None
        core.confirm()
    core.wait(10.0)
    assert view_of(core.record).countdown_s == pytest.approx(20.0, abs=0.2)
    core.wait(30.0)
    assert view_of(core.record).countdown_s == 0.0


def test_percent_stays_percent() -> None:
    core = Core()
    core.identity = core.identity.but(unit=Unit.PERCENT, maximum=100.0)
    core.to_stimulating(3)
    assert view_of(core.record).unit is Unit.PERCENT


@pytest.mark.parametrize(("volt", "share"), [(6.4, 0.0), (7.4, 0.5), (8.4, 1.0), (5.0, 0.0)])
def test_the_battery_is_between_empty_and_full(volt: float, share: float) -> None:
    core = at(State.READY)
    core.with_report(battery_v=volt)
    assert view_of(core.record).battery == pytest.approx(share)


def test_a_fault_that_only_tells_is_shown_in_passing() -> None:
    core = at(State.LOCKED)
    core.faults("journal_set_aside")
    assert view_of(core.record).tells == ("journal_set_aside",)
    core.faults("journal_set_aside", "pins_failed")
    assert core.record.state is State.FAULT
    assert view_of(core.record).tells == ("journal_set_aside",)


def test_the_words_of_an_error_are_passed_on() -> None:
    record = at(State.FAULT).record
    details = {record.latched[0]: "config.toml: stop = 99", "screen_dead": "not this"}
    assert view_of(record, details).details == ((record.latched[0], "config.toml: stop = 99"),)


def test_a_view_is_plain_data() -> None:
    view = view_of(at(State.STIMULATING).record)
    assert all(isinstance(hash(getattr(view, name)), int) for name in view.__struct_fields__)
