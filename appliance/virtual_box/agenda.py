"""The agenda of a virtual box: what happens at set times, besides what the box does itself."""

import heapq
from collections.abc import Callable
from itertools import count

from appliance.simulator.scripted_hands import Hands
from appliance.therapy.units import NEVER


class Agenda:
    """What happens at set times in the box's world: moves of hands, and anything else."""

    def __init__(self) -> None:
        self.hands: Hands | None = None
        self._order = count()
        self._due: list[tuple[float, int, Callable[[float], None]]] = []

    def at(self, when: float, happens: Callable[[float], None]) -> None:
        heapq.heappush(self._due, (when, next(self._order), happens))

    def next_deadline(self) -> float:
        due = self._due[0][0] if self._due else NEVER
        hand = self.hands.next_deadline if self.hands else None
        return due if hand is None else min(due, hand)

    def advance(self, now: float) -> None:
        if self.hands:
            self.hands.perform(now)
        while self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2](now)
