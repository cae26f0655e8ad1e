"""The output stage of a simulated ScienceMode device: which pulse comes when, and how strong.

One stage serves all channels, one after the other. The documents leave open how an update
meets a running channel; here the next pulse comes one new period after the last one.
"""

from dataclasses import dataclass
from typing import NamedTuple

from appliance.simulator.body import Body
from appliance.simulator.pulses import Change, Listeners, Pulse
from appliance.stimulator.sciencemode.pulses import Point, Train, Update
from appliance.therapy.units import LONG_AGO, NEVER

SHORTEST_POINT_US = 10
"""The device makes this of any shorter point."""
BETWEEN_PULSES_US = 60
"""What the stage needs for itself with each pulse."""


class Shape(NamedTuple):
    """A pulse at full strength."""

    points: tuple[tuple[float, int], ...] = ()
    """Current in mA and duration in us of each stretch."""
    peak_ma: float = 0.0
    width_us: int = 0
    """Duration of the longest stretch of one sign."""
    length_us: int = 0

    def net_charge_uc(self, factor: float, most_ma: float) -> float:
        """The net charge at this share of its strength, through pads that limit the current."""
        return sum(
            min(max(current * factor, -most_ma), most_ma) * duration * 1e-3
            for current, duration in self.points
        )


def shape_of(points: tuple[Point, ...]) -> Shape:
    """What the device makes of these points."""
    pairs = tuple((point.current_ma, max(point.duration_us, SHORTEST_POINT_US)) for point in points)
    widest = width = 0
    sign = 0.0
    for current, duration in pairs:
        if current * sign < 0:
            width = 0
        if current:
            sign = current
            width += duration
        widest = max(widest, width)
    peak_ma = max(abs(current) for current, _ in pairs)
    return Shape(pairs, peak_ma, widest, sum(duration for _, duration in pairs))


_NOTHING = Shape()


@dataclass(slots=True)
class _Channel:
    train: Train | None = None
    shape: Shape = _NOTHING
    due: float = NEVER
    last: float = LONG_AGO
    """When its last pulse began, seconds: pulses never come closer than a period."""
    pulses: int = 0
    """Since the channel was enabled."""
    reported: tuple[float, float, int] = (0.0, 0.0, 0)


class PulseStage(Listeners):
    """As many channels as the body has pads for."""

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body
        self.extra_ma = 0.0
        """What a defective stage drives above what it was asked for."""
        self.delivered = [0] * len(body.pads)
        """Pulses with current in them, per channel, so far."""
        self._channels = [_Channel() for _ in body.pads]
        self._busy_until = LONG_AGO

    @property
    def active(self) -> tuple[bool, ...]:
        """Which channels are enabled."""
        return tuple(channel.train is not None for channel in self._channels)

    @property
    def in_force(self) -> list[float]:
        """Amplitude of each channel's pulses, mA; 0 in rest and when off."""
        return [channel.reported[0] for channel in self._channels]

    def apply(self, now: float, update: Update) -> None:
        """From now on these trains, and nothing on every other channel."""
        wanted = {train.channel - 1: train for train in update.trains}
        for number in range(len(self._channels)):
            if number in wanted:
                self._drive(now, number, wanted[number])
            else:
                self.disable(now, number, "rest")

    def disable(self, now: float, number: int, why: str) -> None:
        """Begin no pulse any more on this channel."""
        channel = self._channels[number]
        channel.train = None
        channel.due = NEVER
        self._rest(now, number, why)

    def stop(self, now: float, why: str) -> None:
        """Begin no pulse any more."""
        for number in range(len(self._channels)):
            self.disable(now, number, why)

    def next_pulse(self) -> float:
        """When the next pulse begins."""
        due = min(channel.due for channel in self._channels)
        return max(due, self._busy_until)

    def fire(self) -> Pulse | None:
        """Deliver the pulse that is due; None where it has no current in it."""
        at = self.next_pulse()
        number = min(range(len(self._channels)), key=lambda one: self._channels[one].due)
        channel = self._channels[number]
        train, shape = channel.train, channel.shape
        if train is None:
            return None
        channel.last, channel.due = at, at + train.period_s
        rising = channel.pulses < train.ramp_pulses
        factor = (channel.pulses + 1) / (train.ramp_pulses + 1) if rising else 1.0
        channel.pulses += 1
        self._busy_until = at + (shape.length_us + BETWEEN_PULSES_US) * 1e-6
        if not shape.peak_ma:
            return None
        pulse = self._pulse(at, number, factor)
        self._deliver(pulse, "ramp" if rising else "set_point")
        return pulse

    def _drive(self, now: float, number: int, train: Train) -> None:
        channel = self._channels[number]
        if channel.train is None:
            channel.pulses = 0
        if channel.train is None or channel.train.points != train.points:
            channel.shape = shape_of(train.points)
        channel.train = train
        channel.due = max(now, channel.last + train.period_s)
        if not channel.shape.peak_ma:
            self._rest(now, number, "rest")

    def _pulse(self, at: float, number: int, factor: float) -> Pulse:
        channel = self._channels[number]
        shape, most_ma = channel.shape, self.body.most_ma(number)
        amplitude_ma = shape.peak_ma * factor
        return Pulse(
            at,
            number,
            amplitude_ma,
            min(amplitude_ma + self.extra_ma, most_ma),
            shape.width_us,
            round(4000 / channel.train.period_quarter_ms, 3) if channel.train else 0.0,
            shape.length_us - 2 * shape.width_us,
            shape.net_charge_uc(factor, most_ma),
        )

    def _deliver(self, pulse: Pulse, why: str) -> None:
        self.delivered[pulse.channel] += 1
        for listener in self.on_pulse:
            listener(pulse)
        reported = (pulse.amplitude_ma, pulse.frequency_hz, pulse.width_us)
        if reported != self._channels[pulse.channel].reported:
            self._report(pulse.at, pulse.channel, reported, why)

    def _rest(self, now: float, number: int, why: str) -> None:
        before, hertz, width_us = self._channels[number].reported
        if before:
            self._report(now, number, (0.0, hertz, width_us), why)

    def _report(self, at: float, number: int, reported: tuple[float, float, int], why: str) -> None:
        self._channels[number].reported = reported
        change = Change(at, number, *reported, why)
        for listener in self.on_change:
            listener(change)
