"""An empty machine for the checks of `doctor`."""

from pathlib import Path

import pytest

from appliance.doctor.host import Host
from tests.doctor.parts import JOURNAL


@pytest.fixture
def host(tmp_path: Path) -> Host:
    root = tmp_path / "root"
    (root / JOURNAL.parent.relative_to("/")).mkdir(parents=True)
    return Host(root, is_root_user=False, groups=frozenset({"gpio", "i2c"}))
