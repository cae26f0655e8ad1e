"""The highest level is one that each phase of the program reaches: no later phase brings more."""

import pytest

from appliance.session.state import State
from appliance.therapy.limits import Limits
from appliance.therapy.program_rules import check_program
from appliance.therapy.programs import Kind, Phase, Program, reached_ma
from tests.session.own_program import running

SHORT = Phase("short", 50.0, 300, 0.2, 1.0, 0.0, 2.0, duration_s=240.0)
LONG = Phase("long", 50.0, 300, 2.0, 7.0, 1.0, 20.0)


@pytest.mark.parametrize(
    ("phase", "most_ma"),
    [
        (SHORT, 48.0),  # 1.2 s at 40 mA/s.
        (SHORT.but(frequency_hz=5.0), 12.0),  # 1.2 s at 5 pulses of 2 mA.
        (SHORT.but(fraction=0.5), 96.0),
        (LONG, 360.0),
    ],
)
def test_a_contraction_reaches_what_its_rise_allows_until_its_hold_ends(
    phase: Phase, most_ma: float
) -> None:
    assert reached_ma(phase) == pytest.approx(most_ma)


def test_a_longer_contraction_after_a_shorter_one_brings_no_more_current() -> None:
    check_program(Program("own", Kind.CONTRACTING, (SHORT, LONG)))
    core = running(SHORT, LONG, limits=Limits(current_ma=60.0))
    assert core.record.run is not None and core.record.run.limit == 48.0
    peaks_ma = {"short": 0.0, "long": 0.0}
    for step in range(round(280 / 0.02)):
        turn = step % 12 == 0 and core.record.run.elapsed_s < 230.0
        core.turn(1, every_s=0.0) if turn else core.step()
        position, asked = core.record.position, core.record.set_point
        if position is not None and asked is not None:
            name = position.phase.name
            peaks_ma[name] = max(peaks_ma[name], asked.amplitude[0])
    assert core.record.state is State.STIMULATING
    assert peaks_ma["short"] == pytest.approx(48.0, abs=0.1)
    assert peaks_ma["long"] <= peaks_ma["short"] + 0.1
