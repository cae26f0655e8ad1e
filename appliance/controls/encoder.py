"""The knob: from edges of two contacts to detents, so that no doubt ever counts as up.

Between two detents both contacts are open. A turn up closes A, closes B, opens A, opens B; a
turn down does it the other way round. Four edges in that order are one detent.

An edge proves its direction by itself if the other contact's level is known: A closes while B
is open on the way up, and while B is closed on the way down. So every edge carries what the
other contact was when the edge was noticed. An up counts only if all four edges agree with
that, follow each other without a gap, and are no denser than a hand can turn. A down counts on
the order of the edges alone: to read one too many lowers the current.
"""

from dataclasses import dataclass

DENSE_S = 0.001
"""Edges of A and B nearer than this may have changed places; 100 detents a second are 2.5 ms."""

_Levels = tuple[bool, bool]
"""Whether A and B are closed."""

_REST: _Levels = (False, False)
_UPWARDS: tuple[_Levels, ...] = (_REST, (True, False), (True, True), (False, True))
_QUARTERS = {
    step: direction
    for index, levels in enumerate(_UPWARDS)
    for step, direction in (
        ((levels, _UPWARDS[(index + 1) % 4]), +1),
        ((levels, _UPWARDS[(index - 1) % 4]), -1),
    )
}
"""Every move of one contact: +1 is a quarter of a detent up, -1 a quarter down."""


@dataclass(frozen=True, slots=True)
class KnobEdge:
    """One contact moved. `at` in seconds; `other_closed` was read when the edge was noticed."""

    at: float
    is_a: bool
    closed: bool
    other_closed: bool


class Encoder:
    """Counts detents. Give it every edge in the order in which they came."""

    def __init__(self, a_closed: bool, b_closed: bool) -> None:
        self.resynchronise(a_closed, b_closed)

    @property
    def levels(self) -> _Levels:
        """Whether A and B are closed, as far as the edges tell."""
        return self._levels

    def resynchronise(self, a_closed: bool, b_closed: bool) -> None:
        """Edges were lost: believe these levels and drop the detent that was under way."""
        self._levels: _Levels = (a_closed, b_closed)
        self._last: KnobEdge | None = None
        self._begin_detent()
        self._whole = self._levels == _REST

    def edge(self, edge: KnobEdge) -> int:
        """Return +1 when this edge completes a detent up, -1 for one down, else 0."""
        a_closed, b_closed = self._levels
        levels = (edge.closed, b_closed) if edge.is_a else (a_closed, edge.closed)
        if levels == self._levels:  # its counterpart was lost
            self.resynchronise(*levels)
            return 0
        self._quarters += _QUARTERS[self._levels, levels]
        self._may_be_up &= self._proves_itself(edge)
        self._levels, self._last = levels, edge
        return self._finish_detent() if levels == _REST else 0

    def _proves_itself(self, edge: KnobEdge) -> bool:
        believed = self._levels[1 if edge.is_a else 0]
        return edge.other_closed == believed and not self._too_dense(edge)

    def _too_dense(self, edge: KnobEdge) -> bool:
        # Edges of one contact are as dense as it bounces; only the order of A and B matters.
        last = self._last
        return last is not None and last.is_a != edge.is_a and edge.at - last.at < DENSE_S

    def _finish_detent(self) -> int:
        quarters, whole, may_be_up = self._quarters, self._whole, self._may_be_up
        self._begin_detent()
        if not whole:
            return 0
        if quarters == 4 and may_be_up:
            return +1
        return -1 if quarters == -4 else 0

    def _begin_detent(self) -> None:
        self._quarters = 0
        self._whole = True
        self._may_be_up = True
