"""The charge of a stage, which the record keeps and the day's limit counts."""

import pytest

from appliance.session.envelope import Part
from appliance.therapy.units import Pair, Unit
from tests.session.core import STEP_S, Core


@pytest.mark.parametrize(
    ("measured", "counted_ma"),
    [((4.0, 4.0), 4.0), ((3.9, 3.0), 4.0), ((4.2, 4.0), 4.2), ((4.0, 4.3), 4.3)],
)
def test_the_stronger_channel_counts_with_what_it_measures(
    measured: Pair, counted_ma: float
) -> None:
    core = Core().to_stimulating(4).skip_to("work").until(Part.HOLD)
    core.wait(0.2)
    core.answers = False
    core.record = core.record.but(report=core.record.report.but(measured=measured))
    run, sent = core.record.run, core.record.set_point
    assert run is not None and sent is not None and sent.amplitude == (4.0, 4.0)
    after = core.step().run
    assert after is not None
    of_a_phase_mc = counted_ma * sent.pulse_width_us * 1e-6
    expected = of_a_phase_mc * sent.frequency_hz * STEP_S
    assert after.charge_mc - run.charge_mc == pytest.approx(expected)
    assert after.spent_mc - run.spent_mc == pytest.approx(expected)


def test_of_percent_no_charge_is_made_up() -> None:
    core = Core().to_stimulating(4).skip_to("work").until(Part.HOLD)
    identity = core.record.report.identity
    assert identity is not None
    in_percent = core.record.report.but(identity=identity.but(unit=Unit.PERCENT))
    core.answers = False
    core.record = core.record.but(report=in_percent)
    before = core.record.run
    after = core.step().run
    assert before is not None and after is not None
    assert after.charge_mc == before.charge_mc
