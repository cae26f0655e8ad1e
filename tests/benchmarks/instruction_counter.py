"""The processor's own counter of instructions, by the kernel: those of this process and the
threads it starts, outside of the kernel, as valgrind counts.

Linux on arm64 and x86-64, where the processor has such a counter and the kernel lets it be read:
a Pi, or qemu's arm64 while it counts instructions. perf_event_open(2) has the numbers.
"""

import ctypes
import fcntl
import os
import platform
import struct

_SYSTEM_CALL = {"aarch64": 241, "x86_64": 298}
_HARDWARE, _INSTRUCTIONS = 0, 1
_DISABLED, _INHERITED, _NOT_OF_KERNEL, _NOT_OF_HYPERVISOR = 1 << 0, 1 << 1, 1 << 5, 1 << 6
_ENABLE, _DISABLE = 0x2400, 0x2401
_ATTRIBUTES = struct.Struct("IIQQQQQIIQ")
"""perf_event_attr of 64 bytes: type, size, config, period, sample and read format, flags, wake-up,
breakpoint's type and address."""


class InstructionCounter:
    """Counts nothing until it is switched on."""

    def __init__(self) -> None:
        """Raises OSError where this processor or this kernel does not count."""
        flags = _DISABLED | _INHERITED | _NOT_OF_KERNEL | _NOT_OF_HYPERVISOR
        attributes = _ATTRIBUTES.pack(
            _HARDWARE, _ATTRIBUTES.size, _INSTRUCTIONS, 0, 0, 0, flags, 0, 0, 0
        )
        library = ctypes.CDLL(None, use_errno=True)
        this_process, any_processor, no_group = 0, -1, -1
        number = _SYSTEM_CALL[platform.machine()]
        self._descriptor = library.syscall(
            number, attributes, this_process, any_processor, no_group, ctypes.c_ulong(0)
        )
        if self._descriptor < 0:
            code = ctypes.get_errno()
            raise OSError(code, f"instructions are not counted here: {os.strerror(code)}")

    def switch(self, on: bool) -> None:
        fcntl.ioctl(self._descriptor, _ENABLE if on else _DISABLE, 0)

    def count(self) -> int:
        return int.from_bytes(os.read(self._descriptor, 8), "little")
