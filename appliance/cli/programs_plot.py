"""Plots a program: in the terminal by plotext, as SVG or PNG by matplotlib."""

from pathlib import Path
from typing import Any

from appliance.errors import ApplianceError, UsageError
from appliance.records import Fixed
from appliance.session.envelope import Part, position_at
from appliance.therapy.programs import Program

POINTS = 1200
"""Samples of a plot: enough to show the shape of each contraction in half an hour."""


class Course(Fixed, frozen=True):
    """A stage over time: share of the level on A and on B, frequency and pulse width."""

    minutes: list[float]
    a: list[float]
    b: list[float]
    frequency_hz: list[float]
    pulse_width_us: list[float]


def course(program: Program, minutes: float) -> Course:
    """The course of a stage, sampled. Frequency and width are 0 where nothing flows."""
    spans = program.lay_out(minutes)
    told = Course([], [], [], [], [])
    for point in range(POINTS):
        at_s = minutes * 60.0 * point / POINTS
        here = position_at(spans, at_s, 0.0)
        flows = here.part is not Part.OFF
        told.minutes.append(at_s / 60.0)
        for share, channel in ((told.a, 0), (told.b, 1)):
            share.append(here.phase.fraction * here.channels[channel].envelope)
        told.frequency_hz.append(here.frequency_hz * flows)
        told.pulse_width_us.append(float(here.pulse_width_us * flows))
    return told


def _charts(told: Course, program: Program) -> list[tuple[str, list[list[float]]]]:
    within = " within bursts" if any(phase.bursts for phase in program.phases) else ""
    shares = [told.a] if told.a == told.b else [told.a, told.b]
    named = "A and B" if len(shares) == 1 else "A, and B lighter"
    return [
        (f"share of the level, {named}", shares),
        (f"frequency{within}, Hz", [told.frequency_hz]),
        ("pulse width, us", [told.pulse_width_us]),
    ]


def in_terminal(program: Program, minutes: float, width: int = 78) -> str:
    """Three small plots under each other. Raises ApplianceError without plotext."""
    try:
        import plotext
    except ImportError:
        raise _needs("plotext") from None
    told = course(program, minutes)
    plots = [f"{program.id}, {minutes:g} min"]
    for title, lines in _charts(told, program):
        plots.append(_chart(plotext, told.minutes, title, lines, width))
    return "\n".join(plots)


def _chart(
    plotext: Any, across: list[float], title: str, lines: list[list[float]], width: int
) -> str:
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width, 9)
    plotext.title(title)
    for line, marker in zip(lines, ("braille", "dot"), strict=False):
        plotext.plot(across, line, marker=marker)
    plotext.ylim(0, 1.05 * max(1.0, *(max(line) for line in lines)))
    return str(plotext.build())


def to_file(program: Program, minutes: float, path: Path) -> None:
    """Write an SVG or PNG. Raises ApplianceError without matplotlib, UsageError for the file."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise _needs("matplotlib") from None
    told = course(program, minutes)
    figure = Figure(figsize=(10, 6), layout="constrained")
    figure.suptitle(f"{program.id}, {minutes:g} min")
    charts = _charts(told, program)
    for axes, (title, lines) in zip(figure.subplots(3, sharex=True), charts, strict=True):
        for line, colour in zip(lines, ("black", "tab:orange"), strict=False):
            axes.plot(told.minutes, line, linewidth=0.8, color=colour)
        axes.set_title(title, loc="left", fontsize="medium")
        axes.set_ylim(0, 1.05 * max(1.0, *(max(line) for line in lines)))
        axes.grid(alpha=0.3)
    axes.set_xlabel("minutes")
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise UsageError(f"programs plot --out {path}: {error}; choose another file") from error


def _needs(package: str) -> ApplianceError:
    return ApplianceError(
        f"programs plot: {package} is not installed; pip install 'ems-appliance[plot]'"
    )
