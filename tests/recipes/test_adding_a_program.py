"""A new program, placement and routine are tables of TOML and words, and nothing else."""
# ruff: noqa: E501 (an inline table of TOML has to stay on one line)

import pytest

from tests.recipes.copies import Copy

PROGRAM = """
[slow]
kind = "contracting"
phases = [
    { name = "work", frequency_hz = 20, pulse_width_us = 250, ramp_up_s = 2, hold_s = 4, ramp_down_s = 2, off_s = 20 },
]
"""
PLACEMENT = """
[high_back]
on_body = true
A = [
    { site = "beside_spine", from_midline_cm = -4.5, above_landmark_cm = 2, width_cm = 5, height_cm = 5 },
    { site = "beside_spine", from_midline_cm = -4.5, above_landmark_cm = 13, width_cm = 5, height_cm = 5 },
]
B = [
    { site = "beside_spine", from_midline_cm = 4.5, above_landmark_cm = 2, width_cm = 5, height_cm = 5 },
    { site = "beside_spine", from_midline_cm = 4.5, above_landmark_cm = 13, width_cm = 5, height_cm = 5 },
]
"""
ROUTINE = """
[high_back_slowly]
stages = [{ placement = "high_back", program = "slow", minutes = 5 }]
"""
WORDS = """
[stage.high_back]
name = "High back"
landmark = "Low pads above hip bones"
"""
NAME = 'high_back_slowly = "High, slow"\n'
SENTENCE = 'high_back = "Stick the pads higher."\n'
DELIVERS_IT = """
    from appliance.therapy.plan import Plan
    from tests.session.core import Core

    core = Core(plan=Plan(routine="high_back_slowly"))
    core.to_stimulating(3)
    stage, phase = core.record.visit.stage, core.record.position.phase
    print(stage.placement.id, stage.program.id, phase.frequency_hz)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The code with the new program, placement and routine in it."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    copy.add("appliance/therapy/programs.toml", PROGRAM)
    copy.add("appliance/therapy/placements.toml", PLACEMENT)
    copy.add("appliance/therapy/routines.toml", ROUTINE)
    copy.add_words(NAME, after="[routine]\n")
    copy.add_words(SENTENCE, after="[spoken.placing.stage]\n")
    copy.add_words(WORDS)
    return copy


def test_the_session_delivers_it(copy: Copy) -> None:
    assert copy.run_code(DELIVERS_IT).split() == ["high_back", "slow", "20.0"]


def test_the_limits_are_held_against_it(copy: Copy) -> None:
    copy.passes("tests/therapy/test_programs.py", "tests/therapy/test_placements.py")


def test_the_settings_can_plan_it(copy: Copy) -> None:
    copy.write("config.toml", '[plan]\nroutine = "high_back_slowly"\n')
    copy.run("-m", "appliance", "config", "validate", "--config", "config.toml")


def test_it_has_its_screens_and_its_words(copy: Copy) -> None:
    copy.passes(
        "tests/screen/test_words.py", "tests/screen/test_agrees.py", "tests/screen/test_pictures.py"
    )


def test_it_is_spoken(copy: Copy) -> None:
    passed = copy.passes("tests/voice/test_sentences.py", "-k", "high_back or eight_words")
    assert "[placing high_back pads" in passed
