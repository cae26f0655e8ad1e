"""The enable pump on perforated board, if no board is ordered: places, wires, and a list of them.

Holes are 2.54 mm apart and named by column and row from the upper left, as seen from the parts'
side. Only the Pi's side is here: K1 and what crosses the barrier stand on a board of their own.
"""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from hardware.build import netlist
from hardware.build.tools import BuildError

COLUMNS, ROWS = 30, 21

_LYING = {
    "R4": (1, 10), "R13": (1, 12), "R14": (1, 14),
    "R5": (9, 2), "R6": (9, 4), "R11": (9, 6), "R12": (9, 8),
    "R8": (9, 10), "R7": (9, 12), "R9": (9, 14), "R10": (9, 16),
    "R21": (16, 9), "R22": (16, 11), "R3": (16, 13),
}  # fmt: skip
"""Resistors: hole of pin 1; pin 2 is four holes to the right."""
_PINS = {
    "IC1": [(3, row) for row in range(2, 9)] + [(6, row) for row in range(8, 1, -1)],
    "IC2": [(23, row) for row in range(9, 13)] + [(26, row) for row in range(12, 8, -1)],
    "C11": [(15, 2), (17, 2)], "C12": [(15, 5), (17, 5)], "C2": [(25, 3), (27, 3)],
    "C13": [(3, 0), (5, 0)], "C14": [(25, 6), (27, 6)], "C3": [(1, 16), (3, 16)],
    "D1": [(19, 1), (22, 1)], "D2": [(22, 3), (19, 3)],
    "D3": [(19, 5), (22, 5)], "D4": [(22, 7), (19, 7)], "D5": [(19, 16), (22, 16)],
    "T1": [(23, 14), (24, 14), (25, 14)], "F1": [(15, 16), (17, 16)],
}  # fmt: skip
"""The other parts: the hole of each pin, in the pins' order."""
TERMINALS = {
    "+5V": (1, 19), "+3V3": (4, 19), "GND": (7, 19), "ENABLE": (10, 19), "STOP": (13, 19),
    "STOP_1": (16, 19), "STOP_2": (19, 19), "VK": (22, 19), "COIL": (25, 19),
    "READ_BACK": (28, 19),
}  # fmt: skip
"""Wires that leave the board: solder pins."""
_CLOSING = {"RESERVOIR": ("R12.1", "IC2.2"), "THRESHOLD": ("R21.2", "IC2.3")}
"""Pins that one more wire joins, so that their net is a ring. With a tree, one broken wire takes
both resistors of a pair away from the comparator, and then the relay is held for ever."""
_PITCH = 22
_SMALL = 'font-size="8"'
_EDGE = 40


def make(out: Path) -> None:
    """The drawing and the list of wires."""
    (out / "perfboard.svg").write_text(_drawing(), "utf-8")
    rows = [f"{net},{_name(a)},{_name(b)}" for net, wires in wires().items() for a, b in wires]
    (out / "perfboard-wires.csv").write_text("\n".join(["net,from,to", *rows]) + "\n", "utf-8")


def holes() -> dict[str, tuple[int, int]]:
    """Each pin as "R1.2" and its hole. Raises where two would share one."""
    found = {}
    for reference, (column, row) in _LYING.items():
        found[f"{reference}.1"], found[f"{reference}.2"] = (column, row), (column + 4, row)
    for reference, places in _PINS.items():
        found |= {f"{reference}.{number}": place for number, place in enumerate(places, start=1)}
    everything = [*found.values(), *TERMINALS.values()]
    if len(set(everything)) < len(everything):
        raise BuildError("perfboard: two pins share a hole")
    return found


def wires() -> dict[str, list[tuple[tuple[int, int], tuple[int, int]]]]:
    """For each net the shortest wires that join all its holes, and what closes a ring."""
    placed = holes()
    joined = {}
    for net, pins in sorted(netlist.read().nets.items()):
        here = sorted({placed[pin] for pin in pins if pin in placed})
        if net in TERMINALS:
            here.append(TERMINALS[net])
        if len(here) > 1:
            joined[net] = _tree(here)
    for net, (a, b) in _CLOSING.items():
        joined[net].append((placed[a], placed[b]))
    return joined


def _tree(points: list[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Shortest tree through all points, by the distance along rows and columns."""
    group = {point: index for index, point in enumerate(points)}
    edges = []
    for a, b in sorted(combinations(points, 2), key=lambda ab: (_steps(*ab), ab)):
        if group[a] != group[b]:
            edges.append((a, b))
            old, new = group[b], group[a]
            group = {point: new if index == old else index for point, index in group.items()}
    return edges


def _steps(a: tuple[int, int], b: tuple[int, int]) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _name(hole: tuple[int, int]) -> str:
    return f"{hole[0]}/{hole[1]}"


def _drawing() -> str:
    width, height = COLUMNS * _PITCH + 2 * _EDGE, ROWS * _PITCH + 2 * _EDGE
    parts = _dots() + [_part(reference) for reference in (*_LYING, *_PINS)] + _pins()
    under = _dots() + [
        _wire(net, *ends) for net, all_wires in wires().items() for ends in all_wires
    ]
    under += _ends()
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {2 * height}" \
font-family="DejaVu Sans, sans-serif" font-size="10">
<style>.d {{ fill: #d8d2c4 }} .p {{ fill: #fff6e6; stroke: #c05000 }} .e {{ fill: #222 }}
.o {{ fill: #c05000 }}
.w, .g, .v {{ fill: none }} .w {{ stroke: #1d5fa8; stroke-width: 2 }}
.g {{ stroke: #222; stroke-width: 2.4 }}
.v {{ stroke: #c0392b; stroke-width: 2.4 }} .t {{ fill: #1d5fa8 }}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="{_EDGE}" y="18" font-size="14" font-weight="bold">Parts' side: enable pump, STOP, \
read-back</text>
{chr(10).join(parts)}
<g transform="translate(0 {height})">
<text x="{_EDGE}" y="18" font-size="14" font-weight="bold">\
Insulated wires underneath, seen through the board</text>
{chr(10).join(under)}
</g>
</svg>
"""


def _xy(hole: tuple[int, int]) -> tuple[int, int]:
    return _EDGE + hole[0] * _PITCH, _EDGE + hole[1] * _PITCH


def _dots() -> list[str]:
    marks = [
        f'<text x="{_xy((column, 0))[0]}" y="{_EDGE - 9}" {_SMALL} '
        f'text-anchor="middle">{column}</text>'
        for column in range(COLUMNS)
    ]
    marks += [
        f'<text x="{_EDGE - 14}" y="{_xy((0, row))[1] + 3}" {_SMALL} text-anchor="end">{row}</text>'
        for row in range(ROWS)
    ]
    every = ((column, row) for column in range(COLUMNS) for row in range(ROWS))
    return marks + [_dot(hole, "d", 2.4) for hole in every]


def _dot(hole: tuple[int, int], kind: str, radius: float) -> str:
    x, y = _xy(hole)
    return f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius}"/>'


def _part(reference: str) -> str:
    places = [place for pin, place in holes().items() if pin.partition(".")[0] == reference]
    xs, ys = zip(*map(_xy, places), strict=True)
    left, top = min(xs) - 8, min(ys) - 8
    width, height = max(xs) + 8 - left, max(ys) + 8 - top
    pins = "".join(_dot(place, "e", 3) for place in places) + _dot(places[0], "o", 3.6)
    label = f"{reference} {netlist.read().parts[reference].value}"
    inside = width > 60
    x, y = left + width / 2, top + height / 2 + 3.5
    if not inside:
        y = top - 3 if places[0][1] else top + height + 11
    turn = f' transform="rotate(-90 {x} {y - 3.5})"' if height > width else ""
    return (
        f'<rect class="p" x="{left}" y="{top}" width="{width}" height="{height}" rx="3"/>{pins}'
        f'<text x="{x}" y="{y}" text-anchor="middle"{turn}>{label}</text>'
    )


def _pins() -> list[str]:
    words = []
    for name, hole in TERMINALS.items():
        x, y = _xy(hole)
        words.append(f'<circle class="t" cx="{x}" cy="{y}" r="5"/>')
        words.append(
            f'<text x="{x}" y="{y + 17}" text-anchor="middle" font-weight="bold">{name}</text>'
        )
    return words


def _wire(net: str, a: tuple[int, int], b: tuple[int, int]) -> str:
    kind = {"GND": "g", "+5V": "v"}.get(net, "w")
    (x1, y1), (x2, y2) = _xy(a), _xy(b)
    bows = (0.0, 0.16, -0.16, 0.3, -0.3, 0.5)
    x, y = next((c for c in (_bow(a, b, bow) for bow in bows) if _free(a, c, b)), _bow(a, b, 0.0))
    return f'<path class="{kind}" d="M{x1} {y1}Q{x:.0f} {y:.0f} {x2} {y2}"/>'


def _bow(a: tuple[int, int], b: tuple[int, int], bow: float) -> tuple[float, float]:
    """Control point of a curve from `a` to `b` that bows aside by a share of its length."""
    (x1, y1), (x2, y2) = _xy(a), _xy(b)
    return (x1 + x2) / 2 + bow * (y2 - y1), (y1 + y2) / 2 - bow * (x2 - x1)


def _free(a: tuple[int, int], control: tuple[float, float], b: tuple[int, int]) -> bool:
    """True where the curve passes over no other pin."""
    others = [_xy(hole) for hole in {*holes().values(), *TERMINALS.values()} - {a, b}]
    (x1, y1), (x2, y2) = _xy(a), _xy(b)
    for step in range(1, 40):
        s = step / 40
        x = (1 - s) ** 2 * x1 + 2 * s * (1 - s) * control[0] + s**2 * x2
        y = (1 - s) ** 2 * y1 + 2 * s * (1 - s) * control[1] + s**2 * y2
        if any((x - px) ** 2 + (y - py) ** 2 < 64 for px, py in others):
            return False
    return True


def _ends() -> Iterable[str]:
    used = [*holes().values(), *TERMINALS.values()]
    return [_dot(hole, "e", 2.6) for hole in used] + _pins()
