"""Pulses as the pins show them, while the link is busy."""

import pytest

from tests.firmware.bench import Bench
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_S, CYCLES_PER_US, WIDTH_CYCLES

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


@pytest.mark.parametrize(("hz", "us", "ma"), CASES)
@pytest.mark.parametrize("traffic", ["keep", "flood"])
def test_frequency_width_gap_and_phases(
    bench: Bench,
    hz: float,
    us: tuple[int, int],
    ma: tuple[float, float],
    traffic: str,
) -> None:
    bench.arm(hz, us)
    drive = bench.keep if traffic == "keep" else bench.flood
    drive(max(3200 / hz, 300), ma, hz, us)
    period = CYCLES_PER_S / (round(hz * 100) / 100)
    for channel, width_us, current in zip("AB", us, ma, strict=True):
        pulses = bench.recording.of(channel)
        assert bool(pulses) == (current > 0)
        for pulse in pulses[:-1]:
            for phase in pulse.phases:
                assert abs(phase.cycles - width_us * CYCLES_PER_US) <= WIDTH_CYCLES
        for one, other in zip(pulses, pulses[1:], strict=False):
            assert abs(other.at - one.at - period) <= period / 1000
    assert bench.recording.since(bench.cycle - 1100 * CYCLES_PER_MS)
