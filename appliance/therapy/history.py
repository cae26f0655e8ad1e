"""A person's history: what the rules need to know of earlier sessions."""

from datetime import datetime, timedelta

from msgspec import field

from appliance.records import Fixed
from appliance.therapy.ledger import Ledger
from appliance.therapy.skin import Skin


class StageLeft(Fixed, frozen=True):
    """A stage of an unfinished session, with the minutes that were not delivered."""

    placement: str
    program: str
    minutes: float


class Unfinished(Fixed, frozen=True):
    """A session that was interrupted less than three hours ago."""

    session_id: int
    routine: str
    gentle: bool
    stages: tuple[StageLeft, ...]


TREND_SESSIONS = 12
"""Answers to the question of comfort that make a trend."""


class LastSession(Fixed, frozen=True):
    day: str
    """Local day, ISO 8601."""
    minutes: float
    highest: tuple[float, float]
    """Highest level of channel A and B, in the board's unit."""


class Recent(Fixed, frozen=True):
    """What the box itself shows of a person's record. No rule reads it."""

    last: LastSession | None = None
    week_sessions: int = 0
    """Sessions since Monday of which at least half was delivered."""
    week_minutes: float = 0.0
    """Minutes of contracting programs since Monday."""
    comfort: tuple[int, ...] = ()
    """The newest answers after sessions, 0 none to 10 worst, the oldest of them first."""
    pads: tuple[tuple[str, int], ...] = ()
    """Sessions on the present pads, by placement id."""


class DayClock(Fixed, frozen=True):
    """What the box takes for the date and the time of day."""

    at: float
    """Seconds of the monotonic clock at which it was `wall`."""
    wall: datetime
    """Local time, with its offset."""
    keeps_time: bool
    """A clock of the machine is trusted, so that there is nothing to set."""
    by_hand: bool
    """A person set it since the box was switched on."""
    earliest: datetime
    latest: datetime
    """What is plausible."""

    def wall_at(self, at: float) -> datetime:
        return self.wall + timedelta(seconds=at - self.at)


class History(Fixed, frozen=True):
    """One person's history, as far as the rules need it. Days are local calendar days.

    Sessions are those of contracting programs on a body. Comfort and bench runs do not
    count: a few minutes on a dummy load would end a person's gentle sessions. The
    defaults are the strictest values: they stand for a journal that could not be read,
    and for a Guest.
    """

    sessions_counted: int = 0
    """Sessions of which at least half was delivered, as far as their delivered work counts."""
    sessions_today: int = 0
    """Contracting sessions of today, each from its first delivered minute."""
    contracting_minutes_today: float = 0.0
    comfort_minutes_today: float = 0.0
    ledger: Ledger = field(default_factory=Ledger)
    """Delivered time of today by site, and of the whole box."""
    days_since_full_list: float | None = None
    doctor_refusal: bool = False
    """A statement of the doctor kind was refused after the last full list."""
    bad_skin: bool = False
    """Bad skin was reported after the last full list."""
    had_last_time: bool = False
    """There was a session to be sore from."""
    pad_uses: tuple[tuple[str, int], ...] = ()
    """Sessions on the present pads, by placement id."""
    last_levels: tuple[tuple[str, tuple[float, float]], ...] = ()
    """Highest level of the last stage, by placement id."""
    weekdays_done: tuple[int, ...] = ()
    """Weekdays (Monday 0) of the last seven days with a session."""
    session_days_ago: tuple[int, ...] | None = ()
    """How many days ago the last two days with a counted session were, the newest first; None
    where no clock can tell."""
    soreness: int | None = None
    """Highest soreness, 0 to 10, told before a session today or after one in the last 24 hours;
    None where it was not told."""
    skin: Skin = field(default_factory=Skin)
    recent: Recent = field(default_factory=Recent)
    weekday: int | None = None
    """Today, Monday 0; None where the clock is not trusted."""
    days_since_first: int | None = None
    """Days since the first contracting session; None before it, and where no date is known."""
    asked_days_ago: tuple[tuple[str, int], ...] = ()
    """How many days ago each question of the day was asked last, by its id."""
    blocks_days_ago: tuple[int, ...] = ()
    """How many days ago the last strengthening blocks were, the newest first."""
    unfinished: Unfinished | None = None
    clock_trusted: bool = False
    clock: DayClock | None = None
    """The same for every person. None where the journal cannot be read.

    It is part of the key by which `appliance.therapy.offers` remembers what it worked out, so a
    history that was read anew is worked out anew, even where nothing else has changed.
    """
    readable: bool = False
