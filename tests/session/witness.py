"""Somebody who watches every step of a session and knows the rules without its code.

`Witness.saw` raises AssertionError at the first step that breaks one. What it keeps is
immutable, so that a copy can follow another path.
"""

from collections.abc import Iterable

from appliance.session.board import Contact, Link, Report, SetPoint
from appliance.session.envelope import Part, Position
from appliance.session.events import BoardReported, Button, Down, Event, StopLevel, Turn, Up
from appliance.session.machine.pages import name
from appliance.session.notes import Answered, StageEnded, StateEntered
from appliance.session.record import Record, Run
from appliance.session.state import State
from appliance.therapy.limits import Limits
from appliance.therapy.plan import statements_for
from appliance.therapy.units import Pair, Unit
from tests.ledgers import minutes_by_placement
from tests.session.ledger import Ledger

NEARLY = 1e-6
BEFORE_ALL = float("-inf")
MAY_GO_ON = frozenset(
    {
        "supply_low",
        "button_stuck",
        "screen_dead",
        "journal_dead",
        "journal_set_aside",
        "journal_forgets",
        "voice_dead",
    }
)
"""The faults beside which current may flow. Any other one means off."""
OFF: Pair = (0.0, 0.0)


class Witness:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.appeared_at = BEFORE_ALL
        self.confirm_down_at: float | None = None
        self.agreed_with_this_press = False
        self.turned_at = BEFORE_ALL
        self.due: frozenset[str] | None = None
        self.agreed: frozenset[str] = frozenset()
        self.refused_at = BEFORE_ALL
        self.stop_pressed_on_test = False
        self.stop_tested = False
        self.strong = 0
        """Reports in a row that measured more than anything that was told lately."""
        self.told: tuple[tuple[float, Pair], ...] = ()

    def saw(self, before: Record, events: Iterable[Event], after: Record) -> None:
        events = list(events)
        entered = [note.state for note in after.notes if isinstance(note, StateEntered)]
        self._watch_hands(events, after.now)
        self._watch_stop_test(before, events)
        self._watch_statements(before, after, entered)
        if "stimulating" in entered:
            self._check_start(before, after)
        if "ready" in entered and after.state is State.READY:
            assert _levels(after) == _targets(after) == OFF
            assert after.set_point is None
        if "locked" in entered:
            self._forget()
        if (before.state, before.page, before.entered_at) != _screen(after):
            self.appeared_at = after.now
        self._watch_current(before, events, after)
        check_output(before, after)
        check_levels(before, events, after)
        check_phase(before, after)
        check_clock(before, after)
        self.ledger.read(after.notes, after.state)
        if any(isinstance(note, StageEnded) for note in after.notes):
            check_minutes(before, self.ledger.rows)

    @property
    def convinced(self) -> bool:
        """Whether every statement that is due was held and STOP was tried, since `locked`."""
        return self.due is not None and self.agreed >= self.due and self.stop_tested

    def _forget(self) -> None:
        self.due, self.agreed = None, frozenset()
        self.stop_pressed_on_test = self.stop_tested = False

    def _watch_hands(self, events: list[Event], now: float) -> None:
        for event in sorted(events, key=lambda event: event.at):
            match event:
                case Down(at, Button.CONFIRM):
                    self.confirm_down_at, self.agreed_with_this_press = at, False
                case Up(_, Button.CONFIRM):
                    self.confirm_down_at = None
                case Turn():
                    self.turned_at = now

    def _watch_stop_test(self, before: Record, events: list[Event]) -> None:
        on_page = before.state is State.PREPARING and name(before) == "stop_test"
        self.stop_pressed_on_test &= on_page
        for event in sorted(events, key=lambda event: event.at):
            if on_page and isinstance(event, StopLevel):
                self.stop_tested |= self.stop_pressed_on_test and not event.is_open
                self.stop_pressed_on_test |= event.is_open

    def _watch_current(self, before: Record, events: list[Event], after: Record) -> None:
        """Off after two reports of more than a fifth and 1 mA above the set-points."""
        # The set-points since the lease before the one that the newest report answers, one step
        # more, and one period.
        period_s = _longest_period_s(before.set_point) if before.set_point else 0.0
        asked_at = after.now if after.report.asked_at is None else after.report.asked_at
        recent = tuple(one for one in self.told if asked_at - one[0] <= 0.6 + period_s)
        for event in events:
            if isinstance(event, BoardReported) and before.state is State.STIMULATING:
                self.strong = self.strong + 1 if _is_strong(event.report, recent) else 0
        if before.state is not State.STIMULATING:
            self.strong = 0
        assert self.strong < 2 or after.set_point is None
        told = after.set_point.amplitude if after.set_point else OFF
        self.told = (*recent, (after.now, told))

    def _watch_statements(self, before: Record, after: Record, entered: list[str]) -> None:
        if "checklist" in entered and before.state is State.LOCKED:
            due = statements_for(after.person, after.history, after.rules.catalogue.statements)
            self.due, self.agreed = frozenset(statement.id for statement in due), frozenset()
        for note in after.notes:
            match note:
                case Answered(question=id_, answer="agreed"):
                    self._check_agreed(before, after)
                    self.agreed |= {id_}
                case Answered(answer="refused"):
                    self.refused_at = after.now
                case Answered(answer="by_mistake"):
                    assert after.now - self.refused_at <= 60.0 + NEARLY
                    assert after.page == before.page

    def _check_agreed(self, before: Record, after: Record) -> None:
        assert before.state is State.CHECKLIST and not after.stop_open
        assert self.confirm_down_at is not None and not self.agreed_with_this_press
        assert after.now - self.confirm_down_at >= 0.6 - NEARLY
        assert self.confirm_down_at - self.appeared_at >= 1.5 - NEARLY
        self.agreed_with_this_press = True

    def _check_start(self, before: Record, after: Record) -> None:
        """`stimulating` can only be entered from `ready`."""
        assert before.state is State.READY
        assert self.convinced
        assert not after.stop_open
        assert Contact.OPEN not in after.report.contact
        assert after.report.link is Link.UP
        assert after.now - self.turned_at >= 1.0 - NEARLY
        assert self.confirm_down_at is not None
        assert after.now - self.confirm_down_at >= 1.0 - NEARLY
        assert self.confirm_down_at - self.appeared_at >= 0.2 - NEARLY
        assert _levels(after) == _targets(after) == OFF
        assert before.set_point is None


def _is_strong(report: Report, told: tuple[tuple[float, Pair], ...]) -> bool:
    for channel, flows in enumerate(report.measured):
        most = max((amplitude[channel] for _, amplitude in told), default=0.0)
        if flows is not None and flows > most * 1.2 + 1.0:
            return True
    return False


def _screen(record: Record) -> tuple[State, int, float]:
    return record.state, record.page, record.entered_at


def _levels(record: Record) -> Pair:
    return record.run.levels.level if record.run else OFF


def _targets(record: Record) -> Pair:
    return record.run.levels.target if record.run else OFF


def check_output(before: Record, after: Record) -> None:
    """Off unless every reason to be on holds, and never more than any limit."""
    frame = after.set_point
    if frame is None:
        return
    report = after.report
    assert after.state is State.STIMULATING
    assert not after.stop_open and after.checklist_valid and after.stop_test_passed
    assert (after.present | report.faults) <= MAY_GO_ON
    assert Contact.OPEN not in report.contact and not after.lost
    assert report.link is Link.UP and report.identity is not None
    assert after.now - before.now <= 0.2
    assert 0 < frame.frequency_hz <= 120
    assert 0 < frame.pulse_width_us <= 400
    if frame.bursts is not None:
        assert report.identity.delivers_bursts
        assert 2 <= frame.bursts.pulses <= 25 and 1 <= frame.bursts.rate_hz <= 10
    assert frame.ceilings.pulse_width_us <= 400 and frame.ceilings.frequency_hz <= 120
    pad_cm2 = after.visit.stage.placement.smallest_pad_cm2 if after.visit else None
    was = before.set_point.amplitude if before.set_point else OFF
    for index in (0, 1):
        amplitude = frame.amplitude[index]
        assert 0.0 <= amplitude <= _most(after) + NEARLY
        assert amplitude <= frame.ceilings.amplitude + NEARLY
        assert amplitude <= was[index] + 40.0 * (after.now - before.now) + NEARLY
        if report.identity.unit is Unit.MILLIAMPERE:
            check_on_skin(amplitude, frame.pulse_width_us, frame.frequency_hz, pad_cm2)


def check_on_skin(ma: float, width_us: float, hz: float, pad_cm2: float | None) -> None:
    assert ma <= 80.0
    assert ma * width_us / 1000.0 <= 40.0 + NEARLY
    if pad_cm2 is not None:
        rms_ma = ma * (2.0 * width_us * 1e-6 * hz) ** 0.5
        assert rms_ma / (pad_cm2 / 2.0) <= 2.0 + NEARLY


def _most(record: Record) -> float:
    limits: Limits = record.rules.limits
    identity = record.report.identity
    assert record.visit is not None and identity is not None
    gentle = limits.gentle_current_ma if record.visit.option.gentle else limits.current_ma
    return min(limits.current_ma, gentle, identity.maximum)


def check_levels(before: Record, events: list[Event], after: Record) -> None:
    """Nothing rises without a detent, and no faster than 2 mA a second."""
    ups = sum(1 for event in events if isinstance(event, Turn) and event.direction > 0)
    passed_s = after.now - before.now
    for index in (0, 1):
        level, target = _levels(after)[index], _targets(after)[index]
        rise = target - _targets(before)[index]
        assert level <= _levels(before)[index] + 2.0 * passed_s + NEARLY
        assert level <= target + NEARLY
        assert target <= level + 2.0 + NEARLY
        assert rise <= ups + NEARLY
        if rise > NEARLY:
            assert before.state is State.STIMULATING
            assert before.position is not None
            assert before.position.part in (Part.TWITCH, Part.RAMP_UP, Part.HOLD)
            assert before.run is not None and before.run.live
            assert target <= _most(after)


def check_phase(before: Record, after: Record) -> None:
    """No change of phase raises anything; a higher frequency halves the level."""
    was, now = before.position, after.position
    if was is None or now is None or was.span == now.span:
        return
    level, before_level = max(_levels(after)), max(_levels(before))
    assert level <= before_level + NEARLY
    assert level * now.phase.fraction <= before_level * was.phase.fraction + NEARLY
    charge = before_level * was.phase.fraction * was.phase.pulse_width_us
    assert level * now.phase.fraction * now.phase.pulse_width_us <= charge + NEARLY
    if now.phase.frequency_hz > was.phase.frequency_hz or _a_second(now) > _a_second(was):
        assert level <= before_level / 2.0 + NEARLY


def _a_second(position: Position) -> float:
    """A channel's pulses in a second."""
    bursts = position.phase.bursts
    return bursts.pulses * bursts.rate_hz if bursts else position.phase.frequency_hz


def _longest_period_s(frame: SetPoint) -> float:
    return 1.0 / (frame.bursts.rate_hz if frame.bursts else frame.frequency_hz)


def check_clock(before: Record, after: Record) -> None:
    """The clock runs in `stimulating` alone, and never faster than time."""
    was, now = before.run, after.run
    if was is None or now is None or not _same_stage(before, after):
        return
    passed_s = now.elapsed_s - was.elapsed_s
    if passed_s == 0.0:
        return
    if was.levels.zero and now.levels.zero:
        # A start whose contraction no longer fits; it may pass over the end of the stage too.
        assert before.state in (State.READY, State.STIMULATING)
        _check_only_a_tail_is_skipped(was, now, after.now)
        return
    assert State.STIMULATING in (before.state, after.state)
    if passed_s > after.now - before.now + NEARLY:
        assert now.levels.zero
        _check_only_a_tail_is_skipped(was, now, after.now)
    else:
        assert passed_s > 0.0


def _same_stage(before: Record, after: Record) -> bool:
    return (
        before.visit is not None
        and after.visit is not None
        and (before.visit.index == after.visit.index)
    )


def _check_only_a_tail_is_skipped(was: Run, now: Run, now_at: float) -> None:
    """At zero no clock runs; a rest that fits no contraction any more is passed over."""
    span = next(span for span in was.spans if was.elapsed_s < span.end_s)
    assert abs(now.elapsed_s - span.end_s) < NEARLY
    needed_s = max(timing.delay_s + timing.on_s for timing in span.phase.timings)
    # A pause between two sets is passed over too: the next contraction waits for it.
    assert span.phase.is_pause or span.end_s - was.elapsed_s < needed_s
    if span.phase.is_pause:
        assert min(now.rest_until) >= now_at + span.end_s - was.elapsed_s - NEARLY


def check_minutes(record: Record, rows: Iterable[tuple[str, str, float]]) -> None:
    """No more in a day than site and day allow, however a session was cut up."""
    limits, past = record.rules.limits, record.history
    sites = minutes_by_placement(past)
    spent = {
        "contracting": past.contracting_minutes_today,
        "comfort": past.comfort_minutes_today,
    }
    allowed = {"contracting": limits.minutes_per_day, "comfort": 60.0}
    for site, kind, delivered_s in rows:
        if kind != "bench":
            sites[site] = sites.get(site, 0.0) + delivered_s / 60.0
            spent[kind] += delivered_s / 60.0
            assert sites[site] <= limits.minutes_per_site + NEARLY
            assert spent[kind] <= allowed[kind] + NEARLY
