"""The README's picture of the front panel: `python -m tests.front_panel.picture FILE`.

Blocks are drawn as rectangles, so that it looks the same whatever fonts a reader has.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from rich.segment import Segment
from textual.color import Color

from appliance.front_panel.dots import EIGHTHS
from appliance.session.envelope import Part
from appliance.virtual_box.box import VirtualBox
from tests.front_panel.desk import Desk, desk_in

COLUMNS, ROWS = 152, 50
CELL_W, CELL_H = 6, 12
LEVEL = 14
UPPER_HALF = "▀"


def raise_level(box: VirtualBox) -> None:
    """Into the working phase, and up to a level that is worth a picture."""
    box.wait_until(lambda: _phase(box) == "work", 400.0)
    while (run := box.record.run) is not None and run.levels.target[0] < LEVEL:
        box.turn(-1 if run.levels.up_locked else 0).turn(1)
    box.wait(20.0)
    box.wait_until(lambda: _step(box) is Part.HOLD, 30.0)


def _phase(box: VirtualBox) -> str:
    return box.record.position.phase.name if box.record.position else ""


def _step(box: VirtualBox) -> Part | None:
    return box.record.position.part if box.record.position else None


async def take(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = desk_in(Path(folder), speed=1.0)
        async with desk.open(COLUMNS, ROWS):
            await desk.to_first_placing()
            await desk.start_stage(4)
            raise_level(desk.box)
            desk.live(1.0)
            await desk.pilot.pause()
            path.write_text(svg(desk), "utf-8")
        desk.box.close()


def svg(desk: Desk) -> str:
    shapes = "\n".join(shape for y, line in enumerate(desk.lines()) for shape in _line(y, line))
    width, height = COLUMNS * CELL_W, ROWS * CELL_H
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="monospace" font-size="10">\n{shapes}\n</svg>\n'
    )


def _line(row: int, segments: list[Segment]) -> Iterator[str]:
    column = 0
    for text, style, _ in segments:
        fore, back = _colours(style)
        yield _box(column, row, len(text), 0, 8, back)
        for run in re.finditer(rf"([{EIGHTHS[1:]}{UPPER_HALF}])\1*", text):
            top, bottom = _extent(run.group(1))
            yield _box(column + run.start(), row, len(run.group()), top, bottom, fore)
        for word in re.finditer(rf"[^\s{EIGHTHS}{UPPER_HALF}]+", text):
            yield _text(column + word.start(), row, word.group(), fore)
        column += len(text)


def _colours(style: object) -> tuple[str, str]:
    fore, back = getattr(style, "color", None), getattr(style, "bgcolor", None)
    return _hex(fore, "#c9d1d5"), _hex(back, "#16191b")


def _hex(colour: Any, otherwise: str) -> str:
    return Color.from_rich_color(colour).hex6 if colour else otherwise


def _extent(block: str) -> tuple[int, int]:
    """Top and bottom of a block, in eighths of the cell."""
    return (0, 4) if block == UPPER_HALF else (8 - EIGHTHS.index(block), 8)


def _box(column: int, row: int, cells: int, top: int, bottom: int, colour: str) -> str:
    x, y = column * CELL_W, row * CELL_H + top * CELL_H / 8
    size = f'width="{cells * CELL_W}" height="{(bottom - top) * CELL_H / 8:g}"'
    return f'<rect x="{x}" y="{y:g}" {size} fill="{colour}" shape-rendering="crispEdges"/>'


def _text(column: int, row: int, word: str, colour: str) -> str:
    at = f'x="{column * CELL_W}" y="{row * CELL_H + 9}" textLength="{len(word) * CELL_W}"'
    return f'<text {at} fill="{colour}">{escape(word)}</text>'


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
