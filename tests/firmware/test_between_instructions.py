"""What an interrupt may not come between: at every instruction of what must be done at once."""

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import Fault
from tests.firmware.bench import BYTE_US, Bench
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_US
from tests.firmware.metal import came_up, come_to, instructions, work

PERIOD_MS = 20
SHORTEST_US = protocol.MIN_WIDTH_US


@pytest.fixture
def bench(metal_bench: Bench) -> Bench:
    return metal_bench


def begin_anew(bench: Bench) -> None:
    bench.ask("stop 0")
    bench.run_ms(10)  # until nothing is to be answered any more
    bench.off()
    work(bench, 1.0)


@pytest.mark.parametrize("function", ["pulses_high_voltage_on", "pulses_begin"])
def test_no_emergency_stop_is_overruled(bench: Bench, function: str) -> None:
    """By what had looked at it just before."""
    tried = 0
    work(bench, 1.0)
    for address in instructions(function):
        if not come_to(bench, address):
            bench.keep(1, 1.0)
            continue
        bench.ask("stop 1")
        at = bench.cycle
        bench.run_ms(3)
        assert bench.recording.is_dead
        assert not bench.recording.since(at)
        assert bench.recording.last_high_voltage() - at < 10 * CYCLES_PER_US
        begin_anew(bench)
        tried += 1
    assert tried > 4


def test_a_pulse_whose_edge_comes_while_it_is_taken_back_is_whole(bench: Bench) -> None:
    # Not by an off: while that is unread, the edge is refused.
    rest_us = len(encode(bench.set_point(0.0))) * BYTE_US
    delivered = 0
    for address in instructions("pulses_revoke"):
        begin_anew(bench)
        edge = bench.run_to_edge("D4", True) + PERIOD_MS * CYCLES_PER_MS
        bench.run_us(PERIOD_MS * 1000 - 900 - rest_us)
        bench.send(bench.set_point(0.0))
        if come_to(bench, address, rest_us / 1000 + 0.8):
            at = bench.cycle
            hold_up_until(bench, edge)
            bench.run_ms(2)
            for pulse in bench.recording.since(at):
                assert [phase.cycles for phase in pulse.phases] == [250 * CYCLES_PER_US] * 2
                delivered += 1
    assert delivered > 0


def test_an_edge_that_comes_while_all_is_dropped_is_dropped_with_it(bench: Bench) -> None:
    raised = 0
    for address in instructions("pulses_kill"):
        begin_anew(bench)
        edge = bench.run_to_edge("D4", True) + PERIOD_MS * CYCLES_PER_MS
        bench.run_us(PERIOD_MS * 1000 - 900)
        bench.ask("stop_unseen 1")
        if come_to(bench, address, 0.8):
            hold_up_until(bench, edge)
            released = bench.cycle
            bench.run_ms(2)
            assert bench.recording.is_dead
            assert bench.recording.last_bridge_edge() - released < 10 * CYCLES_PER_US
            raised += bench.recording.last_bridge_edge() >= edge
    assert raised > 0


def test_an_off_that_comes_while_the_line_is_settled_lets_no_pulse_begin(bench: Bench) -> None:
    """What was read before it allows pulses again; it is still unread, shortly before an edge."""
    off_us = len(encode(protocol.Off(1))) * BYTE_US
    tried = 0
    begin_anew(bench)
    for address in instructions("link_settle"):
        edge = bench.run_to_edge("D4", True) + PERIOD_MS * CYCLES_PER_MS
        bench.keep(PERIOD_MS - 3, 1.0)
        bench.run_us((edge - bench.cycle) / CYCLES_PER_US - off_us - 120)
        if come_to(bench, address, 0.1):
            bench.send(protocol.Off(bench.next_sequence()))
            bench.ask(f"hold_up {(off_us + 5) * CYCLES_PER_US}")
            heard = bench.cycle
            bench.run_ms(3)
            assert not bench.recording.since(heard)
            begin_anew(bench)
            tried += 1
    assert tried > 0


def test_a_line_that_runs_over_is_dropped_whole_and_told(bench: Bench) -> None:
    """As a main loop that is held up for 9 ms would leave it."""
    work(bench, 5.0)
    bench.put(b"\x02\x01\x00" * 80)
    bench.ask(f"hold_up {9 * CYCLES_PER_MS}")
    bench.run_ms(3)
    assert bench.recording.is_dead
    bench.off()
    bench.run_ms(50)
    assert 192 <= bench.off().overflows <= 240
    begin_anew(bench)


@pytest.mark.parametrize("function", ["pulses_take_cut", "pulses_take_ended"])
def test_a_pulse_that_is_cut_behind_its_last_edge_counts_once(bench: Bench, function: str) -> None:
    """The second phase of a short pulse is measured until then. However the loop comes to know of
    both, the cool-down is that of one over-current."""
    tried = 0
    for address in instructions(function):
        came_up(bench, "break extra 0")
        work(bench, 2.0, SHORTEST_US)
        edge = bench.run_to_edge("D4", True) + PERIOD_MS * CYCLES_PER_MS
        bench.run_us(PERIOD_MS * 1000 - 500)
        if not come_to(bench, address, 0.45):
            continue
        second = edge + (SHORTEST_US + protocol.INTERPHASE_GAP_US) * CYCLES_PER_US
        bench.ask(f"hold_up {second + 2 * CYCLES_PER_US - bench.cycle}")
        bench.ask("break extra 3000")
        hold_up_until(bench, second + 60 * CYCLES_PER_US)
        bench.run_ms(3)
        assert [len(pulse.phases) for pulse in bench.recording.since(edge)] == [2]
        report = bench.off()
        assert report.faults == Fault.OVER_CURRENT
        assert 900 < report.cool_down_ms <= protocol.OVER_CURRENT_COOL_DOWN_MS, hex(address)
        tried += 1
    assert tried > 2


def test_no_mark_of_a_cut_pulse_is_lost(bench: Bench) -> None:
    """One that the interrupt sets between the loop's look and its clearing."""
    tried = 0
    for address in instructions("pulses_take_cut"):
        came_up(bench, "break extra 0")
        work(bench, 2.0)
        edge = bench.run_to_edge("D4", True) + PERIOD_MS * CYCLES_PER_MS
        bench.run_us(PERIOD_MS * 1000 - 500)
        if not come_to(bench, address, 0.45):
            continue
        bench.ask("break extra 3000")
        bench.ask(f"hold_up {edge + 200 * CYCLES_PER_US - bench.cycle}")
        bench.run_ms(3)
        assert [len(pulse.phases) for pulse in bench.recording.since(edge)] == [1]
        assert bench.recording.is_dead
        assert bench.off().faults == Fault.OVER_CURRENT, hex(address)
        tried += 1
    assert tried > 2


def hold_up_until(bench: Bench, edge: int) -> None:
    """The main program stands still until just behind this edge, where interrupts are on."""
    assert bench.cycle < edge
    bench.ask(f"hold_up {edge + 20 * CYCLES_PER_US - bench.cycle}")
