"""A port that does not take what is written to it is lost at once, whatever was to be written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import BoardError
from appliance.session.board import Link
from tests.stimulator.rigs import RIGS, Rig, set_point

WORK = set_point(20)
A_FEW_FRAMES = 4


@pytest.fixture(params=["reference", "p24", "rehastim2"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig = RIGS[request.param](tmp_path)
    yield rig
    rig.wire.unplug()
    rig.end()


def fails(*frames: bytes, late: bool = False) -> None:
    raise BoardError("the port is gone")


def test_a_set_point_that_cannot_be_written_is_a_lost_board(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = rig.host()
    host.start(WORK)
    monkeypatch.setattr(rig.driver.port, "send", fails)
    for _ in range(A_FEW_FRAMES):
        host.apply(set_point(19))
    assert (host.report.link, host.report.faults) == (Link.DOWN, {"board_lost"})


def test_an_off_that_cannot_be_written_is_a_lost_board(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = rig.host()
    host.start(WORK)
    monkeypatch.setattr(rig.driver.port, "send_first", fails)
    rig.driver.off(host.now)
    report = rig.driver.poll(host.now)
    assert (report.link, report.faults) == (Link.DOWN, {"board_lost"})
