"""Finds the GPIO chip of the 40-pin header: its number depends on model and kernel."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from appliance.controls.gpio_lines import Chip, read_chip
from appliance.controls.wiring import ChipChoice
from appliance.errors import ControlsError

HEADER_LABELS = frozenset({"pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"})
"""Labels of the header's chip: Pi Zero to 3, Pi 4, Pi 5. On a Pi 5 the chip is number 4 with
kernels before 6.6.45 and number 0 since then; the other chips there serve the board itself."""
HEADER_LINES = 28
"""The header carries lines 0 to 27."""

ReadChip = Callable[[Path, tuple[int, ...]], Chip]


def found_chips(devices: Path = Path("/dev"), read: ReadChip = read_chip) -> dict[int, Chip]:
    """Every GPIO chip that this user may look at, by its number."""
    chips = {}
    for path in devices.glob("gpiochip*"):
        # What cannot be read is left to the error of opening it.
        with suppress(OSError, ValueError):
            chips[int(path.name.removeprefix("gpiochip"))] = read(path, ())
    return chips


def choose_chip(wanted: ChipChoice, found: Mapping[int, Chip]) -> int:
    """The number of the chip to use. Raises ControlsError for one that cannot be the header.

    On a machine whose header is not known, any chip with enough lines is accepted.
    """
    headers = sorted(number for number, chip in found.items() if chip.label in HEADER_LABELS)
    number = wanted.chip
    if number is None:
        number = headers[0] if headers else 0
    chip = found.get(number)
    if wanted.any_chip or chip is None or number in headers:
        return number
    what = f"/dev/gpiochip{number} ({chip.label}) is not the 40-pin header"
    insist = "any_chip = true takes it all the same"
    if headers:
        raise ControlsError(
            f'{what}, which is /dev/gpiochip{headers[0]}: set [controls] chip = "header"; {insist}'
        )
    if chip.lines < HEADER_LINES:
        raise ControlsError(
            f"{what}: it has {chip.lines} lines of {HEADER_LINES}; set [controls] chip to another"
            f" one; {insist}"
        )
    return number
