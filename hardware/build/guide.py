"""A drawing for each stage of soldering: what is new, what is there already, and a list."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from hardware.build import layout, netlist
from hardware.build.layout import Footprint

STAGES: tuple[tuple[str, str], ...] = (
    ("2-fine-legs", "IC3 IC4"),
    ("3-flat-parts", "R* D*"),
    ("4-chips-and-transistors", "IC1 IC2 IC5 T*"),
    ("5-capacitors-and-fuses", "C* F*"),
    ("6-relay-supply-connectors", "K1 PS1 J2 J3 J4 J5 J6 J7 J9 J11 J12 J13 JP1 BZ1 BT1"),
    ("7-header-underneath", "J1"),
)
"""Pages of the guide, and the parts that are soldered there: references, or a prefix and *."""
_SCALE = 5.2
_MARGIN = 16
_LIST_WIDTH = 330
_LINE = 17
_CROWDED = 45
"""A part with more than two pads that is narrower than this has its name above it."""
_CLOSE_MM = 3
"""So has a part whose legs are closer than this: they are where its name would be."""
_LEGEND = (
    "",
    "Orange dot: pin 1; of a D the band,",
    "of C15, C21, C22 and BT1 plus.",
    "Grey: there already. Red line: the barrier.",
)
_WIDTH_MM, _HEIGHT_MM = 160, 100


def make(out: Path) -> None:
    """One SVG for each stage."""
    done: set[str] = set()
    for name, words in STAGES:
        new = references(words)
        (out / f"{name}.svg").write_text(_drawing(new, done), "utf-8")
        done |= set(new)


def references(words: str) -> list[str]:
    """The fitted parts that a stage's words name."""
    fitted = [part.reference for part in netlist.read().parts.values() if part.fitted]
    chosen = []
    for word in words.split():
        prefix = word.removesuffix("*")
        chosen += [
            r for r in fitted if r == word or (word != prefix and r.rstrip("0123456789") == prefix)
        ]
    return sorted(chosen, key=_order)


def _order(reference: str) -> tuple[str, int]:
    letters = reference.rstrip("0123456789")
    return letters, int(reference[len(letters) :])


def _drawing(new: Sequence[str], done: set[str]) -> str:
    rows = _list(new)
    height = max(_HEIGHT_MM * _SCALE, _LINE * (len(rows) + 1)) + 2 * _MARGIN
    width = _WIDTH_MM * _SCALE + _LIST_WIDTH + 3 * _MARGIN
    parts = layout.footprints()
    kinds = {r: "new" if r in new else "old" if r in done else "none" for r in parts}
    shapes = [_shape(parts[r], kinds[r]) for r in sorted(parts, key=lambda r: kinds[r] == "new")]
    text_x = _WIDTH_MM * _SCALE + 2 * _MARGIN
    words = [
        f'<text x="{text_x:.0f}" y="{_MARGIN + 12 + _LINE * line}">{escape(row)}</text>'
        for line, row in enumerate(rows)
    ]
    barrier = 114 * _SCALE + _MARGIN
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" \
font-family="DejaVu Sans, sans-serif" font-size="12">
<style>.new {{ fill: #ffd9a0; stroke: #c05000; stroke-width: 1.6 }}
.old {{ fill: #d8dde2; stroke: #8a949c }}
.none {{ fill: none; stroke: #d8dde2 }} .pad {{ fill: #222 }} .one {{ fill: #c05000 }}</style>
<rect width="100%" height="100%" fill="#fff"/>
<rect x="{_MARGIN}" y="{_MARGIN}" width="{_WIDTH_MM * _SCALE}" height="{_HEIGHT_MM * _SCALE}" \
rx="14" fill="#f6fbf6" stroke="#222"/>
<path d="M{barrier} {_MARGIN}v{_HEIGHT_MM * _SCALE}" stroke="#c0392b" stroke-width="2" \
stroke-dasharray="9 6"/>
{chr(10).join(shapes)}
{chr(10).join(words)}
</svg>
"""


def _shape(part: Footprint, kind: str) -> str:
    x, y = part.x1 * _SCALE + _MARGIN, part.y1 * _SCALE + _MARGIN
    width, height = (part.x2 - part.x1) * _SCALE, (part.y2 - part.y1) * _SCALE
    size = f'width="{width:.1f}" height="{height:.1f}"'
    box = f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" {size} rx="2"/>'
    if kind != "new":
        return box
    pads = "".join(
        f'<circle class="{"one" if pad.number in ("1", "A1") else "pad"}" r="2.6" '
        f'cx="{pad.x * _SCALE + _MARGIN:.1f}" cy="{pad.y * _SCALE + _MARGIN:.1f}"/>'
        for pad in part.pads
    )
    middle_x, middle_y = x + width / 2, y + height / 2
    spread = max(p.x for p in part.pads) - min(p.x for p in part.pads)
    crowded = (len(part.pads) > 2 and min(width, height) < _CROWDED) or 0 < spread < _CLOSE_MM
    if crowded:
        middle_y = y - 8
    upright = not crowded and height > 1.6 * width
    turn = f' transform="rotate(-90 {middle_x:.1f} {middle_y:.1f})"' if upright else ""
    name = (
        f'<text x="{middle_x:.1f}" y="{middle_y + 4:.1f}" text-anchor="middle" '
        f'font-weight="bold"{turn}>{part.reference}</text>'
    )
    return box + pads + name


def _list(new: Sequence[str]) -> list[str]:
    """One line for each value, with all its references."""
    parts = netlist.read().parts
    lines = []
    ordered = sorted(new, key=lambda r: (_order(r)[0], parts[r].value, _order(r)[1]))
    for value, group in groupby(ordered, key=lambda r: parts[r].value):
        names = list(group)
        for start in range(0, len(names), 4):
            head = f"{value}: " if start == 0 else "    "
            lines.append(head + ", ".join(names[start : start + 4]))
    return [*lines, *_LEGEND]
