"""Pulses and changes of output of a simulated board, and the listeners to them."""

from collections.abc import Callable
from typing import NamedTuple

CHANNEL_NAMES = "AB345678"
"""The first two are those that the appliance uses."""


class Pulse(NamedTuple):
    """One delivered pulse: two phases of opposite sign with a gap between them."""

    at: float
    channel: int
    amplitude_ma: float
    """What the board meant to deliver."""
    measured_ma: float
    """What flowed."""
    width_us: int
    """Of the longer phase."""
    frequency_hz: float
    gap_us: int = 50
    net_charge_uc: float = 0.0
    """What the pulse leaves behind; 0 where both phases move as much."""
    bursts: tuple[int, int] = (0, 0)
    """A channel's pulses in each burst, and the milliseconds from burst to burst; 0: no bursts."""

    @property
    def charge_uc(self) -> float:
        """Charge of the longer phase, microcoulomb."""
        return self.measured_ma * self.width_us * 1e-3


class Change(NamedTuple):
    """A channel's delivered output is different from now on."""

    at: float
    channel: int
    amplitude_ma: float
    """Of the pulses; 0 in rest and when off."""
    frequency_hz: float
    width_us: int
    why: str
    """`ramp`, `set_point`, `rest`, or what switched off: `off`, `lease`, `open_lead`, ..."""


class Listeners:
    """Functions that are called with each pulse and each change."""

    def __init__(self) -> None:
        self.on_pulse: list[Callable[[Pulse], None]] = []
        self.on_change: list[Callable[[Change], None]] = []
