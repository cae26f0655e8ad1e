"""Makes a break of the campaign small, and keeps it as a journey: a test that lives through it.

What breaks the same rule with one fault instead of two, at the start of an ordinary program, with
both pads alike and nothing to wait for, tells more than the one that was drawn.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, fields, replace
from pathlib import Path

from tests.campaign.forks import in_a_copy
from tests.campaign.kinds import Fault
from tests.campaign.scenes import FLOWS, Scene, enter, root, root_of
from tests.campaign.trial import Trial

KEPT = Path(__file__).with_name("kept")
ORDINARY = {"program": "gentle", "at": 0.0, "ohm": (1000.0, 1000.0)}
WAITS_S = (0.0, 1.0, 2.0, 3.0, 5.0)
LEVELS = ((4.0, 4.0), (9.0, 9.0), (15.0, 15.0))
SEEDS = (0, 1, 2)
Break = tuple[Scene, tuple[Fault, ...]]


def rule_of(broken: str) -> str:
    """The rule in what is said of a break: without its numbers."""
    return re.sub(r"[\d.]+", "0", broken)


def shrunk(found: Break, breaks: Callable[[Break], bool]) -> Break:
    """A break to which nothing simpler is the same one. `breaks` says whether another one is."""
    while simpler := next((one for one in _simpler(found) if breaks(one)), None):
        found = simpler
    return found


def _simpler(found: Break) -> Iterator[Break]:
    """One step simpler each; what makes the most of a difference comes first."""
    scene, hit_by = found
    if len(hit_by) > 1:
        yield from ((scene, (fault,)) for fault in hit_by)
    yield from ((one, hit_by) for one in _simpler_scenes(scene) if one != scene)
    for number, fault in enumerate(hit_by):
        simple = [replace(fault, after_s=0.0)] if fault.after_s else []
        simple += [replace(fault, seed=seed) for seed in _before(fault.seed, SEEDS)]
        yield from ((scene, (*hit_by[:number], one, *hit_by[number + 1 :])) for one in simple)


def _simpler_scenes(scene: Scene) -> Iterator[Scene]:
    yield replace(scene, board="reference")
    yield replace(scene, place=FLOWS)
    yield from (replace(scene, **{name: value}) for name, value in ORDINARY.items())
    yield from (replace(scene, wait_s=wait_s) for wait_s in _before(scene.wait_s, WAITS_S))
    yield from (replace(scene, level=level) for level in _before(scene.level, LEVELS))


def _before(value: object, simple: Sequence[object]) -> Sequence[object]:
    """Those that are simpler than this one, if it is simple itself; else all."""
    return simple[: simple.index(value)] if value in simple else simple


def broken_in(folder: Path, scene: Scene, *hit_by: Fault) -> list[str]:
    """The rules that break when a box in this scene is hit so, in a copy of this process."""
    box = root(scene.board, root_of(scene), folder / "home")

    def live() -> str:
        enter(box, scene)
        return json.dumps(Trial(box, scene, hit_by).run().broken)

    try:
        broken: list[str] = json.loads(in_a_copy(box, live))
    finally:
        box.close()
    return broken


def keep(found: Break, rule: str, folder: Path = KEPT) -> Path:
    """Write the journey of a break. It fails until the break is mended, and stays."""
    scene, hit_by = found
    name = _name(" and ".join(fault.kind for fault in hit_by), scene.place, scene.board)
    folder.mkdir(exist_ok=True)
    path = folder / f"test_{name}.py"
    path.write_text(_text(name, rule, scene, hit_by), "utf-8")
    return path


def _name(*words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", " ".join(words).lower()).strip("_")


def _text(name: str, rule: str, scene: Scene, hit_by: tuple[Fault, ...]) -> str:
    faults = "".join(f"        {_call(fault, '        ')},\n" for fault in hit_by)
    return f'''"""A break that the campaign found: {rule}."""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_{name}_breaks_no_rule(tmp_path: Path) -> None:
    scene = {_call(scene, "    ")}
    broken = broken_in(
        tmp_path,
        scene,
{faults}    )
    assert broken == []
'''


def _call(of: Scene | Fault, indent: str) -> str:
    """How it is made, in Python: a field a line."""
    values = zip(fields(of), astuple(of), strict=True)
    lines = (f"{indent}    {field.name}={_literal(value)},\n" for field, value in values)
    return f"{type(of).__name__}(\n{''.join(lines)}{indent})"


def _literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)
