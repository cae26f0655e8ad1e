"""Examples of every screen up to the start, with the longest texts and names."""

from collections.abc import Iterator
from datetime import UTC, datetime

from appliance.screen.examples.shipped import shipped
from appliance.screen.examples.views import ON_BODY, Example, a_stage, a_view
from appliance.session.events import Button
from appliance.session.faults import FAULTS, Effect
from appliance.session.machine.date_page import PARTS
from appliance.session.machine.pages import LOCKED, PLACING, PLACING_BENCH, RECORD, SWITCH_OFF
from appliance.session.state import State
from appliance.session.view import (
    CHECKS,
    DateView,
    HoldView,
    QuestionView,
    RefusalView,
    StatementView,
    View,
)
from appliance.therapy.exercise import GROWTH, moment_at
from appliance.therapy.history import LastSession, Recent
from appliance.therapy.offers import Option
from appliance.therapy.pads import is_worn_out
from appliance.therapy.plan import DayUsed, Due, Offer
from appliance.therapy.programs import Kind
from appliance.therapy.routines import Stage

LONGEST_NAME = "Maximiliane-Wilhelmina"
TOLD = tuple(fault.id for fault in FAULTS.values() if fault.effect is Effect.TELL)


def _self_tests() -> Iterator[Example]:
    begun = tuple(zip(CHECKS, (None, True, True, None, True), strict=True))
    yield Example("self_test", a_view(State.SELF_TEST, checks=begun))
    for bad in CHECKS:
        ended = tuple((name, name != bad) for name in CHECKS)
        yield Example(f"self_test {bad}", a_view(State.SELF_TEST, checks=ended))


def _due(**fields: object) -> Due:
    values: dict[str, object] = {
        "gentle": False,
        "gentle_number": None,
        "stage_count": 3,
        "stage_minutes": 20.0,
        "daily_number": None,
        "planned_today": True,
        "next_weekday": None,
        "full_list": False,
        **fields,
    }
    values.setdefault("total_minutes", 3 * float(str(values["stage_minutes"])))
    return Due(**values)  # type: ignore[arg-type]


def _locked() -> Iterator[Example]:
    gentle = _due(gentle=True, gentle_number=3, stage_minutes=10.0, full_list=True)
    plan = a_view(State.LOCKED, page_name="plan", pages=5, due=gentle)
    yield Example("locked gentle", plan)
    yield Example("locked usual", plan.but(due=_due()))
    yield Example("locked rest day", plan.but(due=_due(planned_today=False)))
    yield Example("locked daily", plan.but(due=_due(daily_number=14)))
    for weekday in range(7):
        rest = _due(planned_today=False, next_weekday=weekday)
        yield Example(f"locked next {weekday}", plan.but(due=rest))
    people = ("Anna", LONGEST_NAME)
    longest = plan.but(person=LONGEST_NAME, people=people, research_board=True)
    yield Example("locked longest name", longest)
    yield Example("locked day used", plan.but(day_used=DayUsed.SESSIONS))
    yield Example("locked too soon", plan.but(day_used=DayUsed.INTERVAL))
    yield Example("locked sore", plan.but(day_used=DayUsed.SORENESS))
    for offer in (Offer.UNFINISHED, Offer.COMFORT):
        offered = plan.but(due=_due(offer=offer, total_minutes=42.6))
        yield Example(f"locked {offer.value}", offered)
    closed = _due(stage_count=2, total_minutes=20.0, stage_minutes=10.0, skin_closes=True)
    yield Example("locked skin", plan.but(due=closed))
    yield Example("locked some minutes", plan.but(due=_due(total_minutes=45.0)))
    for told in TOLD:
        yield Example(f"locked tells {told}", plan.but(tells=(told,)))
    pressed = plan.but(stop_pressed=True)
    yield Example("locked STOP pressed", pressed)
    yield Example("locked STOP stuck", pressed.but(stop_stuck=True))
    for done in (0, 1, 1234):
        yield Example(f"locked record {done}", plan.but(page_name="record", sessions_done=done))
    yield from _records(plan.but(page_name="record", page=1, sessions_done=12))
    for volume in (0, 10):
        sound = plan.but(page_name="sound", page=2, volume=volume)
        yield Example(f"locked sound {volume}", sound)
    yield Example("locked language", plan.but(page_name="language", page=3))
    for number, page_name in enumerate(SWITCH_OFF):
        page = plan.but(page_name=page_name, page=len(LOCKED) + number, can_confirm=number == 0)
        yield Example(f"locked {page_name}", page)
    date = plan.but(page_name="date", page=4)
    yield Example("locked date unknown", date)
    exercise = plan.but(page_name="exercise", page=5)
    yield Example("locked exercise", exercise.but(exercise=moment_at(GROWTH[-1], 0.0)))
    yield Example("locked exercise stretches", exercise)
    yield from _dates(date)


def _dates(page: View) -> Iterator[Example]:
    local = datetime(2026, 9, 30, 23, 55, tzinfo=UTC)
    for name, keeps_time, by_hand in (
        ("known", True, False),
        ("not sure", False, False),
        ("set by hand", False, True),
    ):
        date = DateView(local, keeps_time, by_hand)
        yield Example(f"locked date {name}", page.but(date=date))
    for part in PARTS:
        date = DateView(local, keeps_time=False, by_hand=False, part=part)
        yield Example(f"locked date {part}", page.but(date=date))


def _records(page: View) -> Iterator[Example]:
    last = LastSession("2026-12-24", 59.6, (80.0, 79.0))
    recent = Recent(last, 7, 525.0, (9, 8, 10, 6, 5, 7, 4, 4, 3, 0, 2, 1))
    pads = (("hip_flexors", 131), ("lower_back", 15), ("my_own_placement_of_any_length", 3))
    for part in RECORD[1:]:
        empty = page.but(record_part=part)
        yield Example(f"locked record {part} empty", empty)
        yield Example(f"locked record {part}", empty.but(recent=recent.but(pads=pads)))


def _checklist() -> Iterator[Example]:
    cards = shipped().statements
    for number, card in enumerate(cards, 1):
        statement = StatementView(card.id, card.heading, card.remedy, number, len(cards))
        yield Example(f"checklist {card.id}", a_view(State.CHECKLIST, statement=statement))
    held = a_view(State.CHECKLIST, statement=statement)
    for button, fraction in ((Button.CONFIRM, 0.5), (Button.CONFIRM, 1.0), (Button.BACK, 0.3)):
        hold = HoldView(button, fraction)
        name = f"checklist hold {button.value} {fraction}"
        yield Example(name, held.but(hold=hold))


def _refused() -> Iterator[Example]:
    for card in shipped().statements:
        refusal = RefusalView(card.id, card.remedy, None, 42.0)
        yield Example(f"refused {card.id}", a_view(State.REFUSED, refusal=refusal))
    for used in DayUsed:
        refusal = RefusalView(None, None, used, 0.0)
        yield Example(f"refused day {used.value}", a_view(State.REFUSED, refusal=refusal))


def _option(offer: Offer, name: str, minutes: float, *, gentle: bool = False) -> Option:
    catalogue = shipped()
    placement = catalogue.placements.get(name, catalogue.placements["lower_back"])
    stage = Stage(placement, catalogue.programs["lower_back"], minutes)
    return Option(offer, name, (stage,) if minutes else (), gentle)


def _routines(kind: Kind) -> list[str]:
    return [name for name, one in shipped().routines.items() if one.stages[0].program.kind is kind]


def _choosing() -> Iterator[Example]:
    for value in (0, 4, 7, 10):
        question = QuestionView("soreness_before", value, 10)
        yield Example(f"choosing soreness {value}", a_view(State.CHOOSING, question=question))
    options = (
        _option(Offer.UNFINISHED, "unfinished", 12),
        *(_option(Offer.ROUTINE, name, 60) for name in _routines(Kind.CONTRACTING)),
        *(_option(Offer.SINGLE, name, 20, gentle=name == "lower_back") for name in ON_BODY),
        *(_option(Offer.COMFORT, name, 30) for name in _routines(Kind.COMFORT)),
        *(_option(Offer.ROUTINE, name, 5) for name in _routines(Kind.BENCH)),
        _option(Offer.REST_DAY, "rest_day", 0),
        _option(Offer.ROUTINE, "my_own_routine", 40),
    )
    for index in range(len(options)):
        view = a_view(State.CHOOSING, options=options, option_index=index)
        yield Example(f"choosing {options[index].id}", view)


def _preparing() -> Iterator[Example]:
    for page, name in enumerate(("skin", "pads", "stop_test")):
        waits = 42.0 if name == "pads" else None
        view = a_view(State.PREPARING, page_name=name, page=page, pages=3, countdown_s=waits)
        yield Example(f"preparing {name}", view)
    warm = a_view(State.PREPARING, page_name="skin", page=0, pages=3, hint="warmth")
    yield Example("preparing warmth", warm)
    yield Example("preparing stop pressed", view.but(stop_pressed=True))
    for uses, value in ((15, 0), (29, 1), (30, 0), (131, 1)):
        worn = a_view(
            State.PREPARING,
            page_name="pads",
            page=1,
            pages=3,
            pad_uses=uses,
            question=QuestionView("new_pads", value, 1),
            can_confirm=value == 1 or not is_worn_out(uses),
        )
        yield Example(f"preparing pads {uses} uses {value}", worn)


def _placing() -> Iterator[Example]:
    for placement in (*shipped().placements, "my_own_place"):
        stage = a_stage(placement)
        names = PLACING if stage.pads else PLACING_BENCH
        for page, name in enumerate(names):
            view = a_view(State.PLACING, stage=stage, page_name=name, page=page, pages=len(names))
            yield Example(f"placing {placement} {name}", view)
    skipped = view.but(hold=HoldView(Button.BACK, 0.5))
    yield Example("placing hold", skipped)


BEFORE = (_self_tests, _locked, _checklist, _refused, _choosing, _preparing, _placing)
