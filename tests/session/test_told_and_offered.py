"""Nothing is offered, on any surface, that the person was told not to do.

Histories are made by chance from everything that a year can leave behind. The oracle knows what
the person was told, by the words of screens and documents; its numbers are its own.
"""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.cli.plan import PersonPlan, headline
from appliance.screen.draw import draw
from appliance.service.status import status_of
from appliance.session.board import BoardState, Identity, Link, Output, Report
from appliance.session.machine import entry_actions, pages
from appliance.session.machine.machine import Session
from appliance.session.machine.transition_table import Trigger
from appliance.session.record import Record, Rules
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.settings.words import Words
from appliance.therapy.history import History, StageLeft, Unfinished
from appliance.therapy.ledger import Ledger, SiteTime
from appliance.therapy.limits import Limits
from appliance.therapy.offers import Option
from appliance.therapy.placements import Placement
from appliance.therapy.plan import GUEST, Offer, Plan
from appliance.therapy.programs import Kind
from appliance.therapy.skin import ClosedSite, Skin
from tests.ledgers import ledger_of
from tests.session.core import EXPERIENCED, shipped

ONLY_REST, DAY_MIN, SITE_MIN, COMFORT_MIN, INTERVAL_H = 7, 75.0, 30.0, 60.0, 8.0
FIRST_GENTLE = 4
NEARLY_MIN = 0.01
WORDS = Words.load()
ON_BODY = tuple(name for name, one in shipped().placements.items() if one.on_body)
SESSION = Session()
REPORT = Report(
    at=100.0,
    link=Link.UP,
    identity=Identity("reference", "1"),
    state=BoardState.OFF,
    output=Output.OFF,
)


def pads_of(placement: Placement) -> tuple[object, ...]:
    return placement.pads[0] + placement.pads[1]


minutes = st.sampled_from([0.0, 0.5, 9.0, 10.0, 20.0, 29.5, 30.0, 45.0, 60.0, 74.5, 75.0, 80.0])
places = st.sets(st.sampled_from(ON_BODY))
soreness = st.none() | st.integers(0, 10)


@st.composite
def ledgers(draw_one: st.DrawFn) -> Ledger:
    sites = tuple(
        SiteTime(
            name,
            pads_of(shipped().placements[name]),  # type: ignore[arg-type]
            draw_one(minutes),
            draw_one(st.sampled_from([0.0, 100.0, 990.0])),
        )
        for name in sorted(draw_one(places))
    )
    return Ledger(
        sites=sites,
        box_minutes=draw_one(minutes),
        since_contracting_s=draw_one(st.sampled_from([60.0, 7.9 * 3600, 8.1 * 3600, float("inf")])),
        doubt=draw_one(st.booleans()),
        undated=draw_one(st.booleans()),
    )


@st.composite
def skins(draw_one: st.DrawFn) -> Skin:
    closed = tuple(
        ClosedSite(name, pads_of(shipped().placements[name]))  # type: ignore[arg-type]
        for name in sorted(draw_one(st.just(set()) | places))
    )
    return Skin(closed, draw_one(st.booleans()), draw_one(st.booleans()))


@st.composite
def left_over(draw_one: st.DrawFn) -> Unfinished:
    stages = tuple(
        StageLeft(name, draw_one(st.sampled_from(["gentle", name])), draw_one(st.floats(1.0, 20.0)))
        for name in sorted(draw_one(places.filter(bool)))
    )
    return Unfinished(3, "lower_back_session", draw_one(st.booleans()), stages)


LEAVES = {
    "sessions_counted": st.integers(0, 30),
    "sessions_today": st.integers(1, 2),
    "contracting_minutes_today": minutes,
    "comfort_minutes_today": minutes,
    "ledger": ledgers(),
    "days_since_full_list": st.none() | st.floats(0.0, 60.0),
    "doctor_refusal": st.just(True),
    "bad_skin": st.just(True),
    "had_last_time": st.just(False),
    "session_days_ago": st.sampled_from([(), (0,), (16, 18), (40, 44)]),
    "soreness": st.integers(0, 10),
    "skin": skins(),
    "weekday": st.none() | st.integers(0, 6),
    "unfinished": left_over(),
    "clock_trusted": st.just(False),
    "readable": st.just(False),
}
"""What days can leave behind, one apart from the other."""


@st.composite
def made_by_a_year(draw_one: st.DrawFn) -> History:
    """A good week of an experienced person, with up to five things that happened to it."""
    happened = draw_one(st.lists(st.sampled_from(sorted(LEAVES)), max_size=5, unique=True))
    return EXPERIENCED.but(**{name: draw_one(LEAVES[name]) for name in happened})


def locked(person: str, history: History) -> Record:
    """The record of a box in `locked`, with this person chosen."""
    rules = Rules(Plan(), Limits(), shipped())
    return SESSION.first(rules, 100.0).but(
        state=State.LOCKED,
        stop_open=False,
        report=REPORT,
        person_index=rules.people.index(person),
        histories={person: history},
    )


def told_not_to(person: str, history: History, asked: int | None, one: Option) -> Iterator[str]:
    """Everything that the person was told and that speaks against this option."""
    if one.offer is Offer.REST_DAY:
        return
    if max(history.soreness or 0, asked or 0) >= ONLY_REST:
        yield "very sore: rest"
    if history.ledger.doubt:
        yield "the record was damaged: rest one day"
    for stage in one.stages:
        if any(closed.placement == stage.placement.id for closed in history.skin.closed):
            yield f"let the skin rest: {stage.placement.id}"
    yield from _too_long(history, one)
    contracts = any(stage.program.kind is Kind.CONTRACTING for stage in one.stages)
    if not contracts or one.offer is Offer.UNFINISHED:
        return
    if person != GUEST and history.sessions_today > 0:
        yield "the session is done: come back tomorrow"
    if history.ledger.since_contracting_s < INTERVAL_H * 3600.0:
        yield "the last one was just now"
    new = person == GUEST or history.sessions_counted < FIRST_GENTLE or not history.readable
    if new and not one.gentle:
        yield "the first sessions are gentle"


def _too_long(history: History, one: Option) -> Iterator[str]:
    of_kind = {
        kind: sum(stage.minutes for stage in one.stages if stage.program.kind is kind)
        for kind in (Kind.CONTRACTING, Kind.COMFORT)
    }
    used, comfort = history.contracting_minutes_today, history.comfort_minutes_today
    if of_kind[Kind.CONTRACTING] and of_kind[Kind.CONTRACTING] > DAY_MIN - used + NEARLY_MIN:
        yield "the minutes of the day are used"
    if of_kind[Kind.COMFORT] and of_kind[Kind.COMFORT] > COMFORT_MIN - comfort + NEARLY_MIN:
        yield "the minutes of comfort are used"
    for name in {stage.placement.id for stage in one.stages}:
        here = sum(stage.minutes for stage in one.stages if stage.placement.id == name)
        there = sum(site.minutes for site in history.ledger.sites if site.placement == name)
        if here > SITE_MIN - there + NEARLY_MIN:
            yield f"the minutes of {name} are used"


def by_the_buttons(record: Record, asked: int | None) -> tuple[Option, ...]:
    """What CONFIRM leads to, the checklist agreed to; nothing where it says why not."""
    pressed = SESSION.fire(record, Trigger.CONFIRM)
    if pressed.state is State.REFUSED:
        back = [SESSION.fire(pressed, one).state for one in (Trigger.CONFIRM, Trigger.BACK)]
        assert State.CHECKLIST not in back
        return ()
    assert pressed.state is State.CHECKLIST
    choosing = entry_actions.enter(pressed, State.CHOOSING, by_hand=True)
    if pages.name(choosing) == pages.SORENESS_BEFORE:
        choosing = SESSION.fire(choosing.but(value=asked or 0), Trigger.CONFIRM)
    shown = view_of(choosing).options
    assert shown == choosing.options
    return shown


def on_screen(record: Record) -> dict[str, str]:
    """The words that the screen shows, by their keys."""
    said: dict[str, str] = {}

    class Noting:
        def __contains__(self, key: str) -> bool:
            return key in WORDS

        def __call__(self, key: str, **values: object) -> str:
            said[key] = WORDS(key, **values)
            return said[key]

    draw(view_of(record), Noting())
    return said


PROMISES = {"locked.today", "locked.today_gentle", "locked.today_daily", "locked.some_minutes"}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["Me", "Me", GUEST]), made_by_a_year(), soreness)
def test_nothing_is_offered_that_the_person_was_told_not_to_do(
    person: str, history: History, asked: int | None
) -> None:
    nothing_is_offered_against_what_was_told(person, history, asked)


def nothing_is_offered_against_what_was_told(
    person: str, history: History, asked: int | None
) -> None:
    record = locked(person, history)
    asked = asked if history.had_last_time else None
    keys, plan = on_screen(record).keys(), status_of(record, "reference", WORDS)["plan"]
    offered = by_the_buttons(record, asked)
    # By the buttons
    assert [why for one in offered for why in told_not_to(person, history, asked, one)] == []
    if not offered:
        # On the screen, and in `status`
        assert "foot.start_check" not in keys
        assert "foot.why" in keys
        assert not keys & {*PROMISES, "locked.unfinished", "locked.comfort", "locked.full_list"}
        assert (plan["offer"], plan["due_today"]) == (None, False)
        assert plan["day_used"] is not None
        return
    assert "foot.start_check" in keys
    not_sore = by_the_buttons(record.but(histories={person: history.but()}), 0)
    first = next((one for one in not_sore if one.offer is not Offer.REST_DAY), None)
    assert first is not None, "the screen asks for the check, and only rest is left"
    assert plan["offer"] == not_sore[0].offer.value
    assert (plan["stages"], plan["gentle"]) == (len(first.stages), first.gentle)
    if not_sore[0].offer is Offer.REST_DAY:
        # Rest on the screen where rest is what choosing begins with.
        assert not keys & {*PROMISES, "locked.unfinished", "locked.comfort"}
        assert not plan["due_today"]
    if keys & PROMISES:
        assert first.offer is Offer.ROUTINE
        unequal = plan["stage_minutes"] is None
        assert ("locked.some_minutes" in keys) is unequal
        assert unequal or abs(plan["minutes"] - plan["stages"] * plan["stage_minutes"]) < 1.0


GLUTES = pads_of(shipped().placements["glutes"])
FORBIDDING = {
    "rest": {"soreness": 7},
    "damaged": {"ledger": Ledger(doubt=True)},
    "skin": {"skin": Skin((ClosedSite("glutes", GLUTES),))},  # type: ignore[arg-type]
    "day": {"contracting_minutes_today": 60.0},
    "glutes": {"ledger": Ledger(sites=(SiteTime("glutes", GLUTES, 25.0),))},  # type: ignore[arg-type]
    "tomorrow": {"sessions_today": 1},
    "just now": {"ledger": Ledger(since_contracting_s=3600.0)},
    "gentle": {"sessions_counted": 3},
}
"""One reason each not to do something, by a word of the objection."""


@pytest.mark.parametrize("person", ["Me", GUEST])
@pytest.mark.parametrize("why", FORBIDDING)
def test_each_reason_alone_keeps_from_what_it_forbids(why: str, person: str) -> None:
    nothing_is_offered_against_what_was_told(person, EXPERIENCED.but(**FORBIDDING[why]), None)


@pytest.mark.parametrize("person", ["Me", GUEST])
@pytest.mark.parametrize("weekday", [None, 0])
@pytest.mark.parametrize("told", [4, 6])
def test_who_is_sore_is_told_of_rest_with_a_date_and_without(
    person: str, weekday: int | None, told: int
) -> None:
    sore = EXPERIENCED.but(soreness=told, weekday=weekday, clock_trusted=weekday is not None)
    nothing_is_offered_against_what_was_told(person, sore, None)
    assert on_screen(locked(person, sore)).keys() & {"locked.rest_day", "locked.next_day"}


def test_stages_of_unequal_length_are_told_by_their_sum_everywhere() -> None:
    some = EXPERIENCED.but(**FORBIDDING["glutes"])
    record = locked("Me", some)
    assert "locked.some_minutes" in on_screen(record)
    plan = status_of(record, "reference", WORDS)["plan"]
    assert (plan["stages"], plan["stage_minutes"], plan["minutes"]) == (3, None, 45.0)
    assert headline(PersonPlan("Me", some, record.today, ())) == "today session 10 of 14, 45 min"


@pytest.mark.parametrize(
    ("used", "told"), [(12.3433, "17"), (17.5, "12.5"), (17.25, "12"), (10.0 + 1e-9, "20")]
)
def test_minutes_are_told_without_a_tail_of_decimals(used: float, told: str) -> None:
    """One stage is left of the three, with what its place has left today."""
    ledger = ledger_of(("hip_flexors", 30.0), ("glutes", 30.0), ("lower_back", used))
    some = EXPERIENCED.but(ledger=ledger)
    record = locked("Me", some)
    shown = on_screen(record)["locked.today_daily"]
    assert shown == f"Daily 10/14: 1\u00a0×\u00a0{told}\u00a0min"
    assert headline(PersonPlan("Me", some, record.today, ())).endswith(f" 1 x {told} min")


def test_after_a_burn_it_is_told_why_a_stage_is_missing() -> None:
    burned = EXPERIENCED.but(**FORBIDDING["skin"])
    record = locked("Me", burned)
    assert on_screen(record).keys() >= {"locked.today_daily", "locked.skin"}
    plan = status_of(record, "reference", WORDS)["plan"]
    assert (plan["stages"], plan["skin_closes"]) == (2, True)
    told = headline(PersonPlan("Me", burned, record.today, ()))
    assert told == ("today session 10 of 14, 2 x 20 min, without a place whose skin was not good")
    assert "locked.skin" not in on_screen(locked("Me", EXPERIENCED))


def test_the_oracle_objects_to_what_it_should() -> None:
    """An option that ignores everything is objected to for each reason."""
    routine = by_the_buttons(locked("Me", History(readable=True, clock_trusted=True)), None)[0]
    bold = routine.but(gentle=False)
    for word, what in FORBIDDING.items():
        assert any(word in why for why in told_not_to("Me", History(**what), None, bold)), word
