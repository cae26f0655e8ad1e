"""The faults of the campaign, each as a few lines that do it to a box."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from appliance.session.events import Button, Event
from appliance.simulator import scripted_hands
from appliance.simulator.body import Drift, Pads
from tests.campaign.kinds import (
    LEASE_S,
    NOTICED_S,
    OTHERS_UNHEARD_S,
    RELAY_S,
    UNHEARD_S,
    Moment,
    kind,
)
from tests.campaign.scenes import UNMEASURED
from tests.journeys.journey import Box

FOR_GOOD = scripted_hands.FOR_GOOD
SLOW_S = 0.15
DAYS = (-400.0, -2.0, -0.1, 0.04, 1.0, 36.0, 4000.0)

# Hands


@kind("STOP", "hands", 0.03)
def _stop(m: Moment) -> None:
    m.box.hands.do(scripted_hands.Press(m.now, "stop", m.dice.choice((0.002, 0.05, FOR_GOOD))))


@kind("CONFIRM", "hands", 0.06)
def _confirm(m: Moment) -> None:
    m.box.hands.do(scripted_hands.Press(m.now, Button.CONFIRM, m.dice.uniform(0.01, 0.5)))


@kind("knob pressed", "hands", 0.06, until_raised=True)
def _knob(m: Moment) -> None:
    m.box.hands.do(scripted_hands.Press(m.now, Button.KNOB, m.dice.uniform(0.01, 0.5)))


@kind("BACK held", "hands")
def _back(m: Moment) -> None:
    """Which ends nothing while current flows, and ends the stage elsewhere."""
    m.box.hands.do(scripted_hands.Press(m.now, Button.BACK, m.dice.choice((1.1, FOR_GOOD))))


@kind("knob flung", "hands", turns=True)
def _fling(m: Moment) -> None:
    detents = m.dice.choice((-40, -5, 3, 12, 60))
    m.box.hands.do(scripted_hands.Turn(m.now, detents, m.dice.uniform(0.01, 0.1)))


@kind("child at the box", "hands", turns=True, sets="buttons")
def _child(m: Moment) -> None:
    for _ in range(m.dice.randrange(4, 14)):
        at = m.now + m.dice.uniform(0.0, 1.5)
        if m.dice.random() < 0.5:
            m.box.hands.do(scripted_hands.Turn(at, m.dice.randrange(-6, 9), 0.03))
        else:
            m.box.hands.do(scripted_hands.Press(at, m.dice.choice(list(Button)), 0.05))


# Pins


def _chatter(m: Moment, pin: int, times: int) -> None:
    line: Any = m.box.factory.pin(pin)

    def move(number: int) -> None:
        if number % 2:
            line.drive_high()
        else:
            line.drive_low()

    at = 0.0
    for number in range(times + times % 2):
        at += m.dice.uniform(0.0003, 0.03)
        m.later(at, lambda number=number: move(number))


@kind("knob chatters", "pins")
def _knob_chatters(m: Moment) -> None:
    """One contact alone: no order of its edges is a detent up."""
    pins = m.box.world.settings.controls
    _chatter(m, m.dice.choice((pins.knob_a, pins.knob_b)), m.dice.randrange(2, 40))


@kind("STOP's wire flickers", "pins", 0.08)
def _stop_flickers(m: Moment) -> None:
    _chatter(m, m.box.world.settings.controls.stop, m.dice.randrange(1, 9))
    m.box.factory.pin(m.box.world.settings.controls.stop).drive_high()


@kind("button stuck", "pins", 0.06, sets="buttons")
def _stuck(m: Moment) -> None:
    button = m.dice.choice((Button.CONFIRM, Button.KNOB))
    m.box.hands.do(scripted_hands.Press(m.now, button, FOR_GOOD))


@kind("edges die, then STOP", "pins", 0.04)
def _deaf_pins(m: Moment) -> None:
    pins = m.box.world.settings.controls
    for number in (pins.stop, pins.confirm, pins.back, pins.knob_a, pins.knob_b, pins.knob_press):
        m.box.factory.pin(number).when_changed = None
    m.box.factory.pin(pins.stop).drive_high()


@kind("pins unreadable", "pins", 0.06)
def _unreadable(m: Moment) -> None:
    def broken(self: Any) -> bool:
        raise OSError("input/output error")

    pins = type(m.box.factory.pin(m.box.world.settings.controls.stop))
    pins.state = property(broken, pins.state.fset)


# Pads and skin


@kind("pad off", "pads", 0.05, from_sure_pulse=True, others_may_go_on=True, sets="pads")
def _pad_off(m: Moment) -> None:
    """The others tell an open lead only from some current on, and go on with the other pair."""
    m.box.board.body.place(m.channel(), Pads.OPEN)


@kind("pad off and on", "pads", others_excuses=(UNMEASURED,), sets="pads")
def _pad_comes_back(m: Moment) -> None:
    channel, back = m.channel(), m.dice.choice((Pads.GOOD, Pads.LIFTING, Pads.SHORTED))
    m.box.board.body.place(channel, Pads.OPEN)
    after_s = m.dice.choice((0.005, 0.1, 0.3, 0.8))
    m.later(after_s, lambda: m.box.board.body.place(channel, back))


@kind("pads lift or touch", "pads", sets="pads")
def _lift(m: Moment) -> None:
    m.box.board.body.place(m.channel(), m.dice.choice((Pads.LIFTING, Pads.SHORTED)))


@kind("skin and gel drift", "pads", sets="pads")
def _drift(m: Moment) -> None:
    for _ in range(m.dice.randrange(1, 4)):
        pads = m.dice.choice(((0,), (1,), (0, 1)))
        m.box.board.body.drift(m.channel(), m.dice.choice(list(Drift)), m.now, pads)


@kind("dry pads wet", "pads", others_excuses=(UNMEASURED,), sets="pads")
def _wet(m: Moment) -> None:
    channel = m.channel()
    m.box.board.body.set_resistance(channel, m.dice.uniform(4_000.0, 12_000.0))
    wet_ohm = m.dice.uniform(200.0, 1_000.0)
    after_s = m.dice.uniform(0.05, 1.2)
    m.later(after_s, lambda: m.box.board.body.set_resistance(channel, wet_ohm))


# Cable


@kind("cable out", "cable", LEASE_S, others_s=RELAY_S, grace_s=2.1)
def _unplug(m: Moment) -> None:
    m.box.wire.unplug()


@kind("cable out and in", "cable", LEASE_S, others_s=RELAY_S, grace_s=2.1)
def _replug(m: Moment) -> None:
    m.box.wire.unplug()
    m.later(m.dice.choice((0.003, 0.05, 0.15, 0.4, 1.0)), m.box.wire.plug)


def _flipped(m: Moment, data: bytes, share: float) -> bytes:
    dice = m.dice
    return bytes(b ^ 1 << dice.randrange(8) if dice.random() < share else b for b in data)


@kind("noise to the board", "cable", grace_s=2.1, loses_frames=True)
def _noise_down(m: Moment) -> None:
    board, share = m.box.board, m.dice.choice((0.002, 0.02, 0.2))
    feed = board.feed
    board.feed = lambda data, now: feed(_flipped(m, data, share), now)


@kind("frames lost", "cable", grace_s=2.1, loses_frames=True)
def _lose_frames(m: Moment) -> None:
    share, feed = m.dice.choice((0.05, 0.3, 0.7)), m.box.board.feed
    m.box.board.feed = lambda data, now: feed(b"" if m.dice.random() < share else data, now)


@kind("noise to the host", "cable", grace_s=0.3)
def _noise_up(m: Moment) -> None:
    board, share = m.box.board, m.dice.choice((0.002, 0.02, 0.2))
    take = board.take_output
    board.take_output = lambda now: _flipped(m, take(now), share)


@kind("babble to the host", "cable", grace_s=0.3)
def _babble(m: Moment) -> None:
    take, length = m.box.board.take_output, m.dice.choice((1, 20, 300))

    def said(now: float) -> bytes:
        data: bytes = take(now)
        return m.dice.randbytes(length) + data if data else data

    m.box.board.take_output = said


# Clock, screen, disk


@kind("wall clock jumps", "clock")
def _jump(m: Moment) -> None:
    m.box.shift_wall_clock(timedelta(days=m.dice.choice(DAYS)))


@kind("screen dies", "screen")
def _screen(m: Moment) -> None:
    m.box.screen.present = frozenset({"screen_dead"})


@kind("disk read-only", "disk")
def _read_only(m: Moment) -> None:
    m.box.instruct_journal("query_only = ON")


@kind("disk full", "disk")
def _full(m: Moment) -> None:
    m.box.instruct_journal("max_page_count = 1")


@kind("journal damaged", "disk")
def _damaged(m: Moment) -> None:
    path = m.box.world.folder / "journal.sqlite3"
    size = path.stat().st_size
    with path.open("r+b") as file:
        for _ in range(m.dice.randrange(1, 20)):
            file.seek(m.dice.randrange(size))
            file.write(m.dice.randbytes(40))


# Process and power


@kind("frozen, briefly", "process", grace_s=0.3)
def _hiccup(m: Moment) -> None:
    m.box.clock.freeze(m.dice.uniform(0.02, 0.19))


@kind("frozen", "process", LEASE_S, others_s=RELAY_S, grace_s=2.1)
def _freeze(m: Moment) -> None:
    m.box.clock.freeze(m.dice.choice((0.22, 0.31, 0.5, 1.0, 3.0, 60.0)))


@kind("killed", "process", LEASE_S, others_s=RELAY_S, grace_s=2.1)
def _kill(m: Moment) -> None:
    m.box.clock.freeze(2.5)
    m.has_ended = True


@kind("SIGTERM", "process", NOTICED_S)
def _terminate(m: Moment) -> None:
    m.box.service.finish()
    m.box.clock.freeze(1.0)
    m.has_ended = True


def _run(box: Box) -> None:
    """The loop of the service itself, whose steps are watched as those of the box are."""
    step = box.service.step

    def watched(now: float, requested: Iterable[Event] = ()) -> None:
        box.board.body.advance(now)
        try:
            step(now, requested)
        finally:
            # What was sent before the error came has been asked for.
            for watcher in box.watchers:
                watcher(box.record)

    box.service.step = watched  # type: ignore[method-assign]
    box.service.run()


@kind("error in the loop", "process", 0.15)
def _crash(m: Moment) -> None:
    def broken(*arguments: object) -> None:
        m.happened_at = m.now  # not every step calls each part
        raise RuntimeError("made for the campaign")

    part, verb = m.dice.choice((("screen", "show"), ("indicators", "tick"), ("controls", "read")))
    setattr(getattr(m.box.service.ports, part), verb, broken)
    try:
        _run(m.box)
    except RuntimeError:
        m.box.clock.freeze(1.0)
    m.has_ended = True


@kind("power cut", "power", LEASE_S, others_s=RELAY_S, grace_s=2.1)
def _cut(m: Moment) -> None:
    m.box.wire.unplug()
    m.box.board.advance(m.now + 2.5)
    m.has_ended = True


@kind("silent", "board", UNHEARD_S, others_s=OTHERS_UNHEARD_S, grace_s=0.3)
def _silent(m: Moment) -> None:
    m.box.board.troubles.silent = True


@kind("garbage", "board", UNHEARD_S, others_s=OTHERS_UNHEARD_S, grace_s=0.3)
def _garbage(m: Moment) -> None:
    m.box.board.troubles.garbage = True


@kind("damaged answers", "board", UNHEARD_S, others_s=OTHERS_UNHEARD_S, grace_s=0.3)
def _bad_crc(m: Moment) -> None:
    m.box.board.troubles.damaged = True


@kind("wrong echo", "board", UNHEARD_S, others_s=OTHERS_UNHEARD_S, grace_s=0.3)
def _wrong_echo(m: Moment) -> None:
    m.box.board.troubles.wrong_echo = True


@kind("deaf", "board", LEASE_S, others_s=OTHERS_UNHEARD_S, grace_s=2.1)
def _deaf(m: Moment) -> None:
    m.box.board.troubles.deaf = True


@kind("answers lost", "board", grace_s=0.3)
def _lossy(m: Moment) -> None:
    m.box.board.troubles.lose_every = m.dice.randrange(2, 9)


@kind("slow within bounds", "board", grace_s=0.3, held_back_s=SLOW_S, sets="delay")
def _slow(m: Moment) -> None:
    m.box.board.troubles.delay_s = m.dice.uniform(0.01, SLOW_S)


@kind("too slow", "board", 0.5, others_s=OTHERS_UNHEARD_S, grace_s=0.6, sets="delay")
def _too_slow(m: Moment) -> None:
    m.box.board.troubles.delay_s = m.dice.uniform(1.0, 3.0)


@kind("resets", "board", 0.01)
def _reset(m: Moment) -> None:
    m.box.board.reset(m.now)
