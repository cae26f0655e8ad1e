"""The simulated reference board's output stage: which pulse comes when, and how strong."""

from appliance.simulator.body import Body
from appliance.simulator.pulses import Change, Listeners, Pulse
from appliance.stimulator.reference.protocol import (
    CODES_PER_MA,
    FIRST_PULSE_CODES,
    INTERPHASE_GAP_US,
    RISE_CODES_PER_S,
)
from appliance.therapy.units import LONG_AGO, NEVER


class OutputStage(Listeners):
    """Two channels, one frequency, B half a period after A. Amplitudes in DAC codes."""

    def __init__(self, body: Body) -> None:
        super().__init__()
        self.body = body
        self.extra_codes = 0
        """What a defective stage drives above what the DAC says."""
        self.in_force = [0, 0]
        """Amplitude of each channel's last pulse, or less where less was asked since."""
        self.measured = [0, 0]
        self.widths_us = [0, 0]
        self.centihz = 0
        self._targets = [0, 0]
        self._slots = [NEVER, NEVER]
        self._last = [LONG_AGO, LONG_AGO]
        self._period_s = 0.0
        self._told: list[tuple[int, int, int]] = [(0, 0, 0), (0, 0, 0)]

    def apply(
        self, now: float, centihz: int, targets: tuple[int, int], widths_us: tuple[int, int]
    ) -> None:
        """Head for these amplitudes: down at once, up from pulse to pulse."""
        if not any(targets):
            self._slots = [NEVER, NEVER]
        elif centihz != self.centihz or self._slots[0] == NEVER:
            self._align(now, 100 / centihz)
        self.centihz = centihz
        self.widths_us = list(widths_us)
        self._targets = list(targets)
        for channel, target in enumerate(targets):
            self.in_force[channel] = min(self.in_force[channel], target)
            if not target:
                self._rest(now, channel, "rest")

    def stop(self, now: float, why: str) -> None:
        """Begin no pulse any more."""
        self._targets = [0, 0]
        self._slots = [NEVER, NEVER]
        self.centihz = 0
        self.widths_us = [0, 0]
        for channel in (0, 1):
            self.in_force[channel] = 0
            self._rest(now, channel, why)

    def next_pulse(self) -> float:
        """When the next pulse may be due; never in rest."""
        return min(self._slots)

    def fire(self, end: float) -> int | None:
        """Deliver the pulse that is due.

        The channel, or None where that one rests or the pulse could not end before `end`.
        """
        channel = 0 if self._slots[0] <= self._slots[1] else 1
        at = self._slots[channel]
        self._slots[channel] = at + self._period_s
        length_s = (2 * self.widths_us[channel] + INTERPHASE_GAP_US) * 1e-6
        if not self._targets[channel] or at + length_s > end:
            return None
        self._deliver(at, channel)
        return channel

    def asked(self, channel: int) -> int:
        return self._targets[channel]

    def _align(self, now: float, period_s: float) -> None:
        # However often the host changes its mind, no two pulses of a channel come closer
        # than one period.
        self._period_s = period_s
        first = max(now, self._last[0] + period_s, self._last[1] + period_s / 2)
        self._slots = [first, first + period_s / 2]

    def _deliver(self, at: float, channel: int) -> None:
        amplitude = min(self._targets[channel], self._most(at, channel))
        self._last[channel] = at
        self.in_force[channel] = amplitude
        flows_at_most = int(self.body.most_ma(channel) * CODES_PER_MA)
        measured = min(amplitude + self.extra_codes, flows_at_most)
        self.measured[channel] = measured
        self._tell_pulse(at, channel, amplitude, measured)
        told = (amplitude, self.centihz, self.widths_us[channel])
        if told != self._told[channel]:
            why = "set_point" if amplitude == self._targets[channel] else "ramp"
            self._tell(at, channel, told, why)

    def _most(self, at: float, channel: int) -> int:
        """What the rise of 40 mA/s allows this pulse."""
        before = self.in_force[channel]
        if not before:
            return FIRST_PULSE_CODES
        elapsed_s = min(at - self._last[channel], self._period_s)
        return before + int(elapsed_s * RISE_CODES_PER_S + 1e-6)

    def _rest(self, now: float, channel: int, why: str) -> None:
        self.measured[channel] = 0
        if self._told[channel][0]:
            self._tell(now, channel, (0, self.centihz, self.widths_us[channel]), why)

    def _tell_pulse(self, at: float, channel: int, amplitude: int, measured: int) -> None:
        if self.on_pulse:
            width_us, hertz = self.widths_us[channel], self.centihz / 100
            amplitude_ma, measured_ma = amplitude / CODES_PER_MA, measured / CODES_PER_MA
            pulse = Pulse(at, channel, amplitude_ma, measured_ma, width_us, hertz)
            for listener in self.on_pulse:
                listener(pulse)

    def _tell(self, at: float, channel: int, told: tuple[int, int, int], why: str) -> None:
        self._told[channel] = told
        amplitude, centihz, width_us = told
        change = Change(at, channel, amplitude / CODES_PER_MA, centihz / 100, width_us, why)
        for listener in self.on_change:
            listener(change)
