"""The virtual clock: real bytes without waiting, and reproducible runs."""

from collections.abc import Iterator

import pytest

from appliance.errors import BoardError
from appliance.session.board import Ceilings, Link, SetPoint
from appliance.simulator import virtual_clock as clock_module
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.pulses import Pulse
from appliance.simulator.virtual_clock import VirtualClock
from appliance.simulator.wire import Wire
from appliance.stimulator.reference.driver import ReferenceStimulator

WORK = SetPoint(50, (10, 10), 250, Ceilings(60, 400, 120))


class Alarm:
    """Scripted hands that do one thing at one time."""

    def __init__(self, at: float) -> None:
        self.at = at
        self.rang_at: float | None = None

    def next_deadline(self) -> float:
        return self.at if self.rang_at is None else float("inf")

    def advance(self, now: float) -> None:
        if now >= self.at and self.rang_at is None:
            self.rang_at = now


class Setup:
    def __init__(self, *alarms: Alarm) -> None:
        self.board = Board(seed=3)
        self.pulses: list[Pulse] = []
        self.board.output.on_pulse.append(self.pulses.append)
        self.wire = Wire(self.board)
        self.driver = ReferenceStimulator(self.wire.path)
        self.clock = VirtualClock(self.wire, self.driver.port, alarms, start=100.0)

    def wait(self, seconds: float) -> None:
        """One wait, as the control loop does it."""
        descriptor = self.driver.fileno()
        until = self.clock.now() + seconds
        self.clock.wait([] if descriptor is None else [descriptor], until)

    def run(self, seconds: float, asked: SetPoint | None) -> None:
        until = self.clock.now() + seconds
        while self.clock.now() < until:
            if asked:
                self.driver.apply(asked, self.clock.now())
            else:
                self.driver.connect(self.clock.now())
                self.driver.off(self.clock.now())
            end = self.clock.now() + 0.05
            while self.clock.now() < end:
                self.wait(end - self.clock.now())
                self.report = self.driver.poll(self.clock.now())


@pytest.fixture
def setup() -> Iterator[Setup]:
    setup = Setup()
    yield setup
    setup.driver.close(0)
    setup.wire.unplug()


def test_with_nothing_to_hear_time_jumps_to_the_end(setup: Setup) -> None:
    setup.wait(3600)
    assert setup.clock.now() == 3700


def test_an_answer_comes_without_time_going_by(setup: Setup) -> None:
    setup.driver.connect(setup.clock.now())
    setup.wait(10)
    assert setup.clock.now() == 100
    assert setup.driver.poll(setup.clock.now()).link is Link.UP
    setup.wait(10)
    assert setup.clock.now() == 110


def test_a_late_answer_comes_at_its_time(setup: Setup) -> None:
    setup.board.troubles.delay_s = 0.25
    setup.driver.connect(setup.clock.now())
    setup.wait(10)
    assert setup.clock.now() == 100.25
    assert setup.driver.poll(setup.clock.now()).link is Link.UP


def test_an_actor_acts_at_its_time_in_the_middle_of_a_wait() -> None:
    alarm = Alarm(101.5)
    setup = Setup(alarm)
    setup.wait(10)
    assert alarm.rang_at == 101.5
    assert setup.clock.now() == 110
    setup.wire.unplug()


def test_the_same_session_delivers_the_same_pulses_each_time() -> None:
    told = []
    for _ in range(2):
        setup = Setup()
        setup.run(0.3, None)
        setup.run(2, WORK)
        told.append(setup.pulses)
        setup.driver.close(0)
        setup.wire.unplug()
    assert told[0] == told[1]
    assert len(told[0]) > 100


def test_a_closed_and_reopened_port_loses_no_count(setup: Setup) -> None:
    setup.run(0.3, None)
    setup.run(0.2, WORK)
    setup.driver.apply(WORK, setup.clock.now())
    setup.driver.close(setup.clock.now())
    setup.wait(1)
    setup.run(0.5, None)
    assert setup.report.link is Link.UP
    setup.run(0.5, WORK)
    assert setup.report.faults == frozenset()


def test_a_board_that_does_not_read_stops_no_time(setup: Setup) -> None:
    setup.run(0.3, None)
    setup.board.troubles.deaf = True
    # At rest a board may be silent for two seconds.
    setup.run(2.5, None)
    assert "board_silent" in setup.report.faults
    setup.board.troubles.deaf = False
    setup.run(1, None)
    assert setup.report.link is Link.UP


def test_a_wire_that_brings_nothing_is_an_error_and_no_endless_wait(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_module, "PATIENCE_MS", 1)
    setup.wait(0)
    setup.driver.port.written += 1
    with pytest.raises(BoardError, match="never arrived"):
        setup.wait(1)
