"""What each benchmark of the table measures: from its name to figures, by the names of the rows.

`short` runs each as little as shows that it still runs; its figures mean nothing.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from appliance.virtual_box.box import VirtualBox, World
from tests.benchmarks import (
    bench_codec,
    bench_cost,
    bench_dose,
    bench_instructions,
    bench_journal,
    bench_records,
    bench_screen,
    bench_stop,
    bench_virtual,
)
from tests.benchmarks.scheduling import FIFO_LOOP, ORDINARY, busy
from tests.screen.seen_session import whole_session

Figures = dict[str, float]
CORES = 2


def stop(short: bool) -> Figures:
    samples = 5 if short else 150
    box, script = (
        [arrived for _, arrived in bench_stop.apart(name, ORDINARY, samples)]
        for name in (bench_stop.BOX, bench_stop.SCRIPT)
    )
    return {"stop": median(box) / median(script), "stop_worst_ms": max(box) * 1e3}


def stop_busy(short: bool) -> Figures:
    """Until the kernel has taken the off: what then crosses a pseudo-terminal waits for a core."""
    with busy(CORES):
        taken = bench_stop.apart(bench_stop.BOX, FIFO_LOOP, 5 if short else 150)
    return {"stop_busy_worst_ms": max(written for written, _ in taken) * 1e3} if taken else {}


def cost(short: bool) -> Figures:
    """Nothing where one of the four gave up, as the careful script does for good at a late echo."""
    try:
        spent = bench_cost.processor_time(3.0 if short else bench_cost.SECONDS)
    except subprocess.CalledProcessError as error:
        print(f"not measured: {error}")
        return {}
    return {
        "session": spent["session"] / spent["tutorial"],
        "session_careful": spent["session"] / spent["careful"],
        "locked": spent["idle"] / spent["tutorial"],
    }


def start(short: bool) -> Figures:
    return bench_cost.start_and_memory(1 if short else 5)


def list_of_verbs(short: bool) -> Figures:
    return {"help": bench_cost.list_of_verbs(1 if short else 9)}


def screen(short: bool) -> Figures:
    seen = whole_session(1.0 if short else bench_screen.STAGE_MINUTES)
    pictures = [bench_screen.draw(view, bench_screen.WORDS) for _, view, _ in seen]
    alone, whole = bench_screen.bytes_on_the_bus("ssd1306", seen, pictures)
    return {"i2c_pictures": alone, "i2c": whole}


def detent(short: bool) -> Figures:
    return {"detent_ms": bench_screen.detent_to_first_byte(5 if short else 100)}


def dose(short: bool) -> Figures:
    told = bench_dose.apart(3.0 if short else 30.0, ORDINARY)
    if told is None:
        return {}
    return {"late_ms": told["set_points_late"][1], "drift_ms": told["drift"][0]}


def virtual(short: bool) -> Figures:
    stretch_s = 5.0 if short else bench_virtual.STRETCH_S
    with tempfile.TemporaryDirectory() as folder:
        box = bench_virtual.stimulating_box(Path(folder))
        whole = bench_virtual.row("the whole box, real bytes", box.wait, "200x", stretch_s)
        box.close()
    core = bench_virtual.stimulating_core()
    alone = bench_virtual.row(
        "therapy and session alone",
        lambda seconds: core.wait(seconds, dt=bench_virtual.STEP_S),
        "1500x",
        stretch_s,
    )
    return {"virtual": whole, "core": alone}


def wakes(short: bool) -> Figures:
    """Counted in virtual time, so that they are the same on each machine."""
    stretch_s = 6.0 if short else 60.0
    with tempfile.TemporaryDirectory() as folder:
        box = VirtualBox(World(Path(folder))).switched_on()
        box.wait(3.0)
        idle = wake_ups(box, stretch_s)
        box.close()
    with tempfile.TemporaryDirectory() as folder:
        box = bench_virtual.stimulating_box(Path(folder))
        running = wake_ups(box, stretch_s)
        box.close()
    return {"wakes_locked": idle, "wakes_stimulating": running}


def wake_ups(box: VirtualBox, stretch_s: float) -> float:
    count, wait_and_step = 0, box.service.wait_and_step

    def counted() -> None:
        nonlocal count
        count += 1
        wait_and_step()

    box.service.wait_and_step = counted  # type: ignore[method-assign]
    box.wait(stretch_s)
    return count / stretch_s


def codec(short: bool) -> Figures:
    pairs = {
        "encoded": (bench_codec.encode_ours, bench_codec.encode_theirs),
        "decoded": (bench_codec.decode_ours, bench_codec.decode_theirs),
    }
    return {name: bench_codec.compare(f"packets {name}", *pair) for name, pair in pairs.items()}


def journal(short: bool) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        week, full = Path(folder) / "week.sqlite3", Path(folder) / "full.sqlite3"
        bench_journal.live(week, 7)
        bench_journal.live(full, 20 if short else bench_journal.DAYS)
        few, many = bench_journal.medians_ms(bench_journal.start, (week, full), 3 if short else 50)
    return {"ten_years": many / few}


def records(short: bool) -> Figures:
    ratios = bench_records.main(1 if short else bench_records.ROUNDS)
    return {name: ratios[name] for name in ("define", "copy")}


def instructions(short: bool) -> Figures:
    shares = bench_instructions.main(["session"] if short else ["session", "box", "frame"])
    names = {"session": "core_share", "box": "box_share", "frame": "frame_share"}
    return {names[work]: share for work, share in shares.items()}


def suite(short: bool) -> Figures:
    """All tests, by the command of README."""
    words = ["--collect-only"] if short else []
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "pytest", *words], check=True, stdout=subprocess.DEVNULL)
    return {"suite_s": time.monotonic() - began}


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


BENCHES: dict[str, Callable[[bool], Figures]] = {
    "stop": stop,
    "stop_busy": stop_busy,
    "cost": cost,
    "start": start,
    "help": list_of_verbs,
    "screen": screen,
    "detent": detent,
    "dose": dose,
    "virtual": virtual,
    "wakes": wakes,
    "codec": codec,
    "journal": journal,
    "records": records,
    "instructions": instructions,
}
ONLY_BY_NAME = {"suite": suite}
"""It takes a quarter of an hour, and runs benchmarks of its own kind: tests."""
