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
    "tests/session/lived_box.py",
    "tests/weeks/test_a_year.py",
    "appliance/virtual_box/observer.py",
    "tests/stimulator/safe_set.py",
    "tests/stimulator/reference_safe_set.py",
    "tests/stimulator/sciencemode_safe_set.py",
    "tests/stimulator/rehastim2_safe_set.py",
    "tests/stimulator/openemsstim_safe_set.py",
    "tests/stimulator/hasomed_frames.py",
)
NAMES = {
    ("tests/session/witness.py", "name"): "the name of the page on the screen, no rule",
    ("tests/session/year.py", "name"): "the name of the page on the screen, no rule",
    ("tests/session/witness.py", "statements_for"): "compared with a list of its own elsewhere",
    ("appliance/simulator/pulse_witness.py", "CHANNEL_NAMES"): "the simulator's own names",
    ("appliance/virtual_box/observer.py", "REFERENCE_STEP_MA"): "the pulse witness's own number",
    ("tests/weeks/test_a_year.py", "GUEST"): "the name of a person, no rule",
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


def test_the_observer_holds_what_each_board_does_by_itself() -> None:
    from appliance.simulator.pulse_witness import REFERENCE_STEP_MA
    from appliance.stimulator.boards import CARDS
    from appliance.virtual_box import observer as own

    for name, card in CARDS.items():
        assert own.RISE_AT_ONCE.get(name, REFERENCE_STEP_MA) == card.rise_at_once
        assert own.LATE_LAST_PULSE_S.get(name, own.LAST_PULSE_S) == card.last_pulse_s


def test_every_witness_is_among_the_checkers() -> None:
    patterns = ("*witness*.py", "*safe_set.py", "observer.py")
    found = {path for pattern in patterns for path in ROOT.rglob(pattern)}
    names = {path.relative_to(ROOT).as_posix() for path in found}
    own = {
        name for name in names if name.startswith(("appliance/", "tests/")) and "test_" not in name
    }
    assert own - set(CHECKERS) == set()
