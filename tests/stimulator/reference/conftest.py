"""The reference driver with its simulated board on a terminal."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stimulator.rigs import Host, ReferenceRig, rig_of_model


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[ReferenceRig]:
    rig = rig_of_model("reference", tmp_path)
    assert isinstance(rig, ReferenceRig)
    yield rig
    rig.end()


@pytest.fixture
def host(rig: ReferenceRig) -> Host:
    return rig.host()
