"""`placing`: its pictures turn by themselves, and by the knob; no press is lost by that."""

import pytest

from appliance.session.events import Button
from appliance.session.machine.pages import LOOK_S, PICTURE_S, name
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from tests.session.core import Core


def shown(core: Core) -> str | None:
    return name(core.record)


def test_the_person_the_pads_and_how_to_lie_follow_each_other_and_begin_again() -> None:
    core = Core().to_placing()
    core.wait(0.1)
    seen = []
    for page in range(4):
        seen.append(shown(core))
        assert view_of(core.record).page == page % 3
        core.wait(PICTURE_S)
    assert seen == ["body", "pads", "lying", "body"]


def test_the_knob_turns_to_the_next_picture_and_back_past_the_first() -> None:
    core = Core().to_placing()
    core.turn(1)
    assert shown(core) == "pads"
    core.turn(-2)
    assert shown(core) == "lying"


def test_the_knob_turns_on_from_the_picture_that_is_seen() -> None:
    core = Core().to_placing()
    core.wait(PICTURE_S + 0.1)
    assert shown(core) == "pads"
    core.turn(1)
    assert shown(core) == "lying"
    core.wait(LOOK_S + 0.1)
    assert shown(core) == "body"
    core.turn(-1)
    assert shown(core) == "lying"


def test_a_picture_that_the_knob_chose_stays_longer() -> None:
    core = Core().to_placing()
    core.turn(1)
    core.wait(core.record.page_at + LOOK_S - 0.1 - core.now)
    assert shown(core) == "pads"
    core.wait(1.0)
    assert shown(core) == "lying"
    core.wait(PICTURE_S)
    assert shown(core) == "body"


def test_the_pictures_begin_anew_each_time() -> None:
    core = Core().to_placing()
    core.wait(PICTURE_S + 1.0)
    core.confirm()
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
    assert core.record.state is State.READY
