"""The rules that every run of the board must keep, checked from the edges after each test."""

from collections.abc import Iterator

from appliance.stimulator.reference import protocol
from tests.firmware.edges import CYCLES_PER_S, CYCLES_PER_US, Pulse, Recording

GAP_CYCLES = 2 * CYCLES_PER_US
INTERRUPT_US = 10
PASS_US = 500
CUT_WITHIN_CYCLES = 35 * CYCLES_PER_US
"""A conversion takes 24 us behind its sample, and its interrupt may wait for another."""
LONGEST_CYCLES = (2 * protocol.MAX_WIDTH_US + protocol.INTERPHASE_GAP_US + 2) * CYCLES_PER_US


def broken_rules(recording: Recording) -> list[str]:
    """Every rule that was broken so far, a line each."""
    uncut = [pulse for pulse in recording.pulses if not pulse.cut_by]
    if uncut and recording.events[-1].cycle - uncut[-1].at < LONGEST_CYCLES:
        # It may still be running.
        uncut.pop()
    unbalanced = [line for pulse in uncut for line in _faults_of(pulse)]
    too_long = [line for pulse in recording.pulses for line in _cut_late(pulse)]
    return [*recording.violations, *unbalanced, *too_long, *_too_steep(recording.pulses)]


def over_budget(measures: dict[str, int]) -> list[str]:
    """What took longer than it may in this run."""
    allowed = {"pass": PASS_US * CYCLES_PER_US, "vector": INTERRUPT_US * CYCLES_PER_US}
    return [
        f"{name}: {cycles} cycles"
        for name, cycles in measures.items()
        if cycles > allowed.get(name.partition("_")[0], cycles)
    ]


def _faults_of(pulse: Pulse) -> Iterator[str]:
    where = f"{pulse.at}: {pulse.channel}"
    if [phase.polarity for phase in pulse.phases] != [0, 1]:
        yield f"{where} has not one positive and one negative phase"
        return
    positive, negative = pulse.phases
    if positive.cycles != negative.cycles:
        yield f"{where} has phases of {positive.cycles} and {negative.cycles} cycles"
    if positive.code != negative.code:
        yield f"{where} has phases of {positive.code} and {negative.code} codes"
    gap = protocol.INTERPHASE_GAP_US * CYCLES_PER_US
    if abs(pulse.gap_cycles - gap) > GAP_CYCLES:
        yield f"{where} has a gap of {pulse.gap_cycles} cycles"


def _cut_late(pulse: Pulse) -> Iterator[str]:
    """Too much current ends the phase as soon as the ADC has converted it."""
    if pulse.cut_by != "current":
        return
    phase = pulse.phases[-1]
    if phase.fell > phase.sampled + CUT_WITHIN_CYCLES:
        yield f"{pulse.at}: {pulse.channel} goes on after too much current was measured"


def _too_steep(pulses: list[Pulse]) -> Iterator[str]:
    """The hard caps, and how much more a pulse may be than the one before."""
    before: dict[str, Pulse] = {}
    for pulse in pulses:
        where = f"{pulse.at}: {pulse.channel}"
        code, width_us = pulse.code, pulse.width_cycles / CYCLES_PER_US
        if code > protocol.MAX_AMPLITUDE_CODES:
            yield f"{where} is of {code} codes"
        # A chip that stands still in the middle of a phase is ended by the watchdog alone.
        if pulse.cut_by != "reset" and width_us > protocol.MAX_WIDTH_US + 1:
            yield f"{where} is {width_us} us wide"
        last = before.get(pulse.channel)
        if last is None and code > protocol.FIRST_PULSE_CODES:
            yield f"{where} begins with {code} codes"
        if last is not None:
            elapsed_s = (pulse.at - last.at) / CYCLES_PER_S
            rise = code - last.code
            if rise > max(protocol.RISE_CODES_PER_S * elapsed_s + 1, protocol.FIRST_PULSE_CODES):
                yield f"{where} rises by {rise} codes in {elapsed_s:.4f} s"
            if rise > protocol.STEP_CODES:
                yield f"{where} rises by {rise} codes in one pulse"
            more = pulse.code * width_us - last.code * last.width_cycles / CYCLES_PER_US
            if more > protocol.STEP_CHARGE_CODES_US + code and not (pulse.cut_by or last.cut_by):
                yield f"{where} has {more / protocol.CODES_PER_MA / 1000:.2f} uC more at once"
            if elapsed_s * protocol.MAX_FREQUENCY_CENTIHZ / 100 < 0.999:
                yield f"{where} follows after {elapsed_s:.5f} s"
        before[pulse.channel] = pulse
