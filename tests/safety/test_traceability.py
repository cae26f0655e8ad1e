"""The safety case: each hazard has its controls, each control its tests, and each test exists."""

from dataclasses import replace

import pytest

from hardware.safety import __main__ as command
from hardware.safety import case as safety
from hardware.safety.__main__ import PAGE
from hardware.safety.campaign import read_campaign
from hardware.safety.case import Control, SafetyCase, mistakes, read
from hardware.safety.page import page
from hardware.safety.removal import Result, read_removals, read_results

CASE = read()
CONTROL = next(iter(CASE.controls.values()))
REMOVAL = read_removals()[0]
UNNOTICED = Result(REMOVAL.digest, "0123456789", (), 1.0, "no test failed")


def with_control(control: Control) -> SafetyCase:
    return replace(CASE, controls={**CASE.controls, control.id: control})


def test_the_case_has_no_mistake() -> None:
    assert list(mistakes(CASE)) == []


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(CASE, read_removals(), read_results(), read_campaign())


def test_at_least_fifty_hazards_are_named() -> None:
    assert len(CASE.hazards) >= 50
    assert len({hazard.id for hazard in CASE.hazards}) == len(CASE.hazards)


def test_what_can_kill_has_more_than_one_control() -> None:
    lonely = [h.id for h in CASE.hazards if h.severity == 5 and len(h.controls) < 2]
    assert lonely == []


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        (replace(CONTROL, tests=()), "it has no test"),
        (replace(CONTROL, tests=("tests/session/test_gate.py::test_nothing",)), "no such test"),
        (replace(CONTROL, tests=("@hardware/nowhere.md",)), "no such test or page"),
        (replace(CONTROL, kind="luck"), "allowed is"),
        (replace(CONTROL, id="of_no_hazard"), "no hazard names it"),
    ],
)
def test_a_control_that_is_not_held_is_a_mistake(changed: Control, mistake: str) -> None:
    assert any(mistake in line for line in mistakes(with_control(changed)))


def test_a_hazard_that_names_an_unknown_control_is_a_mistake() -> None:
    hazard = replace(CASE.hazards[0], controls=("magic",))
    case = replace(CASE, hazards=(hazard, *CASE.hazards[1:]))
    assert any("there is no such control" in line for line in mistakes(case))


@pytest.mark.parametrize(
    ("name", "instead", "told"),
    [
        ("read", with_control(replace(CONTROL, tests=())), "it has no test"),
        ("read", with_control(replace(CONTROL, id="of_no_hazard")), "no hazard names it"),
        ("read_removals", (replace(REMOVAL, control="magic"),), "there is no such control"),
        ("read_results", {REMOVAL.name: UNNOTICED}, f"{REMOVAL.name}: no test failed"),
        ("read_results", {}, "was not tried as it stands"),
    ],
)
def test_the_check_of_ci_fails_for_a_control_that_nothing_holds(
    name: str,
    instead: object,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, name, lambda: instead)
    monkeypatch.setattr("sys.argv", ["safety", "--check"])
    assert command.main() == 1
    assert told in capsys.readouterr().err


def test_the_source_is_beside_the_code() -> None:
    assert safety.SOURCE.is_file()
