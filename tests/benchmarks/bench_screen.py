"""A whole session's pictures on the I2C bus, beside luma's own display(); and how soon a
detent of the knob shows.

    python -m tests.benchmarks.bench_screen

Bytes are those on the wire, addresses included, as luma writes them on a Pi. The pictures are
those of a session of three stages of 20 minutes. Prints ratios, measured side by side.
"""

import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from luma.core.interface.serial import i2c
from luma.oled.device import sh1106, ssd1306
from PIL import Image

from appliance.screen.display.oled import open_oled
from appliance.screen.display.panel import Painter, glass_maker
from appliance.screen.draw import draw
from appliance.settings.words import Words
from tests.benchmarks.real_box import RealBox, Watched
from tests.benchmarks.slow_bus import CountingBus, SlowBus, put_on_the_bus
from tests.screen.seen_session import Seen, whole_session

STAGE_MINUTES = 20.0
DETENTS = 300
A_STAGE = 20
"""So many in one stage. Down is two steps and up is one, and at zero down shows nothing."""
QUARTER_S = 0.004
"""Between two edges of a knob that is turned briskly."""
LUMA = {"ssd1306": ssd1306, "sh1106": sh1106}
WORDS = Words.load()


def main() -> None:
    seen = whole_session(STAGE_MINUTES)
    pictures = [draw(view, WORDS) for _, view, _ in seen]
    for driver in LUMA:
        bytes_on_the_bus(driver, seen, pictures)
    time_to_draw(seen)
    detent_to_first_byte()


def bytes_on_the_bus(
    driver: str, seen: tuple[Seen, ...], pictures: list[Image.Image]
) -> tuple[float, float]:
    """How many times fewer bytes: of the pictures, and with repaints and blinks."""
    news = [
        picture
        for before, picture in zip([None, *pictures], pictures, strict=False)
        if picture != before
    ]
    a_picture = luma_bytes(driver, news[:20]) / 20
    theirs = a_picture * len(news)
    ours, with_keeping = picture_bytes(driver, news), session_bytes(driver, seen)
    every = a_picture * len(pictures)
    print(f"{driver}: {len(news)} pictures that differ, of {len(pictures)} views")
    print(f"  luma, pictures that differ    {theirs:>11.0f} bytes")
    print(f"  luma, ten times a second      {every:>11.0f}")
    print(f"  this driver, the same pictures{ours:>11.0f}{theirs / ours:>8.1f}x fewer (aim: 20x)")
    print(
        f"  and a repaint a minute, blinks{with_keeping:>10.0f}{theirs / with_keeping:>8.1f}x fewer"
    )
    return theirs / ours, theirs / with_keeping


def luma_bytes(driver: str, pictures: list[Image.Image]) -> int:
    bus = CountingBus()
    put_on_the_bus(bus)
    device = LUMA[driver](i2c())
    device.persist = True
    bus.sent = 0
    for picture in pictures:
        device.display(picture)
    return bus.sent


def picture_bytes(driver: str, pictures: list[Image.Image]) -> int:
    bus = CountingBus()
    put_on_the_bus(bus)
    glass = open_oled(driver, 1, 0x3C, upside_down=False)
    bus.sent = 0
    for picture in pictures:
        glass.show(picture)
    return bus.sent


def session_bytes(driver: str, seen: tuple[Seen, ...]) -> int:
    """With everything else: set-up, a repaint a minute, dimming, a blink with each cue."""
    bus = CountingBus()
    put_on_the_bus(bus)
    painter, due = Painter(glass_maker(driver), Words.load), float("inf")
    for at, view, blink in seen:
        while due < at:
            due = painter.paint(view, due)
        due = painter.paint(view, at, blink=blink)
    return bus.sent


def time_to_draw(seen: tuple[Seen, ...]) -> None:
    took = []
    for _, view, _ in seen[:: max(1, len(seen) // 500)]:
        start = time.perf_counter()
        draw(view, WORDS)
        took.append(time.perf_counter() - start)
    print(f"drawing a picture: {statistics.median(took) * 1e6:.0f} us median")


def detent_to_first_byte(detents: int = DETENTS) -> float:
    """From the last edge of a detent on mock pins, through the whole service, to the bus.

    The 99th percentile, ms.
    """
    bus, watched = SlowBus(), Watched()
    put_on_the_bus(bus)
    taken: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        while len(taken) < detents:
            box = RealBox(Path(folder), watched.path, screen="ssd1306").start()
            box.stimulate()
            for detent in range(min(A_STAGE, detents - len(taken))):
                time.sleep(random.uniform(0.1, 0.2))
                taken.append(turn(box, bus, up=detent % 2 == 1))
            box.close()
    watched.close()
    taken.sort()
    print(
        f"detent to first byte on the bus: {statistics.median(taken) * 1e3:.1f} ms median, "
        f"{taken[len(taken) * 99 // 100] * 1e3:.1f} ms p99 (aim: 20 ms); "
        f"{len(taken)} detents, load of the machine {os.getloadavg()[0]:.1f}"
    )
    return taken[len(taken) * 99 // 100] * 1e3


def turn(box: RealBox, bus: SlowBus, *, up: bool) -> float:
    """A detent up counts with its last edge, and one down when half of it is turned."""
    first, second = box.knob if up else reversed(box.knob)
    taken = 0.0
    for move in (first.drive_low, second.drive_low, first.drive_high, second.drive_high):
        counts = move == (second.drive_high if up else second.drive_low)
        bus.written.clear()
        began = time.perf_counter()
        move()
        if counts and not bus.written.wait(1.0):
            raise TimeoutError("a detent was not shown")
        if counts:
            taken = time.perf_counter() - began
        time.sleep(QUARTER_S)
    return taken


if __name__ == "__main__":
    main()
