"""Reading programs, placements, routines and the checklist: every mistake has its line."""
# ruff: noqa: E501 (an inline table of TOML has to stay on one line)

import tomllib
from typing import Any

import pytest

from appliance.errors import TherapyError
from appliance.therapy.catalogue import Catalogue, Source, catalogue_from

PROGRAMS = """
[gentle]
kind = "contracting"
[[gentle.phases]]
name = "work"
frequency_hz = 35
pulse_width_us = 250
ramp_up_s = 2
hold_s = 2
ramp_down_s = 1
off_s = 15
"""
OTHERS = """
[ease]
kind = "comfort"
phases = [{ name = "comfort", frequency_hz = 80, pulse_width_us = 180, ramp_up_s = 2, ramp_down_s = 2, off_s = 0 }]
[load]
kind = "bench"
phases = [{ name = "twitch", frequency_hz = 5, pulse_width_us = 250, ramp_up_s = 2, ramp_down_s = 2, off_s = 0 }]
"""
PLACEMENTS = """
[back]
on_body = true
A = [{ site = "beside_spine", from_midline_cm = -5, above_landmark_cm = 0, width_cm = 5, height_cm = 5 },
     { site = "beside_spine", from_midline_cm = -5, above_landmark_cm = 11, width_cm = 5, height_cm = 5 }]
B = [{ site = "beside_spine", from_midline_cm = 5, above_landmark_cm = 0, width_cm = 5, height_cm = 5 },
     { site = "beside_spine", from_midline_cm = 5, above_landmark_cm = 11, width_cm = 5, height_cm = 5 }]
[dummy]
on_body = false
"""
ROUTINES = """
[today]
stages = [{ placement = "back", program = "gentle" }]
"""
CHECKLIST = """
[[session]]
id = "well"
remedy = "not_today"
heading = "is_this_true"
covers = [10]
[[full]]
id = "heart"
remedy = "doctor"
heading = "none_or_doctor"
covers = [4]
"""


def built(
    programs: str = PROGRAMS,
    placements: str = PLACEMENTS,
    routines: str = ROUTINES,
    checklist: str = CHECKLIST,
    own_programs: str = "",
) -> Catalogue:
    def source(name: str, text: str) -> Source:
        return Source(name, tomllib.loads(text))

    return catalogue_from(
        programs=[
            source("programs.toml", programs + OTHERS),
            source("own/programs.toml", own_programs),
        ],
        placements=[source("placements.toml", placements)],
        routines=[source("routines.toml", routines)],
        checklist=source("checklist.toml", checklist),
    )


def refusal(**texts: Any) -> str:
    with pytest.raises(TherapyError) as caught:
        built(**texts)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_good_files_become_a_catalogue() -> None:
    catalogue = built()
    stage = catalogue.routines["today"].stages[0]
    assert (stage.placement.id, stage.program.id, stage.minutes) == ("back", "gentle", 20.0)
    assert not stage.own_minutes
    assert [(statement.id, statement.full_list) for statement in catalogue.statements] == [
        ("well", False),
        ("heart", True),
    ]


def test_a_stage_lasts_as_long_as_a_program_of_a_fixed_length() -> None:
    catalogue = built(programs=PROGRAMS + "duration_s = 720\n")
    stage = catalogue.routines["today"].stages[0]
    assert (stage.minutes, stage.own_minutes) == (12.0, True)


def test_ones_own_program_joins_those_that_ship() -> None:
    own = PROGRAMS.replace("gentle", "mine").replace("35", "45")
    catalogue = built(own_programs=own)
    assert catalogue.programs["mine"].phases[0].frequency_hz == 45
    assert catalogue.programs["gentle"].phases[0].frequency_hz == 35


def test_ones_own_program_cannot_replace_one_that_ships() -> None:
    own = PROGRAMS.replace("35", "100")
    assert refusal(own_programs=own) == (
        "own/programs.toml: [gentle]: this name is taken; choose another"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "frequency_hz = 35",
            "frequency_hz = 150",
            "program gentle, phase work: frequency_hz = 150: allowed is 1 to 120",
        ),
        (
            "frequency_hz = 35",
            'frequency_hz = "fast"',
            '[gentle] phases 1: frequency_hz = "fast": it has to be a number',
        ),
        (
            "frequency_hz = 35",
            "frequncy_hz = 35",
            '[gentle] phases 1: frequncy_hz is not known here (did you mean "frequency_hz"?)',
        ),
        (
            "frequency_hz = 35\n",
            "",
            "[gentle] phases 1: frequency_hz is missing; it has to be a number",
        ),
        (
            "pulse_width_us = 250",
            "pulse_width_us = 250.5",
            "[gentle] phases 1: pulse_width_us = 250.5: it has to be a whole number",
        ),
        (
            "pulse_width_us = 250",
            "pulse_width_us = true",
            "[gentle] phases 1: pulse_width_us = true: it has to be a whole number",
        ),
        (
            "hold_s = 2\n",
            "",
            "[gentle] phases 1: hold_s is missing; it has to be a number",
        ),
        (
            'kind = "contracting"',
            'kind = "contract"',
            '[gentle]: kind = "contract": it has to be one of contracting, comfort, bench'
            ' (did you mean "contracting"?)',
        ),
        (
            'kind = "contracting"',
            'kind = "contracting"\ncolour = 3',
            "[gentle]: colour is not known here; known are kind, phases, publication",
        ),
        (
            PROGRAMS[PROGRAMS.index("[[") :],
            "phases = []\n",
            "[gentle]: phases = []: it has to be a list of at least one table",
        ),
        (
            PROGRAMS[PROGRAMS.index("[[") :],
            "phases = [3]\n",
            "[gentle] phases 1: 3 is not a table",
        ),
    ],
)
def test_a_mistake_in_a_program(old: str, new: str, message: str) -> None:
    assert refusal(programs=PROGRAMS.replace(old, new, 1)) == f"programs.toml: {message}"


def test_a_value_at_the_top_is_no_program() -> None:
    assert refusal(own_programs="speed = 3") == "own/programs.toml: [speed]: 3 is not a table"


def test_the_gentle_program_has_to_be_there_and_to_contract() -> None:
    message = "programs: [gentle] has to be there, of kind contracting"
    routines = '[today]\nstages = [{ placement = "dummy", program = "load" }]'
    assert refusal(programs=PROGRAMS.replace("gentle", "mild"), routines=routines) == message
    continuous = OTHERS.split("[load]")[0].replace("[ease]", "[gentle]")
    assert refusal(programs=continuous, routines=routines) == message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "from_midline_cm = -5",
            "from_midline_cm = 1",
            "placement back, channel A, pad 1: it touches or crosses the midline of the body",
        ),
        (
            'site = "beside_spine"',
            'site = "chest"',
            '[back] A 1: site = "chest": it has to be one of upper_thigh, beside_spine, glutes',
        ),
        (
            "on_body = true",
            'on_body = "yes"',
            '[back]: on_body = "yes": it has to be true or false',
        ),
        (
            "on_body = false",
            "on_body = false\nA = []",
            "[dummy]: A is not known here; known are on_body",
        ),
    ],
)
def test_a_mistake_in_a_placement(old: str, new: str, message: str) -> None:
    assert refusal(placements=PLACEMENTS.replace(old, new, 1)) == f"placements.toml: {message}"


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        (
            '{ placement = "bak", program = "gentle" }',
            '[today] stages 1: placement = "bak": it has to be one of back, dummy'
            ' (did you mean "back"?)',
        ),
        (
            '{ placement = "back", program = "strong" }',
            '[today] stages 1: program = "strong": it has to be one of gentle, ease, load',
        ),
        (
            '{ placement = "back", program = "gentle", minutes = 31 }',
            "routine today, stage 1: minutes = 31: allowed is 1 to 30",
        ),
        (
            '{ placement = "back", program = "gentle", minutes = 0.5 }',
            "routine today, stage 1: minutes = 0.5: allowed is 1 to 30",
        ),
        (
            '{ placement = "back", program = "gentle" }, { placement = "back", program = "ease" }',
            "routine today, stage 2: ease is comfort among stages that are contracting;"
            " a routine has one kind",
        ),
        (
            '{ placement = "dummy", program = "gentle" }',
            "routine today, stage 1: gentle on dummy: bench programs belong on a dummy load,"
            " all others on a body",
        ),
        (
            '{ placement = "back", program = "load" }',
            "routine today, stage 1: load on back: bench programs belong on a dummy load,"
            " all others on a body",
        ),
    ],
)
def test_a_mistake_in_a_routine(stages: str, message: str) -> None:
    routines = f"[today]\nstages = [{stages}]"
    assert refusal(routines=routines) == f"routines.toml: {message}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'remedy = "doctor"',
            'remedy = "ignore"',
            'checklist.toml full 1: remedy = "ignore": it has to be one of doctor, not_today,'
            " put_right",
        ),
        (
            'id = "heart"',
            'id = "well"',
            'checklist.toml full 1: id = "well": it has to be used once',
        ),
        (
            "covers = [4]",
            'covers = ["4"]',
            'checklist.toml full 1: covers = ["4"]: it has to be a list of whole numbers',
        ),
        ("[[full]]", "[[ful]]", 'checklist.toml: ful is not known here (did you mean "full"?)'),
    ],
)
def test_a_mistake_in_the_checklist(old: str, new: str, message: str) -> None:
    assert refusal(checklist=CHECKLIST.replace(old, new, 1)) == message


def test_the_shipped_routines_are_these(catalogue: Catalogue) -> None:
    stages = {
        id_: [(s.placement.id, s.program.id, s.minutes, s.own_minutes) for s in routine.stages]
        for id_, routine in catalogue.routines.items()
    }
    assert stages == {
        "lower_back_session": [
            ("hip_flexors", "hip_flexors", 20, False),
            ("lower_back", "lower_back", 20, False),
            ("glutes", "glutes", 20, False),
        ],
        "comfort_80": [("lower_back", "comfort_80", 30, True)],
        "comfort_3": [("lower_back", "comfort_3", 20, True)],
        "comfort_mixed": [("lower_back", "comfort_mixed", 30, True)],
        "bench": [("bench", "bench", 5, True)],
    }
