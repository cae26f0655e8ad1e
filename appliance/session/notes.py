"""Notes: the entries that a step of the session makes for the journal."""

from dataclasses import dataclass
from datetime import datetime

from appliance.therapy.history import StageLeft
from appliance.therapy.placements import Pad
from appliance.therapy.units import Pair


@dataclass(frozen=True, slots=True)
class StateEntered:
    at: float
    person: str
    state: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A statement that was agreed to, refused, or taken back; an answer to a question."""

    at: float
    person: str
    question: str
    """Statement id, `soreness_before`, `skin`, `soreness`, `comfort`, `new_pads`, or the id of a
    question of the day or of an exercise."""
    answer: str
    """`agreed`, `refused`, `by_mistake`, `skipped`, the placement of new pads, or the number; of
    an exercise it is that of its repetitions."""
    remedy: str | None = None
    full_list: bool = False


@dataclass(frozen=True, slots=True)
class ChecklistCompleted:
    at: float
    person: str
    full_list: bool


@dataclass(frozen=True, slots=True)
class SessionBegan:
    at: float
    person: str
    routine: str
    gentle: bool
    planned_s: float
    continues_session: int | None = None
    """The journal's id of the session that this one finishes."""
    stages: tuple[StageLeft, ...] = ()
    """All stages to deliver, in order. After a power cut the undelivered rest follows from it."""


@dataclass(frozen=True, slots=True)
class StageBegan:
    at: float
    index: int
    placement: str
    program: str
    kind: str
    planned_s: float
    pads: tuple[Pad, ...] = ()
    """All pads of both channels: the site, whatever the placement is called."""


@dataclass(frozen=True, slots=True)
class Booked:
    """Time of the running stage is booked before it is delivered."""

    at: float
    stage_began_at: float
    """`at` of the stage's StageBegan."""
    upto_s: float
    """Delivered time of this stage up to which it is booked."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Once a second while stimulating: delivered time and levels."""

    at: float
    delivered_s: float
    """Delivered time of this stage, rests included."""
    level: Pair
    in_force: Pair
    measured: tuple[float | None, float | None] = (None, None)
    """What the board measured in its newest pulses; None where it does not measure."""
    charge_mc: float = 0.0
    """Delivered charge of this stage: one phase, on the stronger channel, millicoulomb."""


@dataclass(frozen=True, slots=True)
class PadsFoundDry:
    """Less flowed than was asked, for too long: the level came down to what flowed."""

    at: float
    channel: str
    """`A` or `B`."""
    asked: float
    flowed: float


@dataclass(frozen=True, slots=True)
class StageEnded:
    at: float
    delivered_s: float
    why: str
    """`delivered`, `skipped` or `ended` (both by hand); anything else is an interruption."""


@dataclass(frozen=True, slots=True)
class SessionEnded:
    at: float
    why: str
    """As for a stage. After an interruption the rest is offered for three hours."""


@dataclass(frozen=True, slots=True)
class BoardMet:
    """The board that is connected, when it is another one than before."""

    at: float
    driver: str
    firmware: str
    research_only: bool
    """Its makers allow it for research only, and the settings accept that."""


@dataclass(frozen=True, slots=True)
class BoardBarred:
    """This board gave more than was asked: it is not used again until it is cleared."""

    at: float
    board: str
    """Which one: `Identity.board`."""
    fault: str


@dataclass(frozen=True, slots=True)
class FaultSeen:
    at: float
    id: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A setting that was changed on the box itself, in `locked`."""

    at: float
    name: str
    """`sound.volume` or `language`, as the settings call it."""
    value: int | str


@dataclass(frozen=True, slots=True)
class DateSet:
    """The date and time that a person set on the box, in `locked`."""

    at: float
    local: datetime
    """Local time, without an offset: that of the place where the box is."""


Note = (
    StateEntered
    | Answered
    | ChecklistCompleted
    | SessionBegan
    | StageBegan
    | Booked
    | Sample
    | PadsFoundDry
    | StageEnded
    | SessionEnded
    | BoardMet
    | BoardBarred
    | FaultSeen
    | Chosen
    | DateSet
)
