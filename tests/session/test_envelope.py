"""The envelope: phase, part and fraction as a function of program and delivered time."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.session import envelope
from appliance.session.board import Identity
from appliance.session.envelope import Part, level_factor, position_at
from appliance.session.events import Button, Turn
from appliance.session.stage_run import amplitude
from appliance.session.state import State
from appliance.therapy.programs import Bursts, Phase, Span
from tests.session.core import SHORT, STEP_S, Core, shipped

WORK = Phase("work", 50.0, 300, ramp_up_s=2.0, hold_s=7.0, ramp_down_s=1.0, off_s=20.0)
TWITCHES = Phase("warm_up", 5.0, 300, ramp_up_s=2.0, hold_s=0.0, ramp_down_s=3.0, off_s=0.0)
ONE = (Span(WORK, 0.0, 100.0),)
CONTINUOUS = (Span(TWITCHES, 0.0, 60.0),)


# The shape of a contraction


@pytest.mark.parametrize(
    ("at_s", "step", "envelope", "left_s"),
    [
        (0.0, Part.RAMP_UP, 0.0, 2.0),
        (1.0, Part.RAMP_UP, 0.5, 1.0),
        (2.0, Part.HOLD, 1.0, 7.0),
        (8.999, Part.HOLD, 1.0, 0.001),
        (9.0, Part.RAMP_DOWN, 1.0, 1.0),
        (9.75, Part.RAMP_DOWN, 0.25, 0.25),
        (10.0, Part.OFF, 0.0, 20.0),
        (29.9, Part.OFF, 0.0, 0.1),
        (30.0, Part.RAMP_UP, 0.0, 2.0),
    ],
)
def test_a_contraction_ramps_up_holds_ramps_down_and_rests(
    at_s: float, step: Part, envelope: float, left_s: float
) -> None:
    place = position_at(ONE, at_s, 0.0)
    assert place.part is step
    assert place.envelope == pytest.approx(envelope)
    assert place.part_remaining_s == pytest.approx(left_s)


@pytest.mark.parametrize(
    ("at_s", "step", "envelope"),
    [
        (0.0, Part.RAMP_UP, 0.0),
        (1.0, Part.RAMP_UP, 0.5),
        (2.0, Part.TWITCH, 1.0),
        (56.9, Part.TWITCH, 1.0),
        (57.0, Part.RAMP_DOWN, 1.0),
        (58.5, Part.RAMP_DOWN, 0.5),
        (60.0, Part.RAMP_DOWN, 0.0),
    ],
)
def test_a_continuous_phase_ramps_once_up_and_once_down(
    at_s: float, step: Part, envelope: float
) -> None:
    place = position_at(CONTINUOUS, at_s, 0.0)
    assert (place.part, place.envelope) == (step, pytest.approx(envelope))


def test_pulses_that_fuse_are_a_hold_and_no_twitch() -> None:
    spans = (Span(TWITCHES.but(frequency_hz=80.0), 0.0, 60.0),)
    assert position_at(spans, 30.0, 0.0).part is Part.HOLD


def test_a_contraction_begins_only_if_it_can_end_inside_its_phase() -> None:
    spans = (Span(WORK, 0.0, 69.9),)
    assert position_at(spans, 59.9, 0.0).part is Part.OFF
    place = position_at(spans, 60.5, 0.0)
    assert (place.part, place.envelope, place.tail) == (Part.OFF, 0.0, True)
    assert place.part_remaining_s == pytest.approx(9.4)
    exact = (Span(WORK, 0.0, 70.0),)
    assert position_at(exact, 60.5, 0.0).part is Part.RAMP_UP


def test_a_pause_is_off_to_its_end() -> None:
    pause = Phase("pause", 50.0, 300, 0.0, 0.0, 0.0, 30.0, duration_s=30.0, is_pause=True)
    place = position_at((Span(pause, 40.0, 70.0),), 45.0, 0.0)
    assert (place.part, place.envelope, place.tail) == (Part.OFF, 0.0, True)
    assert place.part_remaining_s == pytest.approx(25.0)


def test_each_channel_contracts_in_its_own_time() -> None:
    spans = (Span(WORK.but(alternating=True), 0.0, 100.0),)
    parts = [
        tuple(channel.part for channel in position_at(spans, at_s, 0.0).channels)
        for at_s in (5.0, 20.0)
    ]
    assert parts == [(Part.HOLD, Part.OFF), (Part.OFF, Part.HOLD)]


def test_the_last_rest_announces_no_contraction() -> None:
    spans = (Span(WORK, 0.0, 69.9),)
    assert position_at(spans, 25.0, 0.0).next_contraction_s == pytest.approx(5.0)
    assert position_at(spans, 45.0, 0.0).next_contraction_s is None


def test_a_resume_begins_at_a_ramps_foot() -> None:
    place = position_at(ONE, 15.0, 15.0)
    assert (place.part, place.envelope) == (Part.RAMP_UP, 0.0)
    assert position_at(ONE, 18.0, 15.0).part is Part.HOLD


def test_a_resume_with_too_little_time_left_stays_off() -> None:
    place = position_at(ONE, 91.0, 91.0)
    assert (place.part, place.tail) == (Part.OFF, True)
    place = position_at(CONTINUOUS, 56.0, 56.0)
    assert (place.part, place.tail) == (Part.OFF, True)


PROGRAMS = st.sampled_from(sorted(shipped().programs))


@settings(deadline=None)
@given(PROGRAMS, st.floats(1, 30), st.floats(0, 1), st.floats(0, 1))
def test_the_envelope_is_zero_at_each_edge_and_never_above_one(
    id_: str, minutes: float, share: float, resumed: float
) -> None:
    spans = shipped().programs[id_].lay_out(minutes)
    elapsed_s = share * spans[-1].end_s
    place = position_at(spans, elapsed_s, resumed * elapsed_s)
    assert 0.0 <= place.envelope <= 1.0
    for span in spans:
        assert position_at(spans, span.start_s, 0.0).envelope == 0.0
        just_before = position_at(spans, span.end_s - 1e-9, 0.0)
        assert just_before.envelope == pytest.approx(0.0, abs=1e-6)


@settings(deadline=None)
@given(PROGRAMS, st.floats(1, 30), st.floats(0, 1))
def test_the_envelope_of_80_ma_rises_by_40_ma_a_second_at_most(
    id_: str, minutes: float, share: float
) -> None:
    spans = shipped().programs[id_].lay_out(minutes)
    at_s = share * (spans[-1].end_s - 0.01)
    now, soon = position_at(spans, at_s, 0.0), position_at(spans, at_s + 0.01, 0.0)
    for channel in (0, 1):
        assert soon.amplitude(channel, 80.0) <= now.amplitude(channel, 80.0) + 0.4 + 1e-6


# Changes of phase


def test_a_higher_frequency_halves_the_level() -> None:
    assert level_factor(TWITCHES, WORK) == 0.5


def test_a_lower_frequency_keeps_it() -> None:
    assert level_factor(WORK, TWITCHES) == 1.0


@settings(deadline=None)
@given(
    st.floats(1, 120), st.floats(1, 120), st.integers(50, 400), st.integers(50, 400),
    st.floats(0.1, 1), st.floats(0.1, 1),
)  # fmt: skip
def test_no_change_of_phase_raises_amplitude_or_charge(
    hz: float, next_hz: float, us: int, next_us: int, part: float, next_part: float
) -> None:
    before = WORK.but(frequency_hz=hz, pulse_width_us=us, fraction=part)
    after = WORK.but(frequency_hz=next_hz, pulse_width_us=next_us, fraction=next_part)
    factor = level_factor(before, after)
    assert factor <= 1.0
    assert factor * next_part <= part + 1e-9
    assert factor * next_part * next_us <= part * us * (1 + 1e-9)
    assert factor <= 0.5 or next_hz <= hz


@pytest.mark.parametrize(
    ("before", "after", "factor"),
    [
        (None, Bursts(9, 2.0), 1.0),
        (Bursts(9, 2.0), None, 0.5),
        (Bursts(9, 2.0), Bursts(9, 2.5), 0.5),
        (Bursts(9, 2.0), Bursts(18, 1.0), 0.5),
        (Bursts(9, 2.0), Bursts(8, 2.0), 1.0),
    ],
)
def test_more_pulses_a_second_or_a_burst_halve_the_level(
    before: Bursts | None, after: Bursts | None, factor: float
) -> None:
    one, other = WORK.but(bursts=before), WORK.but(bursts=after)
    assert level_factor(one, other) == factor


def test_the_work_begins_with_half_the_level_and_a_cue() -> None:
    core = Core(plan=SHORT).to_stimulating(7)
    while core.record.position is None or core.record.position.phase.name == "warm_up":
        core.step(dt=0.1)
    assert core.record.position.phase.name == "work"
    assert core.level == core.target == (3.0, 3.0)
    assert "level_halved" in core.cues
    assert core.record.hint is not None and core.record.hint.key == "turn_up"


def test_the_cool_down_lets_out_half_of_the_level() -> None:
    core = Core(plan=SHORT).to_stimulating(6).skip_to("cool_down").until(Part.TWITCH)
    assert core.level == (6.0, 6.0)
    assert core.record.set_point is not None
    assert core.record.set_point.amplitude == (3.0, 3.0)


def test_a_contraction_is_never_fainter_than_a_step_of_the_board() -> None:
    core = Core(plan=SHORT)
    core.identity = Identity("coarse", "1", amplitude_step=0.5)
    core.to_stimulating(4).skip_to("work").until(Part.OFF).until(Part.RAMP_UP)
    core.step()
    faintest = set()
    while core.record.position is not None and core.record.position.part is not Part.OFF:
        assert core.record.set_point is not None
        faintest.add(core.record.set_point.amplitude[0])
        core.step()
    assert min(faintest) == 0.5
    assert max(faintest) == core.level[0]
    assert core.record.set_point is not None
    assert core.record.set_point.amplitude == (0.0, 0.0)


def test_a_level_below_a_step_of_the_board_is_not_raised_to_it() -> None:
    core = Core(plan=SHORT)
    core.identity = Identity("coarse", "1", amplitude_step=0.5)
    core.to_stimulating()
    core.turn(1, every_s=0.02)
    assert 0.0 < core.level[0] < 0.5
    assert core.record.set_point is not None
    assert core.record.set_point.amplitude[0] <= core.level[0]


# The clock


def test_the_clock_stands_still_at_level_zero() -> None:
    core = Core().to_stimulating()
    core.wait(60, dt=0.1)
    assert core.record.run is not None and core.record.run.elapsed_s == 0.0


def test_the_clock_runs_through_rests() -> None:
    core = Core().to_stimulating(4).skip_to("work").until(Part.OFF)
    assert core.record.run is not None
    begun_s, begun_at = core.record.run.elapsed_s, core.now
    core.wait(5)
    assert core.record.run.elapsed_s - begun_s == pytest.approx(core.now - begun_at)


def test_nothing_drifts_over_20_minutes_of_odd_steps() -> None:
    core = Core().to_stimulating(4)
    assert core.record.run is not None
    begun_s, begun_at, random = core.record.run.elapsed_s, core.now, Random(7)
    while core.record.state is State.STIMULATING:
        core.step(dt=random.uniform(0.08, 0.19))
    assert core.now - begun_at == pytest.approx(1200.0 - begun_s, abs=0.19)


def test_three_minutes_at_zero_pause() -> None:
    core = Core().to_stimulating(2)
    core.turn(-2)
    core.wait(178, dt=0.1)
    assert core.record.state is State.STIMULATING
    core.wait(3, dt=0.1)
    assert core.record.state is State.PAUSED


def test_a_detent_in_time_begins_the_three_minutes_anew() -> None:
    core = Core().to_stimulating()
    core.wait(170, dt=0.1)
    core.turn(1)
    core.turn(-1)
    core.wait(170, dt=0.1)
    assert core.record.state is State.STIMULATING


def test_turning_up_from_zero_begins_at_a_ramps_foot_after_the_rest_that_is_owed() -> None:
    core = Core().to_stimulating(4).skip_to("work").until(Part.HOLD)
    core.press(Button.KNOB)
    core.turn(1)
    assert core.target == (0.0, 0.0)
    core.until(Part.RAMP_UP)
    core.step(Turn(core.now + STEP_S, 1))
    assert core.record.position is not None
    assert core.record.position.part is Part.RAMP_UP
    assert core.record.position.envelope < 0.02


def test_at_zero_a_rest_that_fits_no_contraction_is_passed_over() -> None:
    core = Core(plan=SHORT).to_stimulating(4).skip_to("cool_down")
    run = core.record.run
    assert run is not None
    core.record = core.record.but(
        run=run.but(elapsed_s=run.planned_s - 3.0, booked_s=run.planned_s)
    )
    core.press(Button.KNOB)
    assert core.record.state is State.STAGE_DONE


# Cues on the way


def test_each_contraction_is_announced_and_its_end_told() -> None:
    core = Core().to_stimulating(4).skip_to("work").until(Part.OFF)
    core.cues.clear()
    core.until(Part.HOLD, dt=0.05).until(Part.OFF, dt=0.05)
    assert core.cues == ["contraction_coming", "contraction_ended"]


@pytest.mark.parametrize(("minute", "told"), [(4, 0), (10, 1)])
def test_at_minutes_4_and_10_of_work_one_click_up_is_offered(minute: int, told: int) -> None:
    core = Core().to_stimulating(4).skip_to("work")
    run = core.record.run
    assert run is not None
    core.record = core.record.but(run=run.but(work_s=minute * 60.0 - 1.0, fainter_told=told))
    core.cues.clear()
    core.wait(0.5)
    assert "fainter" not in core.cues
    level = core.level
    core.wait(1.5)
    assert core.cues.count("fainter") == 1
    assert core.record.hint is not None and core.record.hint.key == "fainter"
    assert core.level == level


def test_the_steps_where_up_counts_are_those_where_the_hand_feels_it() -> None:
    assert {Part.TWITCH, Part.RAMP_UP, Part.HOLD} == envelope.RAISABLE


def test_before_the_echo_no_level_asks_for_current() -> None:
    core = Core().to_stimulating(4).skip_to("work").until(Part.HOLD)
    run = core.record.run
    assert run is not None
    assert amplitude(core.record) == (4.0, 4.0)
    assert amplitude(core.record.but(run=run.but(live=False))) == (0.0, 0.0)
