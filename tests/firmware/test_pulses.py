"""Pulses as the pins show them, while the link is busy."""

from itertools import pairwise

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from tests.firmware.bench import Bench
from tests.firmware.edges import CYCLES_PER_S, CYCLES_PER_US, WIDTH_CYCLES

CASES = [
    # Hz, us, mA of A, mA of B: slow, fast, narrow, wide, strong, weak, alone and together
    (1.0, (400, 400), (5.0, 5.0)),
    (2.5, (50, 400), (40.0, 3.0)),
    (10.0, (250, 250), (20.0, 20.0)),
    (30.51, (300, 200), (12.0, 0.0)),
    (35.0, (400, 50), (80.0, 80.0)),
    (50.0, (250, 250), (30.0, 60.0)),
    (80.0, (180, 180), (0.0, 25.0)),
    (99.99, (333, 77), (2.0, 7.0)),
    (120.0, (400, 400), (80.0, 80.0)),
    (120.0, (50, 50), (1.0, 0.5)),
]


JUNK = encode(protocol.Identity(1, 1, b"EMS-REF1", *[1] * 12)) + bytes(range(60, -1, -1))


@pytest.mark.parametrize(("hz", "us", "ma"), CASES)
@pytest.mark.parametrize("traffic", ["as the appliance", "full of set-points", "full of junk"])
def test_frequency_width_gap_and_phases(
    bench: Bench,
    hz: float,
    us: tuple[int, int],
    ma: tuple[float, float],
    traffic: str,
) -> None:
    bench.arm(hz, us)
    for_ms = max(2200 / hz, 200)
    if traffic == "as the appliance":
        bench.keep(for_ms, ma, hz, us)
    else:
        bench.crowd(for_ms, ma, hz, us, JUNK if traffic == "full of junk" else b"")
    period = CYCLES_PER_S / (round(hz * 100) / 100)
    for channel, width_us, current in zip("AB", us, ma, strict=True):
        pulses = bench.recording.of(channel)
        assert bool(pulses) == (current > 0)
        for pulse in pulses[:-1]:
            for phase in pulse.phases:
                assert abs(phase.cycles - width_us * CYCLES_PER_US) <= WIDTH_CYCLES
        for one, other in pairwise(pulses):
            periods = (other.at - one.at) / period
            # Before a frame that may be an off has been read, no pulse begins: junk can take
            # whole pulses away, but never move one.
            assert abs(periods - round(periods)) <= 0.001
            assert round(periods) == 1 or traffic == "full of junk"
    taken = traffic == "full of junk"
    assert bench.recording.since(bench.cycle - round((1.1 + taken) * period))


@pytest.mark.parametrize("centihz", range(10_082, 10_094, 2))
def test_the_second_clock_cuts_no_pulse_that_begins_as_it_runs_out(
    bench: Bench, centihz: int
) -> None:
    """It runs out 440 us after the last edge, and every 1.024 ms from then on: here just before the
    next pulse."""
    bench.arm(centihz / 100, 100)
    bench.keep(100, (3.0, 0.0), centihz / 100, 100)
    assert bench.report.state == protocol.State.ON
    assert len(bench.recording.of("A")) >= 9
