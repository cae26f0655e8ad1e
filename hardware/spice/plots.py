"""The pictures of the tables: what the circuits do, drawn from the simulated traces."""

from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hardware.spice import ngspice, pump_deck, pump_faults, stage_deck
from hardware.spice.stage_faults import sound_body

DPI = 100
BLUE, RED, GREY, GREEN = "#1f5fa8", "#c0392b", "#7f8c8d", "#1e8449"


def _finish(figure: Figure, path: Path) -> None:
    for axes in figure.axes:
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        if axes.get_legend_handles_labels()[0] and axes.get_legend() is None:
            axes.legend(fontsize=8, frameon=False)
    figure.tight_layout()
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    plt.close(figure)


def draw_pump(path: Path) -> None:
    """Edges, rest, edges, STOP; and a C12 that is shorted."""
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(11.5, 6.4), sharex=True)
    script = pump_faults.TIMELINE.script()
    traces = pump_deck.run(pump_deck.sound_body(), script)
    _pump(
        top, traces, "as drawn: the relay lets go 135 ms after the last edge, and at STOP at once"
    )
    fault = next(case for case in pump_faults.cases() if case.name == "C12 short")
    traces = pump_deck.run(fault.body(), script)
    _pump(bottom, traces, "C12 shorted: held for ever where the pin freezes high")
    bottom.set_xlabel("ms")
    _finish(figure, path)


def _pump(axes: Axes, traces: ngspice.Traces, title: str) -> None:
    t = traces["t"] * 1e3
    axes.plot(
        t, traces["v(ENABLE)"] / 3.3 * 0.5 - 0.9, color=GREY, lw=0.7, label="GPIO24 (not to scale)"
    )
    axes.plot(t, traces["v(RESERVOIR)"], color=BLUE, lw=1.0, label="reservoir, V")
    axes.plot(t, traces["v(THRESHOLD)"], color=GREEN, lw=1.0, label="threshold, V")
    axes.plot(t, np.clip(traces["v(COIL)"], -0.5, None), color=RED, lw=1.4, label="coil, V")
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    line = pump_faults.TIMELINE
    for at, name in (
        (0.0, "power-up click"),
        (line.low_last, "frozen low"),
        (line.high_last, "frozen high"),
        (line.pressed, "STOP"),
    ):
        axes.axvline(at * 1e3, color="black", lw=0.8, ls=":")
        axes.annotate(name, (at * 1e3, 5.35), fontsize=8, xytext=(3, 0), textcoords="offset points")
    axes.set_ylim(-1.1, 5.8)
    axes.set_title(title, fontsize=10, loc="left")


def draw_stage(path: Path) -> None:
    """Pulses into 1 kOhm, their nodes, and the limits at work."""
    figure, axes = plt.subplots(2, 2, figsize=(11, 7))
    bench = stage_deck.Bench(load_ohm=1000.0)
    for ma, colour in ((10, GREEN), (40, BLUE), (80, RED)):
        traces = stage_deck.run(sound_body(), stage_deck.train(ma, 250e-6, 1), bench)
        t = (traces["t"] - stage_deck.START_S) * 1e6
        axes[0, 0].plot(t, traces["i(Vi)"] * 1e3, color=colour, lw=1.2, label=f"{ma} mA asked")
        axes[0, 1].plot(t, traces["i(Vi)"] * 1e3, color=colour, lw=1.2)
    axes[0, 0].set(xlim=(-30, 650), ylabel="mA", title="current through 1 kOhm, 250 us")
    axes[0, 1].set(xlim=(-2, 20), ylabel="mA", title="its first edge")
    for vector, name, colour in (
        ("v(a1)", "bridge node 1", BLUE),
        ("v(a2)", "bridge node 2", RED),
        ("v(hvb)", "behind the limiter", GREY),
    ):
        axes[1, 0].plot(t, traces[vector], color=colour, lw=1.2, label=name)
    axes[1, 0].set(xlim=(-30, 1500), ylabel="V", xlabel="us", title="80 mA: the bridge's nodes")
    for ma, width, name, colour in (
        (10, 700e-6, "0.7 ms asked: the width is cut", GREEN),
        (88, 445e-6, "88 mA for 445 us: the charge is cut", RED),
        (100, 250e-6, "100 mA: the current is cut", BLUE),
    ):
        traces = stage_deck.run(sound_body(), stage_deck.train(ma, width, 1), bench)
        t = (traces["t"] - stage_deck.START_S) * 1e6
        first = t < width * 1e6 + 20
        axes[1, 1].plot(t[first], traces["i(Vi)"][first] * 1e3, color=colour, lw=1.2, label=name)
    axes[1, 1].set(
        xlim=(-30, 750),
        ylim=(-5, 125),
        ylabel="mA",
        xlabel="us",
        title="limits that no program can lift",
    )
    for one in axes.flat:
        one.title.set_fontsize(10)
    _finish(figure, path)


def draw_choice(path: Path, traces: dict[tuple[str, str], ngspice.Traces]) -> None:
    """Both shapes without a fault at 80 mA, and without a negative phase at 40 mA."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8))
    for shape, colour in (("bridge", BLUE), ("transformer", RED)):
        one = traces["80 mA, 1000 Ohm", shape]
        left.plot(
            (one["t"] - stage_deck.START_S) * 1e6,
            one["i(Vi)"] * 1e3,
            color=colour,
            lw=1.2,
            label=shape,
        )
        one = traces["the negative phase never comes", shape]
        charge_uc = stage_deck.charge_c(one) * 1e6
        right.plot(one["t"] * 1e3, charge_uc, color=colour, lw=1.2, label=shape)
    left.set(xlim=(-30, 900), xlabel="us", ylabel="mA", title="80 mA asked into 1 kOhm")
    right.set(xlabel="ms", ylabel="uC", title="the negative phase never comes: charge gone one way")
    for axes in (left, right):
        axes.title.set_fontsize(10)
    _finish(figure, path)
