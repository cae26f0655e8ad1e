"""One sitting for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.rig import Rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path / "etc")
    yield rig
    rig.sitting.leave()
    rig.pins.reset()
