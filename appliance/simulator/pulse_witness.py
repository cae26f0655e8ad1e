"""The pulse witness: compares each pulse that a simulated board delivers with the rules.

It uses nothing of the host, and has its own numbers: a wrong limit in the program is not
repeated here. It writes down each rule that a pulse breaks.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from appliance.simulator.pulses import CHANNEL_NAMES, Pulse

MOST_MA = 80.0
MOST_HZ = 120.0
MOST_US = 400
MOST_PHASE_UC = 40.0
MOST_RISE_MA_S = 40.0
FIRST_PULSE_MA = 1.0
PERIOD_TOLERANCE = 0.999
MOST_FREQUENCY_RATIO = 2.0
"""From pulse to pulse a frequency rises by this factor at most."""
MISSED_PERIODS = 1.9
"""After a gap of more periods than this, a channel has rested."""
MOST_BURST_PULSES = 25
BURSTS_EVERY_MS = range(100, 1001)
MOST_RISE_OVER_GAP_MA = 2.0
"""Largest rise from a burst's last pulse to the first of the next one."""
REFERENCE_STEP_MA = 0.025
"""A DAC step of the reference board."""
ROUNDING_MA = 0.001
"""What rounding adds to a step."""
SHORT_SHARE, SHORT_MA = 0.05, 1.0
"""A pulse of which less than this fell short counts as delivered whole."""
SURE_MA = 2.0
"""Up to this command the rise is counted from the command: less shows no open lead."""
MOST_LEFT_UC = 1e-6
"""What rounding may leave of a pulse that is balanced."""

RULES = {
    "limit": "no pulse above this session's limit",
    "width": f"no phase longer than {MOST_US} us",
    "frequency": f"never faster than {MOST_HZ:g} Hz, no pulse early",
    "charge": f"no phase above {MOST_PHASE_UC:g} uC",
    "bursts": "no burst longer or sooner than it says, nor without an end",
    "first": f"first pulse after rest or off at most {FIRST_PULSE_MA:g} mA",
    "rise": f"never up faster than {MOST_RISE_MA_S:g} mA/s",
    "flow": "the current through the body rises by no more than that, and one pulse's tolerance",
    "balance": "every pulse takes back the charge that it brought",
    "apart": "A and B never at the same time",
    "allowed": "no pulse outside of stimulating",
}


@dataclass
class Witness:
    """Listens to a board: `board.output.on_pulse.append(witness.see)`."""

    limit_ma: Callable[[], float]
    """The session's limit now."""
    allowed: Callable[[float], bool]
    """Whether a pulse may come at this time."""
    rise_at_once_ma: float = REFERENCE_STEP_MA
    """How far a pulse may exceed what 40 mA/s allows since the pulse before."""
    broken: list[str] = field(default_factory=list)
    pulses: int = 0
    highest_ma: float = 0.0
    defect_ma: float = 0.0
    """What a broken output stage adds to each pulse, which no rule can keep from the body."""
    charge_uc: float = 0.0
    """Moved by the positive phases; the negative ones move as much back."""
    _last: dict[int, Pulse] = field(default_factory=dict)
    _most: dict[int, float] = field(default_factory=dict)
    """Of each channel: the most that may flow, projected back to time 0 along the fastest rise."""
    _burst: dict[int, deque[float]] = field(default_factory=dict)
    """Of each channel: when its pulses came, as many as a burst has."""
    _period_s: dict[int, float] = field(default_factory=dict)
    """Of each channel: the period that it has come to, where its frequency is still rising."""

    def see(self, pulse: Pulse) -> None:
        """One delivered pulse."""
        self.pulses += 1
        self.highest_ma = max(self.highest_ma, pulse.amplitude_ma)
        self.charge_uc += pulse.charge_uc
        before = self._last.get(pulse.channel)
        other = self._last.get(1 - pulse.channel)
        self._last[pulse.channel] = pulse
        flowed_too_fast = self._flows_too_fast(pulse)
        rises_from = None if self._has_rested(pulse, before) else before
        crowds = self._crowds(pulse, before)
        self._follow_period(pulse, rises_from)
        for rule in self._broken_by(pulse, before, rises_from, other, flowed_too_fast, crowds):
            self.broken.append(
                f"{pulse.at:.4f} s, channel {CHANNEL_NAMES[pulse.channel]}: {RULES[rule]}"
            )

    def _broken_by(
        self,
        pulse: Pulse,
        before: Pulse | None,
        rises_from: Pulse | None,
        other: Pulse | None,
        flowed_too_fast: bool,
        crowds: bool,
    ) -> list[str]:
        """`rises_from` is the pulse before, or None after a rest."""
        strongest_ma = max(pulse.amplitude_ma, pulse.measured_ma - self.defect_ma)
        found = [
            ("limit", strongest_ma > min(self.limit_ma(), MOST_MA)),
            ("flow", flowed_too_fast),
            ("width", pulse.width_us > MOST_US),
            ("charge", pulse.charge_uc > MOST_PHASE_UC),
            ("frequency", _too_early(pulse, before)),
            ("bursts", crowds),
            ("first", rises_from is None and _is_no_first_pulse(pulse)),
            ("rise", self._rises_too_fast(pulse, rises_from)),
            ("balance", abs(pulse.net_charge_uc) > MOST_LEFT_UC),
            ("apart", other is not None and pulse.at - other.at < _length_s(other)),
            ("allowed", not self.allowed(pulse.at)),
        ]
        return [rule for rule, is_broken in found if is_broken]

    def _flows_too_fast(self, pulse: Pulse) -> bool:
        """Whether more flows than 40 mA/s above what flowed in any pulse before."""
        flowed = pulse.measured_ma - self.defect_ma
        rise = MOST_RISE_MA_S * pulse.at
        is_too_fast = flowed - rise > self._most.get(pulse.channel, inf) + ROUNDING_MA
        tolerance = pulse.amplitude_ma * SHORT_SHARE + SHORT_MA + self.rise_at_once_ma
        counts = max(flowed, min(pulse.amplitude_ma, SURE_MA))
        most = counts + tolerance - rise
        self._most[pulse.channel] = min(self._most.get(pulse.channel, inf), most)
        return is_too_fast

    def _has_rested(self, pulse: Pulse, before: Pulse | None) -> bool:
        """More than one missed period lies before this pulse, or other bursts than its own."""
        if before is None or pulse.bursts != before.bursts:
            return True
        if pulse.bursts[0]:
            is_other = pulse.frequency_hz != before.frequency_hz
            longest_s = _burst_gap_s(pulse) + (MISSED_PERIODS - 1.0) / pulse.frequency_hz
            return is_other or pulse.at - before.at > longest_s
        slowest_s = max(1.0 / pulse.frequency_hz, self._period_s[pulse.channel])
        return pulse.at - before.at > MISSED_PERIODS * slowest_s

    def _follow_period(self, pulse: Pulse, rises_from: Pulse | None) -> None:
        period_s = 1.0 / pulse.frequency_hz
        if rises_from is not None:
            period_s = max(period_s, self._period_s[pulse.channel] / MOST_FREQUENCY_RATIO)
        self._period_s[pulse.channel] = period_s

    def _crowds(self, pulse: Pulse, before: Pulse | None) -> bool:
        """Whether this pulse is too many for its burst, or the form of its bursts is not allowed.

        After a zero set-point the bursts begin anew at once, as after every rest with a first
        pulse: one of that strength may come sooner, and is the first of its burst.
        """
        pulses, every_ms = pulse.bursts
        if not pulses:
            self._burst.pop(pulse.channel, None)
            return False
        if before is None or before.bursts != pulse.bursts:
            self._burst[pulse.channel] = deque(maxlen=pulses)
        times = self._burst[pulse.channel]
        is_full = len(times) == pulses
        crowds = is_full and pulse.at - times[0] < every_ms * 1e-3 * PERIOD_TOLERANCE
        has_paused = bool(times) and pulse.at - times[-1] > MISSED_PERIODS / pulse.frequency_hz
        if (crowds or has_paused) and not _is_no_first_pulse(pulse):
            crowds = False
            times.clear()
        times.append(pulse.at)
        is_burst = 1 < pulses <= MOST_BURST_PULSES and every_ms in BURSTS_EVERY_MS
        return crowds or not is_burst or _burst_gap_s(pulse) < 1.0 / pulse.frequency_hz

    def _rises_too_fast(self, pulse: Pulse, rises_from: Pulse | None) -> bool:
        if rises_from is None:
            return False
        rise_ma = MOST_RISE_MA_S * (pulse.at - rises_from.at)
        if pulse.bursts[0]:
            rise_ma = min(rise_ma, MOST_RISE_OVER_GAP_MA)
        most = rises_from.amplitude_ma + rise_ma
        return pulse.amplitude_ma > max(most, FIRST_PULSE_MA) + self.rise_at_once_ma + ROUNDING_MA


def _length_s(pulse: Pulse) -> float:
    """Both phases and the gap."""
    return (2 * pulse.width_us + pulse.gap_us) * 1e-6


def _burst_gap_s(pulse: Pulse) -> float:
    """From a burst's last pulse to the first of the next one, as this pulse says."""
    pulses, every_ms = pulse.bursts
    return every_ms * 1e-3 - (pulses - 1) / pulse.frequency_hz


def _too_early(pulse: Pulse, before: Pulse | None) -> bool:
    if pulse.frequency_hz > MOST_HZ:
        return True
    period_s = 1.0 / pulse.frequency_hz
    return before is not None and pulse.at - before.at < period_s * PERIOD_TOLERANCE


def _is_no_first_pulse(pulse: Pulse) -> bool:
    return pulse.amplitude_ma > FIRST_PULSE_MA + REFERENCE_STEP_MA + ROUNDING_MA
