"""A gpiozero pin factory on lgpio for any Linux machine, whose event thread survives errors.

Import this module through `pins.open_pins` only: `import lgpio` starts a thread and writes a
FIFO into the current directory.
"""

import time
from contextlib import suppress
from typing import Any

from gpiozero.exc import PinUnknownPi
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.pi import PiBoardInfo

HEADER_REVISION = 0xC03111
"""Revision code of a Pi 4B: the 40-pin header whose BCM numbers the settings use."""

LATEST_EDGE_S = 1.0
"""An age above this, or below zero, means that the kernel stamps edges with another clock."""


class ChipPin(LGPIOPin):  # type: ignore[misc]
    """A pin that never raises from an edge callback or from closing."""

    def close(self) -> None:
        # The kernel may still hold a line for a pending edge and report it as busy.
        # Closing the chip frees every line anyway.
        with suppress(Exception):
            super().close()

    def _call_when_changed(self, chip: int, gpio: int, level: int, ticks: int) -> None:
        # lgpio calls this on its only thread for all pins. An exception ends that thread, and
        # then no pin reports edges any more. Closing a pin while an edge is pending is enough to
        # raise one. The levels are read elsewhere, so a lost edge does no harm.
        with suppress(Exception):
            super()._call_when_changed(chip, gpio, level, ticks)


class ChipFactory(LGPIOFactory):  # type: ignore[misc]
    """Pins of one GPIO character device, on a Pi or any other machine."""

    def __init__(self, chip: int) -> None:
        super().__init__(chip)
        self.pin_class = ChipPin

    def _get_board_info(self) -> Any:
        # gpiozero asks the machine which Pi it is, only to translate pin names.
        try:
            return super()._get_board_info()
        except (PinUnknownPi, OSError):
            self._info = PiBoardInfo.from_revision(HEADER_REVISION)
            return self._info

    def edge_age_s(self, ticks: float) -> float:
        """Seconds since the kernel saw an edge with this timestamp; 0 where that is not known."""
        age = time.monotonic() - ticks
        return age if 0 <= age <= LATEST_EDGE_S else 0.0
