"""What can go wrong, by kind: how it is done to a box, and when current has to have ended.

The times are those of the design's table of what happens when things go wrong.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.campaign.watch import Sign, Watch
from tests.journeys.journey import Box

LEASE_S = 0.300
"""Lease of a set-point on the board: the limit for every fault that keeps frames from it."""
RELAY_S = 0.220
"""Time without edges until the relay opens, for boards that have it in their leads."""
UNHEARD_S = 0.290
"""The host hears nothing valid for 200 ms, and its off takes a step to the board."""
OTHERS_UNHEARD_S = 1.220
"""A RehaStim2 may take a second to answer; then the relay opens."""
NOTICED_S = 0.12
"""Limit for faults that the next frame or report shows."""


@dataclass
class Moment:
    """A box in the moment in which something goes wrong."""

    box: Box
    watch: Watch
    dice: random.Random
    sign: Sign
    happened_at: float | None = None
    """When it came about, where that was later than what leads to it."""
    has_ended: bool = False
    """The process or the power is gone: nothing but the board lives on."""

    @property
    def now(self) -> float:
        return self.box.now

    def later(self, seconds: float, happens: Callable[[], object]) -> None:
        self.box.agenda.at(self.now + seconds, lambda now: happens() and None)

    def channel(self) -> int:
        """One that carries current, where one does. The fault is in it."""
        run = self.box.record.run
        loaded = [i for i in (0, 1) if run is not None and run.levels.level[i] > 0.0]
        channel = self.dice.choice(loaded or [0, 1])
        self.sign.channel = channel
        return channel


@dataclass(frozen=True)
class Kind:
    """One kind of fault."""

    name: str
    group: str
    cause: Callable[[Moment], object]
    zero_s: float | None = None
    """Time by which the current must have ended; None if the session may go on."""
    others_s: float | None = None
    """The same on a board with the relay in its leads, which the host hears more seldom."""
    from_sure_pulse: bool = False
    """The time runs from the first pulse that shows it."""
    grace_s: float = 0.02
    """How long after `stimulating` a pulse may still come: for a board that hears no off."""
    excuses: tuple[str, ...] = ()
    """What a broken board does whatever it is told, as the rules' texts begin."""
    turns: bool = False
    """A hand turns the knob."""
    until_raised: bool = False
    """The session goes on, at zero, and a hand that turns up afterwards may raise it again."""
    loses_frames: bool = False
    """What the host writes may be lost, with any other fault's off in it: then the lease ends."""
    held_back_s: float = 0.0
    """Time for which earlier good answers still arrive, so that the host notices silence later."""
    sets: str = ""
    """The part of board, pads or pins that it sets; a second fault of that part would end it."""
    only_reference: bool = False
    others_may_go_on: bool = False
    others_excuses: tuple[str, ...] = ()
    """What a board does that does not measure."""


KINDS: dict[str, Kind] = {}


def kind(
    name: str,
    group: str,
    zero_s: float | None = None,
    **options: object,
) -> Callable[[Callable[[Moment], object]], Callable[[Moment], object]]:
    """Enter a function as a kind of fault."""

    def enter(cause: Callable[[Moment], object]) -> Callable[[Moment], object]:
        KINDS[name] = Kind(name, group, cause, zero_s, **options)  # type: ignore[arg-type]
        return cause

    return enter


@dataclass(frozen=True)
class Fault:
    """One fault of one kind, so long after the moment of the scene, with dice of its own."""

    kind: str
    after_s: float
    seed: int

    @property
    def of(self) -> Kind:
        return KINDS[self.kind]

    def zero_s(self, board: str) -> float | None:
        """By when nothing flows any more on this board, after the fault."""
        of = self.of
        if of.others_may_go_on and board != "reference":
            return None
        return of.others_s if board != "reference" and of.others_s is not None else of.zero_s
