"""Whether the board does what it was asked. Each verdict is the id of a fault."""

from appliance.stimulator.reference.protocol import (
    RISE_CODES_PER_S,
    Fault,
    Flag,
    Off,
    Reason,
    Refusal,
    Report,
    SetPoint,
    State,
)

WEAK_S = 0.5
_TOLERANCE_CODES = 40
_GREETED = Flag.GREETED.value
_LIVE = (State.ARMED, State.ON)


def verdict(report: Report, asked: SetPoint | Off) -> str | None:
    """What is wrong with this answer, if anything."""
    if not report.flags & _GREETED:
        return "board_reset"
    if is_too_strong(report, asked):
        return "board_too_strong"
    if isinstance(asked, Off):
        return "board_disagrees" if report.state in _LIVE else None
    if report.state in _LIVE:
        # A belief that lags by one lost report is right again in the next set-point.
        return None if report.answer in (Refusal.NONE, Refusal.BELIEF) else "board_disagrees"
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
    )


def _why_off(report: Report) -> str | None:
    """A set-point was sent, and the board is off all the same."""
    if report.state == State.FAULT and report.faults & ~Fault.INTERNAL.value:
        return None
    if report.state == State.OFF and report.reason == Reason.OPEN_LEAD:
        return None
    if report.state == State.OFF and report.reason != Reason.LEASE:
        return "board_disagrees"
    return "board_stopped_itself"


class Follower:
    """Follows one channel: is it as strong as an honest board would be by now?

    An honest board rises by 40 mA/s, but only from pulse to pulse, and its first pulse
    after zero is small: so what it must have attained lags by two periods.
    """

    def __init__(self) -> None:
        self._attained = 0.0
        self._rises_from = 0.0
        self._at: float | None = None
        self._weak_since: float | None = None

    def is_too_weak(self, now: float, asked: int, in_force: int, frequency_centihz: int) -> bool:
        """Whether the amplitude (codes) has been below what the rise allows for 500 ms."""
        before, self._at = self._at, now
        if before is None or asked <= self._attained:
            self._attained = min(asked, self._attained)
            self._rises_from = now + 200 / max(frequency_centihz, 1)
        elif now > self._rises_from:
            rising_s = now - max(before, self._rises_from)
            self._attained = min(asked, self._attained + 0.9 * RISE_CODES_PER_S * rising_s)
        if in_force >= self._attained - _TOLERANCE_CODES:
            self._weak_since = None
        elif self._weak_since is None:
            self._weak_since = now
        return self._weak_since is not None and now - self._weak_since >= WEAK_S
