"""Whether the wall clock is to be believed: a day's limits hang on it."""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""Whatever says less has lost its battery: clock chips restart in 1970 or 2000."""
SLACK = timedelta(minutes=10)
"""How far two clocks may differ: days matter here, not minutes."""
_STA_UNSYNC = 0x40


def kernel_synchronised() -> bool:
    """Whether some daemon (chrony, ntpd, timesyncd) disciplines the kernel's clock."""
    # struct timex begins: unsigned modes; long offset, freq, maxerror, esterror; int status.
    # No mode is set, so the call only reads; the rest of the struct needs no names.
    timex = (ctypes.c_long * 64)()
    try:
        if ctypes.CDLL(None, use_errno=True).adjtimex(timex) < 0:
            return False
    except (AttributeError, OSError):
        return False
    return not timex[5] & _STA_UNSYNC


@dataclass(frozen=True, slots=True)
class ClockTrust:
    """Trusted: a battery-backed clock that agrees, or network time since boot.

    Never trusted is a clock that stands before the newest entry of the journal.
    """

    rtc: Path = Path("/sys/class/rtc/rtc0")
    timesync: Path = Path("/run/systemd/timesync/synchronized")
    synchronised: Callable[[], bool] = kernel_synchronised
    platform: str = sys.platform

    def __call__(self, wall: datetime, newest: datetime | None) -> bool:
        """Whether `wall` is to be believed, where `newest` is the newest trusted entry's time."""
        if wall < _EARLIEST or (newest is not None and wall < newest - SLACK):
            return False
        # A computer that is no Linux is somebody's laptop, and laptops keep time.
        return self.platform != "linux" or self._rtc_agrees(wall) or self._network_time()

    def _rtc_agrees(self, wall: datetime) -> bool:
        """Whether a clock chip runs and the system follows it.

        That the kernel once copied the chip's time (`hctosys`) is not asked: it copies
        that of an empty battery as well, and it does not copy from a late module.
        """
        try:
            seconds = int((self.rtc / "since_epoch").read_text())
        except (OSError, ValueError):
            return False
        chip = datetime.fromtimestamp(seconds, UTC)
        return abs(wall - chip) <= SLACK

    def _network_time(self) -> bool:
        return self.timesync.exists() or self.synchronised()
