"""The box in a contraction as a careful engineer writes it in one file, with asyncio and gpiozero.

It keeps the rules that the board and the wire ask for: a lease of 300 ms, renewed every 50 ms and
every 20 ms in ramps; each echo compared with its set-point, and off for good where one is
missing or wrong; STOP by its edge and by its level with every frame; only the part of the picture
that changed on the bus. It has no checklist, limits, journal, knob, sounds, faults with words,
people, or way back from an error. What it sends is the shipped program of the running service.
"""

import asyncio
import json
import sys
import time

from gpiozero import DigitalInputDevice
from gpiozero.pins.mock import MockFactory
from luma.core.interface.serial import i2c
from luma.oled.device import ssd1306
from PIL import Image, ImageChops, ImageDraw
from serial import Serial

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import DELIMITER, Decoder, encode
from appliance.stimulator.reference.protocol import Off, Report, SetPoint, State

MA, HZ, WIDTH_US = 20.0, 50, 300
RAMP_UP_S, HOLD_S, RAMP_DOWN_S, CYCLE_S = 2.0, 5.0, 1.0, 18.0
SET_POINT_S, IN_RAMP_S, PICTURE_S = 0.050, 0.020, 0.1
NO_ECHO_S = 0.2
MINUTES = 20


class DisagreementError(Exception):
    """The board does not do what it should."""


def envelope(at_s: float) -> float:
    at_s %= CYCLE_S
    if at_s < RAMP_UP_S:
        return at_s / RAMP_UP_S
    if at_s < RAMP_UP_S + HOLD_S:
        return 1.0
    return max(0.0, 1.0 - (at_s - RAMP_UP_S - HOLD_S) / RAMP_DOWN_S)


class Board:
    """Frames out, echoes in."""

    def __init__(self, path: str) -> None:
        self.port = Serial(path, protocol.BAUD_RATE, timeout=0, write_timeout=0)
        self.decoder, self.sequence = Decoder(), 0
        self.asked: SetPoint | None = None
        self.report: Report | None = None
        self.heard = asyncio.Event()
        self.wrong = ""

    def hear(self) -> None:
        for message in self.decoder.feed(self.port.read(4096)):
            if isinstance(message, Report):
                self.check(message)
                self.report = message
                self.heard.set()

    def check(self, report: Report) -> None:
        asked = self.asked
        if asked is None or report.sequence != asked.sequence:
            return
        if report.answer or report.faults or report.state not in (State.ARMED, State.ON):
            self.wrong = f"refused: {report}"
        most = max(report.amplitude_a_codes, report.amplitude_b_codes)
        if most > asked.amplitude_a_codes or report.frequency_centihz != asked.frequency_centihz:
            self.wrong = f"not what was asked: {report}"

    def number(self) -> int:
        self.sequence = (self.sequence + 1) & 0xFFFF
        return self.sequence

    def off(self) -> None:
        self.port.write(DELIMITER + encode(Off(self.number())))

    async def apply(self, ma: float) -> None:
        """Raises TimeoutError if the last frame has no echo, DisagreementError if a wrong one."""
        await asyncio.wait_for(self.heard.wait(), NO_ECHO_S)
        if self.wrong or self.report is None:
            raise DisagreementError(self.wrong)
        codes = int(ma * protocol.CODES_PER_MA)
        newest, number = self.report, self.number()
        asked = SetPoint(
            *(newest.arming, number, newest.sequence, protocol.LEASE_MS, newest.state),
            *(HZ * 100, 0, 0, codes, codes, WIDTH_US, WIDTH_US),
            *(int(60 * protocol.CODES_PER_MA), WIDTH_US, HZ * 100),
        )
        self.asked = asked
        self.heard.clear()
        self.port.write(encode(asked))


class Panel:
    """Sends the rectangle that changed."""

    def __init__(self) -> None:
        self.device = ssd1306(i2c())
        self.before = Image.new("1", self.device.size)

    def show(self, image: Image.Image) -> None:
        changed = ImageChops.difference(image.convert("L"), self.before.convert("L")).getbbox()
        if changed is None:
            return
        left, top, right, bottom = changed
        first, last, pixels = top // 8, (bottom - 1) // 8, image.load()
        self.device.command(0x21, left, right - 1, 0x22, first, last)
        self.device.data(
            [
                sum(bool(pixels[x, page * 8 + bit]) << bit for bit in range(8))
                for page in range(first, last + 1)
                for x in range(left, right)
            ]
        )
        self.before = image


class Box:
    def __init__(self, path: str) -> None:
        self.board, self.panel = Board(path), Panel()
        pins = MockFactory()
        pins.pin(17).drive_low()
        self.stop = DigitalInputDevice(17, pull_up=True, pin_factory=pins)
        pins.pin(17).drive_low()
        self.began = time.monotonic()

    async def run(self, seconds: float) -> float:
        """Processor time of so many seconds."""
        loop = asyncio.get_running_loop()
        self.stop.when_deactivated = lambda: loop.call_soon_threadsafe(self.board.off)
        loop.add_reader(self.board.port.fileno(), self.board.hear)
        self.board.port.write(encode(protocol.Hello(0, protocol.LAYOUT)))
        await asyncio.sleep(0.2)
        self.board.off()
        await asyncio.sleep(0.2)
        self.began = time.monotonic()
        spent = time.process_time()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.send(seconds))
            tasks.create_task(self.draw(seconds))
        return time.process_time() - spent

    async def send(self, seconds: float) -> None:
        due = self.began
        while (at_s := time.monotonic() - self.began) < seconds:
            if not self.stop.is_active:
                raise DisagreementError("STOP")
            part = envelope(at_s)
            await self.board.apply(MA * part)
            due += IN_RAMP_S if 0.0 < part < 1.0 else SET_POINT_S
            await asyncio.sleep(due - time.monotonic())
        self.board.off()

    async def draw(self, seconds: float) -> None:
        told = ""
        while (at_s := time.monotonic() - self.began) < seconds:
            left_s = int(MINUTES * 60 - at_s)
            part = envelope(at_s)
            new = f"{left_s // 60:02}:{left_s % 60:02} {part:.1f} {self.stop.is_active}"
            if new != told:
                told = new
                image = Image.new("1", self.panel.device.size)
                pen = ImageDraw.Draw(image)
                pen.text((0, 0), "Lower back  2/3", fill="white")
                pen.text((0, 16), f"{new[:5]}   {MA:.0f} mA", fill="white")
                pen.rectangle((0, 36, int(127 * part), 42), fill="white")
                pen.text((0, 48), "TIGHTEN" if part else "REST", fill="white")
                await asyncio.to_thread(self.panel.show, image)
            await asyncio.sleep(PICTURE_S)


def main(path: str, seconds: float) -> None:
    from tests.benchmarks.slow_bus import SlowBus, put_on_the_bus

    put_on_the_bus(SlowBus())
    spent = asyncio.run(Box(path).run(seconds))
    print(json.dumps({"processor_s": spent}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
