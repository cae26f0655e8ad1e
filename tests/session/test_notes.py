"""The notes for the journal: each beginning and end once, with the right seconds."""

from itertools import pairwise

import pytest

from appliance.session.board import Identity
from appliance.session.events import Button
from appliance.session.notes import (
    BoardMet,
    Note,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
    StateEntered,
)
from appliance.session.state import State
from appliance.therapy.history import StageLeft, Unfinished
from tests.session.core import EXPERIENCED, SHORT, Core
from tests.session.states import at

BACK = Button.BACK
ROWS = (SessionBegan, StageBegan, StageEnded, SessionEnded)


def story(core: Core) -> list[str]:
    """The rows in order, ends with their reason."""
    rows: list[Note] = [note for note in core.notes if isinstance(note, ROWS)]
    return [
        " ".join([type(row).__name__, *([row.why] if hasattr(row, "why") else [])]) for row in rows
    ]


def next_stage(core: Core) -> Core:
    """From the end of a stage into the next one, and to its end."""
    core.wait(1.2)
    core.confirm()
    core.past_pictures()
    core.start()
    core.turn(2)
    return core.to_stage_done()


def test_a_good_session_from_begin_to_end() -> None:
    core = Core(plan=SHORT).to_stimulating(2).to_stage_done()
    next_stage(core)
    next_stage(core)
    core.wait(1.2)
    core.confirm()
    assert core.record.state is State.AFTERCARE
    assert story(core) == [
        "SessionBegan",
        *["StageBegan", "StageEnded delivered"] * 3,
        "SessionEnded delivered",
    ]
    assert [note.placement for note in core.notes_of(StageBegan)] == [
        "hip_flexors",
        "lower_back",
        "glutes",
    ]
    assert [note.delivered_s for note in core.notes_of(StageEnded)] == [pytest.approx(300)] * 3
    assert core.witness.ledger.rows == tuple(
        (site, "contracting", pytest.approx(300))
        for site in ("hip_flexors", "lower_back", "glutes")
    )


def test_a_session_that_begins_says_what_is_to_come() -> None:
    core = at(State.STIMULATING)
    (began,) = core.notes_of(SessionBegan)
    assert (began.person, began.routine, began.gentle) == ("Me", "lower_back_session", False)
    assert began.planned_s == 3600.0
    assert [(stage.placement, stage.minutes) for stage in began.stages] == [
        ("hip_flexors", 20.0),
        ("lower_back", 20.0),
        ("glutes", 20.0),
    ]


def test_nothing_begins_before_the_start() -> None:
    assert story(at(State.READY)) == []


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.CONTACT_LOST])
def test_a_resume_is_the_same_stage(state: State) -> None:
    core = at(state)
    core.wait(3)
    core.confirm()
    core.start()
    assert core.record.state is State.STIMULATING
    assert story(core) == ["SessionBegan", "StageBegan"]


@pytest.mark.parametrize(
    ("state", "why"), [(State.PAUSED, "ended"), (State.STOPPED, "ended"), (State.READY, None)]
)
def test_ended_by_hand(state: State, why: str | None) -> None:
    core = at(state)
    core.hold(BACK, 1.1)
    core.hold(BACK, 1.1)
    assert core.record.state is State.AFTERCARE
    expected = ["SessionBegan", "StageBegan", "StageEnded skipped", f"SessionEnded {why}"]
    assert story(core) == (expected if why else [])


def test_stopped_and_left_alone_is_an_interruption() -> None:
    core = at(State.STOPPED)
    core.wait(301)
    assert story(core)[2:] == ["StageEnded stopped", "SessionEnded stopped"]


def test_a_fault_is_an_interruption() -> None:
    core = at(State.STIMULATING)
    core.faults("pins_failed")
    assert story(core)[2:] == ["StageEnded fault", "SessionEnded fault"]
    core.faults()
    core.wait(1.2)
    core.confirm()
    core.step()
    assert core.record.state is State.LOCKED
    assert story(core)[2:] == ["StageEnded fault", "SessionEnded fault"]


def test_an_end_is_told_once() -> None:
    core = at(State.STIMULATING)
    core.confirm()
    core.hold(BACK, 1.1)
    core.hold(BACK, 1.1)
    core.wait(0.5)
    core.hold(BACK, 1.1)
    assert core.record.state is State.LOCKED
    assert story(core).count("SessionEnded ended") == 1


def test_a_second_session_begins_anew() -> None:
    core = Core(plan=SHORT).to_stimulating(2)
    core.confirm()
    core.hold(BACK, 1.1)
    core.hold(BACK, 1.1)
    core.hold(BACK, 1.1)
    assert core.record.state is State.LOCKED
    core.wait(1.2)
    core.to_stimulating(1)
    assert story(core).count("SessionBegan") == 2
    assert story(core).count("StageBegan") == 2


def test_a_sample_a_second_while_stimulating() -> None:
    core = at(State.STIMULATING)
    core.notes.clear()
    core.wait(10)
    samples = core.notes_of(Sample)
    assert len(samples) == 10
    assert samples[-1].level == (3.0, 3.0)
    grown = [b.delivered_s - a.delivered_s for a, b in pairwise(samples)]
    assert grown == [pytest.approx(1.0, abs=0.05)] * 9


def test_no_samples_while_paused() -> None:
    core = at(State.PAUSED)
    core.notes.clear()
    core.wait(30)
    assert core.notes == []


def test_the_seconds_are_right_across_pauses_and_five_minutes_more() -> None:
    core = Core(plan=SHORT).to_stimulating(2)
    core.wait(30, dt=0.1)
    core.confirm()
    core.wait(100)
    core.confirm()
    core.start()
    core.turn(2)
    core.to_stage_done()
    core.wait(1.2)
    core.back()
    core.start()
    core.turn(2)
    core.wait(60, dt=0.1)
    assert core.record.run is not None
    more_s = core.record.run.elapsed_s - 300.0
    core.confirm()
    core.hold(BACK, 1.1)
    first, second = core.notes_of(StageEnded)
    assert (first.why, first.delivered_s) == ("delivered", pytest.approx(300.0))
    assert (second.why, second.delivered_s) == ("skipped", pytest.approx(more_s, abs=0.1))
    began = core.notes_of(StageBegan)
    assert [note.planned_s for note in began] == [pytest.approx(300.0), pytest.approx(300.0)]
    assert [note.index for note in began] == [0, 0]


def test_a_session_that_is_continued_names_the_one_that_it_finishes() -> None:
    left = Unfinished(7, "lower_back_session", False, (StageLeft("glutes", "glutes", 12.0),))
    core = Core(EXPERIENCED.but(unfinished=left)).to_stimulating(1)
    (began,) = core.notes_of(SessionBegan)
    assert began.continues_session == 7
    assert began.planned_s == 720.0


def test_every_state_that_was_entered_is_told() -> None:
    core = at(State.AFTERCARE)
    told = [note.state for note in core.notes_of(StateEntered)]
    assert told == [state.value for state in core.states[1:]]
    assert told[:4] == ["locked", "checklist", "choosing", "preparing"]


def test_each_board_is_told_once_with_what_its_makers_allow() -> None:
    core = Core()
    core.identity = Identity("sciencemode", "P24 1.2.3", research_only=True)
    core.to_locked().wait(1.0)
    core.identity = Identity("reference", "1.0.0")
    core.wait(1.0)
    told = [(note.driver, note.firmware, note.research_only) for note in core.notes_of(BoardMet)]
    assert told == [("sciencemode", "P24 1.2.3", True), ("reference", "1.0.0", False)]
