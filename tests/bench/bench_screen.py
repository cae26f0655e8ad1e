"""A session's pictures on the I2C bus, beside luma's own display(); and how soon a detent shows.

Run it as `python -m tests.bench.bench_screen`; it prints bytes and ratios, measured side by
side on the same pictures. Two ratios: luma sending only pictures that changed, and luma in
the usual loop that draws ten times a second whether anything changed or not.
"""

import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

from luma.core.interface.serial import i2c
from luma.oled.device import ssd1306
from PIL import Image

from appliance.screen.draw import draw
from appliance.screen.gallery import examples
from appliance.screen.oled import OledGlass
from appliance.screen.panel import Panel
from appliance.session.events import Event
from appliance.session.record import Record
from appliance.session.state import State
from appliance.session.view import View
from appliance.session.viewing import view_of
from appliance.settings.words import Words
from tests.session.core import EXPERIENCED, SHORT, STEP_S, Core

VIEW_S = 0.1
DETENTS = 300


class CountingBus:
    """smbus, of which only the bytes on the wire are kept."""

    def __init__(self) -> None:
        self.sent = 0
        self.written = threading.Event()

    def write_i2c_block_data(self, address: int, control: int, data: list[int]) -> None:
        self.sent += 2 + len(data)
        self.written.set()


class SeenCore(Core):
    """A session that keeps the view of every tenth of a second."""

    def __init__(self) -> None:
        super().__init__(EXPERIENCED, plan=SHORT)
        self.views: list[View] = []
        self._next = 0.0

    def step(self, *events: Event, dt: float = STEP_S) -> Record:
        record = super().step(*events, dt=dt)
        if record.now >= self._next:
            self._next = record.now + VIEW_S
            self.views.append(view_of(record))
        return record


def session_views() -> list[View]:
    """From `locked` to the end of a five-minute stage."""
    core = SeenCore()
    core.to_stimulating(12)
    while core.record.state is State.STIMULATING:
        core.step(dt=VIEW_S)
    return core.views


def changed(pictures: list[Image.Image]) -> Iterator[Image.Image]:
    before = b""
    for picture in pictures:
        if picture.tobytes() != before:
            before = picture.tobytes()
            yield picture


def bytes_on_the_bus(pictures: list[Image.Image]) -> None:
    ours, theirs = CountingBus(), CountingBus()
    glass, device = OledGlass("ssd1306", i2c(bus=ours)), ssd1306(i2c(bus=theirs))
    device.persist = True
    ours.sent = theirs.sent = 0
    news = list(changed(pictures))
    for picture in news:
        glass.show(picture)
        device.display(picture)
    a_picture = theirs.sent / len(news)
    print(f"pictures that differ     {len(news):8} of {len(pictures)}")
    print(f"bytes sent               {ours.sent:8}")
    print(f"luma, changed pictures   {theirs.sent:8}  {theirs.sent / ours.sent:6.1f} times more")
    every = a_picture * len(pictures)
    print(f"luma, ten times a second {every:8.0f}  {every / ours.sent:6.1f} times more")


def time_to_draw(views: list[View]) -> None:
    words, took = Words.load(), []
    for view in views[:: max(1, len(views) // 500)]:
        start = time.perf_counter()
        draw(view, words)
        took.append(time.perf_counter() - start)
    print(f"drawing a picture        {statistics.median(took) * 1e6:8.0f} us median")


def detent_to_first_byte() -> None:
    """From `show` in the loop to the first write on the bus, on an idle panel."""
    bus = CountingBus()
    panel = Panel(lambda: OledGlass("ssd1306", i2c(bus=bus)), Words.load)
    running = next(e.view for e in examples() if e.view.state is State.STIMULATING)
    took = []
    for detent in range(DETENTS):
        level = float(10 + detent % 30)
        channels = tuple(replace(c, target=level, level=level) for c in running.channels)
        bus.written.clear()
        start = time.perf_counter()
        panel.show(replace(running, channels=channels))
        bus.written.wait(1.0)
        took.append(time.perf_counter() - start)
    panel.close()
    took.sort()
    median, late = took[len(took) // 2], took[len(took) * 99 // 100]
    print(f"detent to first byte     {median * 1e3:8.2f} ms median, {late * 1e3:.2f} ms p99")


def main() -> None:
    views = session_views()
    words = Words.load()
    bytes_on_the_bus([draw(view, words) for view in views])
    time_to_draw(views)
    detent_to_first_byte()


if __name__ == "__main__":
    main()
