"""Programs: what is delivered over time, as phases."""

import math
from collections.abc import Iterator
from enum import Enum
from functools import cached_property

from appliance.records import Fixed
from appliance.therapy import limits
from appliance.therapy.publications import Publication

TWITCH_HZ = 10.0
"""Up to this frequency each pulse is a twitch of its own. Above it the pulses fuse into a lasting
contraction, which needs off times."""
UNRESTED_PHASE_CHARGE_UC = 6.0
"""Charge of a phase up to which continuous pulses do not contract: 33 mA at 180 us. An own
value, between where conventional TENS is felt and where large muscles contract."""


class Kind(Enum):
    """What a program is for; the first two have separate daily limits."""

    CONTRACTING = "contracting"
    COMFORT = "comfort"
    BENCH = "bench"
    """Into a dummy load only; not counted in any person's day."""


class Timing(Fixed, frozen=True):
    """When a channel contracts in a cycle: its ramp's foot after `delay_s`, and the shape."""

    delay_s: float
    ramp_up_s: float
    hold_s: float
    ramp_down_s: float

    @property
    def on_s(self) -> float:
        return self.ramp_up_s + self.hold_s + self.ramp_down_s


class ActiveRest(Fixed, frozen=True):
    """Twitches in the off time: weaker and slower than the contractions on either side."""

    frequency_hz: float
    pulse_width_us: int
    fraction: float
    """Of the level."""


class Modulation(Fixed, frozen=True):
    """How the pulses of a continuous phase become less, and come back, in each `period_s`.

    They are as the phase says for `top_s`. Then they go down to the least values and back, or,
    where `is_random`, to a value in between that differs from period to period.
    """

    least_frequency_hz: float
    least_pulse_width_us: int
    period_s: float
    top_s: float
    is_random: bool = False


class Bursts(Fixed, frozen=True):
    """Pulses in bursts: at the phase's frequency within a burst, and none between two."""

    pulses: int
    """Of a channel in each burst."""
    rate_hz: float
    """Bursts a second."""


def mean_frequency_hz(frequency_hz: float, bursts: Bursts | None) -> float:
    """Pulses of a channel a second, the gaps between bursts included."""
    return frequency_hz if bursts is None else bursts.pulses * bursts.rate_hz


def longest_period_s(frequency_hz: float, bursts: Bursts | None) -> float:
    """The longest time from a pulse to the next one, or a little more: a whole burst's period."""
    return 1.0 / (frequency_hz if bursts is None else bursts.rate_hz)


class Phase(Fixed, frozen=True, dict=True):
    """One phase of a program: a frequency, a pulse width and the shape of its contractions.

    `off_s` 0 means continuous: ramp up once, hold to the end of the phase, ramp down.
    `duration_s` and `contractions` None mean whatever the stage leaves. `short_off_s` is the off
    time for the experienced, where the program has one. A pause delivers nothing; its pulses
    are those of the phase before, so that a pause itself changes no pulses. What follows from
    its values is worked out once: every step of a session asks for it.
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
    contractions: int | None = None
    """How often it contracts, instead of `duration_s`."""
    active_rest: ActiveRest | None = None
    alternating: bool = False
    """B contracts half a cycle after A."""
    b: Timing | None = None
    """When and how B contracts, where that is not as A does."""
    modulation: Modulation | None = None
    bursts: Bursts | None = None
    """None: an even stream of pulses."""
    is_pause: bool = False
    waits: bool = False
    """Output is off before it begins, until the person goes on."""

    @cached_property
    def continuous(self) -> bool:
        return self.off_s == 0

    @cached_property
    def rest_shares(self) -> tuple[float, float]:
        """Seconds of rest for each second of contraction, of channel A and of channel B.

        0 where a channel never contracts, as in a pause.
        """
        a, b = ((self.cycle_s - t.on_s) / t.on_s if t.on_s else 0.0 for t in self.timings)
        return a, b

    @cached_property
    def timings(self) -> tuple[Timing, Timing]:
        """Of channel A and of channel B."""
        a = Timing(0.0, self.ramp_up_s, self.hold_s, self.ramp_down_s)
        if self.alternating:
            return a, a.but(delay_s=self.cycle_s / 2.0)
        return a, self.b or a

    @cached_property
    def busy_s(self) -> float:
        """From the foot of a cycle to the end of its last contraction."""
        return max(timing.delay_s + timing.on_s for timing in self.timings)

    @property
    def lasts_s(self) -> float | None:
        """Its own duration; None where it fills the stage."""
        if self.contractions is not None:
            return self.contractions * self.cycle_s
        return self.duration_s

    @cached_property
    def on_s(self) -> float:
        """Ramp up, hold and ramp down of one contraction."""
        return self.ramp_up_s + self.hold_s + self.ramp_down_s

    @cached_property
    def cycle_s(self) -> float:
        return self.on_s + self.off_s


def uncounted_current_ma(phase: Phase, kind: Kind) -> float:
    """The largest current of a phase that has no rests or is not counted as contracting, mA.

    Above the twitch frequency pulses fuse: without rests they may be felt, as TENS is, and not
    contract. Bursts count by the frequency within a burst, although each may be felt as a twitch.
    A comfort program is not counted as contracting, so none of its pulses may
    contract, twitches included. The phase charge decides this; the name does not.
    Infinite for contractions with rests, and for the twitches of a program that is counted.
    """
    twitches = phase.frequency_hz <= TWITCH_HZ
    if kind is not Kind.COMFORT and (twitches or not phase.continuous):
        return math.inf
    return UNRESTED_PHASE_CHARGE_UC / limits.phase_charge_uc(1.0, phase.pulse_width_us)


def reached_ma(phase: Phase) -> float:
    """The highest level, mA, that the output reaches in the shortest contraction of a phase.

    A higher level would not be felt here, and the next phase might reach it without a hand.
    Infinite for a pause, and for a continuous phase that fills what the others leave.
    """
    if phase.is_pause:
        return math.inf
    pulses_hz = mean_frequency_hz(phase.frequency_hz, phase.bursts)
    rise_ma_s = min(limits.OUTPUT_RISE_MA_S, limits.PULSE_RISE_MA * pulses_hz)
    if phase.continuous:
        rises_s = (phase.lasts_s or math.inf) - phase.ramp_down_s
    else:
        rises_s = min(timing.ramp_up_s + timing.hold_s for timing in phase.timings)
    return rise_ma_s * rises_s / phase.fraction


def permitted_level(
    phase: Phase, kind: Kind, pad_cm2: float | None, lowest: limits.Permitted
) -> limits.Permitted:
    """The highest level, mA, that a phase lets through, and the rule that sets it.

    `lowest` is what holds without the phase, and `pad_cm2` the smallest pad in use.
    """
    width_us, hz = phase.pulse_width_us, phase.frequency_hz
    lowest = limits.permitted_current_ma(width_us, hz, pad_cm2, *lowest)
    uncounted_ma, highest_ma = uncounted_current_ma(phase, kind), reached_ma(phase)
    if uncounted_ma < lowest[0]:
        # A phase that must not contract the muscle is limited by its charge.
        lowest = uncounted_ma, limits.Reason.CHARGE
    return (highest_ma, limits.Reason.RISE) if highest_ma < lowest[0] else lowest


class Span(Fixed, frozen=True):
    """A phase laid out in a stage: from `start_s` to `end_s` of delivered time."""

    phase: Phase
    start_s: float
    end_s: float


class Program(Fixed, frozen=True):
    """Phases in order. At most one has no duration of its own and fills the stage."""

    id: str
    kind: Kind
    phases: tuple[Phase, ...]
    publication: Publication | None = None

    @property
    def longest_s(self) -> float:
        """The longest stage that this fills without a phase that lasts longer than it says."""
        durations = [phase.lasts_s for phase in self.phases]
        return sum(math.inf if one is None else one for one in durations)

    def with_short_rests(self) -> "Program":
        """The same program with the off times for the experienced, where it has them."""
        return self.but(
            phases=tuple(
                phase if phase.short_off_s is None else phase.but(off_s=phase.short_off_s)
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
        fixed_s = sum(phase.lasts_s or 0.0 for phase in self.phases)
        filler_s = max(0.0, stage_s - fixed_s)
        start_s = 0.0
        for number, phase in enumerate(self.phases, start=1):
            duration_s = filler_s if phase.lasts_s is None else phase.lasts_s
            last = number == len(self.phases)
            end_s = stage_s if last else min(stage_s, start_s + duration_s)
            if end_s > start_s:
                yield Span(phase, start_s, end_s)
            start_s = end_s
