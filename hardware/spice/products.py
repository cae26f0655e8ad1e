"""What is generated, from what: and whether a committed file is stale."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from hardware.spice.netlist import FOLDER

STAMPS = FOLDER / "stamps.json"


@dataclass(frozen=True, slots=True)
class Product:
    """A group of generated files, all from the same inputs."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    takes: str
    """About how long the simulation runs on two cores."""


COMMON = (
    "models.lib",
    "netlist.py",
    "ngspice.py",
    "faults.py",
    "accepted.toml",
    "accepted.py",
)
STAGE = (*COMMON, "stage.cir", "stage_deck.py", "firmware_rules.py")
PUMP = (*COMMON, "pump.cir", "pump_deck.py")

PRODUCTS = (
    Product(
        "pump-figures",
        (*PUMP, "pump_figures.py", "pump_faults.py", "plots.py"),
        ("pump-figures.md", "pump.png"),
        "3 min",
    ),
    Product(
        "pump-faults", (*PUMP, "pump_faults.py", "pump_table.py"), ("pump-faults.md",), "2 min"
    ),
    Product(
        "stage-figures",
        (*STAGE, "stage_figures.py", "plots.py"),
        ("stage-figures.md", "stage.png"),
        "3 min",
    ),
    Product(
        "stage-traces",
        (*STAGE, "stage_faults.py", "trace_file.py", "stage_traces.py"),
        ("stage-traces.json.gz",),
        "15 min",
    ),
    Product(
        "stage-test-traces",
        (
            *STAGE,
            "stage_faults.py",
            "trace_file.py",
            "stage_self_test.py",
            "stage_test_traces.py",
        ),
        ("stage-test-traces.json.gz",),
        "20 min",
    ),
    Product(
        "stage-faults",
        (
            *STAGE,
            "stage_faults.py",
            "stage_self_test.py",
            "stage_table.py",
            "stage-measured.json",
            "stage-test-measured.json",
        ),
        ("stage-faults.md", "stage-faults.toml"),
        "25 min",
    ),
    Product(
        "choice",
        (*STAGE, "transformer.cir", "choice.py", "plots.py"),
        ("choice.md", "choice.png"),
        "2 min",
    ),
)


def _digest(names: tuple[str, ...]) -> str:
    total = hashlib.sha256()
    for name in names:
        path = FOLDER / name
        total.update(name.encode() + b"\0" + (path.read_bytes() if path.exists() else b"absent"))
    return total.hexdigest()


def _stamps() -> dict[str, dict[str, str]]:
    return json.loads(STAMPS.read_text("utf-8")) if STAMPS.exists() else {}


def stamp(product: Product) -> None:
    """Notes that the files of a product are of its present inputs."""
    stamps = _stamps()
    stamps[product.name] = {"inputs": _digest(product.inputs), "outputs": _digest(product.outputs)}
    STAMPS.write_text(json.dumps(stamps, indent=2, sort_keys=True) + "\n", "utf-8")


def stale(product: Product) -> str | None:
    """Why the committed files of a product cannot be trusted; None where they can."""
    noted = _stamps().get(product.name)
    if noted is None:
        return "never generated"
    if noted["inputs"] != _digest(product.inputs):
        return "what it is made from changed"
    if noted["outputs"] != _digest(product.outputs):
        return "edited by hand, or missing"
    return None


def block(page: Path, name: str, text: str) -> None:
    """Puts `text` between the markers of a page.

    Raises `ValueError` where the page has no such markers.
    """
    before = page.read_text("utf-8")
    pattern = rf"(<!-- {re.escape(name)}: begin -->\n).*?(<!-- {re.escape(name)}: end -->)"
    after, count = re.subn(pattern, lambda m: f"{m[1]}{text}\n{m[2]}", before, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{page.name}: {count} places for {name}")
    page.write_text(after, "utf-8")
