"""The page of the record in `locked`: the knob leafs through its parts."""

from appliance.session.machine.pages import RECORD
from appliance.session.view_of_record import view_of
from tests.session.core import Core


def at_the_record() -> Core:
    core = Core().to_locked()
    core.back()
    assert view_of(core.record).page_name == "record"
    return core


def test_the_knob_leafs_through_all_parts_and_comes_round():
    core, parts = at_the_record(), []
    for _ in RECORD:
        parts.append(view_of(core.record).record_part)
        core.turn(1)
    assert tuple(parts) == RECORD
    assert view_of(core.record).record_part == RECORD[0]
    core.turn(-1)
    assert view_of(core.record).record_part == RECORD[-1]


def test_each_part_is_told_by_its_number():
    core = at_the_record()
    core.turn(2)
    assert core.cues[-2:] == ["two", "three"]


def test_the_next_page_is_not_moved_by_it():
    core = at_the_record()
    core.turn(3)
    core.back()
    view = view_of(core.record)
    assert (view.page_name, view.record_part) == ("sound", "count")
