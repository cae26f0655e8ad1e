"""What goes wrong in the middle: pads, cable, board, screen, journal, and the process itself."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.service.parts import cues_last_s
from appliance.session.lease import LEASE_S
from appliance.session.state import State
from appliance.settings.words import Words
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.body import Pads
from appliance.voice.announcer import Announcer
from appliance.voice.speaker import Speaker
from tests.journeys.journey import SHORT, Box, Home


def test_a_pad_comes_off_in_the_middle(box: Box) -> None:
    box.to_current(6, 4)
    box.board.body.place(1, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=1.0)
    box.sees(State.CONTACT_LOST, lost_channels=("B",), output="off")
    assert box.levels == (0.0, 0.0)
    box.board.body.place(1, Pads.GOOD)
    box.wait(0.5)
    assert not box.delivers
    # Three seconds on the screen before anything goes on.
    box.wait(1.1).confirm().sees(State.CONTACT_LOST)
    box.wait(2.0).confirm().sees(State.READY, output="off")
    box.start().turn(2).sees(State.STIMULATING, output="on")


def test_a_pad_that_is_still_off_is_noticed_again(box: Box) -> None:
    box.to_current(6)
    box.board.body.place(0, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=1.0).wait(4.0).confirm().sees(State.READY)
    box.start().sees(State.STIMULATING).turn(4)
    box.wait_for(State.CONTACT_LOST, within_s=2.0).sees(State.CONTACT_LOST, lost_channels=("A",))


def test_the_cable_comes_out(box: Box) -> None:
    box.to_current(6)
    box.observer.grace_s = LEASE_S
    pulled_at = box.now
    box.unplug().sees(State.FAULT, output="unknown")
    assert box.fault == "board_lost"
    box.wait_until(lambda: box.status()["output"] == "off", within_s=1.0)
    assert LEASE_S <= box.now - pulled_at <= 0.6
    assert not box.delivers
    box.confirm().sees(State.FAULT)
    box.plug().sees(State.FAULT, output="off").tested_again().wait(0.1)
    box.sees(State.LOCKED, checklist={"confirmed": False, "item": None})
    # What was left is offered, after the checklist again.
    assert box.record.history.unfinished is not None


Trouble = Callable[[Box], object]


def _too_strong(box: Box) -> None:
    box.board.troubles.claimed_factor = 1.5


def _too_weak(box: Box) -> None:
    box.board.troubles.claimed_factor = 0.3


def _wrong_echo(box: Box) -> None:
    box.board.troubles.wrong_echo = True


def _silent(box: Box) -> None:
    box.board.troubles.silent = True


def _garbage(box: Box) -> None:
    box.board.troubles.garbage = True


def _deaf(box: Box) -> None:
    box.board.troubles.deaf = True


def _resets(box: Box) -> None:
    box.board.reset(box.now)


def _over_current(box: Box) -> None:
    box.board.troubles.extra_current_codes = 400
    box.observer.witness.defect_ma = 10.0


def _runs_empty(box: Box) -> None:
    box.board.set_supply(6.2, box.now)


def _emergency_stop(box: Box) -> None:
    box.board.set_emergency_stop(True, box.now)


@pytest.mark.parametrize(
    ("goes_wrong", "fault"),
    [
        (_too_strong, "board_too_strong"),
        (_too_weak, "board_too_weak"),
        (_wrong_echo, "board_silent"),
        (_silent, "board_silent"),
        (_garbage, "board_silent"),
        (_deaf, "board_silent"),
        (_resets, "board_reset"),
        (_over_current, "over_current"),
        (_runs_empty, "supply_empty"),
        (_emergency_stop, "emergency_stop"),
    ],
)
def test_a_board_that_disagrees(box: Box, goes_wrong: Trouble, fault: str) -> None:
    box.to_current(6).wait(1.0)
    box.observer.grace_s = LEASE_S
    goes_wrong(box)
    box.wait_for(State.FAULT, within_s=1.5)
    assert fault in box.record.latched
    box.sees(State.FAULT)
    assert box.record.set_point is None
    box.wait_until(lambda: box.status()["output"] == "off", within_s=1.0)
    assert not box.delivers
    box.turn(3, every_s=0.1).wait(1.0).sees(State.FAULT, output="off")


def test_a_board_that_is_right_again_begins_at_the_self_test(box: Box) -> None:
    box.to_current(6)
    box.observer.grace_s = LEASE_S
    box.board.troubles.silent = True
    box.wait_for(State.FAULT, within_s=1.0).wait(2.0).confirm().sees(State.FAULT)
    box.board.troubles.silent = False
    box.wait(2.0).tested_again()


def test_a_board_that_is_slow_for_a_moment_while_nothing_flows_is_no_fault(box: Box) -> None:
    box.wait_for(State.LOCKED, within_s=3.0)
    for state in (State.LOCKED, State.READY):
        if state is State.READY:
            box.to_ready()
        box.board.troubles.silent = True
        box.wait(1.5).sees(state)
        box.board.troubles.silent = False
        box.wait(1.0).sees(state)
    box.start().sees(State.STIMULATING)


def test_a_board_that_is_silent_while_nothing_flows_needs_no_hand_when_it_answers(
    box: Box,
) -> None:
    box.wait_for(State.LOCKED, within_s=3.0)
    box.board.troubles.silent = True
    box.wait(2.5).sees(State.FAULT)
    assert box.fault == "board_silent"
    box.wait(10.0).sees(State.FAULT)
    box.board.troubles.silent = False
    box.wait_for(State.LOCKED, within_s=4.0).sees(State.LOCKED, faults=[])


def test_a_board_that_is_silent_in_a_pause_ends_the_visit_and_its_rest_can_be_finished(
    box: Box,
) -> None:
    """The fault ends without a hand, and as every fault's end it leads to `locked`."""
    box.to_current(6).confirm().sees(State.PAUSED, output="off")
    box.wait(1.2).board.troubles.silent = True
    box.wait(1.8).sees(State.PAUSED)
    box.wait(0.8).sees(State.FAULT)
    assert box.fault == "board_silent"
    box.board.troubles.silent = False
    box.wait_for(State.LOCKED, within_s=4.0).wait(0.2)
    box.sees(State.LOCKED, checklist={"confirmed": False, "item": None}, faults=[])
    assert box.record.history.unfinished is not None
    assert box.record.run is None


def test_another_device_on_the_port(home: Home) -> None:
    board = Board()
    board.troubles.name = b"PRINTER\0"
    box = home.knows().boot(board=board)
    box.wait_for(State.FAULT, within_s=5.0).wait(0.5).sees(State.FAULT, output="off")
    assert box.fault == "board_not_the_one"
    assert "another board" in box.status()["fault"]["text"]


def test_another_layout_of_the_protocol(home: Home) -> None:
    board = Board()
    board.troubles.layout = 0x1234
    box = home.knows().boot(board=board)
    box.wait_for(State.FAULT, within_s=5.0).wait(0.5).sees(State.FAULT, output="off")
    assert box.fault == "board_layout"


def test_a_low_supply_lets_the_stage_finish_and_no_other_begin(home: Home) -> None:
    box = home.knows().boot(SHORT)
    box.to_current(4)
    box.board.set_supply(6.7, box.now)
    box.wait(2.0).sees(State.STIMULATING, output="on")
    box.run_out().sees(State.STAGE_DONE, output="off").confirm()
    box.wait(0.2).sees(State.FAULT)
    assert box.fault == "supply_low"


def test_the_screen_dies_in_a_stage(home: Home) -> None:
    box = home.knows().boot(SHORT)
    box.to_current(4)
    box.screen.present = frozenset({"screen_dead"})
    box.wait(2.0).sees(State.STIMULATING, output="on")
    box.run_out().sees(State.STAGE_DONE, output="off").confirm().wait(0.2).sees(State.FAULT)
    assert box.fault == "screen_dead"
    box.confirm().sees(State.FAULT)
    box.screen.present = frozenset()
    box.wait(0.2).tested_again()


def test_the_journal_dies_in_a_stage(home: Home) -> None:
    box = home.knows().boot(SHORT)
    box.to_current(4)
    home.write_protect(box)
    box.wait(3.0).sees(State.STIMULATING, output="on")
    assert "fault journal_dead" in box.told
    box.run_out().sees(State.STAGE_DONE, output="off").confirm().wait(0.2).sees(State.FAULT)
    assert box.fault == "journal_dead"


def test_the_process_is_frozen_for_three_seconds(box: Box) -> None:
    box.to_current(6).to_step("twitch")
    froze_at = box.now
    last: list[float] = []
    box.board.output.on_pulse.append(lambda pulse: last.append(pulse.at))
    box.freeze(3.0)
    # The board let go by itself, on its lease.
    assert last and max(last) - froze_at <= LEASE_S
    box.sees(State.FAULT)
    assert box.fault == "loop_stalled"
    box.wait(1.0).sees(State.FAULT, output="off")
    assert not box.delivers
    box.tested_again()


def test_the_process_is_frozen_where_nothing_flows(box: Box) -> None:
    box.to_ready().wait(0.2).freeze(3.0).wait(0.5).sees(State.READY, output="off")


def _kill(voice: Speaker, devices: Path) -> None:
    os.kill(_pid(voice), signal.SIGKILL)


def _hang(voice: Speaker, devices: Path) -> None:
    os.kill(_pid(voice), signal.SIGSTOP)


def _unplug(voice: Speaker, devices: Path) -> None:
    devices.write_text("pcm.other { type null }")


def _pid(voice: Speaker) -> int:
    pid = voice.pid()
    assert pid is not None
    return pid


@pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("aplay")),
    reason="NOT TESTED: espeak-ng or aplay is not installed",
)
@pytest.mark.parametrize("trouble", [_kill, _hang, _unplug])
def test_a_voice_that_is_killed_hangs_or_loses_its_device_takes_nothing_but_speech(
    home: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Speaker, Path], None],
) -> None:
    devices = tmp_path / "asound.conf"
    devices.write_text("pcm.usb { type null }")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(devices))
    announcer = Announcer(Words.load, cues_last_s)
    # The speech process answers in real time, of which a virtual second has too little.
    voice = Speaker(announcer, tmp_path / "voice", "usb", 165, time.monotonic)
    box = home.boot(SHORT, voice=voice).to_current(6, 4)
    trouble(voice, devices)
    began, until = box.now, time.monotonic() + 60.0
    while not box.view.tells:
        assert time.monotonic() < until
        # Each turn of the knob is something to say.
        box.turn(-1).wait(4.0).sees(State.STIMULATING, output="on")
        if box.now - began > 12.0:
            break
    while not voice.faults(box.now):
        assert time.monotonic() < until
        voice.tick(box.now)
    box.wait(0.5).sees(State.STIMULATING, output="on", faults=[])
    assert box.view.tells == ("voice_dead",)
    assert box.delivers
    box.press_stop().sees(State.STOPPED, output="off")
