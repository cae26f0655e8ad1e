"""The power of the box itself: switching off at its buttons, and whether the Pi's supply holds.

The service may not switch the machine off. It leaves a file in its runtime folder, where only the
service and root can write; systemd watches for the file and does the rest
(`systemd/ems-appliance-switch-off.path`).
"""

from pathlib import Path

REQUEST = "switch-off"
SENSORS = Path("/sys/class/hwmon")
LOOK_S = 2.0
"""How often the Pi's kernel asks its firmware about the supply."""
_SENSOR, _ALARM = "rpi_volt", "in0_lcrit_alarm"


class BoxPower:
    """Asks systemd to switch off, and reads the supply's alarm. Nothing here waits."""

    def __init__(self, runtime_dir: Path, sensors: Path = SENSORS) -> None:
        self._request = runtime_dir / REQUEST
        self._alarm = _find_alarm(sensors)
        self._was_low = False
        self._look_at = 0.0

    def switch_off(self) -> None:
        """Ask for it. Raises OSError where the file cannot be written."""
        self._request.write_text("asked at the box\n")

    def faults(self, now: float) -> frozenset[str]:
        """`box_under_voltage`, once the supply has been too low and until the next start.

        A dip lasts for moments, and the person looks at the screen later.
        """
        if self._alarm is not None and not self._was_low and now >= self._look_at:
            self._look_at = now + LOOK_S
            self._was_low = _read(self._alarm) == "1"
        return frozenset({"box_under_voltage"} if self._was_low else ())


def _find_alarm(sensors: Path) -> Path | None:
    """The file of the Pi's own sensor; None on every other machine."""
    try:
        chips = sorted(sensors.iterdir())
    except OSError:
        return None
    return next((chip / _ALARM for chip in chips if _read(chip / "name") == _SENSOR), None)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
