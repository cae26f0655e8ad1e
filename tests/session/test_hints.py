"""Hints: a few words for a few seconds, only where they agree with what the muscle does."""

from collections.abc import Callable

import pytest

from appliance.session.dry_pads import REFUSE_UP_S, found_dry
from appliance.session.envelope import Part
from appliance.session.events import Turn
from appliance.session.levels import UP_LOCKS_S
from appliance.session.stage_run import FAINTER_AT_WORK_S
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy.limits import Limits
from tests.session.core import STEP_S, Core
from tests.session.states import at


def working(limit_ma: float = 6.0) -> Core:
    return Core(limits=Limits(current_ma=limit_ma)).to_stimulating(4).skip_to("work")


def before_the_end_of(core: Core, part: Part) -> Core:
    """A second before this part of a contraction ends."""
    core.until(part)
    assert core.record.position is not None
    core.wait(core.record.position.part_remaining_s - 1.0)
    return core


def turn_up(core: Core) -> Core:
    core.step(Turn(core.now + STEP_S, 1))
    return core


def hint(core: Core) -> str | None:
    return view_of(core.record).hint


def test_a_hint_is_there_for_four_seconds() -> None:
    core = turn_up(at(State.READY))
    core.wait(3.9, dt=0.1)
    assert hint(core) == "more"
    core.wait(0.2, dt=0.1)
    assert hint(core) is None


def test_to_wait_for_the_contraction_is_said_until_it_comes() -> None:
    core = turn_up(before_the_end_of(working(), Part.OFF))
    assert hint(core) == "wait"
    core.until(Part.RAMP_UP)
    assert hint(core) == "tighten"


def test_that_the_level_may_be_raised_is_said_only_while_it_can_be() -> None:
    core = before_the_end_of(working(), Part.HOLD)
    run = core.record.run
    assert run is not None
    core.record = core.record.but(run=run.but(work_s=240.0 - STEP_S / 2))
    core.step()
    assert hint(core) == "fainter"
    core.until(Part.RAMP_DOWN)
    assert hint(core) is None


def at_the_limit() -> Core:
    return turn_up(before_the_end_of(working(limit_ma=4.0), Part.HOLD))


def up_locked() -> Core:
    core = Core().to_stimulating(3)
    core.wait(UP_LOCKS_S + 1.0)
    return turn_up(core)


def one_down(core: Core) -> None:
    core.step(Turn(core.now + STEP_S, -1))


@pytest.mark.parametrize("lower", [one_down, Core.knob_press])
@pytest.mark.parametrize(
    ("refused", "told"), [(at_the_limit, "limit"), (up_locked, "one_click_down")]
)
def test_why_up_was_refused_is_gone_at_once_when_the_level_is_lowered(
    refused: Callable[[], Core], told: str, lower: Callable[[Core], object]
) -> None:
    core = refused()
    assert hint(core) == told
    lower(core)
    assert hint(core) != told


def test_a_turn_down_leaves_every_other_hint() -> None:
    core = turn_up(with_dry_pads(working().until(Part.HOLD), (0,)))
    assert hint(core) == "dry_left"
    one_down(core)
    assert hint(core) == "dry_left"


def at_work_s(core: Core, work_s: float) -> Core:
    """With a step to go until so much work has been delivered."""
    run = core.record.run
    assert run is not None
    core.record = core.record.but(run=run.but(work_s=work_s - STEP_S / 2))
    core.cues.clear()
    return core


@pytest.mark.parametrize("part", [Part.RAMP_DOWN, Part.OFF])
@pytest.mark.parametrize("work_s", FAINTER_AT_WORK_S)
def test_a_click_up_that_falls_due_in_a_rest_is_offered_once_in_the_next_contraction(
    part: Part, work_s: float
) -> None:
    core = working().until(part)
    run = core.record.run
    assert run is not None
    told = FAINTER_AT_WORK_S.index(work_s)
    core.record = core.record.but(run=run.but(fainter_told=told))
    at_work_s(core, work_s).step()
    assert ("fainter" in core.cues, hint(core)) == (False, None)
    core.until(Part.RAMP_UP)
    assert hint(core) == "fainter"
    core.until(Part.OFF)
    core.until(Part.HOLD)
    assert core.cues.count("fainter") == 1


def test_no_click_up_is_offered_while_dry_pads_refuse_it() -> None:
    core = with_dry_pads(working().until(Part.HOLD), (0, 1))
    at_work_s(core, FAINTER_AT_WORK_S[0]).wait(REFUSE_UP_S - 1.0)
    assert "fainter" not in core.cues
    core.until(Part.OFF).until(Part.HOLD)
    assert "fainter" in core.cues


def test_that_the_limit_is_reached_is_said_though_the_contraction_ends() -> None:
    core = turn_up(before_the_end_of(working(limit_ma=4.0), Part.HOLD))
    assert hint(core) == "limit"
    core.until(Part.OFF)
    assert hint(core) == "limit"


def test_the_first_three_contractions_ask_whether_it_tightens() -> None:
    core = Core().to_stimulating(4).skip_to("work")
    asked = []
    for _ in range(5):
        core.until(Part.HOLD, dt=0.05)
        core.wait(1.0)
        asked.append(hint(core))
        core.until(Part.OFF, dt=0.05)
        assert hint(core) is None
    assert asked == ["tighten"] * 3 + [None] * 2


def with_dry_pads(core: Core, channels: tuple[int, ...]) -> Core:
    """The pads of these channels have just been found dry."""
    run = core.record.run
    assert run is not None
    pad_state = found_dry(run.pad_state, channels, core.now)
    core.record = core.record.but(run=run.but(pad_state=pad_state))
    return core


@pytest.mark.parametrize(("channel", "told"), [(0, "dry_left"), (1, "dry_right")])
def test_between_contractions_it_is_said_whose_pads_are_dry_and_in_them_nothing_asks_for_more(
    channel: int, told: str
) -> None:
    core = working().until(Part.HOLD)
    assert hint(core) == "tighten"
    with_dry_pads(core, (channel,))
    assert hint(core) is None
    core.until(Part.OFF)
    assert hint(core) == told


def test_at_level_zero_nothing_tightens() -> None:
    core = working().until(Part.HOLD)
    core.knob_press()
    core.until(Part.RAMP_UP)
    assert hint(core) is None
