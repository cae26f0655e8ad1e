"""Pins and reports between two passes of the main loop, and over a reset."""

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from tests.firmware.bench import BYTE_US, Bench
from tests.firmware.conftest import NewBench
from tests.firmware.edges import CYCLES_PER_MS

PERIOD_US = 20_000
LATEST_US = 600
"""A set-point that ends this long before a pulse still changes it: 0.1 ms and a pass."""


@pytest.mark.parametrize("before_us", [LATEST_US, 750, 900, 1100, 1300, 1500])
def test_a_pulse_that_was_handed_to_the_timer_still_follows_down(
    bench: Bench, before_us: int
) -> None:
    bench.arm()
    bench.keep(140, (5.0, 0.0))
    less = bench.set_point((2.0, 0.0))
    edge = bench.run_to_edge("D4", True)
    bench.run_us(PERIOD_US - before_us - len(encode(less)) * BYTE_US)
    bench.send(less)
    bench.run_ms(5)
    later = bench.recording.since(edge + 1)
    assert [pulse.code for pulse in later] == [less.amplitude_a_codes]


def test_off_leaves_zero_in_the_dac(bench: Bench) -> None:
    bench.arm()
    bench.keep(140, (5.0, 3.0))
    bench.run_to_edge("D4", True)
    working = bench.cycle
    bench.off()
    bench.run_ms(5)
    assert [event.rest for event in bench.recording.find("dac", since=working)] == ["A 0", "B 0"]


def test_the_watchdog_waits_as_long_as_the_protocol_says(bench: Bench) -> None:
    bench.ask("hang 0")
    hung = bench.cycle
    bench.run_ms(60)
    bitten = bench.recording.find("reset", "watchdog", hung)[0].cycle
    assert bitten - hung == pytest.approx(protocol.WATCHDOG_MS * CYCLES_PER_MS, rel=0.1)


def test_the_first_arming_number_after_a_reset_is_not_the_last_one(new_bench: NewBench) -> None:
    bench = new_bench(greet=False)
    seen = []
    for _ in range(4):
        # Refused, for want of a hello; but the answer tells the number of the power-up.
        answer = bench.say(protocol.SetPoint(*[0] * (len(protocol.SetPoint._fields) - 1)))
        assert isinstance(answer, protocol.Report)
        seen.append(answer.arming)
        bench.ask("reset external")
        bench.run_ms(100)
    assert len(set(seen)) == len(seen)
