"""What holds for every program that can be written: its rules in every moment of a stage."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.session.envelope import RAISABLE, RESTING, Part, position_at
from appliance.therapy.programs import Program
from tests.therapy.program_grammar import programs

MANY = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
STEP_S = 0.05
LEVEL_MA = 80.0
MINUTES = 2.0


def walk(program: Program):
    spans = program.lay_out(MINUTES)
    return [position_at(spans, step * STEP_S, 0.0) for step in range(round(MINUTES * 60 / STEP_S))]


@MANY
@given(programs())
def test_no_amplitude_rises_faster_than_40_ma_a_second(program: Program) -> None:
    for before, now in pairwise(walk(program)):
        for channel in (0, 1):
            was, rises = before.amplitude(channel, LEVEL_MA), now.amplitude(channel, LEVEL_MA)
            assert rises <= was + 40.0 * STEP_S + 1e-6


@MANY
@given(programs())
def test_no_pulse_is_more_than_its_phase_says(program: Program) -> None:
    for now in walk(program):
        phase = now.phase
        assert 1.0 <= now.frequency_hz <= phase.frequency_hz
        assert 50 <= now.pulse_width_us <= phase.pulse_width_us
        for channel in (0, 1):
            assert now.amplitude(channel, LEVEL_MA) <= LEVEL_MA * phase.fraction + 1e-6
        if now.raisable:
            # What the hand feels when it turns up is the strongest that comes.
            assert now.frequency_hz == phase.frequency_hz
            assert now.pulse_width_us == phase.pulse_width_us


@MANY
@given(programs())
def test_every_phase_and_every_contraction_begins_at_its_foot(program: Program) -> None:
    for before, now in pairwise(walk(program)):
        for channel in (0, 1):
            was, here = before.channels[channel], now.channels[channel]
            begins = here.part is Part.RAMP_UP and was.part in RESTING
            if begins or (before.span != now.span and here.part in RAISABLE):
                assert here.since_foot_s <= STEP_S + 1e-6


@MANY
@given(programs())
def test_a_contraction_that_begins_ends_inside_its_phase(program: Program) -> None:
    positions = walk(program)
    for channel in (0, 1):
        for before, now in pairwise(positions):
            cut = before.span != now.span and not before.phase.continuous
            part = before.channels[channel].part
            if cut and part in (Part.RAMP_UP, Part.HOLD):
                assert before.channels[channel].left_s <= STEP_S + 1e-6
                assert before.phase.timings[channel].ramp_down_s <= STEP_S


@MANY
@given(programs(), st.floats(0, 1))
def test_after_a_resume_the_cycle_begins_at_a_foot(program: Program, share: float) -> None:
    spans = program.lay_out(MINUTES)
    at_s = share * (MINUTES * 60.0 - 0.001)
    for channel in position_at(spans, at_s, at_s).channels:
        assert channel.envelope == 0.0 or channel.part is Part.OFF
