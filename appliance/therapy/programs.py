"""Programs: what is delivered over time, as phases."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from appliance.errors import TherapyError
from appliance.therapy import limits

LEAST_FREQUENCY_HZ = 1.0
LEAST_PULSE_WIDTH_US = 50
LEAST_HOLD_S = 1.0
LEAST_OFF_S = 1.0
TWITCH_HZ = 10.0
"""Up to this frequency each pulse is a twitch of its own. Above it the pulses fuse into a lasting
contraction, which needs off times."""
UNRESTED_PHASE_CHARGE_UC = 6.0
"""Charge of a phase up to which continuous pulses do not contract: 33 mA at 180 us. An own
value, between where conventional TENS is felt and where large muscles contract."""
MOST_RAMP_S = 10.0
MOST_HOLD_S = 40.0
MOST_OFF_S = 120.0


class Kind(Enum):
    """What a program is for; the first two have separate daily limits."""

    CONTRACTING = "contracting"
    COMFORT = "comfort"
    BENCH = "bench"
    """Into a dummy load only; not counted in any person's day."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a program: a frequency, a pulse width and the shape of its contractions.

    `off_s` 0 means continuous: ramp up once, hold to the end of the phase, ramp down.
    `duration_s` None means whatever the stage leaves. `short_off_s` is the off time for
    the experienced, where the program has one.
    """

    name: str
    frequency_hz: float
    pulse_width_us: int
    ramp_up_s: float
    hold_s: float
    ramp_down_s: float
    off_s: float
    fraction: float = 1.0
    duration_s: float | None = None
    short_off_s: float | None = None

    @property
    def continuous(self) -> bool:
        return self.off_s == 0

    @property
    def on_s(self) -> float:
        """Ramp up, hold and ramp down of one contraction."""
        return self.ramp_up_s + self.hold_s + self.ramp_down_s

    @property
    def cycle_s(self) -> float:
        return self.on_s + self.off_s


def uncounted_current_ma(phase: Phase, kind: Kind) -> float:
    """The largest current of a phase that has no rests or is not counted as contracting, mA.

    Above the twitch frequency pulses fuse: without rests they may be felt, as TENS is, and not
    contract. A comfort program is not counted as contracting, so none of its pulses may
    contract, twitches included. The phase charge decides this; the name does not.
    Infinite for contractions with rests, and for the twitches of a program that is counted.
    """
    twitches = phase.frequency_hz <= TWITCH_HZ
    if kind is not Kind.COMFORT and (twitches or not phase.continuous):
        return math.inf
    return UNRESTED_PHASE_CHARGE_UC / limits.phase_charge_uc(1.0, phase.pulse_width_us)


@dataclass(frozen=True, slots=True)
class Span:
    """A phase laid out in a stage: from `start_s` to `end_s` of delivered time."""

    phase: Phase
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Program:
    """Phases in order. At most one has no duration of its own and fills the stage."""

    id: str
    kind: Kind
    phases: tuple[Phase, ...]

    @property
    def longest_s(self) -> float:
        """The longest stage that this fills without a phase that lasts longer than it says."""
        durations = [phase.duration_s for phase in self.phases]
        return sum(math.inf if one is None else one for one in durations)

    def with_short_rests(self) -> "Program":
        """The same program with the off times for the experienced, where it has them."""
        return replace(
            self,
            phases=tuple(
                phase if phase.short_off_s is None else replace(phase, off_s=phase.short_off_s)
                for phase in self.phases
            ),
        )

    def lay_out(self, minutes: float) -> tuple[Span, ...]:
        """The phases of a stage of `minutes`, one after the other, without a gap.

        A stage that is too short for every phase is cut at its end, so that it never works
        without the warm-up before. Where nothing fills the stage, the last phase lasts.
        """
        return tuple(self._spans(minutes * 60.0))

    def _spans(self, stage_s: float) -> Iterator[Span]:
        fixed_s = sum(phase.duration_s or 0.0 for phase in self.phases)
        filler_s = max(0.0, stage_s - fixed_s)
        start_s = 0.0
        for phase in self.phases:
            duration_s = filler_s if phase.duration_s is None else phase.duration_s
            last = phase is self.phases[-1]
            end_s = stage_s if last else min(stage_s, start_s + duration_s)
            if end_s > start_s:
                yield Span(phase, start_s, end_s)
            start_s = end_s


def check_program(program: Program) -> None:
    """Raise TherapyError where a program breaks a rule of dose or a limit."""
    if not program.phases:
        raise TherapyError(f"program {program.id}: it has no phases")
    if sum(phase.duration_s is None for phase in program.phases) > 1:
        raise TherapyError(
            f"program {program.id}: more than one phase without duration_s; one can fill the stage"
        )
    for phase in program.phases:
        where = f"program {program.id}, phase {phase.name}"
        _check_pulses(phase, where)
        _check_shape(phase, where)
        _check_rests(phase, program.kind, where)
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
    # For the hard limit, not for today's settings: a program that was checked stays good
    # when somebody raises the limit.
    least_ramp_s = limits.HARD_CURRENT_MA * phase.fraction / limits.OUTPUT_RISE_MA_S
    _within(where, "ramp_up_s", phase.ramp_up_s, least_ramp_s, MOST_RAMP_S)
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


def _check_duration(phase: Phase, where: str) -> None:
    if phase.duration_s is None:
        return
    most_s = limits.HARD_MINUTES_PER_SITE * 60.0
    _within(where, "duration_s", phase.duration_s, max(1.0, phase.on_s), most_s)
