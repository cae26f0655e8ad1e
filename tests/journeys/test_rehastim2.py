"""A whole box on a RehaStim2: what it delivers, and how the ways out end."""

import pytest

from appliance.session.state import State
from appliance.settings.model import Settings, StimulatorSettings
from appliance.simulator.boards.rehastim2.device import RehaStim2Device
from appliance.simulator.body import Pads
from appliance.stimulator.rehastim2.messages import WATCHDOG_S, Mode
from tests.journeys.journey import SHORT, Box, Home

DRIVER = StimulatorSettings(driver="rehastim2")


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot(SHORT.but(stimulator=DRIVER), board=RehaStim2Device())


@pytest.fixture
def contracting(home: Home) -> Box:
    """In the hold of a contraction."""
    box = home.knows().boot(Settings().but(stimulator=DRIVER), board=RehaStim2Device())
    box.to_both(10).to_step("hold", within_s=600)
    return box.sees(State.STIMULATING, output="on")


def test_a_stage_is_delivered_without_asking_for_leave(box: Box) -> None:
    box.to_ready()
    assert box.board.mode is Mode.START
    box.start().sees(State.STIMULATING)
    assert box.board.mode is Mode.INITIALISED
    box.turn(8).run_out().sees(State.STAGE_DONE, output="off")
    assert box.observer.witness.highest_ma == 8
    assert box.board.mode is Mode.START
    assert not box.view.research_board


def test_stop_ends_it_at_once(box: Box) -> None:
    box.to_current(8).press_stop().sees(State.STOPPED, output="off")
    assert box.board.mode is Mode.START
    box.release_stop().confirm().sees(State.READY)
    box.start().turn(3).sees(State.STIMULATING, output="on")


def test_a_lead_that_is_off_stops_both_and_either_may_be_it(contracting: Box) -> None:
    box = contracting
    box.board.body.place(1, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=1.0).wait(0.05)
    box.sees(State.CONTACT_LOST, lost_channels=("A", "B"), output="off")


def test_its_emergency_stop_is_a_fault_by_name(contracting: Box) -> None:
    box = contracting
    box.board.troubles.emergency = True
    box.wait_for(State.FAULT, within_s=1.0)
    assert box.fault == "emergency_stop"


def test_a_freeze_of_three_seconds_ends_it_for_good(contracting: Box) -> None:
    box = contracting
    froze_at = box.now
    last: list[float] = []
    box.board.output.on_pulse.append(lambda pulse: last.append(pulse.at))
    box.freeze(3.0)
    box.sees(State.FAULT)
    assert box.fault == "loop_stalled"
    box.wait(3.0).sees(State.FAULT, output="off")
    assert max(last) - froze_at <= WATCHDOG_S
