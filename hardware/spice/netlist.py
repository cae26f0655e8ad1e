"""Netlists of physical parts: read, changed part by part, written back."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

FOLDER = Path(__file__).parent
MODELS = FOLDER / "models.lib"

PIN_NAMES = {
    "R": ("1", "2"),
    "C": ("1", "2"),
    "L": ("1", "2"),
    "D": ("A", "K"),
    "Q": ("C", "B", "E"),
    "M": ("D", "G", "S"),
}
"""Pins of a part in the order of its line, by the first letter of its reference."""


@dataclass(frozen=True, slots=True)
class Package:
    """What a subcircuit says of the IC that it stands for."""

    pins: tuple[str, ...]
    outputs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a netlist: `ref`, the nets of its pins, its value or model."""

    ref: str
    nets: tuple[str, ...]
    value: str

    def line(self) -> str:
        return f"{self.ref} {' '.join(self.nets)} {self.value}"

    def with_pin_on(self, pin: int, net: str) -> "Part":
        nets = list(self.nets)
        nets[pin] = net
        return replace(self, nets=tuple(nets))


def read(path: Path) -> tuple[Part, ...]:
    """The parts of a netlist, in its order.

    Raises `ValueError` for a line that is neither comment nor part.
    """
    parts = []
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("*"):
            parts.append(_part(line, path.name))
    return tuple(parts)


def _part(line: str, name: str) -> Part:
    ref, *rest = line.split()
    is_ic = ref[0].upper() == "X"
    pins = len(rest) - 1 if is_ic else len(PIN_NAMES.get(ref[0].upper(), ()))
    if pins < 1 or len(rest) <= pins:
        raise ValueError(f"{name}: not a part that faults can be made of: {line}")
    return Part(ref, tuple(rest[:pins]), " ".join(rest[pins:]))


def packages() -> dict[str, Package]:
    """The ICs of models.lib, by the name of their subcircuit."""
    text = MODELS.read_text("utf-8")
    found = {}
    for block in re.findall(r"^\.subckt (.*?)^\.ends", text, re.MULTILINE | re.DOTALL):
        pins = re.search(r"^\*pins (.*)$", block, re.MULTILINE)
        outputs = re.search(r"^\*outputs (.*)$", block, re.MULTILINE)
        if pins:
            found[block.split()[0]] = Package(
                tuple(pins[1].split()), frozenset(outputs[1].split() if outputs else ())
            )
    return found


def pin_names(part: Part, known: dict[str, Package]) -> tuple[str, ...]:
    if part.ref[0].upper() == "X":
        return known[part.value].pins
    return PIN_NAMES[part.ref[0].upper()]
