"""The relays and wipers of a simulated openEMSstim, and the stimulator whose pulses they let by.

That stimulator is another device: it pulses on, as its own knobs are set, whether a relay
is closed or not. Here those are set so that 1 percent lets 1 mA by.
"""

import math

from appliance.simulator.boards.openemsstim.command_line import percent_of
from appliance.simulator.body import Body
from appliance.simulator.pulses import Change, Listeners, Pulse
from appliance.therapy.units import NEVER

MA_AT_ONE_PERCENT = 1.0
HZ = 50.0
WIDTH_US = 250
WEAKEST = 255


class RelayStage(Listeners):
    """Channels of relays and wipers behind one stimulator."""

    def __init__(self, body: Body, channels: int) -> None:
        super().__init__()
        self.body = body
        self.wipers = [WEAKEST] * channels
        self.closed = [False] * channels
        self.delivered = [0] * channels
        self._reported = [0.0] * channels
        self._begun = 0
        """Pulses that the stimulator has made by now."""

    @property
    def in_force(self) -> list[float]:
        """Amplitude of each channel's pulses, mA; 0 with open relays."""
        return [self._amplitude_ma(n) for n in range(len(self.closed))]

    def set_wiper(self, now: float, channel: int, wiper: int) -> None:
        self.wipers[channel] = wiper
        self._tell(now, channel, "set_point")

    def close(self, now: float, channel: int) -> None:
        self.closed[channel] = True
        self._tell(now, channel, "set_point")

    def open(self, now: float, channel: int, why: str) -> None:
        self.closed[channel] = False
        self._tell(now, channel, why)

    def next_pulse(self) -> float:
        """When a pulse comes by next; never with open relays."""
        return (self._begun + 1) / (2 * HZ) if any(self.closed) else NEVER

    def skip_to(self, now: float) -> None:
        """Count the pulses that the stimulator made meanwhile."""
        self._begun = max(self._begun, math.floor(now * 2 * HZ))

    def fire(self) -> None:
        """The two channels take turns."""
        self._begun += 1
        number = self._begun % 2
        if not self.closed[number]:
            return
        amplitude_ma = self._amplitude_ma(number)
        measured_ma = min(amplitude_ma, self.body.most_ma(number))
        self.delivered[number] += 1
        pulse = Pulse(self._begun / (2 * HZ), number, amplitude_ma, measured_ma, WIDTH_US, HZ)
        for listener in self.on_pulse:
            listener(pulse)

    def _amplitude_ma(self, channel: int) -> float:
        return percent_of(self.wipers[channel]) * MA_AT_ONE_PERCENT * self.closed[channel]

    def _tell(self, now: float, channel: int, why: str) -> None:
        amplitude_ma = self._amplitude_ma(channel)
        if amplitude_ma == self._reported[channel]:
            return
        self._reported[channel] = amplitude_ma
        change = Change(now, channel, amplitude_ma, HZ, WIDTH_US, why)
        for listener in self.on_change:
            listener(change)
