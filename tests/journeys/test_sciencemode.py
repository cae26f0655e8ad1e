"""A whole box on a P24 and on a RehaMove3: what it delivers, and how each way out ends."""

from contextlib import closing

import pytest

from appliance.journal.database import open_for_reading
from appliance.session.state import State
from appliance.settings.model import Settings, StimulatorSettings
from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3, Model
from appliance.simulator.body import Pads
from appliance.stimulator.sciencemode.messages import DEAD_MAN_S, ChannelState, HighVoltage, Level
from tests.journeys.journey import SHORT, Box, Home

ACCEPTS = StimulatorSettings(driver="sciencemode", accept_research_board=True)


@pytest.fixture(params=[P24, REHAMOVE3], ids=lambda model: model.name)
def model(request: pytest.FixtureRequest) -> Model:
    return request.param


@pytest.fixture
def box(home: Home, model: Model) -> Box:
    settings = SHORT.but(stimulator=ACCEPTS)
    return home.knows().boot(settings, board=ScienceModeDevice(model))


@pytest.fixture
def contracting(home: Home, model: Model) -> Box:
    """In the hold of a contraction at 18 mA: enough for the device to tell a lead that is off."""
    settings = Settings().but(stimulator=ACCEPTS)
    box = home.knows().boot(settings, board=ScienceModeDevice(model))
    # The change from twitches to contractions halves the level.
    box.to_both(28).to_step("hold", within_s=600).turn(4)
    box.to_step("off").to_step("hold").wait(0.5).sees(State.STIMULATING, output="on")
    assert box.levels == (18, 18)
    return box


def test_a_stage_is_delivered_and_the_high_voltage_is_on_for_no_longer(box: Box) -> None:
    box.to_ready()
    assert box.board.high_voltage is HighVoltage.OFF
    box.start().sees(State.STIMULATING)
    assert box.board.high_voltage is HighVoltage.V150
    box.turn(8).run_out().sees(State.STAGE_DONE, output="off")
    assert box.observer.witness.highest_ma == 8
    assert box.board.level is Level.NONE
    assert box.board.high_voltage is HighVoltage.OFF


def test_the_screen_and_the_journal_say_that_it_is_a_research_board(box: Box, model: Model) -> None:
    assert box.switched_on().view.research_board
    with closing(open_for_reading(box.world.folder / "journal.sqlite3")) as journal:
        kept = journal.execute("SELECT driver, firmware, research_only FROM boards").fetchall()
    assert kept == [("sciencemode", f"{model.name} 1.2.3", 1)]


def test_without_the_setting_it_is_refused_before_anything_but_questions(
    home: Home, model: Model
) -> None:
    settings = SHORT.but(stimulator=StimulatorSettings("sciencemode"))
    box = home.knows().boot(settings, board=ScienceModeDevice(model))
    box.wait_for(State.FAULT, within_s=5).wait(3).confirm().sees(State.FAULT, output="off")
    assert box.fault == "board_restricted"
    assert "accept_research_board" in box.status()["fault"]["next"]
    assert box.board.level is Level.NONE


def test_stop_ends_it_at_once(box: Box) -> None:
    box.to_current(16).press_stop().sees(State.STOPPED, output="off")
    assert box.board.high_voltage is HighVoltage.OFF
    box.release_stop().confirm().sees(State.READY)
    box.start().turn(3).sees(State.STIMULATING, output="on")


def test_a_pad_that_comes_off_is_named_within_a_second_of_current(contracting: Box) -> None:
    box = contracting
    box.board.body.place(1, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=1.0).wait(0.05)
    box.sees(State.CONTACT_LOST, lost_channels=("B",), output="off")
    box.board.body.place(1, Pads.GOOD)
    box.wait(3.5).confirm().sees(State.READY, output="off").start().sees(State.STIMULATING)


def test_a_pad_that_conducts_badly_is_named_too(contracting: Box, model: Model) -> None:
    box = contracting
    box.board.troubles.claimed = (ChannelState.LOW_CURRENT,)
    box.wait_for(State.CONTACT_LOST, within_s=1.0).sees(State.CONTACT_LOST, lost_channels=("A",))


def test_a_freeze_of_three_seconds_ends_it_for_good(contracting: Box) -> None:
    box = contracting
    froze_at = box.now
    last: list[float] = []
    box.board.output.on_pulse.append(lambda pulse: last.append(pulse.at))
    box.freeze(3.0)
    assert last and max(last) - froze_at <= DEAD_MAN_S
    box.sees(State.FAULT)
    assert box.fault == "loop_stalled"
    box.wait(3.0).sees(State.FAULT, output="off")
    assert max(last) - froze_at <= DEAD_MAN_S
    assert box.board.high_voltage is HighVoltage.OFF
    box.tested_again()


def test_the_cable_comes_out_and_the_output_is_unknown_for_as_long_as_the_device_goes_on(
    contracting: Box,
) -> None:
    box = contracting
    box.observer.grace_s = DEAD_MAN_S
    pulled_at = box.now
    box.unplug().sees(State.FAULT, output="unknown")
    box.wait_until(lambda: box.status()["output"] == "off", within_s=3.0)
    assert DEAD_MAN_S <= box.now - pulled_at <= 2.4
    box.plug().tested_again()
