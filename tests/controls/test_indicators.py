"""Lamp, enable line, buzzer and motor on the real gpiozero stack with mock pins."""

import math
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from appliance.controls.indicators import Indicators
from appliance.controls.patterns import PATTERNS
from appliance.errors import ControlsError
from appliance.session.cues import Cue
from appliance.settings.model import Indicators as Pins

PINS = Pins(vibration=25)


@pytest.fixture
def indicators(factory: Any) -> Any:
    indicators = Indicators(PINS, factory)
    yield indicators
    indicators.close()


def states(factory: Any, pin: int) -> list[float]:
    return [state.state for state in factory.pin(pin).states]


def test_everything_is_low_at_the_start(factory: Any, indicators: Indicators) -> None:
    for pin in (PINS.output_lamp, PINS.buzzer, PINS.vibration, PINS.enable_line):
        assert factory.pin(pin).function == "output"
        assert not any(states(factory, pin))


def test_the_lamp_is_off_dim_or_full(factory: Any, indicators: Indicators) -> None:
    lamp = factory.pin(PINS.output_lamp)
    indicators.lamp(0.15)
    assert (lamp.state, lamp.frequency) == (0.15, 200)
    indicators.lamp(1.0)
    assert (lamp.state, lamp.frequency) == (1.0, None)
    indicators.lamp(0.0)
    assert (lamp.state, lamp.frequency) == (0.0, None)


def test_a_lamp_that_shows_the_right_thing_is_left_alone(
    factory: Any, indicators: Indicators
) -> None:
    indicators.lamp(1.0)
    before = states(factory, PINS.output_lamp)
    indicators.lamp(1.0)
    assert states(factory, PINS.output_lamp) == before


def test_without_pwm_a_dim_lamp_is_lit_and_a_sound_does_no_harm() -> None:
    factory = MockFactory(pin_class=MockPin)
    indicators = Indicators(PINS, factory)
    indicators.lamp(0.15)
    assert factory.pin(PINS.output_lamp).state
    indicators.play([Cue.FAULT], 0.0)
    assert indicators.faults() == frozenset()
    indicators.close()
    factory.reset()


def test_the_enable_line_gives_one_edge_a_call(factory: Any, indicators: Indicators) -> None:
    for step in range(5):
        indicators.enable_edge(step * 0.02)
    assert states(factory, PINS.enable_line) == [False, True, False, True, False, True]


def test_the_enable_line_gives_at_most_one_edge_each_20_ms(
    factory: Any, indicators: Indicators
) -> None:
    for milliseconds in range(100):
        indicators.enable_edge(milliseconds / 1000)
    assert len(states(factory, PINS.enable_line)) == 1 + 5


def test_nothing_moves_the_enable_line_but_the_loop(factory: Any, indicators: Indicators) -> None:
    assert factory.pin(PINS.enable_line).frequency is None
    indicators.lamp(1.0)
    indicators.play([Cue.STARTED], 0.0)
    indicators.tick(0.1)
    assert states(factory, PINS.enable_line) == [False]


def test_the_enable_line_rests_low(factory: Any, indicators: Indicators) -> None:
    indicators.enable_edge(1.0)
    indicators.enable_low()
    assert not factory.pin(PINS.enable_line).state


def test_closing_takes_every_pin_low_and_lets_go(factory: Any, indicators: Indicators) -> None:
    indicators.enable_edge(1.0)
    indicators.lamp(1.0)
    indicators.play([Cue.FAULT], 1.0)
    indicators.close()
    indicators.close()
    for pin in (PINS.output_lamp, PINS.buzzer, PINS.vibration, PINS.enable_line):
        assert factory.pin(pin).function == "input"
        assert not factory.pin(pin).state


def test_the_enable_line_is_taken_low_before_it_is_let_go() -> None:
    # Without PWM, because mock pins that have it go low by themselves.
    factory = MockFactory(pin_class=MockPin)
    indicators = Indicators(PINS, factory)
    indicators.enable_edge(1.0)
    indicators.close()
    assert not factory.pin(PINS.enable_line).state
    factory.reset()


def test_what_is_not_fitted_is_not_there(factory: Any) -> None:
    indicators = Indicators(Pins(buzzer=None, vibration=None, enable_line=None), factory)
    for cue in Cue:
        indicators.play([cue], 0.0)
        indicators.tick(0.01)
    indicators.enable_edge(0.0)
    indicators.enable_low()
    assert indicators.faults() == frozenset()
    indicators.close()


def test_nothing_to_play_is_due_never(indicators: Indicators) -> None:
    assert indicators.next_deadline(0.0) == math.inf
    indicators.play([Cue.CONTRACTION_COMING], 0.0)
    first_s = PATTERNS[Cue.CONTRACTION_COMING].notes[0][1]
    assert indicators.next_deadline(0.0) == pytest.approx(first_s)


def test_a_pin_that_cannot_be_written_is_a_fault_and_raises_nothing(
    factory: Any, indicators: Indicators, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, value: float) -> None:
        raise OSError("input/output error")

    with monkeypatch.context() as patch:
        state = factory.pin_class.state
        patch.setattr(factory.pin_class, "state", property(state.fget, broken))
        indicators.enable_edge(0.0)
        indicators.lamp(1.0)
        indicators.play([Cue.FAULT], 0.0)
        assert indicators.faults() == {"pins_failed"}
    indicators.tick(0.02)
    assert factory.pin(PINS.output_lamp).state == 1.0
    assert factory.pin(PINS.buzzer).frequency == 520
    assert indicators.faults() == frozenset()


def test_a_pin_that_is_taken_is_named(factory: Any, indicators: Indicators) -> None:
    with pytest.raises(ControlsError, match=r"GPIO 24 \(enable_line\)"):
        Indicators(PINS.but(output_lamp=4), factory)
