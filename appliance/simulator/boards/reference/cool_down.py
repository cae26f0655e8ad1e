"""The cool-down: how long the simulated board stays off after a fault of current or lead."""

from appliance.stimulator.reference.protocol import (
    COOL_DOWN_DOUBLINGS,
    GOOD_PULSES,
    OPEN_LEAD_COOL_DOWN_MS,
    OVER_CURRENT_COOL_DOWN_MS,
    OVER_CURRENTS,
)


class CoolDown:
    """Grows with every fault. Only power-up resets it; good pulses reset the open leads too."""

    def __init__(self) -> None:
        self._until = 0.0
        self._open_leads = 0
        self._over_currents = 0
        self._good_pulses = 0

    @property
    def is_worn_out(self) -> bool:
        """Whether only power off helps."""
        return self._over_currents >= OVER_CURRENTS

    def left_s(self, now: float) -> float:
        """How long it still runs, seconds; 0 where it does not."""
        return max(self._until - now, 0.0)

    def see_good_pulse(self) -> None:
        """A pulse that showed good contact."""
        self._good_pulses += 1
        if self._good_pulses >= GOOD_PULSES:
            self._open_leads = 0

    def begin_after_open_lead(self, now: float) -> None:
        self._begin(now, OPEN_LEAD_COOL_DOWN_MS, self._open_leads)
        self._open_leads += 1

    def begin_after_over_current(self, now: float) -> None:
        self._begin(now, OVER_CURRENT_COOL_DOWN_MS, self._over_currents)
        self._over_currents += 1

    def _begin(self, now: float, first_ms: int, before: int) -> None:
        self._good_pulses = 0
        self._until = now + first_ms / 1000 * 2.0 ** min(before, COOL_DOWN_DOUBLINGS)
