"""The data exchanged with a board: set-points to it, reports from it.

`appliance.stimulator.port` is the interface that carries them.
"""

from enum import Enum
from functools import cached_property
from math import isfinite

from msgspec import Struct

from appliance.records import Fixed
from appliance.therapy.programs import Bursts, longest_period_s, mean_frequency_hz
from appliance.therapy.units import Pair, Unit


class Contact(Enum):
    """Whether a channel's pads conduct. At zero current no board can tell."""

    UNKNOWN = "unknown"
    GOOD = "good"
    OPEN = "open"


class BoardState(Enum):
    """The state that the board reports. `armed`: a live lease, no current yet."""

    UNKNOWN = "unknown"
    OFF = "off"
    ARMED = "armed"
    ON = "on"
    FAULT = "fault"


class Link(Enum):
    """The connection to the board. `up`: the board that the settings name has identified itself."""

    DOWN = "down"
    CONNECTING = "connecting"
    UP = "up"


class Output(Enum):
    """Whether current flows. A driver that cannot tell reports `unknown`, never `off`."""

    OFF = "off"
    ON = "on"
    UNKNOWN = "unknown"


class Ceilings(Fixed, frozen=True):
    """Upper bounds that the board holds until the next off, whatever later set-points say."""

    amplitude: float
    """In the board's unit."""
    pulse_width_us: int
    frequency_hz: float


class SetPoint(Struct, frozen=True):
    """What the board delivers until the lease runs out. Values are absolute, never increments.

    Only `appliance.session.gate` makes one. It is not a `Fixed`, because that has `but`: a changed
    copy would not have passed the gate.
    """

    frequency_hz: float
    amplitude: Pair
    """Peak of the pulses per channel, in the board's unit; 0 is rest, high voltage stays on."""
    pulse_width_us: int
    ceilings: Ceilings
    bursts: Bursts | None = None
    """Only for boards that deliver them; `frequency_hz` is then that within a burst."""

    @property
    def mean_frequency_hz(self) -> float:
        return mean_frequency_hz(self.frequency_hz, self.bursts)

    @property
    def longest_period_s(self) -> float:
        return longest_period_s(self.frequency_hz, self.bursts)


class Identity(Fixed, frozen=True, dict=True):
    """What a board is and can do, as it announced itself.

    What follows from its values is worked out once: the gate asks for it in every step.
    """

    driver: str
    firmware: str
    unit: Unit = Unit.MILLIAMPERE
    amplitude_step: float = 1.0
    """Smallest change of amplitude, in the unit."""
    maximum: float = 80.0
    """Largest amplitude, in the unit."""
    max_pulse_width_us: int = 400
    max_frequency_hz: float = 120.0
    channels: int = 2
    """With 1 it drives A alone."""
    senses_contact: bool = True
    measures_current: bool = False
    delivers_bursts: bool = False
    on_body: bool = True
    """False: its makers forbid the body; bench routines only."""
    research_only: bool = False
    serial: str = ""
    """The number of this one board; empty where none was written or the driver hears none."""

    @cached_property
    def is_sound(self) -> bool:
        """Whether each number makes sense: what a board announces crosses a wire.

        A board for a body has both channels: B's level would be shown, and nothing would flow.
        """
        if self.on_body and self.channels < 2:
            return False
        pulses = (float(self.max_pulse_width_us), self.max_frequency_hz)
        amplitudes = (self.amplitude_step, self.maximum)
        return all(isfinite(number) and number > 0.0 for number in pulses) and all(
            isfinite(number) and number >= 0.0 for number in amplitudes
        )

    @cached_property
    def board(self) -> str:
        """Which board this is. All boards of a driver that have no number count as one."""
        return f"{self.driver} {self.serial or 'without a number'}"


class Report(Fixed, frozen=True):
    """The newest report of the board. `at` is when it was received, seconds."""

    at: float = 0.0
    link: Link = Link.DOWN
    identity: Identity | None = None
    state: BoardState = BoardState.UNKNOWN
    output: Output = Output.UNKNOWN
    in_force: Pair = (0.0, 0.0)
    contact: tuple[Contact, Contact] = (Contact.UNKNOWN, Contact.UNKNOWN)
    measured: tuple[float | None, float | None] = (None, None)
    battery_v: float | None = None
    battery_low: bool = False
    faults: frozenset[str] = frozenset()
    """Ids of `appliance.session.faults` that hold now, those of the connection included."""
    asked_at: float | None = None
    """When the frame was sent that this report answers, seconds; None where no driver can tell."""
    agreed_at: float | None = None
    """When the board last echoed a set-point of the present arming, seconds."""
    refusals: int = 0
    """Set-points and frames that the board refused, as it counts them."""


def measured_of(report: Report) -> tuple[float | None, float | None]:
    """What flowed in the newest pulses, per channel; None where this board cannot measure."""
    identity = report.identity
    return report.measured if identity and identity.measures_current else (None, None)


NO_REPORT = Report()
