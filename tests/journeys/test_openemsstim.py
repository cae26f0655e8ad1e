"""A whole box on an openEMSstim: on the bench, in percent, and nowhere else."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.journal.database import open_for_reading
from appliance.session.board import Identity
from appliance.session.gate import pass_through
from appliance.session.state import State
from appliance.settings.model import StimulatorSettings
from appliance.simulator.boards.openemsstim.board import BOOT_S, OpenEmsStim
from appliance.simulator.boards.openemsstim.command_line import Firmware
from appliance.therapy.plan import Offer
from appliance.therapy.units import Unit
from appliance.virtual_box.box import A_MONDAY
from tests.journeys.journey import SHORT, Box, Home

ACCEPTS = SHORT.but(stimulator=StimulatorSettings("openemsstim", accept_research_board=True))
ON_TIME_ENDS_S = 1.2


@pytest.fixture(params=[Firmware.FIRST, Firmware.MASTER, Firmware.SIMPLE_MULTIPLEXER])
def box(home: Home, request: pytest.FixtureRequest) -> Box:
    """Switched on, and past the start of the board."""
    box = home.knows().boot(ACCEPTS, board=OpenEmsStim(request.param))
    box.wait_for(State.LOCKED, within_s=BOOT_S + 3)
    assert box.now - 1000 > BOOT_S
    return box


def test_only_the_bench_is_offered_whatever_the_plan_says(box: Box) -> None:
    box.to_choosing()
    assert [option.id for option in box.record.options] == ["bench"]
    assert box.record.rules.plan.routine == "lower_back_session"


def test_a_bench_session_is_delivered_in_percent_from_its_first_to_its_last_pulse(
    box: Box,
) -> None:
    shown: list[str] = []
    box.watchers.append(lambda record: shown.append(box.view.unit.value))
    box.to_current(12).sees(State.STIMULATING, unit="%", limit=60)
    box.to_step("hold", within_s=90).turn(4).wait(0.5)
    assert box.status()["channels"][0]["in_force"] == box.levels[0]
    assert {channel["contact"] for channel in box.status()["channels"]} == {"unknown"}
    box.run_out().sees(State.STAGE_DONE, output="off")
    assert not box.delivers
    box.confirm().sees(State.AFTERCARE)
    box.through_aftercare().sees(State.LOCKED, output="off")
    assert set(shown) == {"%"}
    assert box.observer.witness.pulses > 1000


def test_no_placement_on_a_body_is_ever_driven(box: Box) -> None:
    """Even where a routine for the body was chosen before this board was plugged in."""
    box.to_current(5)
    record, visit = box.record, box.record.visit
    assert visit is not None
    assert pass_through(record, (5.0, 5.0), record.set_point)[0] is not None
    back = record.rules.catalogue.routines["lower_back_session"].stages
    on_back = record.but(visit=visit.but(option=visit.option.but(stages=back)))
    assert pass_through(on_back, (5.0, 5.0), record.set_point) == (None, ("placement",))


def test_stop_ends_it(box: Box) -> None:
    box.to_current(10).press_stop().wait(0.4).sees(State.STOPPED, output="off")
    assert not box.delivers
    box.release_stop().confirm().sees(State.READY)
    box.start().turn(3).sees(State.STIMULATING, output="on")


def test_one_side_alone_can_be_turned_to_nothing(box: Box) -> None:
    box.to_both(3).back().turn(-3).wait(0.5).sees(State.STIMULATING, output="on")
    assert box.board.output.in_force[:2] == [0, 3]


def test_a_freeze_of_three_seconds_ends_it_for_good(box: Box) -> None:
    box.observer.grace_s = ON_TIME_ENDS_S
    box.to_current(10).to_step("hold", within_s=90).wait(0.5)
    froze_at, last = box.now, [0.0]
    box.board.output.on_pulse.append(lambda pulse: last.append(pulse.at))
    box.freeze(3.0).sees(State.FAULT)
    assert box.fault == "loop_stalled"
    box.wait(BOOT_S + 2)
    assert max(last) - froze_at <= ON_TIME_ENDS_S
    box.tested_again()


def test_the_cable_comes_out(box: Box) -> None:
    box.observer.grace_s = ON_TIME_ENDS_S
    box.to_current(10).unplug().sees(State.FAULT, output="unknown")
    box.wait(1.6).sees(State.FAULT, output="off")
    box.plug().wait(BOOT_S + 1).tested_again()


def test_a_run_on_the_bench_is_not_finished_on_a_body(home: Home) -> None:
    """The cable came out, and the board for a body was connected in its place."""
    bench = home.knows().boot(ACCEPTS, board=OpenEmsStim())
    bench.wait_for(State.LOCKED, within_s=BOOT_S + 3)
    bench.observer.grace_s = ON_TIME_ENDS_S
    bench.to_current(10).wait(10.0).unplug().sees(State.FAULT).close()
    box = home.boot(SHORT, began=A_MONDAY + timedelta(minutes=10)).to_choosing()
    assert {option.offer for option in box.view.options} >= {Offer.ROUTINE, Offer.COMFORT}
    places = [stage.placement for option in box.view.options for stage in option.stages]
    assert all(place.on_body for place in places)


def test_the_screen_the_status_and_the_journal_know_it_for_what_it_is(box: Box) -> None:
    assert box.switched_on().view.research_board
    with closing(open_for_reading(box.world.folder / "journal.sqlite3")) as journal:
        kept = journal.execute("SELECT driver, research_only FROM boards").fetchall()
    assert kept == [("openemsstim", 1)]
    identity = box.record.report.identity
    assert isinstance(identity, Identity)
    assert (identity.unit, identity.on_body) == (Unit.PERCENT, False)


def test_without_the_setting_it_is_refused_after_the_question_alone(
    home: Home, tmp_path: Path
) -> None:
    settings = SHORT.but(stimulator=StimulatorSettings("openemsstim"))
    box = home.knows().boot(settings, board=OpenEmsStim())
    box.wait_for(State.FAULT, within_s=BOOT_S + 3).sees(State.FAULT, output="off")
    assert box.fault == "board_restricted"
    assert "accept_research_board" in box.status()["fault"]["next"]
