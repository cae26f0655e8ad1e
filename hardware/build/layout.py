"""Where the parts lie on the laid-out board, in millimetres from its upper left corner."""

from dataclasses import dataclass
from functools import cache
from math import cos, dist, radians, sin
from typing import Any

from hardware.build import netlist
from hardware.build.netlist import children, value
from hardware.build.tools import LAYOUT


@dataclass(frozen=True, slots=True)
class Pad:
    """A pad: its number, net, middle, half of its width and height, and the layers' names."""

    number: str
    net: str
    x: float
    y: float
    half_width: float
    half_height: float
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Footprint:
    """A part on the board: its outline as a rectangle, and its pads."""

    reference: str
    x1: float
    y1: float
    x2: float
    y2: float
    pads: tuple[Pad, ...]


@dataclass(frozen=True, slots=True)
class Copper:
    """A straight track from (x1, y1) to (x2, y2), or a via where both are one point."""

    net: str
    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@cache
def board() -> list[Any]:
    """The board's file as nested lists."""
    return netlist.parse(LAYOUT.read_text("utf-8"))


@cache
def origin() -> tuple[float, float]:
    """Upper left corner of the outline, in the file's coordinates."""
    edges = [
        _point(line, end)
        for line in children(board(), "gr_line")
        if value(line, "layer") == "Edge.Cuts"
        for end in ("start", "end")
    ]
    return min(x for x, _ in edges), min(y for _, y in edges)


@cache
def footprints() -> dict[str, Footprint]:
    """All footprints by reference."""
    found = [_footprint(node) for node in children(board(), "footprint")]
    return {footprint.reference: footprint for footprint in found}


@cache
def copper() -> tuple[Copper, ...]:
    """All tracks and vias. Filled zones are not among them."""
    names = {net[1]: net[2] for net in children(board(), "net")}
    tracks = [
        Copper(
            names[value(node, "net")],
            *_at(node, "start"),
            *_at(node, "end"),
            _number(node, "width"),
        )
        for node in children(board(), "segment")
    ]
    vias = [
        Copper(names[value(node, "net")], *_at(node, "at"), *_at(node, "at"), _number(node, "size"))
        for node in children(board(), "via")
    ]
    return (*tracks, *vias)


def _footprint(node: list[Any]) -> Footprint:
    x, y, *turned = (float(number) for number in children(node, "at")[0][1:])
    angle = turned[0] if turned else 0.0
    reference = next(p[2] for p in children(node, "property") if p[1] == "Reference")
    pads = tuple(_pad(pad, x, y, angle) for pad in children(node, "pad"))
    corners = [
        _turned(*_point(line, end), x, y, angle)
        for kind in ("fp_line", "fp_rect")
        for line in children(node, kind)
        if value(line, "layer")[1:] == ".CrtYd"
        for end in ("start", "end")
    ]
    corners += [corner for circle in _circles(node) for corner in _around(circle, x, y, angle)]
    corners += [(pad.x, pad.y) for pad in pads] or [(x - origin()[0], y - origin()[1])]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return Footprint(reference, min(xs), min(ys), max(xs), max(ys), pads)


def _circles(node: list[Any]) -> list[list[Any]]:
    """Round outlines: of the courtyard, and the largest arcs of battery holders."""
    kinds = [*children(node, "fp_circle"), *children(node, "fp_arc")]
    return [shape for shape in kinds if value(shape, "layer")[1:] == ".CrtYd"]


def _around(shape: list[Any], x: float, y: float, angle: float) -> list[tuple[float, float]]:
    """Points on a circle, or the three that KiCad gives for an arc."""
    if shape[0] == "fp_arc":
        return [_turned(*_point(shape, end), x, y, angle) for end in ("start", "mid", "end")]
    (cx, cy), edge = _point(shape, "center"), _point(shape, "end")
    radius = dist((cx, cy), edge)
    return [
        _turned(cx + dx * radius, cy + dy * radius, x, y, angle)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
    ]


def _pad(node: list[Any], x: float, y: float, angle: float) -> Pad:
    at = [float(number) for number in children(node, "at")[0][1:]]
    width, height = (float(number) for number in children(node, "size")[0][1:3])
    if round(at[2] if len(at) > 2 else 0) % 180 == 90:
        width, height = height, width
    place = _turned(at[0], at[1], x, y, angle)
    net = children(node, "net")
    layers = tuple(children(node, "layers")[0][1:])
    return Pad(node[1], net[0][2] if net else "", *place, width / 2, height / 2, layers)


def _turned(dx: float, dy: float, x: float, y: float, angle: float) -> tuple[float, float]:
    turn = radians(-angle)
    return (
        x + dx * cos(turn) - dy * sin(turn) - origin()[0],
        y + dx * sin(turn) + dy * cos(turn) - origin()[1],
    )


def _point(node: list[Any], name: str) -> tuple[float, float]:
    x, y = children(node, name)[0][1:3]
    return float(x), float(y)


def _at(node: list[Any], name: str) -> tuple[float, float]:
    x, y = _point(node, name)
    return x - origin()[0], y - origin()[1]


def _number(node: list[Any], name: str) -> float:
    return float(value(node, name))
