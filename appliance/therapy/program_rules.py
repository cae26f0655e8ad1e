"""The rules that a program has to keep: dose, limits, and what no change may raise."""

from appliance.errors import TherapyError
from appliance.therapy import limits
from appliance.therapy.programs import TWITCH_HZ, Kind, Modulation, Phase, Program, Timing

LEAST_FREQUENCY_HZ = 1.0
LEAST_PULSE_WIDTH_US = 50
LEAST_RAMP_UP_S = 0.2
"""A stronger level takes longer by itself: the output rises by at most 40 mA a second."""
LEAST_HOLD_S = 1.0
LEAST_OFF_S = 1.0
LEAST_TOP_S = 1.0
"""Least time of a modulation at its strongest, because only there the hand may turn up."""
MOST_RAMP_S = 10.0
MOST_HOLD_S = 40.0
MOST_OFF_S = 120.0
MOST_PERIOD_S = 60.0
LEAST_BURST_PULSES, MOST_BURST_PULSES = 2, 25
LEAST_BURSTS_HZ = 1.0
MOST_BURSTS_HZ = TWITCH_HZ
MOST_CONTRACTIONS = 200
MOST_PHASES = 100
"""Of a program, with its groups written out."""


def check_program(program: Program) -> None:
    """Raise TherapyError where a program breaks a rule of dose or a limit."""
    if not program.phases:
        raise TherapyError(f"program {program.id}: it has no phases")
    if len(program.phases) > MOST_PHASES:
        raise TherapyError(
            f"program {program.id}: {len(program.phases)} phases with every repetition: allowed"
            f" is up to {MOST_PHASES}"
        )
    if sum(phase.lasts_s is None for phase in program.phases) > 1:
        raise TherapyError(
            f"program {program.id}: more than one phase without duration_s; one can fill the stage"
        )
    if program.phases[0].is_pause or program.phases[0].waits:
        raise TherapyError(
            f"program {program.id}, phase {program.phases[0].name}: the first phase cannot be a"
            " pause or wait; a stage begins when the person starts it"
        )
    for phase in program.phases:
        where = f"program {program.id}, phase {phase.name}"
        if not phase.is_pause:
            _check_pulses(phase, where)
            _check_shape(phase, where)
            _check_rests(phase, program.kind, where)
            _check_channels(phase, where)
            _check_active_rest(phase, where)
            _check_modulation(phase, where)
            _check_bursts(phase, where)
        _check_duration(phase, where)


def _within(where: str, key: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:  # also refuses NaN
        raise TherapyError(f"{where}: {key} = {value:g}: allowed is {least:g} to {most:g}")


def _check_pulses(phase: Phase, where: str) -> None:
    frequency_hz, width_us = phase.frequency_hz, phase.pulse_width_us
    _within(where, "frequency_hz", frequency_hz, LEAST_FREQUENCY_HZ, limits.HARD_FREQUENCY_HZ)
    _within(where, "pulse_width_us", width_us, LEAST_PULSE_WIDTH_US, limits.HARD_PULSE_WIDTH_US)
    charge_uc = limits.phase_charge_uc(limits.HARD_CURRENT_MA, width_us)
    if charge_uc > limits.HARD_PHASE_CHARGE_UC:
        raise TherapyError(
            f"{where}: {charge_uc:.1f} uC a phase at {limits.HARD_CURRENT_MA:g} mA:"
            f" allowed is up to {limits.HARD_PHASE_CHARGE_UC:g} uC"
        )
    density_ma_cm2 = limits.half_pad_density_ma_cm2(
        limits.HARD_CURRENT_MA, width_us, frequency_hz, limits.SMALLEST_PAD_CM2
    )
    if density_ma_cm2 > limits.HARD_DENSITY_MA_CM2:
        raise TherapyError(
            f"{where}: {density_ma_cm2:.2f} mA/cm2 on half of the smallest pad at"
            f" {limits.HARD_CURRENT_MA:g} mA: allowed is up to {limits.HARD_DENSITY_MA_CM2:g}"
        )


def _check_shape(phase: Phase, where: str) -> None:
    if not 0 < phase.fraction <= 1:
        raise TherapyError(
            f"{where}: fraction = {phase.fraction:g}: allowed is more than 0, up to 1"
        )
    _within(where, "ramp_up_s", phase.ramp_up_s, LEAST_RAMP_UP_S, MOST_RAMP_S)
    _within(where, "ramp_down_s", phase.ramp_down_s, 0.0, MOST_RAMP_S)


def _check_rests(phase: Phase, kind: Kind, where: str) -> None:
    if phase.continuous:
        if phase.hold_s != 0:
            raise TherapyError(f"{where}: hold_s has no meaning where off_s is 0; leave it out")
        if kind is Kind.CONTRACTING and phase.frequency_hz > TWITCH_HZ:
            raise TherapyError(
                f"{where}: {phase.frequency_hz:g} Hz without a rest: above {TWITCH_HZ:g} Hz a"
                f" contracting program needs off_s of at least {LEAST_OFF_S:g}"
            )
        return
    if kind is Kind.COMFORT:
        raise TherapyError(
            f"{where}: off_s = {phase.off_s:g}: contractions with rests are of kind"
            ' "contracting"; allowed in a comfort program is 0'
        )
    _within(where, "hold_s", phase.hold_s, LEAST_HOLD_S, MOST_HOLD_S)
    _within(where, "off_s", phase.off_s, LEAST_OFF_S, MOST_OFF_S)
    if phase.short_off_s is not None:
        _within(where, "short_off_s", phase.short_off_s, LEAST_OFF_S, phase.off_s)


def _check_channels(phase: Phase, where: str) -> None:
    if not phase.alternating and phase.b is None:
        return
    if phase.alternating and phase.b is not None:
        raise TherapyError(f"{where}: alternating and b exclude each other; leave one out")
    if phase.continuous:
        raise TherapyError(
            f"{where}: alternating and b are about contractions; a phase with off_s = 0 has none"
        )
    if phase.active_rest is not None:
        raise TherapyError(
            f"{where}: active_rest: both channels have one frequency, so B cannot contract while A"
            " twitches; leave out active_rest, or alternating and b"
        )
    _check_b(phase.timings[1], phase.cycle_s, where, phase.alternating)
    if phase.short_off_s is not None:
        short_s = phase.on_s + phase.short_off_s
        b = phase.timings[1]
        _check_b(_moved(b, short_s / 2.0) if phase.alternating else b, short_s, where, True)


def _moved(timing: Timing, delay_s: float) -> Timing:
    return Timing(delay_s, timing.ramp_up_s, timing.hold_s, timing.ramp_down_s)


def _check_b(b: Timing, cycle_s: float, where: str, derived: bool) -> None:
    if not derived:
        _within(where, "b.delay_s", b.delay_s, 0.0, cycle_s)
        _within(where, "b.ramp_up_s", b.ramp_up_s, LEAST_RAMP_UP_S, MOST_RAMP_S)
        _within(where, "b.hold_s", b.hold_s, LEAST_HOLD_S, MOST_HOLD_S)
        _within(where, "b.ramp_down_s", b.ramp_down_s, 0.0, MOST_RAMP_S)
    if b.delay_s + b.on_s > cycle_s or b.on_s + LEAST_OFF_S > cycle_s:
        raise TherapyError(
            f"{where}: B would end {b.delay_s + b.on_s:g} s after A's foot in a cycle of"
            f" {cycle_s:g} s: allowed is to end within the cycle, with a rest of {LEAST_OFF_S:g} s"
        )


def _check_active_rest(phase: Phase, where: str) -> None:
    rest = phase.active_rest
    if rest is None:
        return
    if phase.continuous:
        raise TherapyError(
            f"{where}: active_rest fills the off time; a phase with off_s = 0 has none"
        )
    most_hz = min(TWITCH_HZ, phase.frequency_hz)
    _within(where, "active_rest.frequency_hz", rest.frequency_hz, LEAST_FREQUENCY_HZ, most_hz)
    width_us, most_us = rest.pulse_width_us, phase.pulse_width_us
    _within(where, "active_rest.pulse_width_us", width_us, LEAST_PULSE_WIDTH_US, most_us)
    if not 0 < rest.fraction <= phase.fraction:
        raise TherapyError(
            f"{where}: active_rest.fraction = {rest.fraction:g}: allowed is more than 0, up to"
            f" {phase.fraction:g}, the fraction of the contractions"
        )


def _check_modulation(phase: Phase, where: str) -> None:
    modulation = phase.modulation
    if modulation is None:
        return
    if not phase.continuous:
        raise TherapyError(
            f"{where}: modulation is for phases with off_s = 0; a contraction keeps its pulses"
        )
    _check_least(phase, modulation, where)
    _within(where, "modulation.top_s", modulation.top_s, LEAST_TOP_S, MOST_PERIOD_S)
    least_s = modulation.top_s + 1.0
    _within(where, "modulation.period_s", modulation.period_s, least_s, MOST_PERIOD_S)


def _check_least(phase: Phase, modulation: Modulation, where: str) -> None:
    """A modulation only lowers, so its bounds lie below what the phase says."""
    hz, width_us = modulation.least_frequency_hz, modulation.least_pulse_width_us
    most_hz, most_us = phase.frequency_hz, phase.pulse_width_us
    _within(where, "modulation.least_frequency_hz", hz, LEAST_FREQUENCY_HZ, most_hz)
    _within(where, "modulation.least_pulse_width_us", width_us, LEAST_PULSE_WIDTH_US, most_us)


def _check_bursts(phase: Phase, where: str) -> None:
    bursts = phase.bursts
    if bursts is None:
        return
    if phase.active_rest is not None or phase.modulation is not None:
        raise TherapyError(
            f"{where}: bursts exclude active_rest and modulation; leave one of them out"
        )
    _within(where, "bursts.rate_hz", bursts.rate_hz, LEAST_BURSTS_HZ, MOST_BURSTS_HZ)
    # Two periods at least stay free, so that a burst has an end.
    most = min(MOST_BURST_PULSES, int(phase.frequency_hz / bursts.rate_hz) - 2)
    if most < LEAST_BURST_PULSES:
        raise TherapyError(
            f"{where}: {bursts.rate_hz:g} bursts a second of {phase.frequency_hz:g} Hz leave no gap"
            f" between them: allowed is a frequency_hz of at least {4 * bursts.rate_hz:g}"
        )
    _within(where, "bursts.pulses", bursts.pulses, LEAST_BURST_PULSES, most)


def _check_duration(phase: Phase, where: str) -> None:
    most_s = limits.HARD_MINUTES_PER_SITE * 60.0
    if phase.contractions is not None:
        if phase.duration_s is not None:
            raise TherapyError(
                f"{where}: contractions and duration_s exclude each other; leave one out"
            )
        if phase.continuous:
            raise TherapyError(
                f"{where}: contractions are counted only where off_s is above 0; use duration_s"
            )
        _within(where, "contractions", phase.contractions, 1, MOST_CONTRACTIONS)
        _within(where, "contractions in seconds", phase.lasts_s or 0.0, 1.0, most_s)
    if phase.duration_s is not None:
        key = "pause_s" if phase.is_pause else "duration_s"
        least_s = 1.0 if phase.is_pause else max(1.0, phase.busy_s)
        _within(where, key, phase.duration_s, least_s, most_s)
