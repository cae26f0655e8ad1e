"""The panel's reset line: at rest high, low for a moment when called."""

import pytest

from appliance.controls.pins import mock_pins
from appliance.controls.screen_reset import LOW_S, ScreenReset
from appliance.errors import ScreenError


def test_it_is_high_at_rest_and_low_for_ten_milliseconds() -> None:
    factory = mock_pins()
    slept: list[tuple[float, int]] = []
    reset = ScreenReset(4, factory, lambda s: slept.append((s, factory.pin(4).state)))
    assert factory.pin(4).state == 1
    reset()
    assert factory.pin(4).state == 1
    assert slept[0] == (LOW_S, 0)
    assert slept[1][1] == 1


def test_a_pin_that_cannot_be_driven_is_a_fault_of_the_screen() -> None:
    factory = mock_pins()
    reset = ScreenReset(4, factory, lambda s: None)
    factory.close()
    with pytest.raises(ScreenError, match="reset pin cannot be driven"):
        reset()
