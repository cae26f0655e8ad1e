"""Notes: the entries that a step of the session makes for the journal."""

from datetime import datetime

from appliance.records import Fixed
from appliance.therapy.history import StageLeft
from appliance.therapy.placements import Pad
from appliance.therapy.units import Pair


class StateEntered(Fixed, frozen=True):
    at: float
    person: str
    state: str


class Answered(Fixed, frozen=True):
    """A statement that was agreed to, refused, or taken back; an answer to a question."""

    at: float
    person: str
    question: str
    """Statement id, `soreness_before`, `skin`, `soreness`, `comfort`, `new_pads`, or the id of a
    question of the day or of an exercise; `skin_shown` and `soreness_shown` are what the knob
    has chosen before CONFIRM."""
    answer: str
    """`agreed`, `refused`, `by_mistake`, `skipped`, the placement of new pads, or the number; of
    an exercise it is that of its repetitions."""
    remedy: str | None = None
    full_list: bool = False
    shown_since: float | None = None
    """When the screen of the question appeared: values that it showed since are taken back."""


class ChecklistCompleted(Fixed, frozen=True):
    at: float
    person: str
    full_list: bool


class SessionBegan(Fixed, frozen=True):
    at: float
    person: str
    routine: str
    gentle: bool
    planned_s: float
    continues_session: int | None = None
    """The journal's id of the session that this one finishes."""
    stages: tuple[StageLeft, ...] = ()
    """All stages to deliver, in order. After a power cut the undelivered rest follows from it."""


class StageBegan(Fixed, frozen=True):
    at: float
    index: int
    placement: str
    program: str
    kind: str
    planned_s: float
    pads: tuple[Pad, ...] = ()
    """All pads of both channels: the site, whatever the placement is called."""


class Booked(Fixed, frozen=True):
    """Time of the running stage is booked before it is delivered."""

    at: float
    stage_began_at: float
    """`at` of the stage's StageBegan."""
    upto_s: float
    """Delivered time of this stage up to which it is booked."""


class Sample(Fixed, frozen=True):
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


class PadsFoundDry(Fixed, frozen=True):
    """Less flowed than was asked, for too long: the level came down to what flowed."""

    at: float
    channel: str
    """`A` or `B`."""
    asked: float
    flowed: float


class StageEnded(Fixed, frozen=True):
    at: float
    delivered_s: float
    why: str
    """`delivered`, `skipped` or `ended` (both by hand); anything else is an interruption."""


class SessionEnded(Fixed, frozen=True):
    at: float
    why: str
    """As for a stage. After an interruption the rest is offered for three hours."""


class BoardMet(Fixed, frozen=True):
    """The board that is connected, when it is another one than before."""

    at: float
    driver: str
    firmware: str
    research_only: bool
    """Its makers allow it for research only, and the settings accept that."""


class BoardBarred(Fixed, frozen=True):
    """This board gave more than was asked: it is not used again until it is cleared."""

    at: float
    board: str
    """Which one: `Identity.board`."""
    fault: str


class FaultSeen(Fixed, frozen=True):
    at: float
    id: str
    detail: str = ""


class Chosen(Fixed, frozen=True):
    """A setting that was changed on the box itself, in `locked`."""

    at: float
    name: str
    """`sound.volume` or `language`, as the settings call it."""
    value: int | str


class DateSet(Fixed, frozen=True):
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
