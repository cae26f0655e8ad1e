"""The real `run` at work on the real firmware, and everything that can end it."""

import random
import signal

from appliance.stimulator.reference.protocol import Hello, Off
from tests.firmware.box import WAIT_S, Couch
from tests.firmware.edges import CYCLES_PER_MS

PULSE_MS = 1
STARTS = "state self_test -> locked"


def last_off(couch: Couch) -> int:
    """When the first off after the last set-point reached the chip."""
    offs = [f.cycle for f in couch.recording.heard if isinstance(f.message, Off)]
    return next(cycle for cycle in offs if cycle > couch.last_set_point())


def hellos(couch: Couch) -> int:
    return sum(isinstance(frame.message, Hello) for frame in couch.recording.heard)


def test_killed(couch: Couch) -> None:
    with couch.at_work() as box:
        box.signal(signal.SIGKILL)
        couch.ends_with_the_lease()
        couch.stays_dead()


def test_frozen_and_thawed(couch: Couch) -> None:
    with couch.at_work() as box:
        box.signal(signal.SIGSTOP)
        couch.ends_with_the_lease()
        couch.stays_dead(300)
        box.signal(signal.SIGCONT)
        box.told("state stimulating -> fault")
        couch.stays_dead()


def test_ended_and_started_again(couch: Couch) -> None:
    with couch.at_work() as box:
        assert box.terminate() == 0
        ended = couch.board.live_ms(5)
        assert couch.is_dead()
        # Off was said, not only left to the lease.
        assert couch.recording.last_bridge_edge() <= last_off(couch) + PULSE_MS * CYCLES_PER_MS
    with couch.box() as box:
        box.told(STARTS)
        couch.stays_dead()
        assert not couch.recording.since(ended)


def test_killed_and_started_again(couch: Couch) -> None:
    with couch.at_work() as box:
        box.signal(signal.SIGKILL)
    with couch.box() as box:
        box.told(STARTS)
        couch.ends_with_the_lease()
        couch.stays_dead()


def test_the_cable_is_pulled_and_put_back(couch: Couch) -> None:
    with couch.at_work() as box:
        couch.board.ask("unplug")
        couch.ends_with_the_lease()
        box.told("state stimulating -> fault")
        couch.board.ask("plug")
        couch.board.live_until(lambda: hellos(couch) >= 2, WAIT_S, "a new hello")
        couch.stays_dead()


def test_ten_thousand_noisy_bytes(couch: Couch) -> None:
    with couch.at_work() as box:
        couch.board.ask("send " + random.Random(7).randbytes(10_000).hex())
        couch.ends_with_the_lease()
        box.told("state stimulating -> fault")
        couch.board.live_ms(400)
        couch.stays_dead()


def test_stop_in_the_hand(couch: Couch) -> None:
    with couch.at_work() as box:
        box.hands("0 stop 0.3").told("state stimulating -> stopped")
        couch.board.live_until(couch.is_dead, 1.0, "off")
        assert couch.recording.last_bridge_edge() <= last_off(couch) + PULSE_MS * CYCLES_PER_MS
        couch.stays_dead()


def test_a_pad_comes_off(couch: Couch) -> None:
    with couch.at_work() as box:
        couch.board.ask("contact A open")
        box.told("state stimulating -> contact_lost")
        couch.board.live_until(couch.is_dead, 1.0, "off")
        couch.board.ask("contact A good")
        couch.stays_dead()


def test_the_emergency_stop_of_the_board(couch: Couch) -> None:
    with couch.at_work() as box:
        couch.board.ask("stop 1")
        opened = couch.recording.find("stop")[-1].cycle
        box.told("state stimulating -> fault")
        couch.board.live_ms(1)
        assert couch.is_dead()
        assert couch.recording.last_bridge_edge() <= opened + CYCLES_PER_MS
        couch.stays_dead()
