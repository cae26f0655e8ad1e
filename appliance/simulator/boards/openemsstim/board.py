"""A simulated openEMSstim: bytes and time in, text and pulses out.

It does what its real firmware was seen to do, the dangerous things among them: it obeys
after its start what it was sent before, it reads I0 as a faint setting and T40000 as endless,
and a channel that it does not have brings it down with its relays as they are.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from appliance.simulator.boards.device import SimulatedDevice
from appliance.simulator.boards.openemsstim.command_line import (
    AllOff,
    Crash,
    Deed,
    Firmware,
    Go,
    Nudge,
    Toggle,
    carry_out,
)
from appliance.simulator.boards.openemsstim.output import WEAKEST, RelayStage
from appliance.simulator.boards.reply_queue import Replies, WireTroubles
from appliance.simulator.body import Body
from appliance.therapy.units import NEVER

BOOT_S = 11.27
BYTE_S = 10 / 19_200
BUFFER_BYTES = 64
"""Size of the buffer in each direction; further bytes are lost."""
LINE_TIMEOUT_S = 0.05
THINKING_S = 0.008
"""Time for a command besides that for its text: relays close 78 ms after a frame was sent."""
OPENING_S = 0.05
"""From the weakest setting to open relays, one channel after the other; nothing is read."""
COMPLIANCE_V = 100.0
_WRAPS_MS = 1 << 32
_GREETING = b"\r\n\nSETUP:\r\n\tBT: RESETTING\r\n"
_READY = b"\tEMS: STARTED\r\nSETUP DONE (LED 13 WILL BE ON)\r\n"


@dataclass(slots=True)
class Troubles(WireTroubles):
    """Switches that make the simulated board misbehave. All off: an honest board."""

    mishears: bool = False
    """Reads another command out of each frame than the one that is in it, and says so."""


class OpenEmsStim(SimulatedDevice):
    """One board. `output` tells pulses and changes to its listeners."""

    driver = "openemsstim"
    output: RelayStage
    troubles: Troubles

    def __init__(
        self, firmware: Firmware = Firmware.MASTER, body: Body | None = None, seed: int = 0
    ) -> None:
        channels = 4 if firmware is Firmware.SIMPLE_MULTIPLEXER else 2
        self.firmware = firmware
        self.body = body or Body(COMPLIANCE_V, channels)
        self.output = RelayStage(self.body, channels)
        self.troubles = Troubles()
        self.is_crashed = False
        self.resets_on_opening = True
        """A Nano is reset by the line that a host raises when it opens the port."""
        self._replies = Replies(self.troubles, seed)
        self._order = itertools.count()
        self._now = 0.0
        self._power_up(0.0)

    def port_opened(self, now: float) -> None:
        """The host has opened its end of the cable."""
        if self.resets_on_opening:
            self.reset(now)

    def feed(self, data: bytes, now: float) -> None:
        """Bytes have come in from the host: they take their time on the line."""
        self.advance(now)
        if self.troubles.stranger:
            if data:
                self._replies.say(self.troubles.stranger, now)
            return
        for byte in data:
            last = self._arriving[-1][0] if self._arriving else now
            self._arriving.append((max(last, now) + BYTE_S, byte))
        self.advance(now)

    def advance(self, now: float) -> None:
        """Live until `now`."""
        self.output.skip_to(self._now)
        while (due := self._next_event()) <= now:
            self._now = max(self._now, due)
            self._live()
        self._now = max(self._now, now)

    def next_output(self) -> float:
        """When the board may say something that it was not just asked, seconds."""
        return min(self._next_work(), self._replies.next_due())

    def reset(self, now: float) -> None:
        """Start anew: relays open at once, and the board reads nothing for a long time."""
        self.advance(now)
        for channel in range(len(self.output.closed)):
            self.output.open(now, channel, "reset")
        self._replies.forget()
        self._power_up(now)

    def _power_up(self, now: float) -> None:
        self._now = self._booted_at = now
        self.is_crashed = False
        self.output.wipers = [WEAKEST] * len(self.output.wipers)
        self._ends_ms: list[int | None] = [None] * len(self.output.closed)
        self._on_ms = [1] * len(self.output.closed)
        self._arriving: deque[tuple[float, int]] = deque()
        self._buffer: deque[int] = deque()
        self._line = bytearray()
        self._heard_at = now
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._busy_until = now + BOOT_S
        if not self.troubles.stranger:
            self._replies.say(_GREETING, now)
            self._at(self._busy_until, lambda: self._replies.say(_READY, self._now))

    # Time

    def _next_event(self) -> float:
        return min(self._next_work(), self.output.next_pulse())

    def _next_work(self) -> float:
        arrives = self._arriving[0][0] if self._arriving else NEVER
        return min(arrives, self._agenda[0][0] if self._agenda else NEVER, self._idle_work())

    def _idle_work(self) -> float:
        """What the main loop does next by itself."""
        if self.is_crashed:
            return NEVER
        if self._line:
            # It waits for the rest of the line, and looks at nothing else meanwhile.
            wakes = [self._heard_at + LINE_TIMEOUT_S]
        else:
            wakes = self._expiries()
        if self._buffer:
            wakes.append(self._now)
        return max(min(wakes, default=NEVER), self._busy_until)

    def _expiries(self) -> list[float]:
        if self.firmware is Firmware.DEV:
            # This firmware never looks whether an on-time is over.
            return []
        return [self._booted_at + end / 1000 for end in self._ends_ms if end is not None]

    def _at(self, when: float, deed: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._order), deed))

    def _live(self) -> None:
        """Whatever is due now, one thing at a time."""
        now = self._now
        if self._arriving and self._arriving[0][0] <= now:
            self._arrive(self._arriving.popleft()[1])
        elif self._agenda and self._agenda[0][0] <= now:
            heapq.heappop(self._agenda)[2]()
        elif self._idle_work() <= now:
            self._loop()
        else:
            self.output.skip_to(now - 1e-9)
            self.output.fire()

    def _arrive(self, byte: int) -> None:
        if len(self._buffer) < BUFFER_BYTES:
            self._buffer.append(byte)

    def _loop(self) -> None:
        """One turn of the main loop: what is over ends, then a line is read."""
        for channel, at in enumerate(self._ends_ms):
            is_over = at is not None and self._booted_at + at / 1000 <= self._now
            if is_over and not self._line and self.firmware is not Firmware.DEV:
                self._open_one_by_one([channel], "on_time")
                return
        while self._buffer:
            byte = self._buffer.popleft()
            self._heard_at = self._now
            if byte == ord("\n"):
                self._take_line()
                return
            self._line.append(byte)
        if self._line and self._now >= self._heard_at + LINE_TIMEOUT_S:
            self._take_line()

    # What it is told

    def _take_line(self) -> None:
        line = self._line.decode("latin-1").strip()
        self._line.clear()
        said, deed = carry_out(line, self.firmware)
        if self.troubles.mishears or self.troubles.wrong_echo:
            said = [text.replace("G", "4") if text[:1] in ("C", "G") else text for text in said]
        text = "".join(f"{one}\r\n" for one in said).encode("latin-1")
        acts_at = self._now + THINKING_S + max(0, len(text) - BUFFER_BYTES) * BYTE_S
        said_at = self._now + THINKING_S + len(text) * BYTE_S
        self._busy_until = said_at
        if text:
            self._at(said_at, lambda: self._replies.say(text, self._now))
        if deed is not None:
            self._at(acts_at, lambda: self._do(deed))

    def _do(self, deed: Deed) -> None:
        match deed:
            case Go(channel, wiper, on_ms):
                if on_ms is not None:
                    self._on_ms[channel] = on_ms
                if wiper is not None:
                    self.output.set_wiper(self._now, channel, wiper)
                self._ends_ms[channel] = self._end_ms(self._on_ms[channel])
                self.output.close(self._now, channel)
            case Toggle(channel) if self.output.closed[channel]:
                self._open_one_by_one([channel], "toggle")
            case Toggle(channel):
                self.output.close(self._now, channel)
            case Nudge(channel, by):
                wiper = (self.output.wipers[channel] + by) % 256
                self.output.set_wiper(self._now, channel, wiper)
            case AllOff():
                self._open_one_by_one(list(range(len(self.output.closed))), "off")
            case Crash():
                self.is_crashed = True
                self._agenda.clear()

    def _end_ms(self, on_ms: int) -> int:
        """When the on-time ends by the board's own clock, which has no sign and wraps."""
        return (int((self._now - self._booted_at) * 1000) + on_ms) % _WRAPS_MS

    def _open_one_by_one(self, channels: list[int], why: str) -> None:
        at = self._now
        for channel in channels:
            self._ends_ms[channel] = None
            self._at(at, partial(self._weaken, channel))
            at += OPENING_S
            self._at(at, partial(self._open, channel, why))
        self._busy_until = max(self._busy_until, at)

    def _weaken(self, channel: int) -> None:
        self.output.set_wiper(self._now, channel, WEAKEST)

    def _open(self, channel: int, why: str) -> None:
        self.output.open(self._now, channel, why)
