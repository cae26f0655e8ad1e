"""Curves: what grows with what, in processor time, and a picture of them as SVG.

Each is measured in virtual time or on files, so that other programs disturb it little.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path

from appliance.session.state import State
from appliance.settings import library
from appliance.settings.model import Settings
from appliance.simulator.scripted_hands import Turn
from appliance.virtual_box.box import VirtualBox
from tests.benchmarks import bench_journal
from tests.benchmarks.bench_virtual import stimulating_box

Points = list[tuple[float, float]]
WIDTH, HEIGHT, MARGIN = 320, 200, 44
COLUMNS = 3
ANSWER_S = 0.02
"""Time in which one set-point comes, and rarely a second one."""
ROUNDS = 3
"""The best of these: other programs only ever slow it down."""


def journal_size(short: bool) -> Points:
    """Days of sessions; ms to open the journal and read everybody's history."""
    sizes = (1, 10) if short else (7, 100, 500, 1500, 5000)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{days}.sqlite3" for days in sizes]
        for path, days in zip(paths, sizes, strict=True):
            bench_journal.live(path, days)
        took = bench_journal.medians_ms(bench_journal.start, paths, 3 if short else 30)
    return list(zip(map(float, sizes), took, strict=True))


def link_errors(short: bool) -> Points:
    """Spoilt answers a second; ms of processor time a virtual second of `stimulating`."""

    def spoil(box: VirtualBox, each_second: float) -> None:
        gap_s = 1.0 / each_second

        def again(now: float) -> None:
            box.board.troubles.damaged = True
            box.agenda.at(now + ANSWER_S, mend)
            box.agenda.at(now + gap_s, again)

        def mend(now: float) -> None:
            box.board.troubles.damaged = False

        box.agenda.at(box.now + gap_s, again)

    return by_rate(spoil, (0.0, 1.0, 2.0, 5.0), short)


def knob_speed(short: bool) -> Points:
    """Detents a second; ms of processor time a virtual second of `stimulating`."""

    def turn(box: VirtualBox, each_second: float) -> None:
        sign = 1

        def again(now: float) -> None:
            nonlocal sign
            sign = -sign
            box.hands.do(Turn(now, sign, detent_s=0.5 / each_second))
            box.agenda.at(now + 1.0 / each_second, again)

        box.agenda.at(box.now + 0.1, again)

    return by_rate(turn, (0.0, 2.0, 5.0, 10.0, 20.0), short)


def people(short: bool) -> Points:
    """People of the plan; ms to open a journal of 500 sessions and read their histories."""
    counts = (1, 2) if short else (1, 2, 4, 8, 16)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        bench_journal.live(path, 5 if short else 500)
        return [(float(count), read_ms(path, count, 3 if short else 20)) for count in counts]


def programs(short: bool) -> Points:
    """Programs of one's own; ms to read and check all of them at a start."""
    counts = (0, 2) if short else (0, 10, 30, 100)
    return [(float(count), load_ms(count, 1 if short else 7)) for count in counts]


def by_rate(
    trouble: Callable[[VirtualBox, float], None], rates: Sequence[float], short: bool
) -> Points:
    """In turns."""
    stretch_s, rounds = (3.0, 1) if short else (10.0, ROUNDS)
    took = [[spent_ms(trouble, rate, stretch_s) for rate in rates] for _ in range(rounds)]
    return [
        (rate, min(column)) for rate, column in zip(rates, zip(*took, strict=True), strict=True)
    ]


def spent_ms(
    trouble: Callable[[VirtualBox, float], None], each_second: float, stretch_s: float
) -> float:
    """Processor time of a virtual second. Raises RuntimeError where the box did not go on."""
    with tempfile.TemporaryDirectory() as folder:
        box = stimulating_box(Path(folder))
        if each_second:
            trouble(box, each_second)
        box.wait(1.0)
        began = time.process_time()
        box.wait(stretch_s)
        spent = time.process_time() - began
        if box.state is not State.STIMULATING:
            raise RuntimeError(f"{each_second:g} a second: the box is in {box.state}")
        box.close()
    return spent / stretch_s * 1e3


def read_ms(path: Path, count: int, rounds: int) -> float:
    names = tuple(f"Person {number}" for number in range(count))

    def read() -> None:
        journal = bench_journal.Journal(path, boot_id="the last boot")
        journal.histories(names, bench_journal.now())
        journal.close()

    return median_ms(read, rounds)


def load_ms(count: int, rounds: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        settings = Path(name) / "config.toml"
        own = "".join(PROGRAM.format(number=number) for number in range(count))
        settings.with_name("programs.toml").write_text(own)
        return median_ms(lambda: library.load_catalogue(settings, Settings()), rounds)


PROGRAM = """[own_{number}]
kind = "contracting"
phases = [{{ name = "work", frequency_hz = 35, pulse_width_us = 250, ramp_up_s = 2, hold_s = 5,
             ramp_down_s = 1, off_s = 10 }}]
""".replace("\n             ", " ")


def median_ms(work: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return statistics.median(took) * 1e3


CURVES: dict[str, tuple[str, str, Callable[[bool], Points]]] = {
    "journal_size": ("days with a session", "ms to open and read it", journal_size),
    "link_errors": ("spoilt answers a second", "ms a virtual second", link_errors),
    "knob_speed": ("detents a second", "ms a virtual second", knob_speed),
    "people": ("people", "ms to read their histories", people),
    "programs": ("programs of one's own", "ms to read them", programs),
}


def svg(measured: dict[str, Sequence[Sequence[float]]]) -> str:
    """All curves that were measured, side by side. Both axes begin at zero."""
    charts = [
        chart(number, *CURVES[name][:2], measured[name])
        for number, name in enumerate(name for name in CURVES if name in measured)
    ]
    rows = -(-len(charts) // COLUMNS)
    size = f'width="{COLUMNS * WIDTH}" height="{rows * HEIGHT}"'
    style = 'font-family="sans-serif" font-size="11" fill="#333"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n'
    return f'{head}<rect {size} fill="white"/>\n{"".join(charts)}</svg>\n'


def chart(number: int, along: str, up: str, points: Sequence[Sequence[float]]) -> str:
    left, top = number % COLUMNS * WIDTH, number // COLUMNS * HEIGHT
    most_x, most_y = (max(column) or 1.0 for column in zip(*points, strict=True))
    wide, high = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    at = [(MARGIN + x / most_x * wide, HEIGHT - MARGIN - y / most_y * high) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="#0a5"/>' for x, y in at)
    foot = HEIGHT - MARGIN
    return (
        f'<g transform="translate({left} {top})">'
        f'<path d="M{MARGIN} {MARGIN}V{foot}H{WIDTH - MARGIN}" fill="none" stroke="#999"/>'
        f'<polyline points="{line}" fill="none" stroke="#0a5" stroke-width="1.5"/>{dots}'
        + "".join(labels(along, up, most_x, most_y))
        + "</g>\n"
    )


def labels(along: str, up: str, most_x: float, most_y: float) -> Iterable[str]:
    foot = HEIGHT - MARGIN
    yield f'<text x="{WIDTH / 2}" y="{foot + 30}" text-anchor="middle">{escape(along)}</text>'
    yield f'<text x="{MARGIN}" y="{MARGIN - 10}">{escape(up)}</text>'
    yield f'<text x="{MARGIN - 5}" y="{MARGIN + 4}" text-anchor="end">{most_y:.3g}</text>'
    yield f'<text x="{MARGIN - 5}" y="{foot + 4}" text-anchor="end">0</text>'
    yield f'<text x="{MARGIN}" y="{foot + 14}" text-anchor="middle">0</text>'
    yield f'<text x="{WIDTH - MARGIN}" y="{foot + 14}" text-anchor="middle">{most_x:g}</text>'
