"""A virtual clock: a run takes as long as its bytes, and is the same each time.

Bytes on a pseudo-terminal take a real moment to arrive (the kernel hands them over in the
background), but no virtual time. So time stands still until both ends have read what the
other one wrote, which their byte counters tell, and only then jumps to whatever is due next.
"""

import functools
import select
from collections.abc import Collection, Sequence
from math import inf
from typing import Protocol

from appliance.errors import BoardError
from appliance.simulator.wire import Wire
from appliance.stimulator.port import CountedPort

PATIENCE_MS = 5000
QUIET_MS = 50
_NONE_YET = (-1, -1)


class Actor(Protocol):
    """Whatever else acts by itself at certain times: scripted hands, a body that moves."""

    def next_deadline(self) -> float: ...

    def advance(self, now: float) -> None: ...


class VirtualClock:
    """A `Clock` whose time is that of the simulated board and of scripted hands."""

    def __init__(
        self, wire: Wire, port: CountedPort, actors: Sequence[Actor] = (), start: float = 0.0
    ) -> None:
        self._wire = wire
        self._port = port
        self._actors = tuple(actors)
        self._now = start
        self._openings = -1
        self._upsets = _NONE_YET
        self.quiet_ms = QUIET_MS
        """Real milliseconds after which what has not arrived is lost. Zero where the bytes need no
        moment on their way."""
        self._lost_down = 0
        self._lost_up = 0

    @property
    def on_the_way(self) -> int:
        """Bytes that the host wrote and the board has not read yet."""
        return max(0, self._port.written - self._lost_down - self._wire.received)

    @property
    def is_quiet(self) -> bool:
        """Whether both ends have read whatever the other one wrote."""
        return not self.on_the_way and self._wire.sent - self._lost_up == self._port.read

    def now(self) -> float:
        return self._now

    def wait(self, descriptors: Collection[int], until: float) -> Collection[int]:
        """Return, at the same instant, when a descriptor can be read; else at `until`."""
        self._deliver()
        readable = self._readable(descriptors)
        while not readable and self._now < until:
            if self._jump(until):
                readable = self._readable(descriptors)
        return readable

    def freeze(self, seconds: float) -> None:
        """Let time pass while the host does not run."""
        self._deliver()
        self._jump_to(self._now + seconds)

    def _jump(self, until: float) -> bool:
        """To the next moment at which something could become readable, at most to `until`.

        False where only time has passed: then nothing has become readable.
        """
        sent, act_at = self._wire.sent, min((a.next_deadline() for a in self._actors), default=inf)
        self._jump_to(max(self._now, min(until, self._wire.next_output(), act_at)))
        return act_at <= self._now or self._wire.sent != sent

    def _jump_to(self, now: float) -> None:
        self._now = now
        self._wire.advance(self._now)
        for actor in self._actors:
            actor.advance(self._now)

    def _deliver(self) -> None:
        """Pump the board until it has read everything that the host wrote."""
        self._account_for_losses()
        while self._port.written - self._lost_down > self._wire.received:
            if not self._wire.is_plugged or self._wire.device.is_deaf:
                return
            if not _can_be_read(self._wire.fileno(), PATIENCE_MS):
                raise BoardError("simulated wire: bytes from the host never arrived; start again")
            self._wire.pump(self._now)

    def _readable(self, descriptors: Collection[int]) -> Collection[int]:
        port = self._port.fileno()
        on_the_way = self._wire.sent - self._lost_up > self._port.read
        if port is not None and port in descriptors and on_the_way:
            if _can_be_read(port, PATIENCE_MS):
                return [port]
            raise BoardError("simulated wire: bytes to the host never arrived; start again")
        return [ready for ready, _ in _poll_of(tuple(descriptors)).poll(0)]

    def _account_for_losses(self) -> None:
        if self._openings != self._port.openings:
            # Opening a port throws away what came in before.
            self._openings = self._port.openings
            self._lost_up = self._wire.sent - self._port.read
            for listener in self._wire.on_opened if self._port.openings else ():
                listener(self._now)
        upsets = (self._port.discards, self._wire.pluggings)
        # While the board does not read, it is unknown what will arrive.
        if self._upsets != upsets and not self._wire.device.is_deaf:
            # Something may have been thrown away on its way to the board: take what is left.
            is_first, self._upsets = self._upsets == _NONE_YET, upsets
            while self._wire.is_plugged and self._has_arrived(is_first):
                self._wire.pump(self._now)
            self._lost_down = self._port.written - self._wire.received

    def _has_arrived(self, is_first: bool) -> bool:
        """Whether the board can read something, of this host or of the one before it on this wire.

        It is waited for only where something may be on the way.
        """
        was_used = is_first and self._wire.received > 0
        patience_ms = self.quiet_ms if was_used or self.on_the_way > 0 else 0
        return _can_be_read(self._wire.fileno(), patience_ms)


def _can_be_read(descriptor: int, patience_ms: int) -> bool:
    return bool(_poll_of((descriptor,)).poll(patience_ms))


@functools.lru_cache(maxsize=64)
def _poll_of(descriptors: tuple[int, ...]) -> select.poll:
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return poll
