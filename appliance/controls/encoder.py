"""Decodes the rotary encoder: turns edges of two contacts into detents; doubt never counts as up.

A turn up closes A, closes B, opens A, opens B; a turn down does it in reverse. Encoders come
with four edges a detent, both contacts open between two detents, or with two: then the knob
also rests where both contacts are closed.

If edges are lost, a turn down can look like a turn up. But one edge proves its direction if the
other contact's level is known: A closes while B is open on the way up, and while B is closed on
the way down. So every edge carries the level of the other contact at the time the edge was
noticed. That may be late, when the other contact has changed already; then an edge of that
change has to follow, or the detent does not count.

An up counts only if all edges of a detent are in order, agree with the levels seen beside them,
and are no denser than a hand can turn. A down counts by the order of the edges alone, because one
down too many only lowers the current, and half a detent down counts: so an encoder with two edges
a detent can always be turned down, whatever the settings say.
"""

from dataclasses import dataclass

from appliance.records import Fixed
from appliance.therapy.units import LONG_AGO

DENSE_S = 0.001
"""Edges of A and B closer than this may be in the wrong order; 100 detents a second have one
every 2.5 ms."""

_Levels = tuple[bool, bool]
"""Whether A and B are closed."""

PASSES_S = 0.15
"""With four edges a detent the knob passes the middle of a detent and rests again in this time."""
EDGES = (4, 2)
"""Edges a detent of the encoders that there are to buy, the most common one first."""
_REST: _Levels = (False, False)
_HALF: _Levels = (True, True)
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


def quarter(before: _Levels, after: _Levels) -> int:
    """+1 for a quarter of a detent up, -1 for one down, 0 for what is no single move."""
    return _QUARTERS.get((before, after), 0)


class KnobEdge(Fixed, frozen=True):
    """A contact moved at `at`; at `noticed_at` (seconds) the other one was `other_closed`."""

    at: float
    is_a: bool
    closed: bool
    other_closed: bool
    noticed_at: float


@dataclass(slots=True)
class _Detent:
    """A detent in progress, or a detent up that waits for its last doubt to be settled.

    That doubt is about A, and A has to move before the next detent is complete: so at most one
    detent waits.
    """

    quarters: int = 0
    may_be_up: bool = True
    doubts: int = 0


class _Doubt(Fixed, frozen=True):
    """A contact had, at `noticed_at`, a level that no edge had reported yet."""

    detent: _Detent
    is_a: bool
    closed: bool
    noticed_at: float


class Encoder:
    """Counts detents. Give it every edge in the order in which they came."""

    def __init__(self, a_closed: bool, b_closed: bool, edges: int = EDGES[0]) -> None:
        self._edges = edges
        self._rests = (_REST,) if edges == 4 else (_REST, _HALF)
        self.resynchronise(a_closed, b_closed)

    @property
    def levels(self) -> _Levels:
        """Whether A and B are closed, as far as the edges tell."""
        return self._levels

    def resynchronise(self, a_closed: bool, b_closed: bool) -> None:
        """Start again from these levels after lost edges; drop what is not certain yet."""
        self._levels: _Levels = (a_closed, b_closed)
        self._last: KnobEdge | None = None
        self._detent = _Detent()
        self._doubts: list[_Doubt] = []
        self._waiting: _Detent | None = None
        self._quarters_down = 0
        self._half_at = LONG_AGO

    def edge(self, edge: KnobEdge) -> int:
        """Return +1 when this edge makes a detent up certain, -1 when one down, else 0."""
        a_closed, b_closed = self._levels
        levels = (edge.closed, b_closed) if edge.is_a else (a_closed, edge.closed)
        if levels == self._levels:  # its counterpart was lost
            self.resynchronise(*levels)
            return 0
        self._settle_doubts(edge)
        self._examine(edge)
        quarter = _QUARTERS[self._levels, levels]
        self._detent.quarters += quarter
        self._quarters_down = self._quarters_down + 1 if quarter < 0 else 0
        self._levels, self._last = levels, edge
        if levels in self._rests:
            self._finish_detent()
        return -1 if self._is_down(edge) else self._certain_up()

    def _is_down(self, edge: KnobEdge) -> bool:
        """Half a detent down counts, and its other half does not if the knob only passed by."""
        if self._levels not in (_REST, _HALF) or self._quarters_down < 2:
            return False
        if self._edges == 4 and edge.at - self._half_at < PASSES_S:
            self._half_at = LONG_AGO
            return False
        self._half_at = edge.at
        return True

    def _settle_doubts(self, edge: KnobEdge) -> None:
        """Settle the doubts that this edge explains, or that no edge can explain any more."""
        for doubt in [doubt for doubt in self._doubts if doubt.is_a == edge.is_a]:
            if edge.at > doubt.noticed_at:
                doubt.detent.may_be_up = False
                self._doubts.remove(doubt)
            elif edge.closed == doubt.closed:
                doubt.detent.doubts -= 1
                self._doubts.remove(doubt)

    def _examine(self, edge: KnobEdge) -> None:
        believed = self._levels[1 if edge.is_a else 0]
        if edge.other_closed != believed:
            self._detent.doubts += 1
            doubt = _Doubt(self._detent, not edge.is_a, edge.other_closed, edge.noticed_at)
            self._doubts.append(doubt)
        if self._too_dense(edge):
            self._detent.may_be_up = False

    def _too_dense(self, edge: KnobEdge) -> bool:
        # Edges of one contact are as dense as it bounces; only the order of A and B matters.
        last = self._last
        return last is not None and last.is_a != edge.is_a and edge.at - last.at < DENSE_S

    def _finish_detent(self) -> None:
        """A detent up waits until it is certain."""
        detent, self._detent = self._detent, _Detent()
        if detent.quarters == self._edges:
            self._waiting = detent

    def _certain_up(self) -> int:
        detent = self._waiting
        if detent is None or (detent.may_be_up and detent.doubts):
            return 0
        self._waiting = None
        return +1 if detent.may_be_up else 0
