"""A gpiozero pin factory on lgpio for any Linux machine, whose edges come from the kernel itself.

Import this module through `pins.open_pins` only: `import lgpio` starts a thread and writes a
FIFO into the current directory.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import lgpio
from gpiozero.exc import PinUnknownPi
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.pi import PiBoardInfo

from appliance.controls.kernel_edges import KernelEdges, request_of

HEADER_REVISION = 0xC03111
"""Revision code of a Pi 4B: the 40-pin header whose BCM numbers the settings use."""


class ChipPin(LGPIOPin):  # type: ignore[misc]
    """A pin of lgpio; once its edges are listened to, the kernel's request holds its line."""

    def __init__(self, factory: Any, info: Any) -> None:
        super().__init__(factory, info)
        self._listened_by: KernelEdges | None = None

    @property
    def line(self) -> int:
        """Its number on the chip."""
        return int(self._number)

    def free(self) -> None:
        """Let go of the line, so that it can be requested anew."""
        lgpio.gpio_free(self.factory._handle, self.line)

    def listened_by(self, edges: KernelEdges) -> None:
        self._listened_by = edges

    def close(self) -> None:
        # The kernel may still hold a line and report it as busy. Closing the chip frees every
        # line anyway.
        with suppress(Exception):
            super().close()

    def _get_state(self) -> Any:
        if self._listened_by is not None:
            return self._listened_by.is_high(self.line)
        return super()._get_state()


class ChipFactory(LGPIOFactory):  # type: ignore[misc]
    """Pins of one GPIO character device, on a Pi or any other machine."""

    def __init__(self, chip: int) -> None:
        super().__init__(chip)
        self.pin_class = ChipPin

    def edges_of(self, pins: Sequence[ChipPin]) -> KernelEdges:
        """Both edges of these inputs, from the kernel. Raises what lgpio and the kernel raise."""
        by_line = {pin.line: pin for pin in pins}
        for pin in pins:
            pin.free()
        edges = KernelEdges(request_of(self.chip, tuple(by_line)), by_line)
        for pin in pins:
            pin.listened_by(edges)
        return edges

    def _get_board_info(self) -> Any:
        # gpiozero asks the machine which Pi it is, only to translate pin names.
        try:
            return super()._get_board_info()
        except (PinUnknownPi, OSError):
            self._info = PiBoardInfo.from_revision(HEADER_REVISION)
            return self._info
