"""R11 and R12, R21 and R22 stand for one resistor each: no single track may undo a pair.

A pair that is cut off as a whole would hold the relay forever. So with any one piece of track
broken, at least one resistor of each pair has to stay where the comparator is.
"""

from itertools import pairwise

import pytest

from hardware.build import layout

Node = tuple[str, float, float]
Edge = tuple[Node, Node]
_NEAR_MM = 0.01


def _rounded(x: float, y: float) -> tuple[float, float]:
    return round(x, 2), round(y, 2)


class Net:
    """The tracks of a net as a graph: pads are nodes, each piece of track is an edge."""

    def __init__(self, name: str) -> None:
        pieces = [track for track in layout.copper() if track.net == name]
        points = {_rounded(*end) for t in pieces for end in ((t.x1, t.y1), (t.x2, t.y2))}
        self.edges: list[Edge] = []
        for track in pieces:
            on_it = sorted(
                (point for point in points if _lies_on(point, track)),
                key=lambda point: abs(point[0] - track.x1) + abs(point[1] - track.y1),
            )
            self.edges += [(_node(a), _node(b)) for a, b in pairwise(on_it)]
        self.pads = {
            f"{part.reference}.{pad.number}": pad
            for part in layout.footprints().values()
            for pad in part.pads
            if pad.net == name
        }

    def reached(self, start: str, without: Edge | None = None) -> set[str]:
        """Pads that hang together with pad `start` when one piece of track is broken."""
        groups: dict[Node, set[Node]] = {}
        left = list(self.edges)
        if without is not None:
            left.remove(without)
        joined = [*left, *(edge for edges in self._pad_edges().values() for edge in edges)]
        for a, b in joined:
            group = groups.get(a, {a}) | groups.get(b, {b})
            for node in group:
                groups[node] = group
        mine = groups.get((start, 0, 0), set())
        return {name for name in self.pads if (name, 0, 0) in mine}

    def _pad_edges(self) -> dict[str, list[Edge]]:
        ends = {end for edge in self.edges for end in edge}
        return {
            name: [
                ((name, 0.0, 0.0), end)
                for end in ends
                if abs(end[1] - pad.x) <= pad.half_width and abs(end[2] - pad.y) <= pad.half_height
            ]
            for name, pad in self.pads.items()
        }


def _node(point: tuple[float, float]) -> Node:
    return "", *point


def _lies_on(point: tuple[float, float], track: layout.Copper) -> bool:
    dx, dy = track.x2 - track.x1, track.y2 - track.y1
    length = (dx**2 + dy**2) ** 0.5
    px, py = point[0] - track.x1, point[1] - track.y1
    if length == 0:
        return abs(px) + abs(py) < _NEAR_MM
    aside = abs(px * dy - py * dx) / length
    along = (px * dx + py * dy) / length
    return aside < _NEAR_MM and -_NEAR_MM <= along <= length + _NEAR_MM


@pytest.mark.parametrize(
    ("name", "watched", "pair"),
    [
        ("RESERVOIR", "IC2.2", ("R11.1", "R12.1")),
        ("THRESHOLD", "IC2.3", ("R21.2", "R22.2")),
        ("+5V", "IC2.8", ("R21.1", "R22.1")),
    ],
)
def test_no_single_track_cuts_a_pair_off(name: str, watched: str, pair: tuple[str, str]):
    net = Net(name)
    assert set(pair) <= net.reached(watched)
    for edge in dict.fromkeys(net.edges):
        with_it = net.reached(watched, without=edge)
        powered = name != "+5V" or {"J1.2", "J1.4"} & with_it
        assert not powered or set(pair) & with_it, f"{edge} alone joins both of {pair}"


def test_the_graph_of_a_net_reaches_every_pad_of_it():
    for name in ("RESERVOIR", "THRESHOLD", "COIL", "VK"):
        net = Net(name)
        assert net.reached(next(iter(net.pads))) == set(net.pads)
