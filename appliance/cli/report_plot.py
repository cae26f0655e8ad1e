"""A small line plot over weeks as inline SVG, for the report."""

from collections.abc import Sequence
from datetime import date
from math import ceil

WIDTH, HEIGHT = 720, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 40, 10, 26
MOST_TICKS = 5
"""Most ticks above 0."""
_MOST_DATES = 8


def line_plot(values: Sequence[tuple[date, float | None]], least_top: float) -> str:
    """The SVG element; empty where no value is known. Unknown values break the line.

    The axis begins at 0 and ends at or above `least_top` and all values. Its ticks are whole.
    """
    known = [value for _, value in values if value is not None]
    if not known:
        return ""
    highest = max(least_top, *known)
    step = between_ticks(highest)
    top = step * ceil(highest / step)
    parts = [*_grid(top, step), *_dates([day for day, _ in values])]
    for run in _runs([value for _, value in values]):
        points = " ".join(f"{_x(i, len(values)):.1f},{_y(v, top):.1f}" for i, v in run)
        parts.append(f'<polyline points="{points}" fill="none" stroke="#1f6f8b" stroke-width="2"/>')
        parts += [
            f'<circle cx="{_x(i, len(values)):.1f}" cy="{_y(v, top):.1f}" r="3" fill="#1f6f8b"/>'
            for i, v in run
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="DejaVu Sans, Verdana, sans-serif" font-size="11">{"".join(parts)}</svg>'
    )


def between_ticks(value: float) -> int:
    """The smallest round whole number of which `MOST_TICKS` reach up to the value."""
    power_of_ten = 1
    while 5 * power_of_ten * MOST_TICKS < value:
        power_of_ten *= 10
    return next(
        base * power_of_ten for base in (1, 2, 5) if base * power_of_ten * MOST_TICKS >= value
    )


def _x(index: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (index / (count - 1) if count > 1 else 0.5)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _grid(top: int, step: int) -> list[str]:
    lines = []
    for value in range(0, top + 1, step):
        y = _y(value, top)
        lines.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d5dbde"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>'
        )
    return lines


def _dates(days: Sequence[date]) -> list[str]:
    step = max(1, -(-len(days) // _MOST_DATES))
    return [
        f'<text x="{_x(index, len(days)):.1f}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{days[index]:%Y-%m-%d}</text>"
        for index in range(0, len(days), step)
    ]


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Values in a row that are all known, with their indices."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((index, value))
    return [run for run in runs if run]
