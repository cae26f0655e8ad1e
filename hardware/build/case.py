"""The case: bodies to print, a drilling template on paper, and the boxes that the test measures."""

import ast
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hardware.build.tools import HARDWARE, run

CASE = HARDWARE / "case" / "case.scad"
_BODIES = ("base", "lid")
_PAGE_MM = (297, 210)


@dataclass(frozen=True, slots=True)
class Metal:
    """A part that conducts, as a box from `low` to `high` in millimetres, and its side."""

    side: str
    name: str
    low: tuple[float, ...]
    high: tuple[float, ...]

    def distance_mm(self, other: "Metal") -> float:
        """Shortest way through air to another part; 0 where they touch."""
        gaps = (
            max(0.0, b_low - a_high, a_low - b_high)
            for a_low, a_high, b_low, b_high in zip(
                self.low, self.high, other.low, other.high, strict=True
            )
        )
        return float(sum(gap**2 for gap in gaps) ** 0.5)


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole: `size` is one diameter, or width and height of a window."""

    face: str
    name: str
    x: float
    y: float
    size: tuple[float, ...]


@cache
def echoes() -> tuple[tuple[Any, ...], ...]:
    """What the OpenSCAD source says about itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parts.echo"
        run("openscad", "-o", path, CASE)
        return read_echoes(path.read_text("utf-8"))


def read_echoes(text: str) -> tuple[tuple[Any, ...], ...]:
    """The rows of an echo file."""
    lines = text.splitlines()
    said = [line.removeprefix("ECHO: ") for line in lines if line.startswith("ECHO: ")]
    return tuple(ast.literal_eval(f"({line},)") for line in said)


def metal(said: tuple[tuple[Any, ...], ...]) -> list[Metal]:
    """Every part that conducts, out of what the source says."""
    rows = [row[1:] for row in said if row[0] == "METAL"]
    return [Metal(side, name, tuple(low), tuple(high)) for side, name, low, high in rows]


def holes() -> list[Hole]:
    """Every hole of the lid and of the side walls."""
    return [_hole(*row[1:]) for row in echoes() if row[0] == "HOLE"]


def inner_mm() -> tuple[float, float, float]:
    """Width, depth and height inside."""
    width, depth, height = next(row for row in echoes() if row[0] == "INNER")[1]
    return width, depth, height


def make(out: Path) -> None:
    """Bodies as STL, the template as PDF, and what the source says, into `out`."""
    run("openscad", "-o", out / "parts.echo", CASE)
    for body in _BODIES:
        run(
            *("openscad", "-q", "-D", f'show="{body}"', "--export-format", "binstl"),
            *("-o", out / f"{body}.stl", CASE),
        )
    width, depth, height = inner_mm()
    faces = {"lid": (width, depth), "left": (depth, height), "right": (depth, height)}
    pages = []
    for face, size in faces.items():
        page = out / f"drilling-{face}.svg"
        page.write_text(_template(face, *size), "utf-8")
        pages.append(page)
    run("rsvg-convert", "-f", "pdf", "-o", out / "drilling-template.pdf", *pages)


def _hole(face: str, name: str, at: list[float], size: float | list[float]) -> Hole:
    return Hole(face, name, at[0], at[1], tuple(size) if isinstance(size, list) else (size,))


def _template(face: str, width: float, height: float) -> str:
    """One page of the template at 1:1; the rectangle is the inner edge of the face."""
    left, top = (_PAGE_MM[0] - width) / 2, 13.0
    words = {"lid": "lid, seen from outside", "left": "left wall, seen from inside"}
    title = words.get(face, "right wall, seen from outside")
    rows = [
        _outline(hole, left + hole.x, top + height - hole.y)
        for hole in holes()
        if hole.face == face
    ]
    ruler = '<path class="c" d="M20 203h100M20 201v4M70 201v4M120 201v4"/>'
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{_PAGE_MM[0]}mm" height="{_PAGE_MM[1]}mm" \
viewBox="0 0 {_PAGE_MM[0]} {_PAGE_MM[1]}" font-family="DejaVu Sans, sans-serif" font-size="3">
<style>.c {{ fill: none; stroke: #000; stroke-width: 0.2 }}
.x {{ stroke: #000; stroke-width: 0.1 }}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="20" y="9" font-size="4">Drilling template, 1:1: {title}</text>
<text x="124" y="204">Measure: 100 mm. Print without "fit to page".</text>
{ruler}
<rect class="c" x="{left}" y="{top}" width="{width}" height="{height}"/>
{chr(10).join(rows)}
</svg>
"""


def _outline(hole: Hole, x: float, y: float) -> str:
    cross = f'<path class="x" d="M{x - 4} {y}h8M{x} {y - 4}v8"/>'
    if len(hole.size) == 2:
        width, height = hole.size
        corner = f'x="{x - width / 2}" y="{y - height / 2}"'
        shape = f'<rect class="c" {corner} width="{width}" height="{height}"/>'
        note = f"{width:g} x {height:g}"
    else:
        shape = f'<circle class="c" cx="{x}" cy="{y}" r="{hole.size[0] / 2}"/>'
        note = f"Ø {hole.size[0]:g}"
    if hole.name == "sound":
        return shape + cross
    half = hole.size[-1] / 2
    return (
        f'{shape}{cross}<text x="{x}" y="{y - half - 2}" text-anchor="middle">{hole.name}</text>'
        f'<text x="{x}" y="{y + half + 4}" text-anchor="middle">{note}</text>'
    )
