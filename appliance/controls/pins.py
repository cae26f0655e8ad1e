"""Opens gpiozero pin factories and pins; every error is one line that says what to do.

There is no fallback to another factory: if the GPIO chip cannot be opened, that is an error.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from appliance.controls.edges import CalledEdges, Edges
from appliance.controls.header_chip import choose_chip, found_chips
from appliance.controls.wiring import ChipChoice
from appliance.errors import ControlsError

FACTORY_VARIABLE = "GPIOZERO_PIN_FACTORY"


def open_pins(wanted: ChipChoice, runtime_dir: Path) -> Any:
    """Return a gpiozero pin factory on the wanted GPIO chip, to be closed with `close()`.

    `GPIOZERO_PIN_FACTORY` names another one: `mock`, or any that gpiozero knows.
    `runtime_dir` has to be writable for a moment; what lgpio leaves there is cleared away.

    Raises ControlsError when the chip or the factory cannot be opened, or the chip cannot be the
    40-pin header.
    """
    name = os.environ.get(FACTORY_VARIABLE, "lgpio").lower()
    if name == "lgpio":
        return open_chip(choose_chip(wanted, found_chips()), runtime_dir)
    if name == "mock":
        return mock_pins()
    return _named_factory(name)


def claim(device: Callable[..., Any], pin: int, purpose: str, factory: Any, **options: Any) -> Any:
    """Return `device` on `pin` (BCM). `purpose` is what the error calls it, such as `stop`.

    Raises ControlsError when the line is busy, missing, or used for something else already.
    """
    try:
        return device(pin, pin_factory=factory, **options)
    except Exception as error:  # lgpio, gpiozero and the kernel each raise their own kind
        raise ControlsError(_line_words(pin, purpose, factory, error)) from error


def listen(pins: Sequence[Any], factory: Any, now: Callable[[], float]) -> Edges:
    """Both edges of these pins of `factory` from now on; `now` is the loop's clock in seconds.

    Raises ControlsError when they cannot be listened to.
    """
    of_chip = getattr(factory, "edges_of", None)
    try:
        return of_chip(pins) if of_chip is not None else CalledEdges(pins, now)
    except Exception as error:  # gpiod, lgpio and the kernel each raise their own kind
        raise ControlsError(
            f"the kernel tells no edges of the pins ({error}): "
            "stop other programs that use them, or choose other pins or another chip"
        ) from error


def open_chip(chip: int, runtime_dir: Path) -> Any:
    """Return the pin factory on the GPIO chip of this number. Raises ControlsError."""
    chip_class = _import_chip(runtime_dir).ChipFactory
    try:
        return chip_class(chip)
    except Exception as error:
        raise ControlsError(_chip_words(chip, error)) from error


def _import_chip(runtime_dir: Path) -> Any:
    """Import lgpio in a directory of its own.

    lgpio writes a FIFO to the current directory, opens both of its ends and then no longer needs
    its name. Two processes in one directory would open each other's.
    """
    parent = runtime_dir if runtime_dir.is_dir() else None
    try:
        with tempfile.TemporaryDirectory(prefix="lgpio-", dir=parent) as own, _kept_directory():
            os.environ["LG_WD"] = own
            try:
                os.chdir(own)
                from appliance.controls import chip  # here: `import lgpio` starts a thread
            finally:
                del os.environ["LG_WD"]
    except ImportError as error:
        raise ControlsError(
            f"lgpio and gpiod cannot be imported ({error}), so there are no pins: "
            f"use `simulate`, or set {FACTORY_VARIABLE}=mock"
        ) from error
    except OSError as error:
        raise ControlsError(
            f"lgpio cannot start in {parent or 'the temporary directory'} ({error}): "
            "make [service] runtime_dir writable"
        ) from error
    return chip


@contextmanager
def _kept_directory() -> Iterator[None]:
    """Return to the current directory, by its descriptor: a deleted one has no path any more."""
    here = os.open(".", os.O_PATH)
    try:
        yield
    finally:
        os.fchdir(here)
        os.close(here)


def close_pins(factory: Any) -> None:
    """Let go of the chip and every line on it, so that another factory can take them."""
    # Imported here: gpiozero takes 60 ms that commands without pins save.
    from gpiozero import Device

    with suppress(Exception):
        factory.close()
    if Device.pin_factory is factory:
        # A named factory is kept by gpiozero itself, which would hand out the closed one.
        Device.pin_factory = None


def mock_pins() -> Any:
    """gpiozero's mock pins, with PWM, that remember their newest states."""
    # Imported here: gpiozero takes 60 ms that commands without pins save.
    from gpiozero.pins.mock import MockFactory

    from appliance.controls.mock_pin import MockPin

    return MockFactory(pin_class=MockPin)


def _named_factory(name: str) -> Any:
    # gpiozero falls back from one factory to the next only if none is named.
    # Imported here: gpiozero takes 60 ms that commands without pins save.
    from gpiozero import Device

    try:
        Device.ensure_pin_factory()
    except Exception as error:
        raise ControlsError(
            f"gpiozero cannot open the pin factory {FACTORY_VARIABLE}={name} ({error}): "
            "unset it for the GPIO chip of the settings"
        ) from error
    return Device.pin_factory


def _chip_words(chip: int, error: Exception) -> str:
    path = Path(f"/dev/gpiochip{chip}")
    if not path.exists():
        there = ", ".join(sorted(str(found) for found in path.parent.glob("gpiochip*")))
        return (
            f"{path} does not exist: set [controls] chip to one that does "
            f"({there or 'this machine has none; use `simulate`'})"
        )
    if not os.access(path, os.R_OK | os.W_OK):
        return f"no permission to open {path}: add this user to the group that owns it"
    return f"{path} cannot be opened ({error})"


def _line_words(pin: int, purpose: str, factory: Any, error: Exception) -> str:
    chip = getattr(factory, "chip", None)
    where = f"GPIO {pin} ({purpose})" + (f" of /dev/gpiochip{chip}" if chip is not None else "")
    if "busy" in str(error).lower():
        return f"{where} is in use: stop the other program, or choose another pin in the settings"
    return f"{where} cannot be used ({error}): choose another pin or chip in the settings"
