"""What a host cannot do, however fast it talks: judged at the pins."""

from itertools import pairwise

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import Contact, Refusal, State
from tests.firmware.bench import BYTE_US, Bench
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_S, CYCLES_PER_US, RISING_CYCLES
from tests.firmware.metal import frame, work

PERIOD_US = 20_000


@pytest.fixture
def bench(metal_bench: Bench) -> Bench:
    return metal_bench


WORST_FRAMES = {
    "two bytes": b"\x01\x00",
    "damaged": b"\x06\x03\x01\x01\x01\x01\x00",
    "unknown": frame(b"\x70\x01\x02"),
    "longest": b"\x55" * (protocol.MAX_FRAME_BYTES + 8) + b"\x00",
    "hello to another layout": encode(protocol.Hello(1, 0)),
    "no zeros": b"\x55",
}


@pytest.mark.parametrize("name", WORST_FRAMES)
@pytest.mark.parametrize("before_bytes", [0, 37, 250, 700])
def test_no_full_line_loses_an_off(bench: Bench, name: str, before_bytes: int) -> None:
    """The line is full to the last bit, before the off and after it."""
    work(bench, 5.0)
    worst = WORST_FRAMES[name]
    before = (worst * before_bytes)[: before_bytes - before_bytes % len(worst)] + b"\x00"
    after = worst * (4000 // len(worst))
    off = protocol.Off(bench.next_sequence())
    bench.put(before + encode(off) + after)
    bench.run_ms((len(before) + len(after)) * BYTE_US / 1000 + 20)
    heard = next(f.cycle for f in bench.recording.heard if f.message == off)
    assert not bench.recording.since(heard + RISING_CYCLES)
    assert bench.recording.last_high_voltage() - heard < 5 * CYCLES_PER_MS
    assert bench.recording.is_dead
    assert bench.off().overflows == 0, "all of it was read in time"


@pytest.mark.parametrize("lease_ms", [0, 1, 49])
def test_a_lease_that_is_too_short_never_switches_the_high_voltage_on(
    bench: Bench, lease_ms: int
) -> None:
    bench.say(bench.set_point(0.0, lease_ms=lease_ms))
    bench.run_ms(20)
    assert bench.report.state == State.OFF
    assert not bench.recording.find("pin", "D3 1")


@pytest.mark.parametrize("before_us", range(60, 640, 20))
def test_a_weaker_set_point_shortly_before_a_pulse_never_drops_it(
    bench: Bench, before_us: int
) -> None:
    bench.arm()
    bench.keep(140, (5.0, 0.0))
    weaker = bench.set_point((1.5, 0.0))
    edge = bench.run_to_edge("D4", True)
    bench.run_us(PERIOD_US - before_us - len(encode(weaker)) * BYTE_US)
    bench.send(weaker)
    bench.run_ms(25)
    pulses = bench.recording.since(edge + 1)
    assert len(pulses) == 2
    assert pulses[0].code in (200, 60) and pulses[1].code == 60
    assert bench.report.contact_a != Contact.OPEN, "it is judged by what was asked of it at last"
    assert not bench.recording.violations


def test_a_wider_pulse_has_at_most_two_microcoulombs_more(bench: Bench) -> None:
    bench.arm(us=50)
    bench.keep(2300, 80.0, us=50)
    since = bench.cycle
    bench.keep(400, 80.0, us=400)
    charge = 3200 * 50
    for pulse in bench.recording.of("A", since):
        now = pulse.code * pulse.width_cycles // CYCLES_PER_US
        assert now <= charge + protocol.STEP_CHARGE_CODES_US
        charge = now
    assert charge > 3200 * 60


@pytest.mark.parametrize("channel", ["A", "B"])
def test_the_frequency_at_most_doubles_from_pulse_to_pulse(bench: Bench, channel: str) -> None:
    bench.arm(hz=1.0)
    bench.keep(2500, 3.0, hz=1.0)
    bench.keep(4000, 3.0, hz=120.0)
    begins = [pulse.at for pulse in bench.recording.of(channel)]
    gaps = [later - earlier for earlier, later in pairwise(begins)]
    assert all(gap > 0.49 * before for before, gap in pairwise(gaps))
    assert gaps[-1] == pytest.approx(CYCLES_PER_S / 120, rel=0.01)


def test_a_dac_that_lost_its_code_has_it_again_for_the_next_pulse(bench: Bench) -> None:
    """An upset of +12.5 % in rest, and of a register within a pulse."""
    work(bench)
    bench.run_to_edge("D7", False)
    bench.run_ms(2)
    at = bench.cycle
    bench.ask("break dac_a 900")
    bench.keep(60, 20.0)
    assert bench.report.state == State.ON
    assert {pulse.code for pulse in bench.recording.of("A", at)} == {800}


def test_a_one_way_link_ends_the_lease(bench: Bench) -> None:
    work(bench, 5.0)
    heard = bench.report.sequence
    at = bench.cycle
    for _ in range(30):
        bench.send(bench.set_point(5.0, heard=heard))
        bench.run_ms(20)
    assert bench.recording.last_bridge_edge() - at <= (protocol.LEASE_MS + 21) * CYCLES_PER_MS
    assert bench.recording.is_dead


def test_a_set_point_more_than_64_numbers_ahead_is_refused(bench: Bench) -> None:
    work(bench, 5.0)
    bench.sequence += protocol.SEQUENCE_WINDOW
    assert bench.ask_for(bench.set_point(5.0)).answer == Refusal.SEQUENCE
    bench.sequence -= 2
    assert bench.ask_for(bench.set_point(5.0)).answer == Refusal.NONE
