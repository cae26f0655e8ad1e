"""Plots a person's weeks: in the terminal by plotext, as PNG or SVG by matplotlib."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.cli.report_plot import MOST_TICKS, between_ticks
from appliance.errors import ApplianceError, UsageError
from appliance.journal.weeks_query import Week

CHARTS = (
    ("minutes a week", "minutes"),
    ("mean level", "level"),
    ("discomfort after, 0 good to 10 bad", "comfort"),
    ("soreness before, 0 none to 10 worst", "soreness"),
)


def _needs(package: str) -> ApplianceError:
    return ApplianceError(
        f"log plot: {package} is not installed; pip install 'ems-appliance[plot]'"
    )


def points(weeks: Sequence[Week], name: str) -> tuple[list[int], list[float]]:
    """Numbers of the weeks with a value, and the values."""
    found = [(number, getattr(week, name)) for number, week in enumerate(weeks)]
    known = [(number, value) for number, value in found if value is not None]
    return [number for number, _ in known], [float(value) for _, value in known]


def _heading(of: str, undated: int) -> str:
    told = f"\nsessions without a certain date, left out: {undated}" if undated else ""
    return f"{of}{told}"


def in_terminal(person: str, weeks: Sequence[Week], undated: int, width: int = 78) -> str:
    """One small plot a figure, under each other. Raises ApplianceError without plotext."""
    try:
        import plotext
    except ImportError:
        raise _needs("plotext") from None
    plots = [_heading(f"{person}, weeks of {weeks[0].monday} to {weeks[-1].monday}", undated)]
    plots += [_terminal_chart(plotext, weeks, *chart, width) for chart in CHARTS]
    return "\n".join(plots)


def _terminal_chart(plotext: Any, weeks: Sequence[Week], title: str, name: str, width: int) -> str:
    across, up = points(weeks, name)
    if not up:
        return f"{title}: nothing known"
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width, 10)
    plotext.title(title)
    plotext.plot(across, up, marker="dot")
    # Of these ten lines six are rows of the plot: one for each tick.
    step = between_ticks(max(10.0 if "10" in title else 1.0, *up))
    ticks = range(0, (MOST_TICKS + 1) * step, step)
    plotext.ylim(0, ticks[-1])
    plotext.yticks(ticks, [str(tick) for tick in ticks])
    shown = range(0, len(weeks), max(1, len(weeks) // 6))
    day = "%d %b" if weeks[0].monday.year == weeks[-1].monday.year else "%d %b %y"
    plotext.xticks([*shown], [f"{weeks[number].monday:{day}}" for number in shown])
    return str(plotext.uncolorize(plotext.build()))


def to_file(person: str, weeks: Sequence[Week], undated: int, path: Path) -> None:
    """Write a PNG or SVG. Raises ApplianceError without matplotlib, UsageError for the file."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise _needs("matplotlib") from None
    figure = Figure(figsize=(8, 9), layout="constrained")
    figure.suptitle(_heading(f"{person}, by week", undated))
    for axes, (title, name) in zip(figure.subplots(len(CHARTS), sharex=True), CHARTS, strict=True):
        across, up = points(weeks, name)
        axes.plot([weeks[number].monday for number in across], up, marker="o")
        axes.set_title(title, loc="left", fontsize="medium")
        axes.set_ylim(0, max([10.5 if "10" in title else 1.0, *(1.1 * value for value in up)]))
        axes.grid(alpha=0.3)
    try:
        figure.savefig(path)
    except OSError as error:
        raise UsageError(f"log plot --out {path}: {error.strerror}; choose another file") from error
