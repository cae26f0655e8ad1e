"""Records for the tests of the gate: one that lets 60 mA out, and changes of it."""

from appliance.session import gate
from appliance.session.board import Ceilings, Contact, SetPoint
from appliance.session.record import Record
from appliance.therapy.limits import Limits
from appliance.therapy.placements import Placement
from appliance.therapy.units import Pair
from tests.session.core import Core

ON = (Contact.GOOD, Contact.GOOD)


def running() -> Record:
    """A record that lets 60 mA out: in the hold of the lower back's work."""
    core = Core(limits=Limits(current_ma=80.0)).to_stimulating(2).skip_to("work")
    core.wait(3.0)
    return core.record


RUNNING = running()
FULL = SetPoint(50.0, (200.0, 200.0), 300, Ceilings(80.0, 300, 50.0))


def let_out(record: Record, asked: Pair = (20.0, 10.0), sent: SetPoint | None = FULL) -> Pair:
    set_point, _ = gate.pass_through(record, asked, sent)
    assert set_point is not None
    return set_point.amplitude


def why_off(record: Record) -> tuple[str, ...]:
    set_point, withheld = gate.pass_through(record, (20.0, 10.0), FULL)
    assert set_point is None
    return withheld


def with_phase(record: Record, **changes: object) -> Record:
    assert record.position is not None
    phase = record.position.phase.but(**changes)
    pulses = {"frequency_hz": phase.frequency_hz, "pulse_width_us": phase.pulse_width_us}
    return record.but(position=record.position.but(phase=phase, **pulses))


def with_identity(record: Record, **changes: object) -> Record:
    assert record.report.identity is not None
    identity = record.report.identity.but(**changes)
    return record.but(report=record.report.but(identity=identity))


def with_report(record: Record, **changes: object) -> Record:
    return record.but(report=record.report.but(**changes))


def with_placement(record: Record, placement: Placement) -> Record:
    assert record.visit is not None
    stage = record.visit.stage.but(placement=placement)
    option = record.visit.option.but(stages=(stage,))
    return record.but(visit=record.visit.but(option=option, index=0))


def with_run(record: Record, **changes: object) -> Record:
    assert record.run is not None
    return record.but(run=record.run.but(**changes))
