"""A P24 and a RehaMove3 on a terminal, and somebody who listens to the host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.stimulator.sciencemode.messages import Init
from appliance.stimulator.sciencemode.pulses import Update
from tests.stimulator.rigs import Host, Rig, rig_of_model, set_point
from tests.stimulator.sciencemode.listener import Listener
from tests.stimulator.sciencemode.turns import LOOK, REST, Talk, told


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


@pytest.fixture
def live() -> Talk:
    """Since 10.06 s an update that enables no channel is in force."""
    talk = Talk()
    assert talk.exchange(REST, 10.0) == Init(stop_all_on_error=True)
    assert talk.exchange(REST, 10.05) == Update()
    return talk


@pytest.fixture
def running(live: Talk) -> Talk:
    """Since 10.21 s both channels pulse, with 1 mA; the last look was at 10.1 s."""
    assert live.exchange(set_point(1, 1), 10.1) == LOOK
    assert live.exchange(set_point(1, 1), 10.15) == told(1, 1)
    return live
