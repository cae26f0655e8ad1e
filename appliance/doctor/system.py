"""Checks the machine: model, power, clock, storage, permissions, terminal."""

import platform
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from appliance.doctor.finding import Finding, bad, good, warn
from appliance.doctor.host import Host
from appliance.doctor.voice import voice
from appliance.errors import JournalError
from appliance.journal import database, session_rows
from appliance.journal.clock_trust import ClockTrust, kernel_synchronised
from appliance.settings.model import Settings

_LOW_BYTES = 50_000_000
_NEWEST_SESSIONS = 20
_GROUPS = ("gpio", "i2c", "dialout")
_OWN_GROUP = "ems-appliance"
_THROTTLED = "/sys/devices/platform/soc/soc:firmware/get_throttled"
_NOW_LOW, _NOW_SLOWED, _EVER_LOW = 1 << 0, 1 << 2, 1 << 16


def machine(host: Host) -> Iterator[Finding]:
    model = host.read("/proc/device-tree/model")
    python = f"Python {platform.python_version()}"
    if "Raspberry Pi" in model:
        yield good("machine", f"{model}, {python}")
    else:
        yield warn(
            "machine", f"{model or platform.machine()}, {python}: not a Raspberry Pi",
            "the pins are those of [controls] chip; check them with `ems-appliance wiring`",
        )  # fmt: skip


def power(host: Host) -> Iterator[Finding]:
    """Flags of the Pi's firmware: those that hold now, and those since it was switched on."""
    try:
        flags = int(host.read(_THROTTLED), 16)
    except ValueError:
        yield warn("power", "this machine does not tell", "measure 5 V at the header under load")
        return
    if flags & (_NOW_LOW | _NOW_SLOWED):
        yield bad("power", f"the supply is too low now (0x{flags:x})", "charge or change the bank")
    elif flags & _EVER_LOW:
        yield warn(
            "power", f"the supply was too low since the start (0x{flags:x})",
            "use a shorter, thicker USB cable, or another power bank",
        )  # fmt: skip
    else:
        yield good("power", "no low supply since the start")


def cut_off(host: Host, journal: Path) -> Iterator[Finding]:
    """Whether the power failed in a session. Some power banks switch off at a small current."""
    try:
        with (
            closing(database.open_for_reading(host.at(journal))) as connection,
            database.translated(journal),
        ):
            ends = session_rows.newest_ends(connection, _NEWEST_SESSIONS)
    except JournalError:
        return
    cuts = ends.count(session_rows.POWER)
    if cuts:
        yield warn(
            "power", f"it went in {cuts} of the newest {len(ends)} sessions",
            "charge the bank; use one that does not switch off at 100 mA (hardware/parts.md)",
        )  # fmt: skip
    elif ends:
        yield good("power", f"it lasted through the newest {len(ends)} sessions")


def clock(host: Host, wall: datetime) -> Iterator[Finding]:
    rtc = host.at("/sys/class/rtc/rtc0")
    timesync = host.at("/run/systemd/timesync/synchronized")
    trust = ClockTrust(rtc=rtc, timesync=timesync, synchronised=lambda: False)
    if trust(wall, None):
        by = "the network" if timesync.exists() else "the clock module"
        yield good("clock", f"{wall:%Y-%m-%d %H:%M}, confirmed by {by}")
    elif kernel_synchronised() and ClockTrust(rtc=rtc, synchronised=lambda: True)(wall, None):
        yield good("clock", f"{wall:%Y-%m-%d %H:%M}, set by a time daemon")
    else:
        there = "the clock module disagrees" if rtc.exists() else "there is no clock module"
        yield warn(
            "clock", f"{wall:%Y-%m-%d %H:%M}, and {there}, and no network time",
            "fit a DS3231 (hardware/), or connect a network once; or set the date on the box",
        )  # fmt: skip


def storage(host: Host, journal: Path) -> Iterator[Finding]:
    mount = host.mount_of(journal)
    free = host.free_bytes(journal.parent)
    if free is None:
        yield bad(
            "storage", f"{journal.parent} is not there or not yours to see",
            "try with sudo; where it is missing: sudo systemd-tmpfiles --create",
        )  # fmt: skip
    elif mount is not None and mount.forgets:
        yield bad(
            "storage", f"{journal.parent} is on {mount.kind}: every session is forgotten",
            "give it a partition of its own (systemd/INSTALL.md), or turn the overlay off",
        )  # fmt: skip
    elif mount is not None and mount.read_only:
        yield bad(
            "storage", f"{journal.parent} is read-only",
            "a card that has become read-only is worn: copy the journal, use a new card",
        )  # fmt: skip
    elif free < _LOW_BYTES:
        yield bad("storage", f"{free // 1_000_000} MB free", "make room on the card")
    else:
        yield good("storage", f"{free // 1_000_000} MB free for the journal")
    yield from _worn(host, mount.device if mount else "")


def _worn(host: Host, device: str) -> Iterator[Finding]:
    errors = host.read(f"/sys/fs/ext4/{Path(device).name}/errors_count")
    if errors not in ("", "0"):
        yield bad(
            "storage", f"{errors} errors of the file system so far",
            "copy the journal now (systemd/INSTALL.md, When the card dies), use a new card",
        )  # fmt: skip


def record(host: Host, journal: Path) -> Iterator[Finding]:
    """Whether the journal is undamaged. Other checks report one that is missing or not readable."""
    path = host.at(journal)
    try:
        with closing(database.open_for_reading(path, any_version=True)) as connection:
            database.refuse_damage(connection, path)
    except database.JournalDamagedError as error:
        yield bad(
            "storage", str(error),
            "copy the file now; `ems-appliance log restore` puts a backup in its place",
        )  # fmt: skip
    except JournalError:
        return


def permissions(host: Host) -> Iterator[Finding]:
    """Whether this user may look at the parts. The service has a user of its own."""
    if host.is_root_user:
        yield good("permissions", "root may see everything")
        return
    lacking = [name for name in (*_GROUPS, _OWN_GROUP) if name not in host.groups]
    if lacking:
        yield warn(
            "permissions", f"you are not in: {', '.join(lacking)}",
            f"sudo usermod -aG {','.join(lacking)} $USER, and log in again",
        )  # fmt: skip
    else:
        yield good("permissions", "you are in every group that the parts want")


def terminal() -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or "ascii").lower()
    if encoding.replace("-", "") == "utf8":
        yield good("terminal", "UTF-8")
    else:
        yield warn("terminal", encoding, "some signs become `?`; set LC_ALL=C.UTF-8")


def all_of(host: Host, settings: Settings, wall: datetime) -> Iterator[Finding]:
    """Every check of the machine."""
    yield from machine(host)
    yield from power(host)
    yield from cut_off(host, settings.journal.path)
    yield from clock(host, wall)
    yield from storage(host, settings.journal.path)
    yield from record(host, settings.journal.path)
    yield from permissions(host)
    yield from voice(host, settings)
    yield from terminal()
