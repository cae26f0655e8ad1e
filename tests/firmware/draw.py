"""The picture of what the simulated board delivered, drawn from the recorder's edges alone.

`python -m tests.firmware.draw` records one contraction of the gentle program at 20 mA and
writes hardware/pulse-train.svg.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from appliance.session import envelope
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.units import amplitude_codes
from appliance.therapy.programs import Phase
from tests.firmware.bench import Bench
from tests.firmware.board import ROOT, build
from tests.firmware.edges import CYCLES_PER_S, CYCLES_PER_US, Pulse, Recording

PICTURE = ROOT / "hardware/pulse-train.svg"
LEVEL_MA = 20.0
EVERY_S = 0.02
REST_S = 0.4
PROGRAM = "gentle"

WIDTH, HEIGHT = 1060, 700
STYLE = """
.h { font-weight: bold }
.s { font-size: 12px; fill: #555555 }
.scr { fill: #14231c; stroke: #222222 }
.g { fill: none; stroke: #2f4a3d; stroke-width: 1 }
.tr { fill: none; stroke: #7ff0a8; stroke-width: 1.2 }
.b { stroke: #ffd27a }
.thick { stroke-width: 2.5 }
.lt { fill: #e8fff0; font-size: 13px }
"""


def record_contraction(bench: Bench) -> Phase:
    """Ramp, hold, ramp and a little rest, as the appliance sends them; the program's phase."""
    program = load_catalogue(Path(os.devnull), Settings()).programs[PROGRAM]
    spans = program.lay_out(10.0)
    index, phase = next((i, s.phase) for i, s in enumerate(spans) if s.phase.name == "work")
    bench.arm(phase.frequency_hz, phase.pulse_width_us)
    for step in range(round((phase.on_s + REST_S) / EVERY_S)):
        at_s = spans[index].start_s + step * EVERY_S
        share = envelope.position_at(spans, at_s, 0.0).envelope
        codes = amplitude_codes(LEVEL_MA * share) / protocol.CODES_PER_MA
        bench.keep(EVERY_S * 1000, codes, phase.frequency_hz, phase.pulse_width_us)
    return phase


class Screen:
    """A piece of an oscilloscope's screen: x in any unit, y in mA."""

    def __init__(self, left: int, top: int, width: int, height: int, x: float, ma: float) -> None:
        self.left, self.top, self.width, self.height = left, top, width, height
        self._x, self._ma = x, ma

    def x(self, value: float) -> str:
        return f"{self.left + self.width * value / self._x:.1f}"

    def y(self, ma: float) -> str:
        return f"{self.top + self.height * (0.5 - ma / (2 * self._ma)):.1f}"

    def glass(self, x_step: float) -> Iterator[str]:
        right, bottom = self.left + self.width, self.top + self.height
        yield (
            f'<rect class="scr" x="{self.left}" y="{self.top}" width="{self.width}" '
            f'height="{self.height}" rx="4"/>'
        )
        for i in range(1, round(self._x / x_step)):
            yield f'<path class="g" d="M{self.x(i * x_step)},{self.top} V{bottom}"/>'
        yield f'<path class="g" d="M{self.left},{self.y(0)} H{right}"/>'

    def label(self, x: float, ma: float, text: str, anchor: str = "middle") -> str:
        return (
            f'<text class="lt" x="{self.x(x)}" y="{self.y(ma)}" '
            f'text-anchor="{anchor}">{text}</text>'
        )


def bars(screen: Screen, pulses: list[Pulse], zero: int, unit: int) -> str:
    """Each pulse as a stroke from its positive to its negative phase."""
    strokes = []
    for pulse in pulses:
        ma = [phase.code / protocol.CODES_PER_MA for phase in pulse.phases]
        x = screen.x((pulse.at - zero) / unit)
        strokes.append(f"M{x},{screen.y(ma[0])} V{screen.y(-ma[-1])}")
    return "".join(strokes)


def trace(screen: Screen, pulses: list[Pulse], zero: int, unit: int, end: float) -> str:
    """The current as a line."""
    line = f"M{screen.x(0)},{screen.y(0)}"
    for phase in (phase for pulse in pulses for phase in pulse.phases):
        ma = phase.code / protocol.CODES_PER_MA * (1 if phase.polarity == 0 else -1)
        rose, fell = (screen.x((c - zero) / unit) for c in (phase.rose, phase.fell))
        line += f"H{rose}V{screen.y(ma)}H{fell}V{screen.y(0)}"
    return line + f"H{screen.x(end)}"


def contraction(recording: Recording, phase: Phase) -> Iterator[str]:
    zero = recording.pulses[0].at
    length_s = phase.on_s + REST_S
    for channel, top in (("A", 50), ("B", 190)):
        screen = Screen(40, top, 980, 130, length_s, 25)
        pulses = recording.of(channel)
        yield from screen.glass(1.0)
        color = "tr" if channel == "A" else "tr b"
        yield f'<path class="{color}" d="{bars(screen, pulses, zero, CYCLES_PER_S)}"/>'
        strongest = max(pulse.code for pulse in pulses) / protocol.CODES_PER_MA
        yield screen.label(0.05, 18, f"{channel}: {len(pulses)} pulses", "start")
        yield screen.label(0.05, -22, f"strongest {strongest:g} mA", "start")


def period(recording: Recording, phase: Phase) -> Iterator[str]:
    a, b = (middle(recording, channel) for channel in "AB")
    last = next(p for p in recording.of("A", a[0].at + 1))
    period_ms = (last.at - a[0].at) / CYCLES_PER_S * 1000
    zero, unit = a[0].at - CYCLES_PER_S // 500, CYCLES_PER_S // 1000
    screen = Screen(40, 380, 480, 250, 40.0, 25)
    yield from screen.glass(5.0)
    yield f'<path class="tr" d="{trace(screen, [a[0], last], zero, unit, 40.0)}"/>'
    yield f'<path class="tr b" d="{trace(screen, b[:1], zero, unit, 40.0)}"/>'
    apart_ms = (b[0].at - a[0].at) / CYCLES_PER_S * 1000
    yield screen.label(2, 21.5, "A", "start")
    yield screen.label(2 + apart_ms, 21.5, "B", "start")
    yield screen.label(23.5, -9, f"A to A {period_ms:.3f} ms")
    yield screen.label(23.5, -12.5, f"{1000 / period_ms:.3f} Hz")
    yield screen.label(23.5, -17, f"A to B {apart_ms:.3f} ms")


def middle(recording: Recording, channel: str) -> list[Pulse]:
    """Pulses of the hold, from the first of full strength after its middle on."""
    pulses = recording.of(channel)
    strongest = max(pulse.code for pulse in pulses)
    full = [pulse for pulse in pulses if pulse.code == strongest]
    begin = full[len(full) // 2].at
    if channel == "B":
        begin = middle(recording, "A")[0].at
    return [pulse for pulse in pulses if pulse.at >= begin]


def one_pulse(recording: Recording) -> Iterator[str]:
    pulse = middle(recording, "A")[0]
    positive, negative = pulse.phases
    zero = pulse.at - 50 * CYCLES_PER_US
    screen = Screen(540, 380, 480, 250, 650.0, 25)
    yield from screen.glass(50.0)
    yield f'<path class="tr thick" d="{trace(screen, [pulse], zero, CYCLES_PER_US, 650.0)}"/>'
    for part, ma in ((positive, 10.0), (negative, -10.0)):
        at_us = ((part.rose + part.fell) / 2 - zero) / CYCLES_PER_US
        yield screen.label(at_us, ma, f"{part.cycles / CYCLES_PER_US:.2f} µs")
        sign = "+" if ma > 0 else "−"
        current = f"{sign}{part.code / protocol.CODES_PER_MA:g} mA"
        yield screen.label(at_us, 21.5 if ma > 0 else -23, current)
    gap_us = ((positive.fell + negative.rose) / 2 - zero) / CYCLES_PER_US
    yield screen.label(gap_us + 30, 4, f"{pulse.gap_cycles / CYCLES_PER_US:.2f} µs", "start")


def draw(recording: Recording, phase: Phase) -> str:
    """The picture, as SVG."""

    def text(x: int, y: int, words: str, kind: str) -> str:
        return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="middle">{words}</text>'

    seconds = f"{phase.ramp_up_s:g} s up, {phase.hold_s:g} s hold, {phase.ramp_down_s:g} s down"
    title = f"One contraction of the {PROGRAM} program at {LEVEL_MA:g} mA"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="14">',
        "<title>What the firmware delivers, measured at the pins of the simulated chip</title>",
        f"<style>{STYLE}</style>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        text(530, 32, f"{title}: {seconds}", "h"),
        *contraction(recording, phase),
        text(
            530,
            342,
            "a stroke is a pulse, positive phase up, negative down; 1 s to a division",
            "s",
        ),
        text(280, 370, "One period of the hold", "h"),
        *period(recording, phase),
        text(280, 652, "5 ms to a division", "s"),
        text(780, 370, "One pulse", "h"),
        *one_pulse(recording),
        text(780, 652, "50 µs to a division", "s"),
        text(530, 684, "Drawn from the edges of the simulated chip's pins.", "s"),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def make() -> str:
    """Record and draw. Every run makes the same picture."""
    build()
    with tempfile.TemporaryDirectory() as folder, Bench(Path(folder)) as bench:
        phase = record_contraction(bench)
        return draw(bench.recording, phase)


if __name__ == "__main__":
    PICTURE.write_text(make(), "utf-8")
