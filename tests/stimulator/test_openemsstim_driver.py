"""The driver of openEMSstim: its commands in time, and its verdicts on silence and wrong echoes."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.session.board import BoardState, Link, Output
from appliance.simulator.boards.openemsstim.board import BOOT_S
from appliance.simulator.boards.openemsstim.command_line import Firmware
from appliance.stimulator.openemsstim import conversation
from appliance.stimulator.openemsstim.driver import QUIET_S
from tests.stimulator.rigs import Host, Rig, openemsstim_rig, set_point

LEASE_S = 0.3
Open = Callable[[], tuple[Rig, Host, list[tuple[float, str]]]]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    rigs: list[Rig] = []

    def open_rig() -> tuple[Rig, Host, list[tuple[float, str]]]:
        rig = openemsstim_rig(Firmware.MASTER, tmp_path)
        rigs.append(rig)
        said: list[tuple[float, str]] = []
        rig.wire.on_heard.append(
            lambda data, now: said.extend((now, _plain(line)) for line in data.decode().split())
        )
        return rig, rig.host(), said

    yield open_rig
    for rig in rigs:
        rig.end()


def _plain(line: str) -> str:
    return bytes.fromhex(line[8:-1]).decode() if line.startswith("WV") else line


def test_nothing_is_said_before_the_banner_and_then_the_question_and_an_all_stop(
    opened: Open,
) -> None:
    _, host, said = opened()
    assert host.retry(0).link is Link.UP
    assert said[0][0] >= BOOT_S
    assert [text for _, text in said[:2]] == ["?", "G"]


def test_a_board_that_opening_does_not_reset_is_asked_once_any_start_would_be_over(
    opened: Open,
) -> None:
    rig, host, said = opened()
    rig.device.resets_on_opening = False
    host.idle(13.0)
    assert host.retry(0).link is Link.UP
    assert said[0] == (pytest.approx(13 + 15.0, abs=0.2), "?")


def test_a_board_that_says_nothing_at_all_is_silent_once_patience_ends(opened: Open) -> None:
    rig, host, said = opened()
    rig.troubles.silent = True
    host.driver.connect(host.now)
    host.idle(15.9)
    assert host.report.link is Link.CONNECTING
    assert [text for _, text in said] == ["?", "?"]
    host.idle(0.1)
    assert (host.report.link, host.report.faults) == (Link.DOWN, {"board_silent"})


def test_a_board_that_starts_while_it_is_listened_to_is_left_alone_until_it_is_ready(
    opened: Open,
) -> None:
    rig, host, said = opened()
    host.driver.connect(host.now)
    host.idle(10.0)
    rig.restart()
    host.idle(11.0)
    assert said == []
    host.idle(1.5)
    assert host.report.link is Link.UP


def test_a_board_that_restarts_in_a_contraction_is_told_nothing_more(opened: Open) -> None:
    rig, host, said = opened()
    host.start(set_point(20))
    rig.restart()
    before = len(said)
    host.apply(set_point(20), 0.3)
    assert host.report.faults == {"board_reset"}
    # One command may have been on its way; opening the port anew makes the board forget it.
    assert len(said) - before <= 1
    rig.flows()
    host.retry(2)
    assert not rig.flows()
    assert host.report.link is Link.UP


@pytest.mark.parametrize("act", ["apply", "off", "close"])
@pytest.mark.parametrize("frozen_s", [0.2, 0.5, 2.0])
@pytest.mark.parametrize("works", [False, True])
def test_a_box_that_was_frozen_hears_of_a_restart_before_it_says_anything(
    opened: Open, act: str, frozen_s: float, works: bool
) -> None:
    rig, host, said = opened()
    if works:
        host.start(set_point(20))
    else:
        host.meet()
    rig.restart()
    rig.clock.freeze(frozen_s)
    said.clear()
    if act == "apply":
        rig.driver.apply(set_point(20), host.now)
    else:
        (rig.driver.off if act == "off" else rig.driver.close)(host.now)
    rig.clock.freeze(0.0)
    assert said == []
    assert host.poll().faults == {"board_reset"}


def test_what_a_board_that_does_not_read_was_told_before_it_started_counts_as_on_its_way(
    opened: Open,
) -> None:
    rig, host, said = opened()
    host.meet()
    rig.restart()
    rig.troubles.deaf = True
    said.clear()
    host.apply(set_point(20), 0.3)
    rig.troubles.deaf = False
    rig.wire.pump(host.now)
    assert [text for _, text in said] == ["G"]
    assert rig.safe_set.broken == []


def test_each_channel_is_renewed_at_half_its_on_time_and_commands_keep_their_distance(
    opened: Open,
) -> None:
    _, host, said = opened()
    host.start(set_point(20, 10), 2.0)
    said.clear()
    host.apply(set_point(20, 10), 8.0)
    times = [at for at, _ in said]
    assert {text for _, text in said} == {"C0I20T800G", "C1I10T800G"}
    assert len(said) == pytest.approx(2 * 8 / conversation.RENEW_S, abs=4)
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.15 - 1e-6


def test_zero_is_an_all_stop_at_once_and_never_a_setting(opened: Open) -> None:
    rig, host, said = opened()
    host.start(set_point(20))
    said.clear()
    asked_at = host.now
    host.apply(set_point(0), 1.0)
    assert said[0] == (pytest.approx(asked_at, abs=0.001), "G")
    assert all(text in ("G", "?") for _, text in said)
    assert host.report.output is Output.OFF
    assert host.report.state is BoardState.ON
    assert not any(rig.device.output.closed)


def test_one_channel_ends_alone_by_its_shortest_on_time(opened: Open) -> None:
    rig, host, said = opened()
    host.start(set_point(20, 10), 1.5)
    said.clear()
    host.apply(set_point(0, 10), 0.5)
    assert "C0I1T1G" in [text for _, text in said]
    assert rig.device.output.closed == [False, True]
    assert host.report.in_force == (0, 10)
    host.apply(set_point(0, 10), 2.0)
    assert rig.device.output.closed == [False, True]


def test_a_fraction_of_a_percent_is_nothing_and_a_ceiling_holds(opened: Open) -> None:
    rig, host, _ = opened()
    host.start(set_point(0.5, 90), 3.0)
    assert rig.device.output.closed == [False, True]
    assert host.report.in_force == (0, 60)


def test_another_command_than_the_one_that_was_sent_is_a_fault_and_off(opened: Open) -> None:
    rig, host, said = opened()
    host.start(set_point(20))
    rig.troubles.mishears = True
    host.apply(set_point(20), 1.0)
    assert host.report.faults == {"board_disagrees"}
    assert "repeats" in str(rig.driver.details)
    assert said[-1][1] == "G"


def test_a_set_point_is_said_at_once_and_not_with_the_next_poll(opened: Open) -> None:
    rig, host, said = opened()
    host.start(set_point(20))
    host.apply(set_point(20), 0.2)
    said.clear()
    rig.driver.apply(set_point(0), host.now)
    rig.clock.wait([], host.now)
    assert [text for _, text in said] == ["G"]


def test_a_poll_alone_ends_what_was_not_renewed_though_nothing_is_due_to_be_said(
    opened: Open,
) -> None:
    rig, host, said = opened()
    host.start(set_point(20), 2.0)
    said.clear()
    for _ in range(10):
        host.apply(set_point(20), 0.0 if said else 0.05)
    assert said
    renewed_at = host.now - 0.05
    assert rig.driver.next_deadline(host.now) <= renewed_at + LEASE_S
    host.idle(renewed_at + LEASE_S - host.now)
    rig.clock.wait([], host.now)
    assert host.report.faults == {"loop_stalled"}
    assert said[-1] == (pytest.approx(renewed_at + LEASE_S), "G")


def test_without_a_link_the_output_is_off_at_the_deadline_and_unknown_before(opened: Open) -> None:
    rig, host, _ = opened()
    host.start(set_point(20), 2.0)
    rig.wire.unplug()
    report = rig.driver.poll(host.now)
    assert (report.output, report.in_force) == (Output.UNKNOWN, (20, 0))
    off_at = rig.driver.next_deadline(host.now)
    assert off_at == pytest.approx(host.now + QUIET_S)
    assert rig.driver.poll(off_at - 0.001).output is Output.UNKNOWN
    report = rig.driver.poll(off_at)
    assert (report.output, report.in_force) == (Output.OFF, (0, 0))
    assert rig.driver.next_deadline(off_at) > 1e6


def test_frozen_between_asking_and_writing_it_says_off_and_nothing_else(opened: Open) -> None:
    rig, host, said = opened()
    host.start(set_point(20))
    asked_at = host.now
    rig.clock.freeze(0.31)
    said.clear()
    rig.driver.apply(set_point(20), asked_at)
    rig.clock.freeze(0.0)
    assert [text for _, text in said] == ["G"]
    assert rig.driver.poll(host.now).faults == {"loop_stalled"}


@pytest.mark.parametrize("act", ["off", "close"])
def test_the_first_word_on_a_full_wire_is_the_all_stop_and_what_was_unsent_is_dropped(
    opened: Open, act: str
) -> None:
    rig, host, _ = opened()
    host.start(set_point(20))
    heard: list[bytes] = []
    rig.wire.on_heard.append(lambda data, _: heard.append(data))
    rig.troubles.deaf = True
    while not rig.driver.port.unsent[0]:
        # Zeros stand for what the wire carries already.
        rig.driver.port.send(bytes(64))
    discards = rig.driver.port.discards
    (rig.driver.off if act == "off" else rig.driver.close)(host.now)
    assert rig.driver.port.discards > discards
    rig.troubles.deaf = False
    rig.take_all()
    carried = b"".join(heard)
    assert carried.lstrip(b"\0") == b"\nWV,001C,47.\n"
