"""Example views of every screen, with the extremes; and all of them on one sheet."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product

from PIL import Image, ImageDraw

from appliance.screen import fonts
from appliance.screen.canvas import HEIGHT, WIDTH, Phrases
from appliance.screen.draw import draw
from appliance.screen.pixels import LIT
from appliance.session.board import Contact, Output
from appliance.session.events import Button
from appliance.session.faults import FAULTS
from appliance.session.state import State
from appliance.session.view import (
    ChannelView,
    HoldView,
    QuestionView,
    RefusalView,
    StageView,
    StatementView,
    View,
)
from appliance.therapy.checklist import Heading, Remedy
from appliance.therapy.limits import Reason
from appliance.therapy.placements import Placement
from appliance.therapy.plan import DayUsed, Due, Offer, Option
from appliance.therapy.programs import Kind, Program
from appliance.therapy.routines import Stage
from appliance.therapy.units import Unit

NOW = datetime(2026, 9, 30, 23, 58, tzinfo=UTC)
"""For the one page that shows the date."""
LONGEST_NAME = "Maximiliane-Wilhelmina"
SESSION_LIST = {
    "no_active_implant": Remedy.DOCTOR,
    "not_pregnant_no_seizures": Remedy.DOCTOR,
    "feel_well": Remedy.NOT_TODAY,
    "skin_whole": Remedy.NOT_TODAY,
    "feel_touch_and_pain": Remedy.DOCTOR,
    "awake_sober_dry": Remedy.NOT_TODAY,
    "on_battery": Remedy.PUT_RIGHT,
    "pads_where_shown": Remedy.PUT_RIGHT,
    "no_session_today": Remedy.NOT_TODAY,
}
CARDS = {
    "heart": (Heading.NONE_OR_DOCTOR, Remedy.DOCTOR),
    "bone_metal_insulin_illness": (Heading.NONE_OR_DOCTOR, Remedy.DOCTOR),
    "cancer_infection": (Heading.NONE_TRUE, Remedy.DOCTOR),
    "clot_circulation_bleeding": (Heading.NONE_TRUE, Remedy.DOCTOR),
    "surgery_injury_hernia": (Heading.NONE_TRUE, Remedy.DOCTOR),
    "red_flags_fall_bladder_leg": (Heading.NONE_TRUE, Remedy.DOCTOR),
    "red_flags_weight_night_drugs": (Heading.NONE_TRUE, Remedy.DOCTOR),
    "muscle_kidney": (Heading.NONE_TRUE, Remedy.DOCTOR),
    "birth_coil_period": (Heading.NONE_TRUE, Remedy.NOT_TODAY),
    "back_pain_looked_at": (Heading.IS_THIS_TRUE, Remedy.DOCTOR),
    "adult_and_alone": (Heading.IS_THIS_TRUE, Remedy.DOCTOR),
    "oxygen_ecg_metal": (Heading.NONE_HERE, Remedy.PUT_RIGHT),
    "own_pads": (Heading.I_WILL, Remedy.PUT_RIGHT),
    "lying_and_strength": (Heading.I_WILL, Remedy.PUT_RIGHT),
}
LONG_DETAIL = (
    "/etc/ems-appliance/config.toml: [limits] current_ma = 95 is not allowed; "
    "a number from 1 to 80 is"
)
PLACEMENTS = ("hip_flexors", "lower_back", "glutes", "bench")
CHECKS = ("board", "controls", "stop", "screen", "journal")
HINTS = (
    "wait",
    "limit",
    "one_click_down",
    "fainter",
    "tighten",
    "turn_up",
)


@dataclass(frozen=True)
class Example:
    """A view worth looking at, and its name."""

    name: str
    view: View


def examples() -> tuple[Example, ...]:
    """Every state, every step, every text, every extreme."""
    views: list[Example] = []
    for make in _MAKERS:
        views.extend(make())
    return tuple(views)


def contact_sheet(words: Phrases, columns: int = 4, zoom: int = 2) -> Image.Image:
    """All examples on one sheet, each under its name."""
    shown = examples()
    cell_width, cell_height = WIDTH + 8, HEIGHT + 16
    rows = -(-len(shown) // columns)
    sheet = Image.new("1", (columns * cell_width + 8, rows * cell_height + 8), 0)
    pen = ImageDraw.Draw(sheet)
    for index, example in enumerate(shown):
        row, column = divmod(index, columns)
        x, y = 8 + column * cell_width, 16 + row * cell_height
        name = fonts.small().shorten(example.name, WIDTH)
        sheet.paste(LIT, (x, y - 11), fonts.small().render(name))
        pen.rectangle((x - 2, y - 2, x + WIDTH + 1, y + HEIGHT + 1), outline=LIT)
        sheet.paste(draw(example.view, words, NOW), (x, y))
    size = (sheet.width * zoom, sheet.height * zoom)
    return sheet.resize(size, Image.Resampling.NEAREST)


def _view(state: State, **fields: object) -> View:
    # A dict of fields cannot be typed; every one of them is a field of View.
    return View(state=state, person="Anna", **fields)  # type: ignore[arg-type]


def _stage(placement: str = "lower_back", **fields: object) -> StageView:
    values: dict[str, object] = {
        "program": "lower_back",
        "index": 1,
        "count": 3,
        "minutes": 20.0,
        "remaining_s": 760.0,
        "phase": "work",
        "step": "off",
        "step_remaining_s": 11.2,
        "next_contraction_s": 11.2,
        "contractions_done": 5,
        **fields,
    }
    return StageView(placement=placement, **values)  # type: ignore[arg-type]


def _channels(
    a: float = 22.0, b: float | None = None, last: float | None = 22.0
) -> tuple[ChannelView, ChannelView]:
    b = a if b is None else b
    return (
        ChannelView("A", a, max(0.0, a - 1), 0.0, Contact.UNKNOWN, last),
        ChannelView("B", b, max(0.0, b - 1), 0.0, Contact.UNKNOWN, last),
    )


def _self_tests() -> Iterator[Example]:
    begun = tuple(zip(CHECKS, (None, True, True, None, True), strict=True))
    yield Example("self_test", _view(State.SELF_TEST, checks=begun))
    for bad in CHECKS:
        ended = tuple((name, name != bad) for name in CHECKS)
        yield Example(f"self_test {bad}", _view(State.SELF_TEST, checks=ended))


def _due(**fields: object) -> Due:
    values: dict[str, object] = {
        "gentle": False,
        "gentle_number": None,
        "stage_count": 3,
        "stage_minutes": 20.0,
        "planned_today": True,
        "full_list": False,
        **fields,
    }
    return Due(**values)  # type: ignore[arg-type]


def _locked() -> Iterator[Example]:
    gentle = _due(gentle=True, gentle_number=3, stage_minutes=10.0, full_list=True)
    plan = _view(State.LOCKED, step="plan", pages=5, due=gentle)
    yield Example("locked gentle", plan)
    yield Example("locked usual", replace(plan, due=_due()))
    yield Example("locked rest day", replace(plan, due=_due(planned_today=False)))
    people = ("Anna", LONGEST_NAME)
    longest = replace(plan, person=LONGEST_NAME, people=people, research_board=True)
    yield Example("locked longest name", longest)
    yield Example("locked day used", replace(plan, day_used=DayUsed.SESSIONS))
    yield Example("locked tells", replace(plan, tells=("journal_set_aside",)))
    yield Example("locked STOP pressed", replace(plan, stop_pressed=True))
    for done in (0, 1, 1234):
        yield Example(f"locked record {done}", replace(plan, step="record", sessions_done=done))
    for volume in (0, 10):
        sound = replace(plan, step="sound", page=2, volume=volume)
        yield Example(f"locked sound {volume}", sound)
    yield Example("locked language", replace(plan, step="language", page=3))
    date = replace(plan, step="date", page=4)
    yield Example("locked date unknown", date)
    yield Example("locked date known", replace(date, clock_trusted=True))


def _checklist() -> Iterator[Example]:
    cards = [(name, Heading.IS_THIS_TRUE, remedy) for name, remedy in SESSION_LIST.items()]
    cards += [(name, *of_card) for name, of_card in CARDS.items()]
    for number, (name, heading, remedy) in enumerate(cards, 1):
        statement = StatementView(name, heading, remedy, number, len(cards))
        yield Example(f"checklist {name}", _view(State.CHECKLIST, statement=statement))
    held = _view(State.CHECKLIST, statement=statement)
    for button, fraction in ((Button.CONFIRM, 0.5), (Button.CONFIRM, 1.0), (Button.BACK, 0.3)):
        hold = HoldView(button, fraction)
        name = f"checklist hold {button.value} {fraction}"
        yield Example(name, replace(held, hold=hold))


def _refused() -> Iterator[Example]:
    remedies = SESSION_LIST | {name: remedy for name, (_, remedy) in CARDS.items()}
    for name, remedy in remedies.items():
        refusal = RefusalView(name, remedy, None, 42.0)
        yield Example(f"refused {name}", _view(State.REFUSED, refusal=refusal))
    for used in DayUsed:
        refusal = RefusalView(None, None, used, 0.0)
        yield Example(f"refused day {used.value}", _view(State.REFUSED, refusal=refusal))


def _option(offer: Offer, name: str, minutes: float, *, gentle: bool = False) -> Option:
    placement = Placement(name if name in PLACEMENTS else "lower_back", True, ((), ()))
    stage = Stage(placement, Program("lower_back", Kind.CONTRACTING, ()), minutes)
    return Option(offer, name, (stage,) if minutes else (), gentle)


def _choosing() -> Iterator[Example]:
    for value in (0, 4, 7, 10):
        asked = QuestionView("soreness_before", value, 10)
        yield Example(f"choosing soreness {value}", _view(State.CHOOSING, question=asked))
    options = (
        _option(Offer.UNFINISHED, "unfinished", 12),
        _option(Offer.ROUTINE, "lower_back_session", 60),
        _option(Offer.SINGLE, "hip_flexors", 20),
        _option(Offer.SINGLE, "lower_back", 20, gentle=True),
        _option(Offer.SINGLE, "glutes", 20),
        _option(Offer.COMFORT, "comfort_80", 30),
        _option(Offer.COMFORT, "comfort_3", 30),
        _option(Offer.COMFORT, "comfort_mixed", 30),
        _option(Offer.ROUTINE, "bench", 5),
        _option(Offer.REST_DAY, "rest_day", 0),
        _option(Offer.ROUTINE, "my_own_routine", 40),
    )
    for index in range(len(options)):
        view = _view(State.CHOOSING, options=options, option_index=index)
        yield Example(f"choosing {options[index].id}", view)


def _preparing() -> Iterator[Example]:
    for page, step in enumerate(("skin", "pads", "stop_test")):
        view = _view(State.PREPARING, step=step, page=page, pages=3)
        yield Example(f"preparing {step}", view)
    yield Example("preparing stop pressed", replace(view, stop_pressed=True))
    worn = _view(State.PREPARING, step="pads", page=1, pages=3, pad_uses=31)
    yield Example("preparing pads worn", worn)


def _placing() -> Iterator[Example]:
    for placement, (page, step) in product(PLACEMENTS, enumerate(("pads", "lying"))):
        stage = _stage(placement)
        view = _view(State.PLACING, stage=stage, step=step, page=page, pages=2)
        yield Example(f"placing {placement} {step}", view)
        own = replace(view, stage=_stage("my_own_place"))
        if placement == PLACEMENTS[0]:
            yield Example(f"placing my_own_place {step}", own)


def _ready() -> Iterator[Example]:
    channels = tuple(replace(c, target=0.0, level=0.0) for c in _channels())
    view = _view(State.READY, stage=_stage(remaining_s=1200), channels=channels, limit=60.0)
    yield Example("ready", view)
    first = tuple(replace(c, last=None, contact=Contact.GOOD) for c in channels)
    yield Example("ready first time", replace(view, channels=first))
    lifted = (channels[0], replace(channels[1], contact=Contact.OPEN))
    blocked = replace(view, channels=lifted, hint="blocked_contact", can_confirm=False)
    yield Example("ready pad off", blocked)
    for hint in ("less", "more", "blocked_turn", "blocked_board"):
        yield Example(f"ready {hint}", replace(view, hint=hint))
    yield Example("ready hold", replace(view, hold=HoldView(Button.CONFIRM, 0.6)))
    bench = replace(view, stage=_stage("bench", index=0, count=1), unit=Unit.PERCENT)
    yield Example("ready bench", bench)


def _stimulating() -> Iterator[Example]:
    view = _view(
        State.STIMULATING,
        stage=_stage(),
        channels=_channels(),
        limit=60.0,
        battery=0.8,
        output=Output.ON,
    )
    yield Example("stimulating rest", view)
    hold = _stage(step="hold", step_remaining_s=7.2)
    yield Example("stimulating contraction", replace(view, stage=hold))
    for step in ("ramp_up", "twitch", "hold", "ramp_down"):
        for phase in ("warm_up", "cool_down"):
            flowing = _stage(phase=phase, step=step, next_contraction_s=None, continuous=True)
            yield Example(f"stimulating {phase} {step}", replace(view, stage=flowing))
    falling = _stage(step="ramp_down", step_remaining_s=0.4)
    yield Example("stimulating ramp down", replace(view, stage=falling))
    yield Example("stimulating ramp up", replace(view, stage=_stage(step="ramp_up")))
    tail = _stage(step="off", next_contraction_s=None)
    yield Example("stimulating tail", replace(view, stage=tail, channels=_channels(9)))
    yield Example("stimulating zero", replace(view, channels=_channels(0.0)))
    uneven = replace(view, channels=_channels(22, 24), moves="B")
    yield Example("stimulating uneven", uneven)
    yield Example("stimulating A", replace(uneven, moves="A", stage=hold))
    yield Example("stimulating uneven both", replace(uneven, moves="both"))
    most = _stage(remaining_s=5400, index=0, count=1, minutes=90.0)
    high = replace(view, channels=_channels(80.0, last=80.0), limit=80.0, stage=most)
    yield Example("stimulating 80 mA 90:00", high)
    uneven_most = replace(high, channels=_channels(80, 78), battery=0.0)
    yield Example("stimulating 80 78", uneven_most)
    percent = replace(
        high, unit=Unit.PERCENT, channels=_channels(100), limit=100.0, stage=_stage("bench")
    )
    yield Example("stimulating 100 %", percent)
    yield Example("stimulating 100 99 %", replace(percent, channels=_channels(100, 99), moves="A"))
    for reason in Reason:
        limited = replace(view, hint="limit", limit_reason=reason.value)
        yield Example(f"stimulating limit {reason.value}", limited)
    for hint in HINTS:
        yield Example(f"stimulating {hint}", replace(view, hint=hint))
    yield Example("stimulating 00:00", replace(view, stage=_stage(remaining_s=0.0)))
    hold_back = replace(view, hold=HoldView(Button.BACK, 0.4))
    yield Example("stimulating hold", hold_back)


def _breaks() -> Iterator[Example]:
    for output in (Output.OFF, Output.UNKNOWN):
        common = {"stage": _stage(), "channels": _channels(0.0), "output": output}
        name = "" if output is Output.OFF else " output unknown"
        yield Example(f"paused{name}", _view(State.PAUSED, **common))
        for lost in (("A",), ("B",), ("A", "B")):
            view = _view(State.CONTACT_LOST, lost_channels=lost, **common)
            yield Example(f"contact_lost {'+'.join(lost)}{name}", view)
        yield Example(f"stopped{name}", _view(State.STOPPED, **common))
        pressed = _view(State.STOPPED, stop_pressed=True, can_confirm=False, **common)
        yield Example(f"stopped pressed{name}", pressed)
    waiting = _view(State.CONTACT_LOST, lost_channels=("B",), stage=_stage(), countdown_s=2.4)
    yield Example("contact_lost waiting", replace(waiting, can_confirm=False))
    paused = _view(State.PAUSED, stage=_stage(), stop_pressed=True)
    yield Example("paused STOP pressed", paused)


def _stage_done() -> Iterator[Example]:
    for following in (*PLACEMENTS[:3], None):
        view = _view(State.STAGE_DONE, stage=_stage(), next_placement=following, more_minutes=True)
        yield Example(f"stage_done next {following}", view)
    yield Example("stage_done no more", replace(view, more_minutes=False))


def _aftercare() -> Iterator[Example]:
    def page(number: int, step: str, **fields: object) -> View:
        return _view(State.AFTERCARE, step=step, page=number, pages=7, **fields)

    for value in range(3):
        asked = QuestionView("skin", value, 2)
        yield Example(f"aftercare skin {value}", page(0, "skin", question=asked))
    for number, step in enumerate(("soreness", "comfort"), 1):
        for value in (0, 5, 10):
            asked = QuestionView(step, value, 10)
            yield Example(f"aftercare {step} {value}", page(number, step, question=asked))
    for number in (1, 2, 3):
        step = f"stretch_{number}"
        yield Example(f"aftercare {step}", page(2 + number, step, countdown_s=29.5))
    yield Example("aftercare water", page(6, "water"))


def _faults() -> Iterator[Example]:
    for name in FAULTS:
        yield Example(f"fault {name}", _view(State.FAULT, faults=(name,), can_confirm=False))
    several = ("board_lost", "settings_wrong", "journal_dead")
    unknown = _view(State.FAULT, faults=several, output=Output.UNKNOWN)
    yield Example("fault output unknown", unknown)
    wrong = _view(State.FAULT, faults=("settings_wrong",), detail=LONG_DETAIL, can_confirm=False)
    yield Example("fault settings_wrong detail", wrong)
    yield Example("fault of another version", replace(unknown, faults=("from_the_future",)))


_MAKERS = (
    _self_tests,
    _locked,
    _checklist,
    _refused,
    _choosing,
    _preparing,
    _placing,
    _ready,
    _stimulating,
    _breaks,
    _stage_done,
    _aftercare,
    _faults,
)
