"""Dry pads take less than the hand asks: the box says so, and comes down to what flows."""

from appliance.session.state import State
from appliance.settings.model import Settings
from appliance.simulator.body import REFERENCE_COMPLIANCE_V, Drift
from appliance.virtual_box.box import with_limits
from tests.journeys.journey import Box, Home

FLOWS_MA = 7.0


def with_dry_right_pads(box: Box) -> Box:
    """Ten milliampere asked on both sides; seven get through the right pads."""
    box.to_both(10)
    box.board.body.set_resistance(1, REFERENCE_COMPLIANCE_V / FLOWS_MA * 1000)
    box.wait_until(lambda: box.view.hint == "dry_right", within_s=5.0, what="the hint")
    return box


def test_the_level_comes_down_to_what_flows_and_up_is_refused(box: Box) -> None:
    with_dry_right_pads(box)
    assert box.targets == (10.0, 7.0)
    box.wait(1.0).turn(2)
    assert box.targets == (10.0, 7.0)
    box.sees(State.STIMULATING, hint="dry_right", output="on")


def test_a_strong_cool_down_at_3_hz_finds_no_good_pads_dry(home: Home) -> None:
    """The board rises by 2 mA a pulse: long after the ramp it is still below what is asked."""
    settings = with_limits(Settings(), gentle_current_ma=60.0)
    box = home.knows(sessions=5).boot(settings=settings).to_both(5)
    box.wait_until(lambda: phase_of(box) == "work", within_s=600.0, what="the work")
    while box.targets < (48.0, 48.0):
        raisable = box.record.position is not None and box.record.position.raisable
        box.turn(1) if raisable else box.wait(1.0)
    box.wait_until(lambda: phase_of(box) == "cool_down", within_s=1200.0, what="the cool-down")
    box.wait(10.0)
    assert box.targets == (48.0, 48.0)
    box.sees(State.STIMULATING, hint=None)


def phase_of(box: Box) -> str:
    position = box.record.position
    return position.phase.name if position else ""


def test_status_tells_what_flows(box: Box) -> None:
    box.to_both(10)
    box.board.body.set_resistance(1, REFERENCE_COMPLIANCE_V / 9.0 * 1000)
    box.wait(1.0)
    measured = [channel["measured"] for channel in box.status()["channels"]]
    assert measured[0] == 10.0
    assert 8.9 <= measured[1] <= 9.0


def test_pads_that_take_up_sweat_bring_no_more_than_the_lowered_level(box: Box) -> None:
    with_dry_right_pads(box)
    flowed: list[float] = []
    box.board.output.on_pulse.append(
        lambda pulse: flowed.append(pulse.measured_ma) if pulse.channel == 1 else None
    )
    box.wait(1.0)
    box.board.body.drift(1, Drift.SWEATING, box.now)
    box.wait(20.0)
    assert box.state is State.STIMULATING
    assert flowed and max(flowed) <= FLOWS_MA


def test_pads_that_peel_off_slowly_end_in_contact_lost(box: Box) -> None:
    box.to_current(10)
    box.board.body.drift(0, Drift.PEELING, box.now, pads=(1,))
    box.wait_for(State.CONTACT_LOST, within_s=65.0)
    box.sees(State.CONTACT_LOST, lost_channels=("A",), output="off")
