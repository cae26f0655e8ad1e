"""What it means to remove a control: edits of the source, and the tests that have to fail.

`removals.toml` has at least one removal for each control of `hazards.toml`. An edit is a file, a
text that occurs in it once, and what stands there instead. `removed.json` has what came of the
last trial of each removal; `python -m hardware.safety.removals` makes it.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hardware.safety.case import ROOT, SafetyCase

SOURCE = Path(__file__).parent / "removals.toml"
RESULTS = Path(__file__).parent / "removed.json"


@dataclass(frozen=True)
class Edit:
    """One change of one file."""

    file: str
    text: str
    instead: str


@dataclass(frozen=True)
class Removal:
    """One way to take a control away."""

    control: str
    number: int
    edits: tuple[Edit, ...]
    fails: tuple[str, ...]
    """Each of these tests has to fail, as `file::test`."""

    @property
    def name(self) -> str:
        return f"{self.control}/{self.number}"

    @property
    def digest(self) -> str:
        """A hash of the edits and tests, by which a result belongs to this removal only."""
        said = [[edit.file, edit.text, edit.instead] for edit in self.edits]
        return sha256(json.dumps([said, self.fails]).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Result:
    """What came of a removal: whether it was noticed, where, and how long the tests ran."""

    digest: str
    commit: str
    failed: tuple[str, ...]
    seconds: float
    problem: str = ""


def read_removals(source: Path = SOURCE) -> tuple[Removal, ...]:
    """All removals, in the order of the file. Raises KeyError, TypeError or ValueError."""
    tables = tomllib.loads(source.read_text("utf-8"))
    return tuple(
        Removal(
            control,
            number,
            tuple(Edit(*edit) for edit in table["edits"]),
            tuple(table["fails"]),
        )
        for control, removals in tables.items()
        for number, table in enumerate(removals, start=1)
    )


def read_results(path: Path = RESULTS) -> dict[str, Result]:
    """What is known of each removal, by its name; nothing where there is no file."""
    if not path.exists():
        return {}
    said = json.loads(path.read_text("utf-8"))
    return {name: Result(**{**of, "failed": tuple(of["failed"])}) for name, of in said.items()}


def write_results(results: Mapping[str, Result], path: Path = RESULTS) -> None:
    """Write them, a line each, so that a change of one is a change of one line."""
    lines = (f"{json.dumps(name)}: {json.dumps(vars(results[name]))}" for name in sorted(results))
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def removal_mistakes(
    case: SafetyCase, removals: tuple[Removal, ...], root: Path = ROOT
) -> Iterator[str]:
    """What is wrong with the removals, a line each. Nothing is run."""
    removed = {removal.control for removal in removals}
    yield from (f"{control}: it has no removal" for control in case.controls.keys() - removed)
    yield from (
        f"{control}: there is no such control" for control in removed - case.controls.keys()
    )
    yield from edit_mistakes(case, removals, root)


def edit_mistakes(
    case: SafetyCase, removals: Sequence[Removal], root: Path = ROOT
) -> Iterator[str]:
    """What is wrong with these removals by themselves, a line each."""
    for removal in removals:
        if not removal.edits or not removal.fails:
            yield f"{removal.name}: it needs at least one edit and one test that fails"
        control = case.controls.get(removal.control)
        yield from (
            f"{removal.name}: {test} is no test of this control"
            for test in removal.fails
            if control and test not in control.tests
        )
        for edit in removal.edits:
            yield from (f"{removal.name}: {what}" for what in _mistakes_of_edit(edit, root))


def _mistakes_of_edit(edit: Edit, root: Path) -> Iterator[str]:
    path = root / edit.file
    if not path.is_file():
        yield f"{edit.file}: there is no such file"
        return
    times = path.read_text("utf-8").count(edit.text)
    if times != 1:
        yield f"{edit.file}: the text occurs {times} times, not once: {edit.text!r}"
    if edit.instead == edit.text:
        yield f"{edit.file}: the edit changes nothing"


def result_mistakes(removals: tuple[Removal, ...], results: Mapping[str, Result]) -> Iterator[str]:
    """Which removals have not been tried as they stand, or were not noticed."""
    for removal in removals:
        result = results.get(removal.name)
        again = f"run `python -m hardware.safety.removals --only {removal.control}`"
        if result is None or result.digest != removal.digest:
            yield f"{removal.name}: it was not tried as it stands: {again}"
        elif result.problem:
            yield f"{removal.name}: {result.problem}"
