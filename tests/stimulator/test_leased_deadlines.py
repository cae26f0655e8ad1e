"""When the driver of a leased device has to be called again although nothing has been heard."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.session.board import Link, Output
from tests.stimulator.rigs import Rig, rig_of_model, set_point

WORK = set_point(20)
IDLE_SILENCE_S, LEASE_S = 2.0, 0.3


@dataclass(frozen=True)
class Times:
    """Of one driver, seconds."""

    asks_again: float
    patience: float
    lost: float
    silent: float
    quiet: float


TIMES = {
    # It says Init first, so that there is nothing to ask before.
    "rehastim2": Times(asks_again=1.8, patience=1.8, lost=0.11, silent=0.25, quiet=1.4),
    "sciencemode": Times(asks_again=0.15, patience=0.6, lost=0.08, silent=0.2, quiet=2.2),
}


@pytest.fixture(params=["rehastim2", "p24"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig = rig_of_model(request.param, tmp_path)
    yield rig
    rig.end()


def test_while_it_connects_at_the_next_question_and_at_the_end_of_patience(rig: Rig) -> None:
    rig.troubles.silent = True
    began = rig.clock.now()
    rig.driver.connect(began)
    times = TIMES[rig.card.name]
    assert rig.driver.next_deadline(began) == pytest.approx(began + times.asks_again)
    ends_at = rig.driver.next_deadline(began + times.patience + 1.0)
    assert ends_at == pytest.approx(began + times.patience)
    assert rig.driver.poll(ends_at - 0.001).faults == frozenset()
    assert rig.driver.poll(ends_at).faults == {"board_silent"}


def test_while_current_flows_at_the_end_of_the_lease(rig: Rig) -> None:
    host = rig.host()
    host.start(WORK)
    host.apply(WORK)
    renewed_at = host.now - 0.05
    ends_at = rig.driver.next_deadline(host.now)
    assert ends_at == pytest.approx(renewed_at + LEASE_S)
    assert rig.driver.poll(ends_at - 0.001).faults == frozenset()
    assert rig.driver.poll(ends_at).faults == {"loop_stalled"}


def test_without_an_answer_when_it_is_lost_and_then_when_the_silence_is_a_fault(rig: Rig) -> None:
    host = rig.host()
    host.start(WORK)
    rig.troubles.silent = True
    asked_at = host.now
    rig.driver.off(asked_at)
    assert rig.driver.next_deadline(asked_at) == pytest.approx(asked_at + TIMES[rig.card.name].lost)
    # Nobody asks in between, so nothing newer is on its way.
    later = asked_at + TIMES[rig.card.name].lost + 0.001
    silent_at = rig.driver.next_deadline(later)
    assert silent_at == pytest.approx(asked_at + IDLE_SILENCE_S)
    assert rig.driver.poll(silent_at - 0.001).faults == frozenset()
    assert rig.driver.poll(silent_at).faults == {"board_silent"}


def test_while_a_set_point_is_wanted_silence_is_a_fault_sooner(rig: Rig) -> None:
    host = rig.host()
    host.start(WORK)
    rig.troubles.silent = True
    asked_at = host.now
    rig.driver.apply(set_point(19), asked_at)
    # The lease goes on.
    rig.driver.apply(set_point(19), asked_at + 0.1)
    later = asked_at + TIMES[rig.card.name].lost + 0.15
    silent_at = rig.driver.next_deadline(later)
    assert silent_at == pytest.approx(asked_at + TIMES[rig.card.name].silent)
    assert rig.driver.poll(silent_at - 0.001).faults == frozenset()
    assert rig.driver.poll(silent_at).faults == {"board_silent"}


def test_without_a_link_when_the_output_is_certainly_off_and_not_again(rig: Rig) -> None:
    host = rig.host()
    host.start(WORK)
    rig.wire.unplug()
    report = rig.driver.poll(host.now)
    assert report.link is Link.DOWN
    assert (report.output, report.in_force) == (Output.UNKNOWN, (20, 0))
    off_at = host.now + TIMES[rig.card.name].quiet
    assert rig.driver.next_deadline(host.now) == pytest.approx(off_at)
    off_at = rig.driver.next_deadline(host.now)
    assert rig.driver.poll(off_at - 0.001).output is Output.UNKNOWN
    report = rig.driver.poll(off_at)
    assert (report.output, report.in_force) == (Output.OFF, (0, 0))
    assert rig.driver.next_deadline(off_at) > 1e6
