"""A mock pin of gpiozero, with PWM, that can be in use for hours."""

from gpiozero.pins.mock import MockPWMPin

STATES_KEPT = 1000
"""gpiozero's own pin keeps all of its states. The enable line has 24 a second while current may
flow, which takes 8 MB an hour."""


class MockPin(MockPWMPin):  # type: ignore[misc]
    """Remembers its newest states only."""

    def _change_state(self, value: float) -> bool:
        has_changed: bool = super()._change_state(value)
        del self.states[:-STATES_KEPT]
        return has_changed
