"""`therapy` and `session` touch no hardware, clock, thread or file: the rule and its proof."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter.configuration import configure
from importlinter.contracts.forbidden import ForbiddenContract

ROOT = Path(__file__).parents[2]
ROOMS = ("therapy", "session")
NAME = "Therapy and session touch no hardware, clock, thread or file"
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
RULE: dict[str, Any] = next(rule for rule in LINTER["contracts"] if rule["name"] == NAME)
FORBIDDEN: list[str] = RULE["forbidden_modules"]
READS_THE_WORLD = {"open", "print", "input", "exec", "eval", "compile", "__import__"}
READS_A_CLOCK = {"now", "today", "utcnow", "fromtimestamp", "localtime"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    configure()
    return grimp.build_graph("appliance", include_external_packages=True)


def kept(graph: grimp.ImportGraph) -> bool:
    contract = ForbiddenContract(
        name=NAME,
        session_options={"root_packages": ["appliance"], "include_external_packages": True},
        contract_options={
            "source_modules": RULE["source_modules"],
            "forbidden_modules": FORBIDDEN,
        },
    )
    return bool(contract.check(graph, verbose=False).kept)


def test_the_rooms_keep_the_rule(graph: grimp.ImportGraph) -> None:
    assert LINTER["include_external_packages"]
    assert kept(graph)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("module", FORBIDDEN)
def test_each_forbidden_import_breaks_it(graph: grimp.ImportGraph, module: str, room: str) -> None:
    changed = graph
    importer = "appliance.therapy.limits" if room == "therapy" else "appliance.session.gate"
    present = module in changed.modules
    if not present:
        changed.add_module(module, is_squashed=True)
    changed.add_import(importer=importer, imported=module)
    try:
        assert not kept(changed)
    finally:
        changed.remove_import(importer=importer, imported=module)
        if not present:
            changed.remove_module(module)


@pytest.mark.parametrize("path", [p for r in ROOMS for p in (ROOT / "appliance" / r).rglob("*.py")])
def test_no_call_reads_a_file_or_a_clock(path: Path) -> None:
    """What needs no import: `open`, and the clock behind `datetime`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in READS_THE_WORLD, f"{path.name}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in READS_A_CLOCK, f"{path.name}:{node.lineno}"
