"""The removals of the safety case: whole, and each of them possible as the tree stands.

To see that each is noticed takes minutes: `python -m hardware.safety.removals`.
"""

import ast
from dataclasses import replace

import pytest

from hardware.safety.case import ROOT, read
from hardware.safety.removal import (
    Edit,
    Result,
    read_removals,
    read_results,
    removal_mistakes,
    result_mistakes,
    write_results,
)

CASE, REMOVALS = read(), read_removals()
REMOVAL = REMOVALS[0]
RESULT = Result(REMOVAL.digest, "0123456789", REMOVAL.fails, 1.5)


def test_every_control_can_be_taken_away() -> None:
    assert list(removal_mistakes(CASE, REMOVALS)) == []


def test_without_a_control_the_program_is_still_a_program() -> None:
    """A tree that is broken altogether fails every test, and so shows nothing."""
    for removal in REMOVALS:
        texts = {edit.file: (ROOT / edit.file).read_text("utf-8") for edit in removal.edits}
        for edit in removal.edits:
            texts[edit.file] = texts[edit.file].replace(edit.text, edit.instead)
        for file, text in texts.items():
            if file.endswith(".py"):
                ast.parse(text, file)


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        (replace(REMOVAL, control="magic"), "there is no such control"),
        (replace(REMOVAL, edits=()), "at least one edit"),
        (replace(REMOVAL, fails=()), "one test that fails"),
        (replace(REMOVAL, fails=("tests/x.py::test_y",)), "is no test of this control"),
        (replace(REMOVAL, edits=(Edit("nowhere.py", "a", "b"),)), "there is no such file"),
        (replace(REMOVAL, edits=(Edit("README.md", "the", "a"),)), "times, not once"),
        (replace(REMOVAL, edits=(Edit("README.md", "not there at all", "a"),)), "occurs 0 times"),
    ],
)
def test_a_removal_that_removes_nothing_is_a_mistake(changed, mistake: str) -> None:
    found = removal_mistakes(CASE, (changed, *REMOVALS[1:]))
    assert any(mistake in line for line in found)


def test_a_control_without_a_removal_is_a_mistake() -> None:
    others = tuple(one for one in REMOVALS if one.control != REMOVAL.control)
    assert f"{REMOVAL.control}: it has no removal" in removal_mistakes(CASE, others)


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ({}, ["was not tried as it stands"]),
        ({REMOVAL.name: replace(RESULT, digest="of another one")}, ["was not tried as it stands"]),
        ({REMOVAL.name: replace(RESULT, problem="it did not fail")}, ["it did not fail"]),
        ({REMOVAL.name: RESULT}, []),
    ],
)
def test_a_removal_that_was_not_noticed_is_told(
    results: dict[str, Result], told: list[str]
) -> None:
    found = list(result_mistakes((REMOVAL,), results))
    assert len(found) == len(told)
    assert all(part in line for part, line in zip(told, found, strict=True))


def test_results_are_read_as_they_were_written(tmp_path) -> None:
    path = tmp_path / "removed.json"
    write_results({REMOVAL.name: RESULT}, path)
    assert read_results(path) == {REMOVAL.name: RESULT}
    assert read_results(tmp_path / "none") == {}


def test_a_test_that_fails_names_its_controls_and_their_hazards() -> None:
    held = CASE.held_by(
        "tests/session/test_fault.py::test_after_a_fault_the_checklist_is_asked_again"
    )
    assert held == ("control checklist_void, of H01 Output without a checklist",)
