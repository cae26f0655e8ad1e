"""A board that has run for long: its time wraps, the host's numbers go round."""

import itertools

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Reason, State
from tests.firmware.bench import Bench
from tests.firmware.board import WRAP_ELF
from tests.firmware.conftest import NewBench
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_S

WRAPS_AFTER = 256 * 65536
PERIOD = CYCLES_PER_S // 50


def wraps_at(bench: Bench) -> int:
    """The cycle at which the board's time wraps; it counts from the end of the self-test."""
    return bench.measures()["clock"] + WRAPS_AFTER


def run_to(bench: Bench, before_wrap_ms: float) -> None:
    """The board is off until then."""
    bench.run_ms((wraps_at(bench) - bench.cycle) / CYCLES_PER_MS - before_wrap_ms)


def test_no_edge_moves_when_the_time_wraps(new_bench: NewBench) -> None:
    bench = new_bench(elf=WRAP_ELF)
    run_to(bench, 250)
    bench.arm()
    bench.keep(500, 5.0)
    assert bench.report.state == State.ON
    pulses = bench.recording.pulses
    assert (
        pulses[0].at < wraps_at(bench) - 2 * PERIOD and pulses[-1].at > wraps_at(bench) + 2 * PERIOD
    )
    for channel in "AB":
        begins = [pulse.at for pulse in pulses if pulse.channel == channel]
        gaps = {later - earlier for earlier, later in itertools.pairwise(begins)}
        assert all(abs(gap - PERIOD) <= 16 for gap in gaps), gaps


@pytest.mark.parametrize("before_wrap_ms", [5, 150, 295, 299.5, 301])
def test_a_lease_that_ends_around_the_wrap_ends(new_bench: NewBench, before_wrap_ms: float) -> None:
    bench = new_bench(elf=WRAP_ELF)
    run_to(bench, 500)
    bench.arm()
    bench.keep(500 - before_wrap_ms, 5.0)
    bench.run_ms(500)
    heard = bench.recording.heard[-1].cycle
    assert bench.recording.last_bridge_edge() <= heard + protocol.LEASE_MS * CYCLES_PER_MS
    assert bench.recording.last_high_voltage() <= heard + (protocol.LEASE_MS + 2) * CYCLES_PER_MS
    assert bench.recording.is_dead
    bench.ask_for(bench.set_point(5.0))
    assert bench.report.reason == Reason.LEASE and bench.recording.is_dead


@pytest.mark.parametrize("before_wrap_us", [40, 90, 130, 300, 600, 800])
def test_an_off_around_the_wrap_is_an_off(new_bench: NewBench, before_wrap_us: int) -> None:
    bench = new_bench(elf=WRAP_ELF)
    run_to(bench, 300)
    bench.arm()
    bench.keep(290, 5.0)
    bench.run_us((wraps_at(bench) - bench.cycle) / CYCLES_PER_MS * 1000 - before_wrap_us)
    bench.send(protocol.Off(bench.next_sequence()))
    bench.run_ms(50)
    heard = bench.recording.heard[-1].cycle
    assert not bench.recording.since(heard + 1) and bench.recording.is_dead


def test_the_host_s_numbers_go_round_in_the_middle_of_a_contraction(bench: Bench) -> None:
    bench.sequence = 0x10000 - 10
    bench.off()
    bench.arm()
    bench.keep(500, 5.0)
    assert bench.sequence < 0x100
    assert bench.report.state == State.ON and not any(bench.report.refusals)


@pytest.mark.parametrize("open_us", [1, 3, 10, 40, 150])
def test_an_emergency_stop_that_bounces_lets_nothing_begin_again(
    bench: Bench, open_us: int
) -> None:
    bench.arm()
    bench.keep(140, 5.0)
    bench.run_to_edge("D4", True)
    bench.run_us(90)
    bench.ask("stop 1")
    opened = bench.cycle
    for _ in range(60):
        bench.run_us(open_us)
        bench.ask("stop 0")
        bench.run_us(open_us)
        bench.ask("stop 1")
    bench.ask("stop 0")
    bench.keep(60, 5.0)
    assert bench.recording.last_bridge_edge() <= opened + CYCLES_PER_MS
    assert bench.recording.last_high_voltage() <= opened + CYCLES_PER_MS
    assert bench.recording.is_dead and bench.report.state == State.FAULT
