"""What every driver of a leased device does, whatever its protocol."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.session.board import Link, Output
from tests.stimulator.rigs import Rig, rig_of_model, set_point

WORK = set_point(20)
END_OF_STOP = b"\x22\x0f"
"""The command, which nothing follows, and the end byte."""


@pytest.fixture(params=["rehastim2", "p24"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model(request.param, tmp_path)
    yield rig
    rig.end()


def heard_by(rig: Rig) -> list[bytes]:
    heard: list[bytes] = []
    rig.wire.on_heard.append(lambda data, _: heard.append(data))
    return heard


def test_a_port_that_was_opened_anew_is_told_no_stop_before_it_says_what_it_is(rig: Rig) -> None:
    host = rig.host()
    host.start(WORK)
    rig.wire.unplug()
    host.apply(WORK, 0.1)
    assert "board_lost" in host.report.faults
    rig.wire.plug()
    rig.restart()
    heard = heard_by(rig)
    host.idle(0.5)
    rig.driver.connect(host.now)
    assert host.poll().link is Link.CONNECTING
    rig.driver.off(host.now)
    rig.driver.close(host.now)
    rig.clock.wait([], host.now)
    assert END_OF_STOP not in b"".join(heard)


def test_a_known_device_that_fell_silent_is_told_to_stop_until_it_answers(rig: Rig) -> None:
    host = rig.host()
    host.start(WORK)
    rig.troubles.silent = True
    host.apply(WORK, 1.0)
    assert host.report.link is Link.DOWN
    heard = heard_by(rig)
    for _ in range(3):
        heard.clear()
        host.off(0.1)
        assert END_OF_STOP in b"".join(heard)
    rig.driver.connect(host.now)
    heard.clear()
    host.off(0.1)
    assert END_OF_STOP in b"".join(heard)
    # Without an answer in time it goes on being told so.
    host.retry(3.0)
    heard.clear()
    host.off(0.1)
    assert END_OF_STOP in b"".join(heard)
    assert rig.driver.fileno() is not None


def test_a_device_that_has_confirmed_that_it_is_off_is_not_told_again(rig: Rig) -> None:
    host = rig.host()
    host.start(WORK)
    heard = heard_by(rig)
    host.off(0.1)
    assert END_OF_STOP in b"".join(heard)
    heard.clear()
    host.off(1.0)
    assert END_OF_STOP not in b"".join(heard)
    assert heard


def test_what_was_asked_on_another_opening_is_not_answered_by_this_one(rig: Rig) -> None:
    host = rig.host()
    host.start(WORK)
    rig.troubles.silent = True
    host.apply(WORK, 0.1)
    rig.wire.unplug()
    host.apply(WORK, 0.1)
    rig.wire.plug()
    rig.troubles.silent = False
    rig.restart()
    # Longer than any request of before would be waited for.
    host.idle(5.0)
    assert host.meet().link is Link.UP
    host.off(0.3)
    assert host.report.faults == frozenset()


def test_off_and_close_end_what_is_wanted(rig: Rig) -> None:
    host = rig.host()
    for end in (rig.driver.off, rig.driver.close):
        host.start(WORK)
        end(host.now)
        host.idle(0.3)
        host.retry(3.0)
        assert host.report.output is Output.OFF
        assert host.report.agreed_at is None
        rig.flows()
        host.idle(1.0)
        assert not rig.flows()
