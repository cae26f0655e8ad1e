"""An oracle that counts at the simulated body: pulses, charge and seconds of each place.

Its limits are numbers of its own. It imports nothing of the program that it checks. It knows the
true time, which no clock of the box shows, and whose body the pads are on, whatever the name.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Places = frozenset[tuple[str, int, int]]
"""Parts of the body under the pads: muscle groups, and squares of skin of one centimetre."""

SITE_S = 90.0
DAY_S = 180.0
COMFORT_S = 120.0
CHARGE_MC = 25.0
"""Charge of one phase at one place in a day, in a household where charge is short."""
A_LOT_OF_CHARGE_MC = 1000.0
A_DAY_S = 24 * 3600.0
FINISH_S = 3 * 3600.0
MIDNIGHT_AT_S = -8 * 3600.0
"""True time 0 is eight in the morning."""
GENTLE_MOST = 30.0
GENTLE_WORK_S = 40 * 60.0
CONTRACTS_UC = 6.5
"""From this charge of a phase a pulse may contract a large muscle, whatever it is called."""
FUSED_HZ = 12.0
TOO_STRONG_S = 0.6
"""Time, besides a period of its pulses, for which a board that delivers too much may go on: the
newest pulse that it reports may be a period old."""
VERY_SORE = 7
FIRST_MINUTE_S = 60.0
"""Contracting time from which a session uses the day and starts the interval."""
REST_GAP_S = 40.0
"""Pulses that are no further apart belong to one delivery, with the rest between them."""
NEARLY_S = 3.0
"""What ramps and the length of a step can hide from a count of pulses."""
NEARLY_MC = 2.0
GUEST = "Guest"
NEVER_YET = float("-inf")


@dataclass(frozen=True)
class Pulses:
    """What the board delivers in a step, and what it was told."""

    told: tuple[float, float]
    delivered: tuple[float, float]
    width_us: float
    hz: float
    is_comfort: bool
    work_most_s: float
    """Seconds of work that the program's own rests leave in any minute."""

    @property
    def charge_mc_s(self) -> float:
        """Charge of one phase on the stronger channel, a second."""
        return max(self.delivered) * self.width_us * self.hz * 1e-6


@dataclass(frozen=True)
class Hour:
    """When it truly is, and what people here call it."""

    at: float
    zone_s: float = 0.0
    dated: bool = True
    """Whether the box can know the date."""

    def day_of(self, at: float) -> int:
        """The true date of another moment, in the zone of now."""
        return int((at - MIDNIGHT_AT_S + self.zone_s) // A_DAY_S)

    def same_day(self, at: float) -> bool:
        return self.day_of(at) == self.day_of(self.at)


@dataclass(slots=True)
class Delivery:
    """Pulses to one body in one place, with the rests between them."""

    start: float
    body: str
    places: Places
    comfort: bool
    again: bool
    """The day had a session before: this is its second one."""
    seconds: float = 0.0
    charge_mc: float = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a person told of a body that is to be left alone for a day, everywhere or here."""

    at: float
    body: str
    places: Places | None
    until_midnight: bool


@dataclass
class Body:
    """What has reached the bodies of a household, in true time."""

    between_s: float = 8 * 3600.0
    charge_mc: float = A_LOT_OF_CHARGE_MC
    bodies: tuple[str, ...] = ("first",)
    felt_s: Counter[str] = field(default_factory=Counter)
    """By name, since its record began."""
    delivered: deque[Delivery] = field(default_factory=deque)
    """What is not certainly older than two days, the oldest first."""
    seconds: float = 0.0
    """Of all pulses ever, with their rests."""
    kinds: Counter[str] = field(default_factory=Counter)
    """How often something was seen that the rules are about."""
    cut_at: float = NEVER_YET
    """When a session was last interrupted by something other than a hand: the power, or a fault."""
    zeroed_at: float = NEVER_YET
    """When the hand last took the level to zero: the gap that follows is no program's rest."""
    told: list[Told] = field(default_factory=list)
    in_session: Places = frozenset()
    """Where this session delivered anything."""
    unseen: dict[tuple[str, str], Places] = field(default_factory=dict)
    """Bad skin that was not looked at yet: sites, by statement and body."""
    broken: list[str] = field(default_factory=list)
    _last_at: float = NEVER_YET
    _summed_s: float = 0.0
    _work: deque[tuple[float, float, float]] = field(default_factory=deque)
    """Time, seconds and most of fused pulses of the last minute."""
    _strong_since: float | None = None

    # What is told

    def tell(self, at: float, body: str, question: str, answer: str) -> None:
        """An answer that is on record."""
        if question == "skin" and answer in ("1", "2"):
            self.told.append(Told(at, body, self.in_session, until_midnight=True))
            asks = {"1": "skin_looked_at", "2": "burn_seen"}[answer], body
            self.unseen[asks] = self.unseen.get(asks, frozenset()) | self.in_session
        elif question in ("soreness", "soreness_before") and int(answer) >= VERY_SORE:
            before_a_session = question == "soreness_before"
            self.told.append(Told(at, body, None, until_midnight=before_a_session))
        elif answer == "agreed":
            self.unseen = {one: at for one, at in self.unseen.items() if one[0] != question}

    def lose_the_record(self) -> None:
        """What was told before is lost; what was delivered is not."""
        self.told, self.unseen = [], {}
        self.felt_s.clear()

    # What is felt

    def feel(
        self, hour: Hour, who: tuple[str, str], places: Places, passed_s: float, pulses: Pulses
    ) -> None:
        """`who` is a body and the name that the box has for it."""
        ma = max(pulses.delivered)
        if ma <= 0.0:
            # The box too counts reports in a row, and this one is good.
            self._strong_since = None
            return
        body, name = who
        self.kinds["uneven"] += pulses.delivered[0] != pulses.delivered[1]
        self.in_session |= places
        since_s = hour.at - self._last_at
        self._last_at = hour.at
        if since_s > 1.0:
            self._strong_since = None
        self._check_pulses(hour.at, passed_s, pulses)
        rested = self.zeroed_at < hour.at - since_s
        newest = self.delivered[-1] if self.delivered else None
        same = newest is not None and (newest.body, newest.places) == (body, places)
        if newest is None or not same or since_s > REST_GAP_S:
            newest = self._begin(hour, body, places, pulses.is_comfort)
        elif rested:
            passed_s = since_s
        newest.seconds += passed_s
        newest.charge_mc += pulses.charge_mc_s * min(passed_s, 0.2)
        self.seconds += passed_s
        self.felt_s[name] += passed_s
        self._check_gentle(hour.at, name, newest, max(pulses.told))
        self._summed_s += passed_s
        if self._summed_s >= 1.0:
            self._summed_s = 0.0
            self._check_sums(hour, newest)

    def _begin(self, hour: Hour, body: str, places: Places, comfort: bool) -> Delivery:
        while self.delivered and hour.at - self.delivered[0].start > 2 * A_DAY_S:
            self.delivered.popleft()
        self._check_told(hour, body, places)
        again = not comfort and self._check_interval(hour, body)
        self.delivered.append(Delivery(hour.at, body, places, comfort, again))
        self.kinds["comfort" if comfort else "contracting"] += 1
        self.kinds["a second session"] += again
        return self.delivered[-1]

    def _check_pulses(self, at: float, passed_s: float, pulses: Pulses) -> None:
        """What holds of every pulse, and of the pulses of a minute."""
        ma = max(pulses.delivered)
        if pulses.is_comfort and max(pulses.told) * pulses.width_us / 1000.0 >= CONTRACTS_UC:
            self._break(at, f"a comfort program contracts with {ma} mA")
        told = max(pulses.told) * 1.2 + 1.0
        if ma <= told:
            self._strong_since = None
        elif self._strong_since is None:
            self._strong_since = at
        elif at - self._strong_since > TOO_STRONG_S + 1.0 / pulses.hz:
            self._break(at, f"{ma} mA where {told} were told")
        if pulses.hz <= FUSED_HZ or pulses.is_comfort:
            return
        self._work.append((at, passed_s, pulses.work_most_s))
        while at - self._work[0][0] >= 60.0:
            self._work.popleft()
        worked_s = sum(one[1] for one in self._work)
        if worked_s > max(one[2] for one in self._work) + NEARLY_S / 2.0:
            self._break(at, f"{worked_s:.1f} s of work in a minute")

    def _check_gentle(self, at: float, name: str, newest: Delivery, told_ma: float) -> None:
        first = self.felt_s[name] < GENTLE_WORK_S or name == GUEST
        if (first or newest.again) and told_ma > GENTLE_MOST + 0.5:
            self._break(at, f"{told_ma} mA to {name} in a session that is to be gentle")
        self.kinds["strong"] += told_ma > GENTLE_MOST

    def _check_told(self, hour: Hour, body: str, places: Places) -> None:
        """No pulse where something hurts, for a day; then only where it was looked at."""
        for told in self.told:
            today = hour.same_day(told.at) if told.until_midnight else True
            if not today or hour.at - told.at >= A_DAY_S - 600.0:
                continue
            if self._may_be(told.body, body) and (told.places is None or told.places & places):
                self._break(hour.at, f"pulses {hour.at - told.at:.0f} s after {told}")
        for (statement, whose), where in self.unseen.items():
            if whose == body and where & places:
                self._break(hour.at, f"pulses without {statement}")

    def _check_interval(self, hour: Hour, body: str) -> bool:
        """A session begins hours after the last one, unless it finishes one that was cut.

        Return whether there was one on this day.
        """
        at = hour.at
        own = [one for one in self._named(body) if not one.comfort]
        ended = max((one.start + one.seconds for one in own), default=NEVER_YET)
        finishes = at - self.cut_at < FINISH_S
        recent = (one for one in own if at - one.start < self.between_s)
        # What a power cut took from the record is booked in the sums of the day, and no session.
        lost_s = FIRST_MINUTE_S if at - self.cut_at < self.between_s else 0.0
        used = _seconds(recent) >= FIRST_MINUTE_S + NEARLY_S + lost_s
        if used and 600.0 < at - ended < self.between_s - 60.0 and not finishes:
            self._break(at, f"{body} begins {at - ended:.0f} s after the last")
        today_s = sum(one.seconds for one in own if hour.same_day(one.start))
        return today_s >= FIRST_MINUTE_S + NEARLY_S and at - ended > 600.0 and not finishes

    def _check_sums(self, hour: Hour, newest: Delivery) -> None:
        at = hour.at
        for window_s, days in ((self.between_s - 600.0, 1), (A_DAY_S - 600.0, 2)):
            of_body = self._named(newest.body) if days == 1 else self._of(newest.body)
            recent = [one for one in of_body if at - one.start < window_s]
            if days == 1 and not self._starts_an_interval(hour, recent):
                recent = [one for one in recent if self._is_today(hour, one)]
            contracting = [one for one in recent if not one.comfort]
            self._check_most(at, "of the day", _seconds(contracting), days * DAY_S)
            self._check_places(at, newest, contracting if days == 1 else recent, days)
        today = [one for one in self.delivered if self._is_today(hour, one)]
        own = [one for one in today if self._may_be(one.body, newest.body)]
        self._check_places(at, newest, own, 1)
        of_kind_s = _seconds(one for one in own if one.comfort is newest.comfort)
        kind, most_s = ("comfort", COMFORT_S) if newest.comfort else ("contracting", DAY_S)
        self._check_most(at, f"of {kind} today", of_kind_s, most_s)
        of_box_s = _seconds(one for one in today if not one.comfort)
        self._check_most(at, "of the box today", of_box_s, DAY_S * len(self.bodies))

    def _starts_an_interval(self, hour: Hour, recent: Iterable[Delivery]) -> bool:
        """Whether more than the first minute was before midnight. Less is another day's."""
        before = (one for one in recent if not one.comfort and not self._is_today(hour, one))
        return _seconds(before) >= FIRST_MINUTE_S

    def _check_places(
        self, at: float, newest: Delivery, recent: Iterable[Delivery], days: int
    ) -> None:
        seconds: Counter[tuple[str, int, int]] = Counter()
        charge_mc: Counter[tuple[str, int, int]] = Counter()
        for one in recent:
            for place in one.places & newest.places:
                seconds[place] += one.seconds
                charge_mc[place] += one.charge_mc
        for place, most_s in seconds.most_common(1):
            self._check_most(at, f"at {place[0]}", most_s, days * SITE_S)
        for place, most_mc in charge_mc.most_common(1):
            self.kinds["a charged place"] += most_mc > self.charge_mc - NEARLY_MC
            if most_mc > days * self.charge_mc + NEARLY_MC:
                self._break(at, f"{most_mc:.1f} mC at {place[0]}")

    def _is_today(self, hour: Hour, one: Delivery) -> bool:
        """Whether this delivery counts as today's; without a date, all of the last day does."""
        if hour.dated:
            return hour.same_day(one.start)
        return hour.at - one.start < A_DAY_S - 600.0

    def _of(self, body: str) -> Iterator[Delivery]:
        return (one for one in self.delivered if self._may_be(one.body, body))

    def _named(self, body: str) -> Iterator[Delivery]:
        """This body's deliveries; for Guest, all. A Guest's session delays nobody else."""
        return (one for one in self.delivered if body in (one.body, GUEST))

    def _may_be(self, one: str, body: str) -> bool:
        """Nobody knows who a guest is."""
        return GUEST in (one, body) or one == body

    def _check_most(self, at: float, what: str, seconds: float, most_s: float) -> None:
        if seconds > most_s + NEARLY_S:
            self._break(at, f"{seconds:.0f} s {what}")

    def _break(self, at: float, what: str) -> None:
        self.broken.append(f"{at:.0f} s: {what}")


def _seconds(deliveries: Iterable[Delivery]) -> float:
    return sum(one.seconds for one in deliveries)


def most_work_s(on_s: float, off_s: float) -> float:
    """The most work in any minute where each contraction, also one that a hand cut short, is
    followed by its share of the rest: whole ones take `on_s` and `off_s`, and the last may just
    end with the minute."""
    return on_s * (60.0 + off_s) / (on_s + off_s)
