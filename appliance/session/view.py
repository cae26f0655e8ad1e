"""The view: everything that the screen and `status` show, as plain data."""

from datetime import datetime

from msgspec import field

from appliance.records import Fixed
from appliance.session import envelope
from appliance.session.board import Contact, Output
from appliance.session.cues import DEFAULT_VOLUME
from appliance.session.events import Button
from appliance.session.state import State
from appliance.therapy.checklist import Heading, Remedy
from appliance.therapy.exercise import Moment
from appliance.therapy.history import Recent
from appliance.therapy.offers import Option
from appliance.therapy.placements import Pad
from appliance.therapy.plan import DayUsed, Due
from appliance.therapy.units import Unit

CONTRACTING = frozenset(part.value for part in envelope.CONTRACTING)
"""The values of `StageView.part` during which the muscle contracts."""
RESTING = frozenset(part.value for part in envelope.RESTING)
"""Those between two contractions."""
CHECKS = ("board", "controls", "stop", "screen", "journal")
"""What `self_test` looks at, in the order in which it is shown."""
LAST_MINUTE_S = 60.0
"""From here on the seconds that are left are shown, before only minutes."""


class ChannelView(Fixed, frozen=True):
    """One channel: `target` is the hand's, `level` follows it, `in_force` is at the board now."""

    name: str
    target: float
    level: float
    in_force: float
    contact: Contact
    last: float | None
    """Highest level last time, a hint only."""
    measured: float | None = None
    """What flowed in the newest pulse; None where the board cannot measure."""


class StageView(Fixed, frozen=True):
    """The stage that is being prepared, delivered or ended."""

    placement: str
    program: str
    index: int
    """Number of the stage, from 0."""
    count: int
    minutes: float
    remaining_s: float
    phase: str | None
    """Name of the program's phase: `warm_up`, `work`, `cool_down`, ..."""
    part: str | None
    """`twitch`, `ramp_up`, `hold`, `ramp_down` or `off`."""
    part_remaining_s: float
    next_contraction_s: float | None
    """Seconds to the foot of the next ramp; None in twitches and where none follows."""
    contractions_done: int
    pads: tuple[Pad, ...] = ()
    """All pads of both channels; none where the leads go to a dummy load."""
    continuous: bool = False
    """The phase has no contractions: it flows without a rest."""
    contracts: bool = False
    """The program makes contractions."""
    moves: bool = False
    """The person does one repetition with each contraction."""


class StatementView(Fixed, frozen=True):
    id: str
    heading: Heading
    remedy: Remedy
    number: int
    """Number of the statement, from 1."""
    count: int


class RefusalView(Fixed, frozen=True):
    """The reason of `refused`: a statement that is not true, or a day that is used up."""

    statement: str | None
    remedy: Remedy | None
    day_used: DayUsed | None
    mistake_s: float
    """Seconds in which BACK still says "pressed by mistake"; 0 when not."""


class QuestionView(Fixed, frozen=True):
    """A number that the knob chooses: soreness, comfort (0 none, 10 worst), skin (0, 1, 2)."""

    id: str
    value: int | None
    """None: nothing was chosen, and the question is skipped as it stands."""
    largest: int


class DateView(Fixed, frozen=True):
    """The page of the date."""

    local: datetime
    """What the box takes for local time, or what is being set; no seconds."""
    keeps_time: bool
    """A clock of the machine is trusted: there is nothing to set."""
    by_hand: bool
    """It was set on the box."""
    part: str | None = None
    """What the knob changes: `year`, `month`, `day`, `hour` or `minute`; None where it is only
    shown."""


class HoldView(Fixed, frozen=True):
    """A hold that fills the footer: 0 at the press, 1 when it counts."""

    button: Button
    fraction: float


class View(Fixed, frozen=True):
    """One picture's worth of facts. None and empty mean: not on this screen."""

    state: State
    person: str
    people: tuple[str, ...] = ()
    stop_pressed: bool = False
    stop_stuck: bool = False
    """STOP has been pressed long enough for its lead to be broken."""
    output: Output = Output.OFF
    unit: Unit = Unit.MILLIAMPERE
    limit: float = 0.0
    limit_reason: str | None = None
    """Which rule sets the limit: `settings`, `gentle`, `board`, `density`, ..."""
    channels: tuple[ChannelView, ...] = ()
    knob_side: str = "both"
    """What the knob moves: `both`, `A` or `B`."""
    up_locked: bool = False
    hint: str | None = None
    """Key of a short hint: `wait`, `limit`, `one_click_down`, `fainter`, `dry_left`,
    `dry_right`, `dry_both`, `tighten`, `turn_up`, `less`, `more`, `blocked_contact`,
    `blocked_turn`, `blocked_board`, in `paused` `wet_pads` and in `preparing` `warmth`."""
    battery: float | None = None
    """0 empty to 1 full."""
    research_board: bool = False
    page_name: str | None = None
    page_turned: bool = False
    """A hand has turned the page; otherwise the pictures of `placing` turn by themselves."""
    """Step of `preparing` (`skin`, `pads`, `stop_test`) or page of `locked` and `aftercare`."""
    page: int = 0
    pages: int = 1
    statement: StatementView | None = None
    refusal: RefusalView | None = None
    question: QuestionView | None = None
    options: tuple[Option, ...] = ()
    option_index: int = 0
    due: Due | None = None
    day_used: DayUsed | None = None
    stage: StageView | None = None
    next_placement: str | None = None
    """In `stage_done`: the placement that CONFIRM leads to."""
    more_minutes: int = 0
    """In `stage_done`: the minutes more that BACK still gives; 0 when none."""
    can_confirm: bool = True
    """Whether CONFIRM would do something now."""
    lost_channels: tuple[str, ...] = ()
    """In `contact_lost`: `A`, `B` or both."""
    countdown_s: float | None = None
    """A stretch's timer, or the seconds until something happens by itself."""
    exercise: Moment | None = None
    """Where the exercise on the screen stands; in `locked`, how the block that is due begins.
    None where only stretches are due."""
    hold: HoldView | None = None
    faults: tuple[str, ...] = ()
    """Ids, the one that came first first."""
    tells: tuple[str, ...] = ()
    """Faults of the kind `tell`, shown in passing."""
    checks: tuple[tuple[str, bool | None], ...] = ()
    """In `self_test`: what is being checked, and how it went so far."""
    details: tuple[tuple[str, str], ...] = ()
    """Id of a fault, and the exact words of the error behind it, where there are any."""
    sessions_done: int = 0
    record_part: str = "count"
    """On the page of the record: `count`, `last`, `week`, `trend` or `pads`."""
    recent: Recent = field(default_factory=Recent)
    pad_uses: int | None = None
    """Sessions on the oldest pads of this visit; None where there are none."""
    volume: int = DEFAULT_VOLUME
    language: str = "en"
    date: DateView | None = None
    """On the page of the date, where any is known."""
