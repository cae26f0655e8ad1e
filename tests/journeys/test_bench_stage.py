"""A reference board that says that its output stage is for the bench: never on a body."""

import pytest

from appliance.session.state import State
from appliance.stimulator.reference.protocol import Stage
from tests.journeys.journey import SHORT, Box, Home


@pytest.fixture
def box(home: Home) -> Box:
    box = home.knows().boot(SHORT)
    box.board.troubles.stage = Stage.BENCH
    box.unplug().wait(0.5)
    box.plug().wait_for(State.FAULT, within_s=3.0)
    return box


def test_only_a_dummy_load_is_offered(box: Box) -> None:
    box.wait(2.0).confirm().wait_for(State.LOCKED, within_s=5.0)
    box.to_choosing()
    assert [option.id for option in box.record.options] == ["bench"]


def test_its_pulses_come_at_one_level_into_the_load(box: Box) -> None:
    box.wait(2.0).confirm().wait_for(State.LOCKED, within_s=5.0)
    box.to_current(5).sees(State.STIMULATING, unit="mA")
    assert box.record.visit is not None
    assert not box.record.visit.stage.placement.on_body
    assert box.delivers
