"""A host that does anything at any time. Whatever comes out of the pins was allowed by a
set-point that the board had accepted, and had not lost again, when the pulse began."""

import random
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import Hello, Off, Report, SetPoint
from tests.firmware.bench import Bench
from tests.firmware.edges import (
    CYCLES_PER_MS,
    CYCLES_PER_S,
    CYCLES_PER_US,
    RISING_CYCLES,
    Frame,
    Pulse,
)

ACTS = 120
HEARD_MS = 2
"""A frame takes effect within this time, and an accepted one is answered with its number."""
MORE_OFTEN_GOOD = 6
ENOUGH = 60
"""Fewest pulses: a lie about the newest report ends the lease."""


class Liar:
    """Says good things often enough that current flows, and everything else in between."""

    def __init__(self, bench: Bench, seed: int) -> None:
        self.bench = bench
        self.dice = random.Random(seed)
        self.ma = (3.0, 3.0)
        self.hz, self.us = 60.0, (200, 200)

    def act(self) -> None:
        acts: list[Callable[[], None]] = [
            *[self.renew] * MORE_OFTEN_GOOD,
            self.turn,
            self.jump,
            self.retune,
            self.rewind,
            self.spoil,
            self.babble,
            self.off,
            self.rest,
            self.pause,
        ]
        self.dice.choice(acts)()

    def renew(self) -> None:
        """What the appliance does; arms first where that is needed."""
        if self.bench.report.state == protocol.State.FAULT:
            self.off()
        if self.bench.report.state == protocol.State.OFF:
            self.bench.say(self.bench.set_point(0.0, self.hz, self.us))
        self.bench.keep(self.dice.uniform(5, 60), self.ma, self.hz, self.us)

    def turn(self) -> None:
        self.ma = (self.dice.uniform(0, 30), self.dice.choice([0.0, self.dice.uniform(0, 30)]))

    def jump(self) -> None:
        self.ma = self.dice.choice([(80.0, 80.0), (0.025, 80.0), (1.0, 1.0)])

    def retune(self) -> None:
        """Another frequency and width, now and again in quick succession."""
        for _ in range(self.dice.randint(1, 4)):
            self.hz = self.dice.choice([1.0, 7.0, 35.0, 100.0, 120.0])
            self.us = (self.dice.randint(50, 400), self.dice.randint(50, 400))
            self.bench.say(self.bench.set_point(self.ma, self.hz, self.us))

    def rewind(self) -> None:
        self.bench.sequence = (self.bench.sequence - self.dice.randint(1, 5)) & 0xFFFF

    def spoil(self) -> None:
        """A set-point with one field that is anything."""
        field = self.dice.choice([name for name in SetPoint._fields if name != "reserved"])
        anything = self.dice.randint(0, 255 if field in ("belief", "burst_pulses") else 65535)
        self.bench.say(self.bench.set_point(self.ma, self.hz, self.us, **{field: anything}))

    def babble(self) -> None:
        noise = self.dice.randbytes(self.dice.randint(1, 300))
        torn = encode(self.bench.set_point(80.0, 120.0, 400))
        self.bench.put(noise + torn[: self.dice.randint(1, len(torn))])
        self.bench.run_ms(self.dice.uniform(1, 15))

    def off(self) -> None:
        number = self.bench.next_sequence()
        offs: list[protocol.Message] = [Off(number), Hello(number, protocol.LAYOUT)]
        self.bench.say(self.dice.choice(offs))

    def rest(self) -> None:
        self.bench.keep(self.dice.uniform(5, 60), 0.0, self.hz, self.us)

    def pause(self) -> None:
        self.bench.run_ms(self.dice.choice([1, 30, 290, 310]))


def accepted(bench: Bench) -> Iterator[Frame]:
    """Set-points that the board said it accepted, and what took them back."""
    good = [
        (frame.cycle, frame.message.sequence)
        for frame in bench.recording.said
        if isinstance(frame.message, Report) and not frame.message.answer
    ]
    for frame in bench.recording.heard:
        if isinstance(frame.message, Off | Hello):
            yield frame
        elif isinstance(frame.message, SetPoint):
            until = frame.cycle + 20 * CYCLES_PER_MS
            number = frame.message.sequence
            if any(frame.cycle < at <= until and number == told for at, told in good):
                yield frame


def allows(frame: Frame, pulse: Pulse) -> bool:
    asked = frame.message
    if not isinstance(asked, SetPoint):
        return False
    if pulse.end > frame.cycle + asked.lease_ms * CYCLES_PER_MS:
        return False
    is_a = pulse.channel == "A"
    codes = asked.amplitude_a_codes if is_a else asked.amplitude_b_codes
    width_us = asked.width_a_us if is_a else asked.width_b_us
    return pulse.code <= codes and pulse.width_cycles == width_us * CYCLES_PER_US


@pytest.mark.parametrize("seed", range(5))
def test_every_pulse_was_allowed_by_the_newest_accepted_set_point(bench: Bench, seed: int) -> None:
    liar = Liar(bench, seed)
    for _ in range(ACTS):
        liar.act()
    bench.run_ms(600)
    assert bench.recording.is_dead
    frames = list(accepted(bench))
    assert len(bench.recording.pulses) > ENOUGH
    for pulse in bench.recording.pulses:
        before = [frame for frame in frames if frame.cycle <= pulse.at]
        late = [f for f in before if f.cycle > pulse.at - HEARD_MS * CYCLES_PER_MS]
        # The newest, or the one before it where the newest has only just arrived.
        judges = before[-1 - len(late) :] if late else before[-1:]
        assert any(allows(frame, pulse) for frame in judges), (pulse, judges)
        ends = [f for f in late if f.cycle + RISING_CYCLES < pulse.at]
        assert not any(isinstance(f.message, Off | Hello) for f in ends), (pulse, ends)
    for channel in "AB":
        for one, other in pairwise(bench.recording.of(channel)):
            assert other.at - one.at >= CYCLES_PER_S / 120 * 0.999
