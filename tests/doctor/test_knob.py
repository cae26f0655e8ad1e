"""`doctor --knob`: ten clicks by hand on mock pins tell what kind of knob is fitted."""

from collections.abc import Collection
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.controls import pins
from appliance.controls.pins import mock_pins
from appliance.doctor.finding import Finding, Verdict
from appliance.doctor.knob import CLICKS, PATIENCE_S, knob
from appliance.errors import ControlsError
from appliance.settings.model import Controls
from appliance.simulator.scripted_hands import Hands, Turn


class Turning:
    """A clock whose waiting lets the hands move the knob."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.time = hands, 0.0

    def now(self) -> float:
        return self.time

    def wait(self, descriptors: Collection[int], until: float) -> Collection[int]:
        self.time = min(self.hands.next_deadline or until, until)
        self.hands.perform(self.time)
        return descriptors


def turned(fitted: int, said: int, clicks: int = CLICKS, **wires: int) -> Finding:
    """What `doctor` finds on a knob with `fitted` edges a detent, while the settings say `said`."""
    factory = mock_pins()
    for name in ("knob_a", "knob_b"):
        factory.pin(getattr(Controls(), name)).pull = "up"
    hands = Hands(Controls(knob_edges=fitted), factory)
    hands.do(Turn(1.0, clicks, detent_s=0.5))
    told: list[str] = []
    found = knob(Controls(knob_edges=said).but(**wires), factory, Turning(hands), told.append)
    assert f"{CLICKS} clicks to the right" in told[0]
    return found


@pytest.mark.parametrize("edges", [2, 4])
@pytest.mark.parametrize("clicks", [9, 10, 11])
def test_a_knob_that_is_as_the_settings_say_is_good(edges: int, clicks: int) -> None:
    found = turned(edges, edges, clicks)
    assert (found.verdict, found.seen) == (Verdict.GOOD, f"{edges} edges a detent, right is up")


@pytest.mark.parametrize(("fitted", "said"), [(2, 4), (4, 2)])
def test_a_knob_of_the_other_kind_comes_with_the_command(fitted: int, said: int) -> None:
    found = turned(fitted, said)
    assert found.verdict is Verdict.BAD
    assert found.to_do == f"ems-appliance config set controls.knob_edges {fitted}"


def test_wires_that_are_swapped_are_named() -> None:
    a, b = Controls().knob_a, Controls().knob_b
    found = turned(4, 4, knob_a=b, knob_b=a)
    assert found.verdict is Verdict.BAD
    assert "swap the wires" in found.to_do


def test_a_number_of_edges_that_fits_neither_is_said_and_not_guessed() -> None:
    found = turned(4, 4, clicks=7)
    assert (found.verdict, found.seen) == (Verdict.WARN, "28 edges in 10 clicks, not 40 or 20")


def test_a_knob_that_nobody_turns_is_given_up_in_the_end() -> None:
    found = turned(4, 4, clicks=0)
    assert (found.verdict, found.seen) == (Verdict.BAD, f"nothing moved for {PATIENCE_S:.0f} s")


def test_pins_that_are_taken_are_a_finding_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def busy(*_: object) -> None:
        raise ControlsError("GPIO 5 (knob_a) is in use")

    monkeypatch.setattr(pins, "open_pins", busy)
    config = tmp_path / "config.toml"
    config.write_text("")
    assert main(["doctor", "--knob", "--config", str(config)]) == 1
    assert "systemctl stop ems-appliance" in capsys.readouterr().out
