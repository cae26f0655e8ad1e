"""The simulated reference board's output stage: which pulse comes when, and how strong."""

from typing import NamedTuple

from appliance.simulator.body import Body
from appliance.simulator.pulses import Change, Listeners, Pulse
from appliance.stimulator.reference.protocol import (
    CODES_PER_MA,
    FIRST_PULSE_CODES,
    INTERPHASE_GAP_US,
    OPEN_LEAD_FROM_CODES,
    RISE_CODES_PER_S,
    SHORT_CODES,
    SHORT_PERCENT,
    STEP_CHARGE_CODES_US,
    STEP_CODES,
)
from appliance.therapy.units import LONG_AGO, NEVER

_LATE_S = 0.002


class Form(NamedTuple):
    """At what frequency pulses follow, without an end or in bursts."""

    centihz: int = 0
    burst_pulses: int = 0
    """0: no bursts."""
    burst_ms: int = 0
    """From the begin of a burst to that of the next."""

    @property
    def bursts(self) -> tuple[int, int]:
        return self.burst_pulses, self.burst_ms

    def is_other(self, asked: "Form") -> bool:
        """Whether the bursts of `asked` differ from these: none against some, or another form."""
        return asked.bursts != self.bursts or (self.burst_pulses > 0 and asked != self)


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
        """Current of the positive phase of each channel's last pulse."""
        self.negative = [0, 0]
        """The same of the negative phase."""
        self.missing_negative = False
        """A defective stage makes no negative phase."""
        self.held = [False, False]
        """Whether a channel stays at what flows, below what is asked."""
        self.pulses = [0, 0]
        """Delivered so far."""
        self.widths_us = [0, 0]
        self.form = Form()
        self._targets = [0, 0]
        self._slots = [NEVER, NEVER]
        self._last = [LONG_AGO, LONG_AGO]
        self._last_us = [0, 0]
        self._bases = [0, 0]
        self._places = [0, 0]
        """Of the next pulse in its burst: 0 is the first."""
        self._gap_s = 0.0
        """From the last pulse of a burst to the first of the next."""
        self._period_s = 0.0
        self._asked_period_s = 0.0
        self._told: list[tuple[int, int, int]] = [(0, 0, 0), (0, 0, 0)]

    def apply(
        self, now: float, form: Form, targets: tuple[int, int], widths_us: tuple[int, int]
    ) -> None:
        """Set these target amplitudes: output falls at once and rises from pulse to pulse.

        Another form begins as after a rest.
        """
        is_other = self.form.is_other(form)
        is_new, self.form = form != self.form, form
        if is_other:
            self._lower(0, 0)
            self._lower(1, 0)
        if not any(targets):
            self._slots = [NEVER, NEVER]
        elif is_new or self._slots[0] == NEVER:
            self._align(now, is_other)
        self.widths_us = list(widths_us)
        self._targets = list(targets)
        for channel, target in enumerate(targets):
            self._lower(channel, target)
            if not target:
                self._rest(now, channel, "rest")

    def stop(self, now: float, why: str) -> None:
        """Begin no pulse any more."""
        self._targets = [0, 0]
        self._slots = [NEVER, NEVER]
        self.form = Form()
        self.widths_us = [0, 0]
        for channel in (0, 1):
            self._lower(channel, 0)
            self._rest(now, channel, why)

    def age(self, now: float) -> None:
        """What no pulse has confirmed is not in force any more: two periods after the last one.

        In bursts it is one period after the next burst was due.
        """
        for channel in (0, 1):
            silent_s = now - self._last[channel]
            if self.in_force[channel] and silent_s > self._longest_s + self._period_s + _LATE_S:
                self._lower(channel, 0)
                self._rest(now, channel, "no_pulse")

    def next_pulse(self) -> float:
        """When the next pulse may be due; never in rest."""
        return min(self._slots)

    def fire(self, end: float) -> int | None:
        """Deliver the pulse that is due.

        The channel, or None where that one rests or the pulse could not end before `end`.
        """
        channel = 0 if self._slots[0] <= self._slots[1] else 1
        at = self._slots[channel]
        self._advance(channel, at)
        length_s = (2 * self.widths_us[channel] + INTERPHASE_GAP_US) * 1e-6
        if not self._targets[channel] or at + length_s > end:
            return None
        self._deliver(at, channel)
        return channel

    def asked(self, channel: int) -> int:
        return self._targets[channel]

    @property
    def _longest_s(self) -> float:
        """The longest time from a pulse of a channel to its next."""
        return self._gap_s if self.form.burst_pulses else self._period_s

    def _align(self, now: float, is_other: bool) -> None:
        # However often the host changes the set-point, no two pulses of a channel come closer
        # than one period.
        runs = self._slots[0] != NEVER and not is_other
        self._asked_period_s = period_s = 100 / self.form.centihz
        if runs and period_s <= self._period_s:
            # A higher frequency comes step by step, behind the pulses that are due already.
            return
        self._period_s = period_s
        self._gap_s = self.form.burst_ms / 1000 - (self.form.burst_pulses - 1) * period_s
        self._places = [0, 0]
        # The channel whose turn it is keeps it: else B would get no pulse while a frequency falls.
        due = 1 if runs and self._slots[1] < self._slots[0] else 0
        other = 1 - due
        first = max(now, self._last[due] + period_s, self._last[other] + period_s / 2)
        self._slots[due], self._slots[other] = first, first + period_s / 2

    def _next_period(self) -> float:
        """At least half of the one before."""
        return max(self._asked_period_s, self._period_s / 2)

    def _advance(self, channel: int, at: float) -> None:
        if self.form.burst_pulses:
            self._places[channel] = (self._places[channel] + 1) % self.form.burst_pulses
            self._slots[channel] = at + (self._period_s if self._places[channel] else self._gap_s)
            return
        if channel == 0 and self._period_s > self._asked_period_s:
            self._period_s = self._next_period()
            self._slots[1] = at + self._period_s / 2
        self._slots[channel] = at + self._period_s

    def _lower(self, channel: int, most: int) -> None:
        self.in_force[channel] = min(self.in_force[channel], most)
        self._bases[channel] = min(self._bases[channel], most)
        if not most:
            self.held[channel] = False

    def _deliver(self, at: float, channel: int) -> None:
        target = self._targets[channel]
        amplitude = min(target, self._most(at, channel))
        flows_at_most = int(self.body.most_ma(channel) * CODES_PER_MA)
        measured = min(amplitude + self.extra_codes, flows_at_most)
        self._last[channel] = at
        self._last_us[channel] = self.widths_us[channel]
        self.pulses[channel] += 1
        self.in_force[channel] = amplitude
        self.measured[channel] = measured
        self.negative[channel] = 0 if self.missing_negative else measured
        self._follow(channel, amplitude, measured)
        self._tell_pulse(at, channel, amplitude, measured)
        told = (amplitude, self.form.centihz, self.widths_us[channel])
        if told != self._told[channel]:
            why = "set_point" if amplitude == target else "ramp"
            self._tell(at, channel, told, why)

    def _follow(self, channel: int, amplitude: int, measured: int) -> None:
        """The next pulse rises from what flowed, where that fell short of the amplitude."""
        fell_short = measured + amplitude * SHORT_PERCENT // 100 + SHORT_CODES < amplitude
        # Only from 2 mA on does a pulse show an open lead: so far it may always come.
        from_flow = max(measured, min(amplitude, OPEN_LEAD_FROM_CODES))
        self._bases[channel] = from_flow if fell_short else amplitude
        if fell_short:
            self.held[channel] = True
        elif amplitude == self._targets[channel]:
            self.held[channel] = False

    def _most(self, at: float, channel: int) -> int:
        """What the rise allows this pulse: by time, by pulse and by charge."""
        base = self._bases[channel]
        if not self.in_force[channel]:
            return FIRST_PULSE_CODES
        elapsed_s = min(at - self._last[channel], self._longest_s)
        by_time = int(elapsed_s * RISE_CODES_PER_S + 1e-6)
        charge = base * self._last_us[channel] + STEP_CHARGE_CODES_US
        most = min(base + min(by_time, STEP_CODES), charge // self.widths_us[channel])
        return max(most, FIRST_PULSE_CODES)

    def _rest(self, now: float, channel: int, why: str) -> None:
        self.measured[channel] = self.negative[channel] = 0
        if self._told[channel][0]:
            self._tell(now, channel, (0, self.form.centihz, self.widths_us[channel]), why)

    def _tell_pulse(self, at: float, channel: int, amplitude: int, measured: int) -> None:
        if self.on_pulse:
            width_us, hertz = self.widths_us[channel], self.form.centihz / 100
            amplitude_ma, measured_ma = amplitude / CODES_PER_MA, measured / CODES_PER_MA
            left_uc = measured_ma * width_us * 1e-3 if self.missing_negative else 0.0
            pulse = Pulse(
                *(at, channel, amplitude_ma, measured_ma, width_us, hertz),
                net_charge_uc=left_uc,
                bursts=self.form.bursts,
            )
            for listener in self.on_pulse:
                listener(pulse)

    def _tell(self, at: float, channel: int, told: tuple[int, int, int], why: str) -> None:
        self._told[channel] = told
        amplitude, centihz, width_us = told
        change = Change(at, channel, amplitude / CODES_PER_MA, centihz / 100, width_us, why)
        for listener in self.on_change:
            listener(change)
