"""How the simulated board's answers get onto the wire, or fail to."""

import random
from collections import deque

from appliance.simulator.board_output import NEVER
from appliance.simulator.board_troubles import Troubles
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode


class Replies:
    """Answers that wait for their time, spoilt as the troubles say."""

    def __init__(self, troubles: Troubles, seed: int) -> None:
        self._troubles = troubles
        self._random = random.Random(seed)
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._count = 0

    def say(self, message: protocol.Identity | protocol.Report, now: float) -> None:
        self._count += 1
        if self._is_lost():
            return
        if self._troubles.wrong_echo:
            message = message._replace(sequence=(message.sequence + 1000) & 0xFFFF)
        frame = self._spoil(encode(message))
        self._waiting.append((now + self._troubles.delay_s, frame))

    def take(self, now: float) -> bytes:
        """Everything that is due."""
        taken = b""
        while self._waiting and self._waiting[0][0] <= now:
            taken += self._waiting.popleft()[1]
        return taken

    def next_due(self) -> float:
        return self._waiting[0][0] if self._waiting else NEVER

    def _is_lost(self) -> bool:
        every = self._troubles.lose_every
        return self._troubles.silent or (every > 0 and self._count % every == 0)

    def _spoil(self, frame: bytes) -> bytes:
        if self._troubles.garbage:
            return self._random.randbytes(len(frame))
        if self._troubles.damaged:
            return bytes([frame[0], frame[1] ^ 0x40, *frame[2:]])
        return frame
