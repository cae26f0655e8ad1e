"""The layout of screens: nothing is cut off, overlaps or leaves the panel, in any view."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.screen.draw import draw, measure
from appliance.screen.drawing.canvas import FOOT_TOP
from appliance.screen.examples.after import HINTS
from appliance.screen.examples.before import LONGEST_NAME
from appliance.screen.examples.gallery import examples
from appliance.screen.examples.views import PADS, a_stage, a_view, two_channels
from appliance.session.board import Contact, Output
from appliance.session.events import Button
from appliance.session.faults import FAULTS
from appliance.session.machine.transition_table import TRANSITIONS, Trigger
from appliance.session.state import State
from appliance.session.view import ChannelView, HoldView, View
from appliance.settings.words import Words, languages
from appliance.therapy.checklist import Heading
from appliance.therapy.limits import Reason
from appliance.therapy.units import Unit

ALL_WORDS = [Words.load(language) for language in languages()]
PARTS = ("twitch", "ramp_up", "hold", "ramp_down", "off")
ARROWS = ("less", "more", "blocked_contact", "blocked_turn", "blocked_board")


def problems(view: View) -> list[str]:
    return [problem for words in ALL_WORDS for problem in measure(view, words)]


@pytest.mark.parametrize("words", ALL_WORDS, ids=languages())
def test_nothing_is_cut_off_overlaps_or_touches_in_any_example(words: Words) -> None:
    found = {
        example.name: problems
        for example in examples()
        if (problems := measure(example.view, words))
    }
    assert found == {}


VARIATIONS: dict[str, dict[str, object]] = {
    "STOP pressed": {"stop_pressed": True},
    "output unknown": {"output": Output.UNKNOWN},
    "with a battery": {"battery": 1.0},
    "nothing to confirm": {"can_confirm": False},
    "CONFIRM held": {"hold": HoldView(Button.CONFIRM, 0.6)},
    "BACK held": {"hold": HoldView(Button.BACK, 0.6)},
    "the longest name": {"person": LONGEST_NAME, "people": ("Me", LONGEST_NAME)},
    "everything": {
        "stop_pressed": True,
        "battery": 0.5,
        "research_board": True,
        "person": LONGEST_NAME,
        "hold": HoldView(Button.BACK, 0.4),
    },
}


@pytest.mark.parametrize("variation", VARIATIONS)
def test_nothing_is_cut_off_whatever_else_is_true_at_that_moment(variation: str) -> None:
    found = {
        example.name: cut
        for example in examples()
        if (cut := problems(example.view.but(**VARIATIONS[variation])))  # type: ignore[arg-type]
    }
    assert found == {}


levels = st.integers(0, 80)
batteries = st.none() | st.floats(0, 1)
holds = st.none() | st.builds(HoldView, st.sampled_from([Button.BACK]), st.floats(0, 1))


@st.composite
def running(draw_one: st.DrawFn) -> View:
    percent = draw_one(st.booleans())
    most = 100 if percent else 80
    level = st.integers(0, most)
    remaining_s = draw_one(st.floats(0, 5400))
    stage = a_stage(
        draw_one(st.sampled_from([*PADS, "bench"])),
        index=draw_one(st.integers(0, 8)),
        count=9,
        remaining_s=remaining_s,
        phase=draw_one(st.sampled_from(["warm_up", "work", "cool_down", "one_of_my_own"])),
        part=draw_one(st.sampled_from(PARTS)),
        part_remaining_s=draw_one(st.floats(0, 120)),
        next_contraction_s=draw_one(st.none() | st.floats(0, 120)),
        continuous=draw_one(st.booleans()),
    )
    return a_view(
        State.STIMULATING,
        stage=stage,
        unit=Unit.PERCENT if percent else Unit.MILLIAMPERE,
        channels=two_channels(draw_one(level), draw_one(level), last=draw_one(level)),
        limit=float(draw_one(st.integers(1, most))),
        knob_side=draw_one(st.sampled_from(("both", "A", "B"))),
        hint=draw_one(st.none() | st.sampled_from(HINTS)),
        limit_reason=draw_one(st.none() | st.sampled_from([reason.value for reason in Reason])),
        battery=draw_one(batteries),
        output=draw_one(st.sampled_from(Output)),
    )


@settings(max_examples=150, deadline=None)
@given(running())
def test_nothing_is_cut_off_at_any_level_time_and_phase(view: View) -> None:
    assert problems(view) == []


@st.composite
def getting_ready(draw_one: st.DrawFn) -> View:
    contact = st.sampled_from(Contact)
    last = draw_one(st.none() | st.floats(0, 80))
    return a_view(
        State.READY,
        stage=a_stage(draw_one(st.sampled_from([*PADS, "bench"])), remaining_s=5400.0),
        channels=tuple(
            ChannelView(name, 0.0, 0.0, 0.0, draw_one(contact), last) for name in ("A", "B")
        ),
        hint=draw_one(st.none() | st.sampled_from(ARROWS)),
        battery=draw_one(batteries),
        output=draw_one(st.sampled_from(Output)),
        can_confirm=draw_one(st.booleans()),
        hold=draw_one(holds),
    )


@settings(max_examples=60, deadline=None)
@given(getting_ready())
def test_nothing_is_cut_off_in_ready_whatever_the_board_feels(view: View) -> None:
    assert problems(view) == []


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=200), st.sampled_from([*FAULTS, "from_the_future"]), st.sampled_from(Output)
)
def test_nothing_is_cut_off_in_a_fault_whatever_its_details(
    detail: str, name: str, output: Output
) -> None:
    view = a_view(State.FAULT, faults=(name, "internal"), details=((name, detail),), output=output)
    assert problems(view) == []


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_any_name_of_a_person_fits(name: str) -> None:
    view = a_view(State.LOCKED, page_name="plan", pages=5, people=("Me", name))
    assert problems(view.but(person=name, battery=0.5)) == []


def test_every_fault_that_there_is_has_its_picture() -> None:
    views = [example.view for example in examples()]
    shown = {fault for view in views for fault in (*view.faults, *view.tells)}
    assert shown >= set(FAULTS)


def footer_marks(view: View) -> tuple[bool, bool]:
    """Whether anything is written bottom left, and bottom right."""
    footer = draw(view, ALL_WORDS[0]).crop((0, FOOT_TOP, 128, 64))
    return (
        footer.crop((0, 0, 12, 13)).getbbox() is not None,
        footer.crop((118, 0, 128, 13)).getbbox() is not None,
    )


def pressed_in(state: State, *triggers: Trigger) -> bool:
    return any(
        transition.source is state and transition.trigger in triggers for transition in TRANSITIONS
    )


AGREE = {f"agree.{heading.value}" for heading in Heading}
NOT_ALWAYS = {State.REFUSED, State.STAGE_DONE, State.AFTERCARE}
"""Where BACK or CONFIRM does something on some pages only."""


def asked() -> Iterator[View]:
    for example in examples():
        view = example.view
        if view.hold is None and view.state not in NOT_ALWAYS and not view.stop_pressed:
            yield view


def retry_comes_later(view: View) -> bool:
    """Whether the one fault's remedy names RETRY, which does nothing yet."""
    words = ALL_WORDS[0]
    retry = words("foot.try_again")
    one = len(view.faults) == 1 and view.faults[0] in FAULTS and view.output is Output.OFF
    return one and retry in words(f"fault.{view.faults[0]}.next")


def test_the_corner_of_each_button_says_what_it_does_wherever_it_does_something() -> None:
    for view in asked():
        back = pressed_in(view.state, Trigger.BACK, Trigger.BACK_HELD)
        back = back and view.page_name != "switching_off"
        # Where several faults are latched, the corner of BACK says what the knob does.
        back = back or (len(view.faults) > 1 and view.output is Output.OFF)
        confirm = pressed_in(view.state, Trigger.CONFIRM, Trigger.CONFIRM_HELD)
        waits = view.state is State.CONTACT_LOST and view.output is Output.OFF
        waits = waits or view.page_name == "stop_test" or retry_comes_later(view)
        confirm = confirm and (view.can_confirm or waits) and view.page_name != "stop_test"
        assert footer_marks(view) == (back, confirm), (view.state, view.page_name)


@pytest.mark.parametrize("state", State)
def test_a_footer_tells_of_a_hold_wherever_there_is_one(state: State) -> None:
    tells = {"foot.hold_end", "foot.end", "foot.off", "foot.hold_start", *AGREE}
    asked_for: set[str] = set()

    class Noting:
        def __contains__(self, key: str) -> bool:
            return key in ALL_WORDS[0]

        def __call__(self, key: str, **values: object) -> str:
            asked_for.add(key)
            return ALL_WORDS[0](key, **values)

    for example in examples():
        if example.view.state is state:
            draw(example.view, Noting())
    has_hold = pressed_in(state, Trigger.CONFIRM_HELD, Trigger.BACK_HELD)
    assert bool(tells & asked_for) is has_hold
