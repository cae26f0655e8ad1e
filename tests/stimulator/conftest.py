"""Every driver with each of its simulated boards, for the contract of all drivers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stimulator.rigs import RIGS, Host, Rig


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig = RIGS[request.param](tmp_path)
    yield rig
    rig.end()


@pytest.fixture
def host(rig: Rig) -> Host:
    return rig.host()
