"""Read the safety case and find what is wrong with it.

`hazards.toml` holds hazards and controls; a control names tests as `file::test`, or a page
whose check is done by hand as `@file`.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).parent / "hazards.toml"
KINDS = ("software", "firmware", "hardware", "words")
BY_HAND = "@"


@dataclass(frozen=True)
class Control:
    """What lowers the likelihood of a hazard, and the tests that fail without it."""

    id: str
    kind: str
    what: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Hazard:
    """What can hurt a person, how, and how likely before and after its controls."""

    id: str
    title: str
    cause: str
    harm: str
    severity: int
    likelihood_before: int
    likelihood_after: int
    controls: tuple[str, ...]

    @property
    def risk_before(self) -> int:
        return self.severity * self.likelihood_before

    @property
    def risk_after(self) -> int:
        return self.severity * self.likelihood_after


@dataclass(frozen=True)
class SafetyCase:
    """All hazards and controls, in the order of the file."""

    hazards: tuple[Hazard, ...]
    controls: dict[str, Control]

    def hazards_of(self, control: str) -> tuple[str, ...]:
        return tuple(hazard.id for hazard in self.hazards if control in hazard.controls)

    def held_by(self, test: str) -> tuple[str, ...]:
        """What is lost where this test fails, a line each control, with its hazards."""
        titles = {hazard.id: hazard.title for hazard in self.hazards}
        return tuple(
            f"control {control.id}, of "
            + "; ".join(f"{name} {titles[name]}" for name in self.hazards_of(control.id))
            for control in self.controls.values()
            if test in control.tests
        )

    def test_names(self) -> frozenset[str]:
        """Every automatic test that holds a control, as `file::test`."""
        named = (test for control in self.controls.values() for test in control.tests)
        return frozenset(test for test in named if not test.startswith(BY_HAND))


def read(source: Path = SOURCE) -> SafetyCase:
    """The safety case in `source`. Raises KeyError or TypeError for a wrong or missing field."""
    tables = tomllib.loads(source.read_text("utf-8"))
    controls = [Control(**{**table, "tests": tuple(table["tests"])}) for table in tables["control"]]
    hazards = [
        Hazard(**{**table, "controls": tuple(table["controls"])}) for table in tables["hazard"]
    ]
    return SafetyCase(tuple(hazards), {control.id: control for control in controls})


def mistakes(case: SafetyCase, root: Path = ROOT) -> Iterator[str]:
    """What is wrong with the case, a line each."""
    used = {control for hazard in case.hazards for control in hazard.controls}
    for hazard in case.hazards:
        yield from _mistakes_of_hazard(hazard, case)
    for control in case.controls.values():
        if control.id not in used:
            yield f"control {control.id}: no hazard names it"
        if control.kind not in KINDS:
            yield f"control {control.id}: kind {control.kind}: allowed is {', '.join(KINDS)}"
        if not control.tests:
            yield f"control {control.id}: it has no test"
        yield from (
            f"control {control.id}: {test}: there is no such test or page"
            for test in control.tests
            if not _exists(test, root)
        )


def _mistakes_of_hazard(hazard: Hazard, case: SafetyCase) -> Iterator[str]:
    if not hazard.controls:
        yield f"{hazard.id}: it has no control"
    for control in hazard.controls:
        if control not in case.controls:
            yield f"{hazard.id}: {control}: there is no such control"
    if not 1 <= hazard.likelihood_after <= hazard.likelihood_before <= 5:
        yield f"{hazard.id}: likelihoods run from 1 to 5, and no control raises one"
    if not 1 <= hazard.severity <= 5:
        yield f"{hazard.id}: severity runs from 1 to 5"


def _exists(test: str, root: Path) -> bool:
    if test.startswith(BY_HAND):
        return (root / test.removeprefix(BY_HAND)).is_file()
    path, _, name = test.partition("::")
    return name in _functions(root / path)


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))
