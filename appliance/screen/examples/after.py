"""Examples of every screen from the start on, with the highest levels and longest times."""

from collections.abc import Iterator

from appliance.screen.examples.views import (
    ON_BODY,
    Example,
    a_stage,
    a_view,
    two_channels,
)
from appliance.session.board import Contact, Output
from appliance.session.events import Button
from appliance.session.faults import FAULTS, Effect
from appliance.session.state import State
from appliance.session.view import (
    HoldView,
    QuestionView,
    View,
)
from appliance.therapy.exercise import (
    GET_READY_S,
    GROWTH,
    HOLD_S,
    LOWER_S,
    STRENGTHENING,
    moment_at,
)
from appliance.therapy.limits import Reason
from appliance.therapy.questions import DAY_QUESTIONS
from appliance.therapy.units import Unit

SHOWN = [fault.id for fault in FAULTS.values() if fault.effect is not Effect.TELL]
"""Faults with a screen of their own; the others are told of in `locked`."""
LONG_DETAIL = (
    "/etc/ems-appliance/config.toml: [limits] current_ma = 95: allowed is a number from 1 to 80"
)
HINTS = (
    "wait",
    "wait_then_turn",
    "limit",
    "one_click_down",
    "fainter",
    "dry_left",
    "dry_right",
    "dry_both",
    "tighten",
    "turn_up",
)
RAISING = {"limit", "one_click_down", "fainter", "tighten"}
"""Hints that come only while the level can be raised."""


def _ready() -> Iterator[Example]:
    channels = tuple(c.but(target=0.0, level=0.0) for c in two_channels())
    view = a_view(State.READY, stage=a_stage(remaining_s=1200), channels=channels, limit=60.0)
    yield Example("ready", view)
    first = tuple(c.but(last=None, contact=Contact.GOOD) for c in channels)
    yield Example("ready first time", view.but(channels=first))
    lifted = (channels[0], channels[1].but(contact=Contact.OPEN))
    blocked = view.but(channels=lifted, hint="blocked_contact", can_confirm=False)
    yield Example("ready pad off", blocked)
    for hint in ("less", "more", "blocked_contact", "blocked_turn", "blocked_board"):
        can_start = not hint.startswith("blocked")
        yield Example(f"ready {hint}", view.but(hint=hint, can_confirm=can_start))
    yield Example("ready hold", view.but(hold=HoldView(Button.CONFIRM, 0.6)))
    bench = view.but(stage=a_stage("bench", index=0, count=1), unit=Unit.PERCENT)
    yield Example("ready bench", bench)


def _stimulating() -> Iterator[Example]:
    view = a_view(
        State.STIMULATING,
        stage=a_stage(),
        channels=two_channels(),
        limit=60.0,
        battery=0.8,
        output=Output.ON,
    )
    yield Example("stimulating rest", view)
    hold = a_stage(part="hold", part_remaining_s=7.2)
    yield Example("stimulating contraction", view.but(stage=hold))
    for part in ("ramp_up", "twitch", "hold", "below_top", "ramp_down"):
        for phase in ("warm_up", "cool_down"):
            flowing = a_stage(phase=phase, part=part, next_contraction_s=None, continuous=True)
            yield Example(f"stimulating {phase} {part}", view.but(stage=flowing))
    falling = a_stage(part="ramp_down", part_remaining_s=0.4)
    yield Example("stimulating ramp down", view.but(stage=falling))
    yield Example("stimulating ramp up", view.but(stage=a_stage(part="ramp_up")))
    tail = a_stage(part="off", next_contraction_s=None)
    yield Example("stimulating tail", view.but(stage=tail, channels=two_channels(9)))
    at_zero = view.but(channels=two_channels(0.0))
    yield Example("stimulating zero", at_zero.but(stage=a_stage(part="ramp_up")))
    yield Example("stimulating zero rest owed", at_zero)
    owed = a_stage(phase="cool_down", part="off", continuous=True)
    yield Example("stimulating cool_down rest owed", view.but(stage=owed))
    uneven = view.but(channels=two_channels(22, 24), knob_side="B")
    yield Example("stimulating uneven", uneven)
    yield Example("stimulating A", uneven.but(knob_side="A", stage=hold))
    yield Example("stimulating uneven both", uneven.but(knob_side="both"))
    most = a_stage(remaining_s=5400, index=0, count=1, minutes=90.0)
    high = view.but(channels=two_channels(80.0, last=80.0), limit=80.0, stage=most)
    yield Example("stimulating 80 mA 90:00", high)
    uneven_most = high.but(channels=two_channels(80, 78), battery=0.0)
    yield Example("stimulating 80 78", uneven_most)
    percent = high.but(
        unit=Unit.PERCENT,
        channels=two_channels(100),
        limit=100.0,
        stage=a_stage("bench"),
    )
    yield Example("stimulating 100 %", percent)
    yield Example(
        "stimulating 100 99 %", percent.but(channels=two_channels(100, 99), knob_side="A")
    )
    yield Example("stimulating 00:00", view.but(stage=a_stage(remaining_s=0.0)))
    last_minute = a_stage(remaining_s=59.4)
    yield Example("stimulating last minute", uneven.but(stage=last_minute))


def _hints() -> Iterator[Example]:
    view = a_view(
        State.STIMULATING, stage=a_stage(), channels=two_channels(), limit=60.0, output=Output.ON
    )
    hold = a_stage(part="hold", part_remaining_s=7.2)
    for reason in Reason:
        limited = view.but(stage=hold, hint="limit", limit_reason=reason.value)
        yield Example(f"stimulating limit {reason.value}", limited)
    for hint in HINTS:
        at = hold if hint in RAISING else a_stage()
        yield Example(f"stimulating {hint}", view.but(stage=at, hint=hint))


def _moving() -> Iterator[Example]:
    for part in ("ramp_up", "hold", "ramp_down"):
        moving = a_stage(part=part, part_remaining_s=7.4, moves=True)
        view = a_view(State.STIMULATING, stage=moving, channels=two_channels(), limit=60.0)
        yield Example(f"stimulating moves {part}", view)


def _breaks() -> Iterator[Example]:
    for output in (Output.OFF, Output.UNKNOWN):
        common = {"stage": a_stage(), "channels": two_channels(0.0), "output": output}
        common["can_confirm"] = output is Output.OFF
        name = "" if output is Output.OFF else " output unknown"
        yield Example(f"paused{name}", a_view(State.PAUSED, **common))
        for lost in (("A",), ("B",), ("A", "B")):
            view = a_view(State.CONTACT_LOST, lost_channels=lost, **common)
            yield Example(f"contact_lost {'+'.join(lost)}{name}", view)
        yield Example(f"stopped{name}", a_view(State.STOPPED, **common))
        pressed = a_view(State.STOPPED, stop_pressed=True, **{**common, "can_confirm": False})
        yield Example(f"stopped pressed{name}", pressed)
    waiting = a_view(
        State.CONTACT_LOST,
        lost_channels=("B",),
        stage=a_stage(),
        countdown_s=2.4,
    )
    yield Example("contact_lost waiting", waiting.but(can_confirm=False))
    dry = a_view(State.PAUSED, stage=a_stage(), hint="wet_pads")
    yield Example("paused dry", dry)
    paused = a_view(State.PAUSED, stage=a_stage(), stop_pressed=True)
    yield Example("paused STOP pressed", paused)


def _stage_done() -> Iterator[Example]:
    for following in (*ON_BODY, None):
        view = a_view(State.STAGE_DONE, stage=a_stage(), next_placement=following)
        yield Example(f"stage_done next {following}", view)
    yield Example("stage_done more", view.but(more_minutes=5))


def _aftercare() -> Iterator[Example]:
    def page(number: int, name: str, **fields: object) -> View:
        return a_view(State.AFTERCARE, page_name=name, page=number, pages=11, **fields)

    for value in range(3):
        question = QuestionView("skin", value, 2)
        skin = page(0, "skin", question=question)
        yield Example(f"aftercare skin {value}", skin)
    yield Example("aftercare skin STOP pressed", skin.but(stop_pressed=True))
    for number, name in enumerate(("soreness", "comfort"), 1):
        for value in (0, 5, 10):
            question = QuestionView(name, value, 10)
            asked = page(number, name, question=question)
            yield Example(f"aftercare {name} {value}", asked)
    yield Example("aftercare comfort STOP pressed", asked.but(stop_pressed=True))
    for number in (1, 2, 3):
        name = f"stretch_{number}"
        yield Example(f"aftercare {name}", page(2 + number, name, countdown_s=29.5))
    for daily in DAY_QUESTIONS:
        for answer in (None, 0, 10):
            question = QuestionView(daily.id, answer, 10)
            yield Example(f"aftercare {daily.id} {answer}", page(3, daily.id, question=question))
    yield from _exercises()
    yield Example("aftercare water", page(10, "water"))


def _exercises() -> Iterator[Example]:
    most = GROWTH[-1]
    for name in STRENGTHENING:
        seconds = (0.0, GET_READY_S, most.seconds - LOWER_S - HOLD_S, most.seconds - 0.5)
        for elapsed_s in (*seconds, GET_READY_S + most.set_s, most.seconds):
            moment = moment_at(most, elapsed_s)
            view = a_view(State.AFTERCARE, page_name=name, page=7, pages=11)
            title = f"aftercare {name} {moment.beat.value} {moment.repetition}"
            yield Example(title, view.but(exercise=moment))


def _faults() -> Iterator[Example]:
    for name in SHOWN:
        yield Example(f"fault {name}", a_view(State.FAULT, faults=(name,), can_confirm=False))
    several = ("board_lost", "settings_wrong", "journal_dead")
    latched = a_view(State.FAULT, faults=several)
    yield Example("fault several", latched.but(page=1))
    yield Example("fault several, cause there", latched.but(can_confirm=False))
    unknown = latched.but(output=Output.UNKNOWN, can_confirm=False)
    yield Example("fault output unknown", unknown)
    pressed = latched.but(stop_pressed=True)
    yield Example("fault STOP pressed", pressed)
    yield Example("fault STOP stuck", pressed.but(stop_stuck=True))
    yield Example("fault STOP pressed, cause there", pressed.but(can_confirm=False))
    wrong = a_view(
        State.FAULT,
        faults=("settings_wrong",),
        details=(("settings_wrong", LONG_DETAIL),),
        can_confirm=False,
    )
    yield Example("fault settings_wrong detail", wrong)
    yield Example("fault of another version", latched.but(faults=("from_the_future",)))


AFTER = (_ready, _stimulating, _hints, _moving, _breaks, _stage_done, _aftercare, _faults)
