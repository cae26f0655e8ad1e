"""Programs: what is delivered over time, as phases."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from appliance.errors import TherapyError
from appliance.therapy import limits


class Kind(Enum):
    """What a program is for; the two have separate daily limits."""

    CONTRACTING = "contracting"
    COMFORT = "comfort"


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a program: a frequency, a pulse width and the shape of its contractions.

    `off_s` 0 means continuous: ramp up once, hold to the end of the phase, ramp down.
    `duration_s` None means whatever the stage leaves.
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

    def lay_out(self, minutes: float) -> tuple[Span, ...]:
        """The phases of a stage of `minutes`, one after the other, without a gap."""
        return tuple(self._spans(minutes * 60.0))

    def _spans(self, stage_s: float) -> Iterator[Span]:
        fixed_s = sum(phase.duration_s or 0.0 for phase in self.phases)
        filler_s = stage_s - fixed_s
        start_s = 0.0
        for phase in self.phases:
            duration_s = filler_s if phase.duration_s is None else phase.duration_s
            end_s = min(stage_s, start_s + duration_s)
            if end_s > start_s:
                yield Span(phase, start_s, end_s)
            start_s = end_s


def check_program(program: Program) -> None:
    """Raise TherapyError where a program breaks a rule of dose or a limit."""
    raise NotImplementedError
