"""Decides whether the wall clock can be trusted; the limits of a day depend on it."""

import ctypes
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.journal.build_date import IN_USE, build_date
from appliance.records import Fixed

BUILT = build_date()
"""An earlier time means an empty clock battery: clock chips restart in 1970 or 2000."""
LATEST = BUILT + IN_USE
"""A later time means a clock that was set wrongly; notes with such a time are not trusted."""
SLACK = timedelta(minutes=10)
"""How far two clocks may differ: days matter here, not minutes."""
Trust = Callable[[datetime, datetime | None], bool]
"""Whether to trust a wall-clock time, given the newest one that was trusted."""
_STA_UNSYNC = 0x40


def is_plausible(wall: datetime) -> bool:
    """Whether this time lies within the time in which this program is in use."""
    return BUILT <= wall <= LATEST


def kernel_synchronised() -> bool:
    """Whether a daemon such as chrony, ntpd or timesyncd synchronises the kernel's clock."""
    # struct timex begins: unsigned modes; long offset, freq, maxerror, esterror; int status.
    # No mode is set, so the call only reads; the rest of the struct needs no names.
    timex = (ctypes.c_long * 64)()
    try:
        if ctypes.CDLL(None, use_errno=True).adjtimex(timex) < 0:
            return False
    except (AttributeError, OSError):
        return False
    return not timex[5] & _STA_UNSYNC


class ClockTrust(Fixed, frozen=True):
    """Trusts a battery-backed clock that agrees, or network time since boot.

    It never trusts a clock that is earlier than the newest note of the journal.
    """

    rtc: Path = Path("/sys/class/rtc/rtc0")
    timesync: Path = Path("/run/systemd/timesync/synchronized")
    synchronised: Callable[[], bool] = kernel_synchronised
    platform: str = sys.platform

    def __call__(self, wall: datetime, newest: datetime | None) -> bool:
        """Whether to trust `wall`. `newest` is the time of the newest trusted note, if any."""
        if not is_plausible(wall) or (newest is not None and wall < newest - SLACK):
            return False
        # A machine that does not run Linux is a laptop, and laptops keep time.
        return self.platform != "linux" or self._rtc_agrees(wall) or self._network_time()

    def _rtc_agrees(self, wall: datetime) -> bool:
        """Whether a clock chip runs and the system time agrees with it.

        The kernel's `hctosys` flag does not help: the kernel also copies the time of a chip
        with an empty battery, and copies nothing if the driver loads late.
        """
        try:
            seconds = int((self.rtc / "since_epoch").read_text())
        except (OSError, ValueError):
            return False
        chip = datetime.fromtimestamp(seconds, UTC)
        return abs(wall - chip) <= SLACK

    def _network_time(self) -> bool:
        return self.timesync.exists() or self.synchronised()
