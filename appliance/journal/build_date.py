"""When this program was built. A clock that shows an earlier time is wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""The year of this source, used without a stamp: the files of a checkout may have any date."""
STAMP = Path(__file__).with_name("build_date.txt")
"""Unix time of the commit that a package was built from; the build of the package writes it."""
IN_USE = timedelta(days=20 * 365)
"""How long this program may be in use. A later time means a clock that was set wrongly."""


def build_date(stamp: Path = STAMP) -> datetime:
    """When the package was built; in a checkout, or where the stamp is nonsense, `WRITTEN`."""
    try:
        built = datetime.fromtimestamp(int(stamp.read_text()), UTC)
    except (OSError, ValueError, OverflowError):
        return WRITTEN
    return built if WRITTEN <= built <= WRITTEN + IN_USE else WRITTEN
