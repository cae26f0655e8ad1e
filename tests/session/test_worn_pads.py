"""Pads are counted: a hint from 15 sessions on, none with the old ones from 30 on."""

import pytest

from appliance.session.cues import Cue
from appliance.session.notes import Answered
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy import pads
from tests.session.core import EXPERIENCED, Core


@pytest.mark.parametrize(
    ("uses", "worn", "worn_out"),
    [
        (None, False, False),
        (0, False, False),
        (14, False, False),
        (15, True, False),
        (29, True, False),
        (30, True, True),
        (200, True, True),
    ],
)
def test_when_pads_are_worn(uses, worn, worn_out):
    assert (pads.is_worn(uses), pads.is_worn_out(uses)) == (worn, worn_out)


def at_the_pads(**uses: int) -> Core:
    core = Core(EXPERIENCED.but(pad_uses=tuple(uses.items())))
    core.to_preparing()
    core.confirm()
    assert view_of(core.record).page_name == "pads"
    return core


def test_pads_in_order_ask_nothing():
    core = at_the_pads(hip_flexors=14)
    assert view_of(core.record).question is None
    core.turn(1)
    core.confirm()
    assert view_of(core.record).page_name == "stop_test"


def test_worn_pads_are_told_and_may_be_used_on():
    core = at_the_pads(hip_flexors=3, glutes=15)
    view = view_of(core.record)
    assert (view.pad_uses, view.can_confirm) == (15, True)
    core.confirm()
    assert view_of(core.record).page_name == "stop_test"
    assert not [note for note in core.notes_of(Answered) if note.question == "new_pads"]


def test_worn_out_pads_lead_nowhere():
    core = at_the_pads(lower_back=30)
    assert not view_of(core.record).can_confirm
    for _ in range(3):
        core.wait(1.0)
        core.confirm()
        assert view_of(core.record).page_name == "pads"
    assert core.cues.count(Cue.NOT_NOW.value) == 3
    core.stop()
    core.let_go_of_stop()
    assert core.record.state is State.PREPARING


def test_worn_out_pads_are_told_by_cues_alone():
    core = at_the_pads(lower_back=30)
    assert core.cues[-2:] == [Cue.DO.value, Cue.THREE.value]


def test_new_pads_end_it_and_the_journal_is_told_of_each_worn_place():
    core = at_the_pads(hip_flexors=3, lower_back=30, glutes=16)
    core.turn(1)
    assert view_of(core.record).can_confirm
    core.confirm()
    assert view_of(core.record).page_name == "stop_test"
    told = [note.answer for note in core.notes_of(Answered) if note.question == "new_pads"]
    assert told == ["lower_back", "glutes"]
    core.back()
    assert view_of(core.record).pad_uses == 3


def test_the_knob_can_take_new_pads_back():
    core = at_the_pads(lower_back=30)
    core.turn(1)
    core.turn(-1)
    core.confirm()
    assert view_of(core.record).page_name == "pads"
