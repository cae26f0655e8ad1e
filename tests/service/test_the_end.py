"""How the loop runs, and what it leaves at its end."""

import gc
import os
import select
import sys
from contextlib import closing

import pytest

from appliance.clock import Wakeup
from appliance.session.state import State
from tests.journeys.journey import Box, Home
from tests.service.frames import Frames


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot()


def test_the_loop_runs_until_it_is_told_to_end(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    began, ended = box.switched_on().now, []

    def goes_on(now: float) -> None:
        raise AssertionError("it was told to end two seconds ago")

    with monkeypatch.context() as patch:
        # The fixture closes the box.
        patch.setattr(box.service, "finish", lambda: ended.append(box.now))
        box.agenda.at(began + 2.5, lambda now: box.service.end())
        box.agenda.at(began + 4.5, goes_on)
        box.service.run()
    assert ended == [began + 2.5]
    # `begin` was called by the virtual box already.
    assert box.told.count("start version=") == 2


def test_while_it_runs_threads_give_way_to_it_often(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, seen = sys.getswitchinterval(), []

    def look(now: float) -> None:
        seen.append(sys.getswitchinterval())
        box.service.end()

    monkeypatch.setattr(box.service, "finish", lambda: None)
    box.agenda.at(box.now + 0.5, look)
    try:
        sys.setswitchinterval(0.005)
        box.service.run()
    finally:
        sys.setswitchinterval(before)
        monkeypatch.undo()
    assert seen == [pytest.approx(0.0001)]


def test_the_collector_is_spared_once_and_without_garbage(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(gc, "collect", lambda: done.append("collect"))
        patch.setattr(gc, "freeze", lambda: done.append("freeze"))
        patch.setattr(box.service, "finish", lambda: None)
        box.agenda.at(box.now + 5.0, lambda now: box.service.end())
        box.service.run()
    assert box.state is State.LOCKED
    assert done == ["collect", "freeze"]


def test_the_end_waits_no_longer_than_for_the_answer_to_off(box: Box) -> None:
    box.to_current(6)
    began = box.now
    box.close()
    assert not box.delivers
    assert box.now == began


def test_the_end_waits_a_tenth_of_a_second_for_a_board_that_does_not_answer(box: Box) -> None:
    box.to_current(6)
    frames = Frames(box)
    box.board.troubles.silent = True
    began = box.now
    box.close()
    assert frames.sent[0] == (began, None)
    assert box.now == pytest.approx(began + 0.1)


def test_the_end_comes_without_a_port_too(box: Box) -> None:
    box.to_current(6)
    box.wire.unplug()
    box.driver.close(box.now)
    box.close()
    assert box.told.splitlines()[-1].endswith(" end")


def test_the_end_waits_for_a_board_that_may_deliver_and_whose_port_is_lost(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.to_current(6)
    box.board.troubles.silent = True
    monkeypatch.setattr(box.driver, "fileno", lambda: None)
    began = box.now
    box.close()
    assert box.now == pytest.approx(began + 0.1)


def test_everything_is_closed_at_the_end(box: Box) -> None:
    wakeup, board = box.wakeup.fileno(), box.driver.fileno()
    assert board is not None
    open_at_the_end: list[int] = []

    def look() -> None:
        for descriptor in (wakeup, board):
            try:
                os.fstat(descriptor)
            except OSError:
                continue
            open_at_the_end.append(descriptor)
        open_at_the_end.append(-1)

    box.service.ports.at_the_end = look
    box.close()
    assert open_at_the_end == [-1]


def test_a_second_signal_at_the_very_end_changes_nothing(box: Box) -> None:
    box.service.ports.at_the_end = box.service.end
    box.close()
    assert box.told.splitlines()[-1].endswith(" end")


def test_a_late_wake_up_writes_into_no_file_that_was_opened_since() -> None:
    """A slow thread of the service before wakes it, and the next one has opened its files."""
    wakeup = Wakeup()
    wakeup.close()
    opened = [os.pipe() for _ in range(3)]
    wakeup.wake()
    for read_end, write_end in opened:
        os.close(write_end)
        assert os.read(read_end, 1) == b""
        os.close(read_end)


def test_a_full_pipe_is_a_wake_up_that_is_pending() -> None:
    wakeup = Wakeup()
    with closing(wakeup):
        for _ in range(70000):
            wakeup.wake()
        assert select.select([wakeup], [], [], 0.0)[0] == [wakeup]
        while select.select([wakeup], [], [], 0.0)[0]:
            wakeup.drain()
        wakeup.drain()
