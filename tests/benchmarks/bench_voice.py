"""Speech on against speech off: the loop's steps, STOP, and processor time, in turns in one run.

A step's processor time is that of the loop's thread, which other programs hardly move. With speech
on the box says something new every second, through espeak-ng and aplay on ALSA's null
device, or the device that is named. All texts have been rendered before, as on a box that has been
`locked` for a minute. Without speech it is measured twice: how far the two lie apart
is the noise of the run. Prints a table; asserts nothing.

    python -m tests.benchmarks.bench_voice [SAMPLES] [DEVICE]
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.service.parts import cues_last_s
from appliance.session.cues import Cue
from appliance.session.events import Event
from appliance.session.state import State
from appliance.session.view import View
from appliance.settings.words import Words
from appliance.voice.announcer import Announcer
from appliance.voice.clips import WORDS_A_MINUTE, clip_path
from appliance.voice.known_texts import known_texts
from appliance.voice.speaker import Speaker
from tests.benchmarks.bench_stop import PAUSE_S, off_times, press
from tests.benchmarks.real_box import RealBox, Watched, quantiles_us

SAMPLES = 400
ROUNDS = 4
RATE = WORDS_A_MINUTE
WORDS = 40
HINTS = ("wait", "limit", "one_click_down", "fainter")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Chatty(Speaker):
    """The voice of a box on which every second another hint is to be said."""

    def show(self, view: View, cues: tuple[Cue, ...], now: float) -> None:
        super().show(view.but(hint=HINTS[int(now) % len(HINTS)]), cues, now)


@dataclass
class Measured:
    """One row of the table: seconds each, and processor seconds a second of two processes."""

    stops: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    """Processor time of each step."""
    service: list[float] = field(default_factory=list)
    speech: list[float] = field(default_factory=list)


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    device = sys.argv[2] if len(sys.argv) > 2 else "null"
    names = ("speech off", "speech on", "off once more")
    rows = {name: Measured() for name in names}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        clips = Path(folder)
        render_all(clips)
        for _ in range(ROUNDS):
            for name, row in rows.items():
                voice = None
                if name == "speech on":
                    voice = Chatty(Announcer(Words.load, cues_last_s), clips, device, RATE)
                measure(samples // ROUNDS, voice, row)
    head = f"{'median':>10}{'p99':>10}{'p99.9':>10}{'worst':>10}"
    for words, taken in (
        ("STOP's edge to the off frame's last byte, us", lambda row: row.stops),
        ("a step of the control loop, us", lambda row: row.steps),
        ("processor time of a step, us", lambda row: row.spent),
    ):
        _print_times(words, head, rows, taken)
    for name, row in rows.items():
        service, speech = statistics.mean(row.service), statistics.mean(row.speech)
        print(f"{name:14} processor time: service {service:.1%}, speech process {speech:.1%}")
    begins = sorted(first_sounds(device))
    print(
        f"from the loop's command to a short word played out on {device}, ms: median "
        f"{statistics.median(begins) * 1e3:.0f}, worst of {len(begins)} {begins[-1] * 1e3:.0f} "
        "(aim: 100, to its beginning)"
    )
    print(f"load of the machine: {os.getloadavg()[1]:.1f}")


def _print_times(
    words: str, head: str, rows: dict[str, Measured], taken: Callable[[Measured], list[float]]
) -> None:
    print(f"{words}\n{'':14}{head}{'to off':>9}")
    off = statistics.median(taken(rows["speech off"]))
    for name, row in rows.items():
        ratio = statistics.median(taken(row)) / off
        print(f"{name:14}{quantiles_us(taken(row))}{ratio:>8.2f}x")


def render_all(clips: Path) -> None:
    """Let a speech process render every text in English into the folder."""
    command = [sys.executable, "-m", "appliance.voice.synthesis_process"]
    process = subprocess.Popen(
        [*command, "--folder", str(clips)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        if process.stdin is None:
            raise RuntimeError("the speech process has no pipe")
        process.stdin.write(b'{"render": "en"}\n')
        process.stdin.flush()
        texts = known_texts(Words.load("en"))
        while not all(clip_path(clips, "en", text, RATE).exists() for text in texts):
            time.sleep(0.2)
    finally:
        process.kill()
        process.communicate()


def measure(samples: int, voice: Speaker | None, row: Measured) -> None:
    """Press STOP so often, and add what was measured to `row`."""
    watched = Watched()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        real = RealBox(Path(folder), watched.path, screen="none", voice=voice)
        _time_steps(real, row)
        written = off_times(real)
        real.start()
        began, spent, spoke = time.monotonic(), _own_s(), _speech_s(voice)
        for _ in range(samples):
            real.stimulate()
            time.sleep(random.uniform(*PAUSE_S))
            row.stops.append(press(real.stop, watched, written)[1])
            real.wait(lambda: real.record.state is not State.STIMULATING)
            real.stop.drive_low()
            real.wait(lambda: not real.record.stop_open)
        lasted = time.monotonic() - began
        row.service.append((_own_s() - spent) / lasted)
        row.speech.append((_speech_s(voice) - spoke) / lasted)
        real.close()
    watched.close()


def first_sounds(device: str) -> list[float]:
    """Seconds until "Rest." was given to the device whole: it began before that.

    ALSA's null device takes all at once, so there the word's own length is not in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "appliance.voice.synthesis_process"]
        process = subprocess.Popen(
            [*command, "--folder", folder, "--device", device],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        taken = [_said_after(process) for _ in range(WORDS + 1)]
        process.kill()
        process.communicate()
    # The first one was rendered.
    return taken[1:]


def _said_after(process: subprocess.Popen[bytes]) -> float:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the speech process has no pipes")
    began = time.monotonic()
    process.stdin.write(b'{"say": ["Rest."], "language": "en", "volume": 7}\n')
    process.stdin.flush()
    while b"said" not in process.stdout.readline():
        pass
    return time.monotonic() - began


def _time_steps(real: RealBox, row: Measured) -> None:
    step = real.service.step

    def timed(now: float, requested: Iterable[Event] = ()) -> None:
        began, spent = time.perf_counter(), time.thread_time()
        step(now, requested)
        row.spent.append(time.thread_time() - spent)
        row.steps.append(time.perf_counter() - began)

    real.service.step = timed  # type: ignore[method-assign]


def _own_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _speech_s(voice: Speaker | None) -> float:
    """Processor time of the speech process and of the programs that it has run, seconds."""
    pid = voice.pid() if voice is not None else None
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    # utime, stime, cutime, cstime: the 14th to 17th field, of which two were cut off.
    return sum(map(int, fields[11:15])) / TICKS_A_SECOND


if __name__ == "__main__":
    main()
