"""A minute is booked in the ledger before it is delivered."""

from appliance.session.notes import Booked
from appliance.session.state import State
from tests.session.core import Core

STEP_S = 0.19


def flows(core: Core) -> bool:
    sent = core.record.set_point
    return sent is not None and max(sent.amplitude) > 0.0


def test_nothing_flows_where_nothing_can_be_booked() -> None:
    core = Core()
    core.to_ready()
    core.books = False
    core.start()
    flowed = False
    for _ in range(10):
        core.turn(1, every_s=0.3)
        flowed |= flows(core)
    assert not flowed
    assert core.level == (0.0, 0.0)


def test_a_stage_ends_with_the_minute_that_was_booked() -> None:
    core = Core().to_stimulating()
    core.turn(5)
    core.books = False
    delivered_s = 0.0
    while core.record.state is State.STIMULATING:
        core.step(dt=STEP_S)
        delivered_s = core.record.run.elapsed_s if core.record.run else delivered_s
    assert core.record.state is State.STAGE_DONE
    booked_s = max(note.upto_s for note in core.notes_of(Booked))
    assert 50.0 < delivered_s <= 60.0 + STEP_S
    assert delivered_s <= booked_s + STEP_S


def test_the_next_minute_is_asked_for_well_before_it_begins() -> None:
    core = Core().to_stimulating()
    core.turn(5)
    while core.record.run is not None and core.record.run.elapsed_s < 130.0:
        core.step(dt=STEP_S)
        assert core.record.run.booked_s > core.record.run.elapsed_s
    assert core.record.state is State.STIMULATING
