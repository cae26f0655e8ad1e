"""A P24 and a RehaMove3 on a terminal, and somebody who listens to the host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stimulator.rigs import Host, Rig, rig_of_model
from tests.stimulator.sciencemode.listener import Listener


@pytest.fixture(params=["p24", "rehamove3"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model(request.param, tmp_path)
    yield rig
    rig.end()


@pytest.fixture
def p24(tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model("p24", tmp_path)
    yield rig
    rig.end()


@pytest.fixture
def rehamove3(tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model("rehamove3", tmp_path)
    yield rig
    rig.end()


@pytest.fixture
def host(rig: Rig) -> Host:
    return rig.host()


@pytest.fixture
def listener(rig: Rig) -> Listener:
    return Listener(rig)
