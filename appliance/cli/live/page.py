"""The page of `status --watch`: what the socket answered, as lines of one size."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from PIL import Image

from appliance.cli.live.characters import FULL, Characters, in_cells
from appliance.cli.live.sweep import IN_FORCE, MEASURED, SPAN_S, Sweep
from appliance.cli.status_words import RINGS, SIDES, faults, headline, in_words
from appliance.front_panel.dots import bars, braille, half_blocks

SIDE = 15
"""Columns of the figures beside the picture."""
BELOW = 7
"""Rows that are kept below the picture: four traces, three lines of faults and log."""
LABEL = 11
TALLEST_TRACE = 3
_STAMP = re.compile(r"(\d+\.\d{3}) (.*)")


@dataclass
class Seen:
    """What the service has answered so far."""

    status: dict[str, Any] = field(default_factory=dict)
    picture: Image.Image | None = None
    """None where the box shows none."""
    log: list[str] = field(default_factory=list)
    sweep: Sweep = field(default_factory=Sweep)
    now: float = 0.0
    """The service's clock, seconds."""
    trouble: str = ""
    """Why nothing newer was heard."""


def picture_of(answer: dict[str, Any]) -> Image.Image | None:
    """The picture in an answer to `picture`."""
    packed = base64.b64decode(answer.get("picture") or "")
    return Image.frombytes("1", tuple(answer["size"]), packed) if packed else None


def page(
    seen: Seen, columns: int, rows: int, wall: datetime, characters: Characters = FULL
) -> list[str]:
    """As many lines as there are rows, each as wide as the terminal.

    The last character of all is left out: a terminal would scroll. `wall` is the time of day.
    """
    head = headline(seen.status)
    picture = list(_picture(seen.picture, columns, rows, characters))
    if picture:
        shown = [f"{a} {b}" for a, b in zip_longest(picture, _figures(seen), fillvalue="")]
    else:
        shown = [*in_words(seen.status).splitlines()[1:], f"current: {_scale(seen)}"]
        shown = [line for line in shown if line not in head]
    top = [seen.trouble or head, *shown[: rows - BELOW - 1]]
    top = [line.translate(characters.rings) for line in top]
    below = rows - len(top)
    traces = list(_traces(seen, columns, below, characters))
    told = [part for line in faults(seen.status) for part in wrap(line, columns)]
    told = told[: max(1, below - len(traces) - 1)]
    room = max(0, below - len(traces) - len(told))
    log = [_by_the_clock(line, seen.now, wall) for line in seen.log[len(seen.log) - room :]]
    lines = [*top, *traces, *told, *log][:rows]
    lines += [""] * (rows - len(lines))
    return [*(in_cells(line, columns) for line in lines[:-1]), in_cells(lines[-1], columns - 1)]


def _picture(
    picture: Image.Image | None, columns: int, rows: int, characters: Characters
) -> Iterator[str]:
    """The panel in half blocks where there is room, in braille where there is less, or nothing.

    Fewer characters than that cannot show letters of six pixels.
    """
    room_columns, room_rows = columns - SIDE - 1, rows - BELOW - 1
    if picture is None:
        return
    if room_columns >= picture.width and room_rows >= picture.height // 2:
        for line in half_blocks(picture):
            yield line.translate(characters.half_blocks)
    elif (
        characters.has_braille
        and room_columns >= picture.width // 2
        and room_rows >= picture.height // 4
    ):
        yield from braille(picture)


def _figures(seen: Seen) -> Iterator[str]:
    """The levels, in the room that is left beside the picture."""
    status = seen.status
    for channel in status["channels"]:
        name = channel["name"]
        yield f"{name} {SIDES[name]} {RINGS[name]}"
        yield f"level {channel['level']:9.1f}"
        yield f"of {channel['target']:12g}"
        yield f"in force {channel['in_force']:6.1f}"
        measured = channel["measured"]
        yield "measured   none" if measured is None else f"measured {measured:6.1f}"
        yield f"contact {channel['contact']}"
        yield ""
    yield f"limit {status['limit']:6g} {status['unit']}"
    yield _scale(seen)


def _scale(seen: Seen) -> str:
    return f"{SPAN_S:g} s, to {seen.sweep.scale():g} {seen.status['unit']}"


def _traces(seen: Seen, columns: int, rows: int, characters: Characters) -> Iterator[str]:
    kinds = [(IN_FORCE, "in force")] + [(MEASURED, "measured")] * seen.sweep.measures
    traces = [(channel, *kind) for channel in (0, 1) for kind in kinds]
    height = max(1, min(TALLEST_TRACE, (rows - 3) // len(traces)))
    count, scale = columns - LABEL - 1, seen.sweep.scale()
    for channel, kind, name in traces:
        shares = seen.sweep.columns(kind, channel, count, seen.now)
        lines = bars([(one or 0.0) / scale for one in shares], height)
        for number, line in enumerate(lines):
            label = f"{'AB'[channel]} {name}" if number == height - 1 else ""
            drawn = line.translate(characters.bars)
            trace = "".join(
                " " if share is None else one for share, one in zip(shares, drawn, strict=True)
            )
            yield label.ljust(LABEL) + trace


def _by_the_clock(line: str, now: float, wall: datetime) -> str:
    """A line of the service's log with the time of day in the place of its monotonic clock."""
    match = _STAMP.fullmatch(line)
    if match is None:
        return line
    at = wall - timedelta(seconds=now - float(match[1]))
    return f"{at:%H:%M:%S} {match[2]}"
