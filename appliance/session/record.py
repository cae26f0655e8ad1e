"""The one frozen record: everything about a session that changes."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import field

from appliance.records import Fixed
from appliance.session.board import NO_REPORT, Identity, Report, SetPoint
from appliance.session.cues import DEFAULT_VOLUME, Cue
from appliance.session.dry_pads import PadState
from appliance.session.envelope import Position
from appliance.session.levels import Levels
from appliance.session.notes import Note
from appliance.session.presses import Press
from appliance.session.state import State
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.checklist import Remedy, Statement
from appliance.therapy.history import History
from appliance.therapy.limits import Limits
from appliance.therapy.offers import Option, Today, bench_today, today
from appliance.therapy.plan import GUEST, DayUsed, Plan
from appliance.therapy.programs import Span
from appliance.therapy.routines import Stage
from appliance.therapy.units import LONG_AGO, NEVER, Pair


class Rules(Fixed, frozen=True):
    """What stays the same while the program runs: plan, limits, catalogue and languages."""

    plan: Plan
    limits: Limits
    catalogue: Catalogue
    languages: tuple[str, ...] = ("en",)
    """The languages that there are words for, in the order of the language page."""

    @property
    def people(self) -> tuple[str, ...]:
        return (*self.plan.people, GUEST)


class Refusal(Fixed, frozen=True):
    """Why the checklist led to `refused`: a statement that is not true, or a used day."""

    at: float
    statement: Statement | None = None
    day_used: DayUsed | None = None

    @property
    def remedy(self) -> Remedy | None:
        return self.statement.remedy if self.statement else None


class Visit(Fixed, frozen=True):
    """One visit: the chosen option and how much of each stage was delivered."""

    option: Option
    index: int = 0
    delivered_s: tuple[float, ...] = ()
    """Delivered time of each stage, rests included."""
    charge_mc: tuple[float, ...] = ()
    """Delivered charge of each stage: one phase on the stronger channel, millicoulomb."""
    begun: bool = False
    """Current has been started in this visit."""
    ended: bool = False

    @property
    def stage(self) -> Stage:
        return self.option.stages[self.index]

    @property
    def last_stage(self) -> bool:
        return self.index + 1 >= len(self.option.stages)


class Run(Fixed, frozen=True):
    """The delivery of one stage, over pauses and resumes."""

    planned_s: float
    spans: tuple[Span, ...]
    limit: float
    limit_reason: str
    elapsed_s: float = 0.0
    """Delivered time: it runs in `stimulating` while a level is above zero."""
    cycle_start_s: float = 0.0
    started_at: float = LONG_AGO
    """The last start or resume."""
    live: bool = False
    """The board has echoed the zero set-point of this start: the knob counts."""
    zero_since: float = LONG_AGO
    levels: Levels = field(default_factory=Levels)
    pad_state: PadState = field(default_factory=PadState)
    contractions: int = 0
    work_s: float = 0.0
    """Delivered time of the contracting phases."""
    fainter_told: int = 0
    """How often one click up has been offered because the level may have faded."""
    began: bool = False
    """The journal has the entry that this stage is running."""
    began_at: float = LONG_AGO
    """When this stage's row of the journal began."""
    booking_s: float = 0.0
    """Delivered time up to which the ledger was asked to book."""
    booked_s: float = 0.0
    """Delivered time up to which the ledger has booked, on the disk."""
    rest_until: Pair = (LONG_AGO, LONG_AGO)
    """When the rest that each channel's muscle is owed for its contractions ends."""
    charge_mc: float = 0.0
    """Charge of one phase of all pulses of this row, on the stronger channel, millicoulomb."""
    spent_mc: float = 0.0
    """The same of the whole run."""
    most_mc: float = NEVER
    """What the run may spend: what its site has left of today."""
    waited_span: int = 0
    """The last phase, by its index, before which the person was waited for."""
    noted_s: float = 0.0
    """Delivered time that earlier rows of the journal hold."""

    @property
    def remaining_s(self) -> float:
        return max(0.0, self.planned_s - self.elapsed_s)


class Hint(Fixed, frozen=True):
    """A few words for a few seconds."""

    key: str
    until: float


class Asked(Fixed, frozen=True):
    """A set-point that was sent, as far as measured pulses are compared with it."""

    at: float
    amplitude: Pair
    longest_period_s: float
    """How old a pulse that is reported now may be."""


class DateDraft(Fixed, frozen=True):
    """The date that a person is setting."""

    value: datetime
    """Local time, without an offset."""
    part: int = 0
    """Which part the knob changes: year, month, day, hour, minute."""


class Record(Fixed, frozen=True):
    """A session at one moment. `step` makes the next one; nothing else does."""

    rules: Rules
    now: float
    gap_s: float = 0.0
    """Seconds since the record before."""
    state: State = State.SELF_TEST
    entered_at: float = LONG_AGO
    screen: int = 0
    """Counts the screens shown; a press belongs to the one it began on."""
    shown_at: float = LONG_AGO
    shown_by_hand: bool = False
    touched_at: float = LONG_AGO
    """The last time that any control was used."""
    turned_at: float = LONG_AGO
    reminded_at: float = LONG_AGO
    """When the screen's prompt was last repeated."""
    presses: tuple[Press, ...] = ()
    stop_open: bool = True
    """STOP reads as pressed until it has been seen closed."""
    stop_opened_at: float = NEVER
    """When STOP was last pressed."""
    stop_closed_at: float = LONG_AGO
    """When STOP was last let go."""
    present: frozenset[str] = frozenset()
    """Faults that hold now, from everywhere but the board."""
    seen: frozenset[str] = frozenset()
    """All faults as of the last look, to tell new ones."""
    latched: tuple[str, ...] = ()
    """Faults since `fault` was entered, the first one first."""
    fault_needs_hand: bool = True
    """`fault` was entered from `stimulating`."""
    report: Report = NO_REPORT
    board_met: Identity | None = None
    """The last board that the journal has an entry of."""
    barred: Mapping[str, str] = field(default_factory=dict)
    """Boards that are not used again, by `Identity.board`, and the fault of each."""
    histories: Mapping[str, History] | None = None
    person_index: int = 0
    page: int = 0
    """The page or statement within the state, from 0."""
    page_at: float = LONG_AGO
    """When the knob last chose a picture."""
    statements: tuple[Statement, ...] = ()
    checklist_valid: bool = False
    stop_test_pressed: bool = False
    stop_test_passed: bool = False
    refusal: Refusal | None = None
    value: int = 0
    """What the knob has chosen for the question on the screen."""
    date_draft: DateDraft | None = None
    soreness: int | None = None
    options: tuple[Option, ...] = ()
    option_index: int = 0
    visit: Visit | None = None
    run: Run | None = None
    position: Position | None = None
    """Where the running stage stands; None outside `stimulating`."""
    aftercare: tuple[str, ...] = ()
    """The pages of `aftercare`, set when it is entered."""
    lost: frozenset[int] = frozenset()
    """Channels whose pad came off."""
    hint: Hint | None = None
    set_point: SetPoint | None = None
    """The gate's set-point of this step; None is off."""
    recent_set_points: tuple[Asked, ...] = ()
    """The newest set-points."""
    too_strong: int = 0
    """Reports in a row that measured more than the set-points asked for."""
    withheld: tuple[str, ...] = ()
    """Why the gate said off, or lowered."""
    switch_off: bool = False
    """Whether the person has asked to switch the box off, and confirmed it."""
    volume: int = DEFAULT_VOLUME
    language: str = "en"
    cues: tuple[Cue, ...] = ()
    """The cues of this step."""
    notes: tuple[Note, ...] = ()
    """The entries of this step for the journal."""
    ignored: tuple[str, ...] = ()
    """Events of this step that mean nothing in this state, for the log."""

    @property
    def person(self) -> str:
        return self.rules.people[self.person_index]

    @property
    def today(self) -> Today:
        """What is due and what is offered to this person, on this board."""
        rules, identity = self.rules, self.report.identity
        if identity is not None and not identity.on_body:
            return bench_today(self.person, self.history, rules.plan, rules.catalogue)
        return today(self.person, self.history, rules.plan, rules.limits, rules.catalogue)

    @property
    def history(self) -> History:
        """This person's past; the strictest there is where it is not known."""
        return (self.histories or {}).get(self.person, History())
