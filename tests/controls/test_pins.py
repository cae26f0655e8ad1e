"""Opening pins: no silent fallback, and every error is one line that says what to do."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from gpiozero import InputDevice, OutputDevice
from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.controls.gpio_lines import Chip
from appliance.controls.header_chip import choose_chip
from appliance.controls.inputs import Controls
from appliance.controls.mock_pin import STATES_KEPT
from appliance.controls.pins import FACTORY_VARIABLE, claim, open_pins
from appliance.errors import ControlsError
from appliance.settings.model import Controls as Pins

NO_CHIP = 250


def test_mock_pins_when_gpiozero_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FACTORY_VARIABLE, "Mock")
    factory = open_pins(Pins(), tmp_path)
    assert isinstance(factory, MockFactory)
    assert issubclass(factory.pin_class, MockPWMPin)
    factory.close()


def test_a_mock_pin_forgets_its_oldest_states(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FACTORY_VARIABLE, "mock")
    factory = open_pins(Pins(), tmp_path)
    line = OutputDevice(24, pin_factory=factory)
    for _ in range(STATES_KEPT):
        line.toggle()
    line.on()
    assert len(line.pin.states) == STATES_KEPT and line.pin.states[-1].state == 1
    factory.close()


def test_a_factory_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(FACTORY_VARIABLE, "abacus")
    with pytest.raises(ControlsError, match="GPIOZERO_PIN_FACTORY=abacus") as caught:
        open_pins(Pins(), tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("variable", [None, "lgpio"])
def test_a_chip_that_is_not_there_is_an_error_and_never_something_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str | None
) -> None:
    monkeypatch.delenv(FACTORY_VARIABLE, raising=False)
    if variable:
        monkeypatch.setenv(FACTORY_VARIABLE, variable)
    with pytest.raises(ControlsError, match=r"/dev/gpiochip250 does not exist.*\[controls\] chip"):
        open_pins(Pins(chip=NO_CHIP), tmp_path)


def test_opening_leaves_no_file_and_no_other_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # In a process of its own: lgpio changes the process once, when it is imported.
    script = (
        "import os, pathlib, sys\n"
        "from appliance.controls.pins import open_pins\n"
        "from appliance.errors import ControlsError\n"
        "from appliance.settings.model import Controls\n"
        "here = os.getcwd()\n"
        "try:\n    open_pins(Controls(chip=250), pathlib.Path(sys.argv[1]))\n"
        "except ControlsError:\n    pass\n"
        "assert os.getcwd() == here\n"
        "assert 'LG_WD' not in os.environ\n"
    )
    root = Path(__file__).parents[2]
    runtime_dir = tmp_path / "runtime"
    runtime_dir.mkdir()
    monkeypatch.delenv(FACTORY_VARIABLE, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(root))
    subprocess.run([sys.executable, "-c", script, str(runtime_dir)], cwd=tmp_path, check=True)
    assert sorted(tmp_path.rglob("*")) == [runtime_dir]


def test_in_a_deleted_directory_the_chip_is_looked_for_as_in_any_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(FACTORY_VARIABLE, raising=False)
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(ControlsError, match="/dev/gpiochip250 does not exist"):
        open_pins(Pins(chip=NO_CHIP), tmp_path)


def test_the_room_is_imported_without_gpiozero() -> None:
    script = (
        "import sys\n"
        "import appliance.controls.inputs, appliance.controls.indicators\n"
        "import appliance.controls.pins\n"
        "assert not {'gpiozero', 'gpiod', 'lgpio'} & set(sys.modules)\n"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True)


def test_a_busy_line_is_named(factory: Any) -> None:
    def busy(pin: int, pin_factory: Any) -> None:
        raise RuntimeError("GPIO busy")

    with pytest.raises(ControlsError, match=r"GPIO 17 \(stop\) is in use: stop the other program"):
        claim(busy, 17, "stop", factory)


def test_a_pin_that_is_not_on_the_header_is_named(factory: Any) -> None:
    with pytest.raises(ControlsError, match=r"GPIO 99 \(stop\) cannot be used"):
        claim(InputDevice, 99, "stop", factory)


def test_a_pin_used_twice_is_named_and_the_others_are_let_go(factory: Any) -> None:
    with pytest.raises(ControlsError, match=r"GPIO 17 \(back\)"):
        Controls(Pins(back=17), factory, lambda: 0.0)
    Controls(Pins(), factory, lambda: 0.0).close()


PI_5_OLD = {
    0: Chip("gpio-brcmstb@107d508500", {}, 32),
    1: Chip("gpio-brcmstb@107d517c00", {}, 17),
    4: Chip("pinctrl-rp1", {}, 54),
}
PI_5_NEW = {0: Chip("pinctrl-rp1", {}, 54), 10: Chip("gpio-brcmstb@107d508500", {}, 32)}
PI_4 = {0: Chip("pinctrl-bcm2711", {}, 58), 1: Chip("raspberrypi-exp-gpio", {}, 8)}
LAPTOP = {0: Chip("INT34C5:00", {}, 360), 1: Chip("gpio-mockup-A", {}, 8)}


@pytest.mark.parametrize(
    ("found", "number"), [(PI_5_OLD, 4), (PI_5_NEW, 0), (PI_4, 0), (LAPTOP, 0), ({}, 0)]
)
def test_the_header_is_found_by_its_label(found: dict[int, Chip], number: int) -> None:
    assert choose_chip(Pins(), found) == number


def test_a_chip_that_cannot_be_the_header_is_refused_and_can_be_insisted_on() -> None:
    with pytest.raises(ControlsError) as caught:
        choose_chip(Pins(chip=0), PI_5_OLD)
    assert str(caught.value) == (
        "/dev/gpiochip0 (gpio-brcmstb@107d508500) is not the 40-pin header, which is"
        ' /dev/gpiochip4: set [controls] chip = "header"; any_chip = true takes it all the same'
    )
    assert choose_chip(Pins(chip=0, any_chip=True), PI_5_OLD) == 0
    assert choose_chip(Pins(chip=4), PI_5_OLD) == 4
    with pytest.raises(ControlsError, match="it has 8 lines of 28"):
        choose_chip(Pins(chip=1), LAPTOP)
    assert choose_chip(Pins(chip=0), LAPTOP) == 0
