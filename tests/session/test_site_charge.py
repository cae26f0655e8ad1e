"""A site has no more charge in a day than is allowed, by what flows there."""

import pytest

from appliance.session import stage_layout
from appliance.session.envelope import Part
from appliance.session.state import State
from appliance.therapy.limits import Limits, Reason
from appliance.therapy.programs import Kind, uncounted_current_ma
from tests.session.core import Core

LEFT_MC = 1.0
STEP_S = 0.19


class Generous(Core):
    """A board that delivers a little more than it is told, within its tolerance."""

    more = 1.0

    def measures(self) -> tuple[float, float]:
        a, b = super().measures()
        return a * self.more, b * self.more


@pytest.mark.parametrize("more", [1.0, 1.19])
def test_a_stage_ends_when_its_site_has_had_its_charge(more: float) -> None:
    core = Generous()
    core.more = more
    core.to_stimulating()
    core.back()
    core.turn(12)
    core.skip_to("work").until(Part.RAMP_UP, dt=STEP_S)
    run = core.record.run
    assert run is not None
    core.record = core.record.but(run=run.but(spent_mc=run.most_mc - LEFT_MC))
    flowed_mc = 0.0
    while core.record.state is State.STIMULATING:
        sent = core.record.set_point
        core.step(dt=STEP_S)
        if sent is not None:
            ma = max(sent.amplitude) * more
            flowed_mc += ma * sent.pulse_width_us * 1e-6 * sent.mean_frequency_hz * STEP_S
    assert core.record.state is State.STAGE_DONE
    assert flowed_mc == pytest.approx(LEFT_MC, abs=0.1)


def test_a_site_that_has_had_all_of_its_charge_has_had_it() -> None:
    run = Core().to_ready().record.run
    assert run is not None
    for spent_mc, spent in ((run.most_mc - 0.1, False), (run.most_mc, True)):
        assert stage_layout.charge_is_spent(run.but(spent_mc=spent_mc)) is spent


@pytest.mark.parametrize(("above_ma", "reason"), [(0.0, Reason.SETTINGS), (0.1, Reason.CHARGE)])
def test_the_charge_is_named_as_the_limit_only_where_it_lowers_it(
    above_ma: float, reason: Reason
) -> None:
    record = Core().to_ready().record
    visit, identity = record.visit, record.report.identity
    assert visit is not None and identity is not None
    program = visit.stage.program
    own = program.but(kind=Kind.COMFORT, phases=program.phases[:1])
    visit = visit.but(option=visit.option.but(stages=(visit.stage.but(program=own),)))
    most_ma = uncounted_current_ma(own.phases[0], Kind.COMFORT)
    limits = Limits(current_ma=most_ma + above_ma)
    assert stage_layout.stage_limit(visit, limits, identity) == (int(most_ma), reason.value)
