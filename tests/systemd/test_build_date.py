"""What the package puts beside the program: the date before which no clock is trusted."""

from datetime import UTC, datetime
from pathlib import Path

from appliance.journal.build_date import STAMP, WRITTEN, build_date
from tests.systemd.test_units import REPOSITORY, tree

IN_THE_PACKAGE = "appliance/journal/build_date.py"


def test_the_package_knows_when_its_commit_was_made(tmp_path: Path):
    names = {*tree.FILES, "systemd/sandbox.conf", IN_THE_PACKAGE}
    files = {name: (REPOSITORY / name).read_bytes() for name in names}
    committed = datetime(2027, 4, 5, 6, 7, 8, tzinfo=UTC)
    tree.lay_out(tmp_path, tree.Commit(files, "1.0", int(committed.timestamp())))
    beside = (tmp_path / tree.MODULES / IN_THE_PACKAGE).with_name(STAMP.name)
    assert beside == tmp_path / tree.BUILD_DATE
    assert build_date(beside) == committed


def test_a_checkout_has_no_stamp():
    assert not STAMP.exists()
    assert build_date() == WRITTEN
