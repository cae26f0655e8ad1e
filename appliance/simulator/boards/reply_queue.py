"""The queue of a simulated board's replies, and the troubles of a wire."""

import random
from collections import deque
from dataclasses import dataclass

from appliance.therapy.units import NEVER


@dataclass(slots=True)
class WireTroubles:
    """What can be wrong with any board's answers. Can be caused while it runs."""

    silent: bool = False
    """Hears and obeys, answers nothing."""
    deaf: bool = False
    """Does not read what arrives: the wire fills up."""
    garbage: bool = False
    """Answers with noise."""
    damaged: bool = False
    """Answers with frames whose CRC is wrong."""
    wrong_echo: bool = False
    """Answers with another number than that of the question."""
    lose_every: int = 0
    """Loses each n-th answer; 0 loses none."""
    delay_s: float = 0.0
    """Answers late."""
    stranger: bytes = b""
    """Is another device: says these bytes instead of anything that the right one would say."""


class Replies:
    """Replies that wait for their time, spoilt as the troubles say."""

    def __init__(self, troubles: WireTroubles, seed: int) -> None:
        self._troubles = troubles
        self._random = random.Random(seed)  # noqa: S311 # nosec B311
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._count = 0

    def say(self, frame: bytes, now: float) -> None:
        self._count += 1
        if not self._is_lost():
            self._waiting.append((now + self._troubles.delay_s, self._spoil(frame)))

    def take(self, now: float) -> bytes:
        """Everything that is due."""
        taken = b""
        while self._waiting and self._waiting[0][0] <= now:
            taken += self._waiting.popleft()[1]
        return taken

    def forget(self) -> None:
        """Drop all replies that were not sent yet."""
        self._waiting.clear()

    def next_due(self) -> float:
        return self._waiting[0][0] if self._waiting else NEVER

    def _is_lost(self) -> bool:
        every = self._troubles.lose_every
        return self._troubles.silent or (every > 0 and self._count % every == 0)

    def _spoil(self, frame: bytes) -> bytes:
        if self._troubles.garbage:
            return self._random.randbytes(len(frame))
        if self._troubles.damaged:
            return bytes([*frame[:-2], frame[-2] ^ 0x40, frame[-1]])
        return frame
