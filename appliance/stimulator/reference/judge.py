"""Compares each report of a reference board with the frame that it answers; names the fault."""

from collections import deque
from collections.abc import Sequence

from appliance.stimulator.reference.protocol import (
    RISE_CODES_PER_S,
    STEP_CODES,
    Fault,
    Flag,
    Off,
    Reason,
    Refusal,
    Report,
    SetPoint,
    State,
)
from appliance.therapy.units import NEVER

WEAK_S = 0.5
_TOLERANCE_CODES = 40
_GREETED = Flag.GREETED.value
_LIVE = (State.ARMED, State.ON)


def verdict(report: Report, asked: SetPoint | Off, before: Sequence[SetPoint] = ()) -> str | None:
    """The id of the fault in this answer; None if it is right.

    `before` is what the board may have accepted before `asked`. One of them is still in force where
    it refuses `asked` for a wrong belief.
    """
    if not report.flags & _GREETED:
        return "board_reset"
    may_be_in_force = before if before and report.answer == Refusal.BELIEF else (asked,)
    if all(is_too_strong(report, one) for one in may_be_in_force):
        return "board_too_strong"
    if isinstance(asked, Off):
        return "board_disagrees" if report.state in _LIVE else None
    if report.state in _LIVE:
        # A belief that lags by one lost report is right again in the next set-point.
        return None if report.answer in (Refusal.NONE, Refusal.BELIEF) else "board_disagrees"
    if report.state == State.OFF and report.answer == Refusal.COOL_DOWN:
        return None
    return _why_off(report)


def is_too_strong(report: Report, asked: SetPoint | Off) -> bool:
    """Whether more is in force than was asked for."""
    if not report.amplitude_a_codes and not report.amplitude_b_codes:
        return False
    if isinstance(asked, Off):
        return True
    return (
        report.amplitude_a_codes > asked.amplitude_a_codes
        or report.amplitude_b_codes > asked.amplitude_b_codes
        or (report.amplitude_a_codes > 0 and report.width_a_us > asked.width_a_us)
        or (report.amplitude_b_codes > 0 and report.width_b_us > asked.width_b_us)
        or report.frequency_centihz > asked.frequency_centihz
        or (report.burst_pulses, report.burst_ms) != (asked.burst_pulses, asked.burst_ms)
    )


def _why_off(report: Report) -> str | None:
    """The fault of a board that is off although a set-point was sent; None if it says why."""
    if report.state == State.FAULT and report.faults & ~Fault.INTERNAL.value:
        return None
    if report.state == State.OFF and report.reason == Reason.OPEN_LEAD:
        return None
    if report.state == State.OFF and report.reason != Reason.LEASE:
        return "board_disagrees"
    return "board_stopped_itself"


def _rise_codes_per_s(pulses: SetPoint) -> float:
    """The fastest rise of an honest board: by time, and by the step from pulse to pulse."""
    period_s = 100 / max(pulses.frequency_centihz, 1)
    step = min(STEP_CODES, RISE_CODES_PER_S * period_s)
    if not pulses.burst_pulses:
        return step / period_s
    gap_s = pulses.burst_ms / 1000 - (pulses.burst_pulses - 1) * period_s
    over_gap = min(STEP_CODES, RISE_CODES_PER_S * gap_s)
    return ((pulses.burst_pulses - 1) * step + over_gap) / (pulses.burst_ms / 1000)


class Follower:
    """Follows one channel: is it as strong as an honest board would be by now?

    An honest board rises by 40 mA/s, but only from pulse to pulse, and its first pulse
    after zero is small. Where the pulses become wider it lowers the amplitude first, so that the
    charge rises no faster. It is compared with the smallest amplitude of the last two periods, of
    pulses or of bursts. Another form of bursts begins from zero, and needs another follower.
    """

    def __init__(self) -> None:
        self._asked: deque[tuple[float, int]] = deque()
        self._attained = 0.0
        self._width_us = 0
        self._at = NEVER
        self._weak_since: float | None = None

    def is_too_weak(
        self, now: float, asked: int, width_us: int, in_force: int, pulses: SetPoint, is_held: bool
    ) -> bool:
        """Whether the amplitude (codes) has been below what the rise allows for 500 ms.

        `pulses` says when they come. A channel that the board holds at what flows is as strong as
        it may be.
        """
        if width_us > self._width_us:
            self._attained *= self._width_us / width_us
        self._width_us = width_us
        rise = 0.9 * _rise_codes_per_s(pulses) * max(now - self._at, 0.0)
        self._attained = min(self._least(now, asked, pulses), self._attained + rise)
        self._at = now
        if is_held:
            self._attained = min(self._attained, in_force)
        if in_force >= self._attained - _TOLERANCE_CODES:
            self._weak_since = None
        elif self._weak_since is None:
            self._weak_since = now
        return self._weak_since is not None and now - self._weak_since >= WEAK_S

    def _least(self, now: float, asked: int, pulses: SetPoint) -> int:
        """The least that was asked in the last two periods; 0 before anything was."""
        period_s = pulses.burst_ms / 1000 or 100 / max(pulses.frequency_centihz, 1)
        horizon = now - 2 * period_s
        self._asked.append((now, asked))
        while len(self._asked) > 1 and self._asked[1][0] <= horizon:
            self._asked.popleft()
        if self._asked[0][0] > horizon:
            return 0
        return min(codes for _, codes in self._asked)
