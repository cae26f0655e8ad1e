"""Contact, current and supply: from the pulse that shows it to the last edge."""

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Contact, Fault, Flag, Reason, Refusal, State
from tests.firmware.bench import Bench
from tests.firmware.edges import ADC_STEPS_MV, CYCLES_PER_MS, CYCLES_PER_S

LIFTED_MS = 200
"""How long a pad takes to lift here."""


def at_work(bench: Bench, ma: float | tuple[float, float] = 10.0, hz: float = 50.0) -> None:
    # A pulse is at most 2 mA above the one before: 10 mA take six of them.
    bench.arm(hz)
    bench.keep(max(280, 7100 / hz), ma, hz)
    assert bench.report.state == State.ON


def contacts(bench: Bench) -> tuple[int, int]:
    return bench.report.contact_a, bench.report.contact_b


@pytest.mark.parametrize("hz", [5.0, 50.0, 120.0])
@pytest.mark.parametrize("channel", ["A", "B"])
def test_an_open_lead_is_off_with_the_pulse_that_shows_it(
    bench: Bench, channel: str, hz: float
) -> None:
    at_work(bench, hz=hz)
    assert contacts(bench) == (Contact.GOOD, Contact.GOOD)
    bench.ask(f"contact {channel} open")
    opened = bench.cycle
    bench.keep(max(60, 2500 / hz), 10.0, hz)
    shown = [p for p in bench.recording.of(channel, opened) if p.measured_mv == 0]
    assert len(shown) == 1
    assert bench.recording.last_bridge_edge() == shown[0].end
    assert bench.recording.last_high_voltage() <= shown[0].end + CYCLES_PER_MS
    assert shown[0].end - opened <= 1.1 * CYCLES_PER_S / hz
    assert bench.report.state == State.OFF and bench.report.reason == Reason.OPEN_LEAD
    expected = (Contact.OPEN, Contact.UNKNOWN) if channel == "A" else (None, Contact.OPEN)
    assert contacts(bench)["AB".index(channel)] == expected["AB".index(channel)]


def test_open_stays_until_the_next_off_and_no_jolt_follows(bench: Bench) -> None:
    at_work(bench)
    bench.ask("contact B open")
    bench.keep(100, 10.0)
    bench.ask("contact B good")
    since = bench.cycle
    bench.keep(200, 10.0)
    assert bench.report.contact_b == Contact.OPEN and not bench.recording.since(since)
    assert bench.off().contact_b == Contact.UNKNOWN
    bench.wait_for_cool_down()
    bench.arm()
    bench.keep(200, 10.0)
    assert bench.recording.of("B", since)[0].code <= protocol.FIRST_PULSE_CODES


@pytest.mark.parametrize("channel", ["A", "B"])
def test_a_lifting_pad_is_followed_down_and_off_once_it_is_open(bench: Bench, channel: str) -> None:
    at_work(bench)
    bench.ask(f"contact {channel} lifting")
    since = bench.cycle
    bench.keep(400, 10.0)
    *before, last = bench.recording.of(channel, since)
    # The amplitude follows what flows, down to 2 mA, so that it takes until nearly nothing does.
    assert all(2 * (pulse.measured_mv or 0) >= pulse.code - ADC_STEPS_MV for pulse in before)
    assert 2 * (last.measured_mv or 0) < last.code + ADC_STEPS_MV
    flowed = [pulse.measured_mv or 0 for pulse in (*before, last)]
    assert flowed == sorted(flowed, reverse=True)
    assert last.at - since < (LIFTED_MS + 20) * CYCLES_PER_MS
    assert bench.report.reason == Reason.OPEN_LEAD and bench.recording.is_dead


def test_below_2_ma_an_open_lead_is_not_looked_for(bench: Bench) -> None:
    bench.ask("contact A open")
    bench.arm()
    bench.keep(300, 1.9)
    assert bench.report.state == State.ON
    since = bench.cycle
    bench.keep(200, 2.0)
    assert bench.report.reason == Reason.OPEN_LEAD
    assert bench.recording.of("A", since)[-1].code == protocol.OPEN_LEAD_FROM_CODES


@pytest.mark.parametrize("hz", [5.0, 50.0, 120.0])
@pytest.mark.parametrize("channel", ["A", "B"])
def test_an_over_current_is_a_fault_within_one_pulse(bench: Bench, channel: str, hz: float) -> None:
    at_work(bench, hz=hz)
    bench.ask(f"contact {channel} shorted")
    since = bench.cycle
    bench.keep(max(60, 2500 / hz), 10.0, hz)
    shown = [p for p in bench.recording.of(channel, since) if (p.measured_mv or 0) > 520]
    assert len(shown) == 1
    assert bench.recording.last_bridge_edge() <= shown[0].end
    assert bench.recording.last_high_voltage() <= shown[0].end + CYCLES_PER_MS
    assert bench.report.faults == Fault.OVER_CURRENT and bench.report.state == State.FAULT
    assert bench.report.refusals[Refusal.FAULT] > 0
    bench.ask(f"contact {channel} good")
    assert bench.off().state == State.FAULT
    bench.wait_for_cool_down()
    assert bench.report.state == State.OFF


def test_a_current_just_within_its_tolerance_is_neither_cut_nor_a_fault(bench: Bench) -> None:
    at_work(bench, 20.0)
    bench.keep(400, 20.0)
    # 20 mA may be 20 % and 1 mA more: 1000 codes.
    bench.ask("break extra 195")
    since = bench.cycle
    bench.keep(200, 20.0)
    assert bench.report.state == State.ON and 980 < bench.report.measured_a_codes <= 1000
    assert len(bench.recording.since(since)) > 18


def test_a_low_supply_is_told_and_an_empty_one_is_off_within_one_period(bench: Bench) -> None:
    at_work(bench)
    assert abs(bench.report.supply_mv - 7800) < 40
    bench.ask("battery 6700")
    bench.keep(100, 10.0)
    assert bench.report.flags & Flag.SUPPLY_LOW and bench.report.state == State.ON
    bench.ask("battery 6300")
    emptied = bench.cycle
    bench.keep(100, 10.0)
    period = CYCLES_PER_S / 50
    assert bench.recording.last_bridge_edge() <= emptied + period
    assert bench.recording.last_high_voltage() <= emptied + period
    assert (bench.report.state, bench.report.faults) == (State.FAULT, Fault.SUPPLY_EMPTY)


def test_an_empty_supply_stays_a_fault_until_it_is_full_again(bench: Bench) -> None:
    bench.ask("battery 6000")
    bench.run_ms(20)
    assert bench.off().state == State.FAULT
    bench.ask("battery 7500")
    bench.run_ms(20)
    assert bench.off().state == State.OFF


def test_contact_is_unknown_while_no_current_flows(bench: Bench) -> None:
    assert contacts(bench) == (Contact.UNKNOWN, Contact.UNKNOWN)
    at_work(bench, (10.0, 0.0))
    assert contacts(bench) == (Contact.GOOD, Contact.UNKNOWN)
    bench.keep(100, 0.0)
    assert contacts(bench) == (Contact.UNKNOWN, Contact.UNKNOWN)


def test_the_lamp_is_lit_with_the_high_voltage_and_blinks_in_a_fault(bench: Bench) -> None:
    def lamp(since: int) -> list[str]:
        return [event.rest for event in bench.recording.find("pin", "B0", since)]

    at = bench.cycle
    bench.arm()
    bench.keep(600, 5.0)
    assert lamp(at) == ["B0 1"]
    at = bench.cycle
    bench.off()
    bench.run_ms(600)
    assert lamp(at) == ["B0 0"]
    at = bench.cycle
    bench.ask("stop 1")
    bench.run_ms(1100)
    assert 4 <= len(lamp(at)) <= 5
