"""The table of all figures: what each is measured against, its aim, and why an aim is missed.

The measured values are in `figures.json`, which `python -m tests.benchmarks` writes. README.md
shows the table; a test holds the two equal.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from appliance.records import Fixed

FIGURES = Path(__file__).with_name("figures.json")
MACHINE = "machine"


class Row(Fixed, frozen=True):
    """One figure. `least` and `most` are the aim; `reason` says why it is missed, where it is."""

    name: str
    bench: str
    figure: str
    against: str
    form: str = "{:.1f}x"
    least: float | None = None
    most: float | None = None
    reason: str = ""

    @property
    def aim(self) -> str:
        if self.least is None and self.most is None:
            return ""
        return self.form.format(self.most if self.least is None else self.least)

    def holds(self, value: float) -> bool | None:
        """Whether the aim is met; None where there is none."""
        if self.least is not None:
            return value >= self.least
        return None if self.most is None else value <= self.most


SCRIPT = "the shortest gpiozero script, same pace"
TUTORIAL = "the usual tutorial script: sleep 0.1, redraw everything"
CAREFUL = "a careful single file: lease, echoes checked, only what changed on the bus"
LUMA = "luma's `display()` of the same pictures"
IMPORTS = "importing the same libraries"
LIBRARIES = "most of it is the work of a step itself, in Python"
ROWS = (
    Row(
        *("stop", "stop", "STOP's edge to the off frame's last byte", SCRIPT),
        most=2.0,
        reason="a step is made before the frame is written again, and a gpiozero callback makes none",
    ),
    Row(
        *("stop_worst_ms", "stop", "the same, the worst"),
        *("", "{:.1f} ms"),
        most=2.0,
        reason="other programs had the cores",
    ),
    Row(
        *("stop_busy_worst_ms", "stop_busy", "the same, both cores busy, the unit's scheduling"),
        *("", "{:.1f} ms"),
        most=10.0,
        reason="the kernel lets a busy process finish its slice first",
    ),
    Row(
        *("session", "cost", "processor time, running session", TUTORIAL, "{:.2f}x"),
        most=0.4,
        reason=f"20 to 50 set-points a second against 10 redraws; {LIBRARIES}",
    ),
    Row(
        *("session_careful", "cost", "the same", CAREFUL, "{:.2f}x"),
        most=1.2,
        reason="a step also judges faults, pads, charge and time, and keeps a journal",
    ),
    Row(
        *("locked", "cost", "processor time, `locked`", TUTORIAL, "{:.2f}x"),
        most=0.05,
        reason="a wake-up a second makes a whole step",
    ),
    Row(
        *("start", "start", "start to `locked`", IMPORTS),
        most=1.3,
        reason="it also reads settings, journal and words, and waits for the board's answer",
    ),
    Row(
        *("picture", "start", "the first picture, as a share of that", "", "{:.2f}"),
        most=0.5,
        reason="most of a start is imports, which come before it",
    ),
    Row(*("memory", "start", "memory", IMPORTS, "{:.2f}x"), most=1.2, reason="records and tables"),
    Row(
        *("help", "help", "processor time of `--help`", "the interpreter and `argparse`"), most=2.0
    ),
    Row(
        *("i2c", "screen", "I2C bytes of a session, repaints and blinks included", LUMA),
        least=20.0,
        reason="a repaint a minute heals a disturbed panel, and costs a whole picture",
    ),
    Row(*("i2c_pictures", "screen", "the same without them", LUMA), least=20.0),
    Row(
        *("detent_ms", "detent", "a detent of the knob to its first byte on the bus, 99 %"),
        *("", "{:.1f} ms"),
        most=20.0,
        reason="other programs had the cores",
    ),
    Row(
        *("virtual", "virtual", "virtual per real time, the whole box, real bytes", "1", "{:.0f}x"),
        least=200.0,
        reason=f"28 steps a virtual second of 0.4 ms each; {LIBRARIES}",
    ),
    Row(
        *("core", "virtual", "therapy and session alone", "1", "{:.0f}x"),
        least=1500.0,
        reason=f"20 steps a virtual second; {LIBRARIES}",
    ),
    Row(
        *("wakes_locked", "wakes", "wake-ups a second, `locked`", "", "{:.0f}"),
        most=3.0,
    ),
    Row(
        *("wakes_stimulating", "wakes", "wake-ups a second, `stimulating`", "", "{:.0f}"),
        most=60.0,
        reason="STOP's level is looked at every 10 ms while current may flow",
    ),
    Row(*("late_ms", "dose", "set-points after their deadline, 99 %", "", "{:.1f} ms")),
    Row(*("drift_ms", "dose", "drift of delivered time", "true time", "{:.1f} ms")),
    Row(
        *("codec", "codec", "ScienceMode packets decoded"),
        *("science-mode-4's codec, the same frames",),
        least=5.0,
    ),
    Row(
        *("ten_years", "journal", "`locked` with ten years of sessions", "a week of them"), most=2.0
    ),
    Row(*("define", "records", "defining a record", "a dataclass of five fields", "1/{:.0f}")),
    Row(*("copy", "records", "copying one with changes", "`dataclasses.replace`", "1/{:.0f}")),
    Row(
        *("step_share", "instructions", "a Zero 2 W's core, running session (estimate)"),
        *("its 1 GHz, 0.5 instructions a cycle", "{:.0f} %"),
    ),
    Row(
        *("frame_share", "instructions", "the same for ten new pictures a second (estimate)"),
        *("the same", "{:.0f} %"),
    ),
    Row(
        *("suite_s", "suite", "whole test suite", "", "{:.0f} s"),
        most=360.0,
        reason="pseudo-terminals, chips simulated cycle by cycle and child processes take real time",
    ),
)


def read(path: Path = FIGURES) -> dict[str, Any]:
    """What was measured last: figures, curves, and the machine they are from."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def write(measured: dict[str, Any], path: Path = FIGURES) -> None:
    path.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", "utf-8")


def lines(measured: dict[str, Any], rows: Iterable[Row] = ROWS) -> list[list[str]]:
    """The cells of each figure that was measured."""
    figures = measured["figures"]
    return [
        [row.figure, row.against, row.aim, _told(row, figures[row.name])]
        for row in rows
        if row.name in figures
    ]


def _told(row: Row, value: float) -> str:
    told = row.form.format(value)
    if row.holds(value) is False:
        return f"not met: {told}; {row.reason}" if row.reason else f"not met: {told}"
    return told


def markdown() -> str:
    """The table as README.md shows it."""
    measured = read()
    head = "| figure | against | aim | measured |\n|---|---|---|---|\n"
    body = "".join(f"| {' | '.join(cells)} |\n" for cells in lines(measured))
    return f"{head}{body}\nMedians of three runs, side by side, on {measured[MACHINE]}.\n"
