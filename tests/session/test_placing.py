"""`placing`: its pictures turn by themselves, and by the knob; no press is lost by that."""

import pytest

from appliance.session.events import Button
from appliance.session.machine.pages import PICTURE_S, name
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from tests.session.core import Core


def shown(core: Core) -> str | None:
    return name(core.record)


def test_the_pictures_follow_each_other_and_begin_again() -> None:
    core = Core().to_placing()
    core.wait(0.1)
    seen = []
    for page in range(5):
        seen.append(shown(core))
        assert view_of(core.record).page == page % 4
        core.wait(PICTURE_S)
    assert seen == ["body", "pads", "box", "lying", "body"]


def test_the_knob_turns_to_the_next_picture_and_back_past_the_first() -> None:
    core = Core().to_placing()
    core.turn(1)
    assert shown(core) == "pads"
    core.turn(-2)
    assert shown(core) == "lying"


def test_confirm_shows_every_picture_before_ready() -> None:
    core = Core().to_placing()
    for picture in ("body", "pads", "box", "lying"):
        assert (core.record.state, shown(core)) == (State.PLACING, picture)
        core.confirm()
        core.wait(0.3)
    assert core.record.state is State.READY


def test_back_shows_the_picture_before_and_leaves_from_the_first() -> None:
    core = Core().to_placing()
    core.confirm()
    core.wait(0.3)
    core.back()
    assert (core.record.state, shown(core)) == (State.PLACING, "body")
    core.wait(0.3)
    core.back()
    assert core.record.state is State.PREPARING


def test_the_knob_and_confirm_turn_on_from_the_picture_that_is_seen() -> None:
    for turn in (lambda core: core.turn(1), Core.confirm):
        core = Core().to_placing()
        core.wait(PICTURE_S + 0.1)
        assert shown(core) == "pads"
        turn(core)
        assert shown(core) == "box"


def test_a_picture_that_a_hand_chose_stays() -> None:
    for turn in (lambda core: core.turn(1), Core.confirm):
        core = Core().to_placing()
        turn(core)
        core.wait(10 * PICTURE_S)
        assert shown(core) == "pads"


def test_the_pictures_begin_anew_each_time() -> None:
    core = Core().to_placing()
    core.past_pictures()
    core.wait(1.2)
    core.back()
    assert core.record.state is State.PLACING
    assert shown(core) == "body"


@pytest.mark.parametrize("early_s", [0.05, 0.5, 0.95])
def test_a_hold_goes_on_while_the_picture_turns(early_s: float) -> None:
    core = Core().to_placing()
    core.wait(PICTURE_S - early_s)
    core.hold(Button.BACK, 1.1)
    assert core.record.state is State.STAGE_DONE


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.5])
def test_a_press_just_after_a_picture_turned_counts(after_s: float) -> None:
    core = Core().to_placing()
    core.wait(PICTURE_S + after_s)
    core.confirm()
    assert shown(core) == "box"
