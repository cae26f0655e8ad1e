"""What watches the program shares no number, table or rule with what it watches.

A limit that is wrong in one place would be wrong in both, and no test would see it. Checkers
may know the types in which the program speaks: records, reports, events, notes, states.
"""

import ast
import importlib
import inspect
from pathlib import Path
from typing import get_origin

import pytest

ROOT = Path(__file__).parents[2]
CHECKERS = (
    "appliance/simulator/pulse_witness.py",
    "tests/session/witness.py",
    "tests/session/ledger.py",
    "tests/session/body.py",
    "tests/session/year.py",
    "tests/stimulator/safe_set.py",
    "tests/stimulator/reference_safe_set.py",
    "tests/stimulator/sciencemode_safe_set.py",
    "tests/stimulator/rehastim2_safe_set.py",
    "tests/stimulator/openemsstim_safe_set.py",
    "tests/stimulator/hasomed_frames.py",
)
NAMES = {
    ("tests/session/witness.py", "name"): "the name of the page on the screen, no rule",
    ("tests/session/witness.py", "statements_for"): "compared with a list of its own elsewhere",
    ("appliance/simulator/pulse_witness.py", "CHANNEL_NAMES"): "the simulator's own names",
}
"""Imports that are no types, and why each is no shared rule."""


def shared(path: Path) -> list[str]:
    """Names that this file imports from the program and that are no types."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name.startswith("appliance")]
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("appliance"):
            continue
        module = importlib.import_module(node.module or "")
        for alias in node.names:
            thing = getattr(module, alias.name)
            is_type = inspect.isclass(thing) or get_origin(thing) is not None
            found += [] if is_type else [alias.name]
    return found


@pytest.mark.parametrize("file", CHECKERS)
def test_a_checker_imports_nothing_but_types(file: str) -> None:
    assert [name for name in shared(ROOT / file) if (file, name) not in NAMES] == []


def test_the_pulse_witness_holds_the_hard_limits_by_itself() -> None:
    from appliance.simulator import pulse_witness as own
    from appliance.therapy import limits as watched

    # Compared here and nowhere else: equal today, and each would have to be changed by hand.
    assert (own.MOST_MA, own.MOST_HZ, own.MOST_US, own.MOST_PHASE_UC, own.MOST_RISE_MA_S) == (
        watched.HARD_CURRENT_MA,
        watched.HARD_FREQUENCY_HZ,
        watched.HARD_PULSE_WIDTH_US,
        watched.HARD_PHASE_CHARGE_UC,
        watched.OUTPUT_RISE_MA_S,
    )
