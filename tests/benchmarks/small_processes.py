"""Processes that bench_cost weighs, one a name. Each ends with the service's standard input.

Their figures go to standard output as JSON: processor time of a stretch, resident memory.
"""

import json
import sys
import tempfile
import threading
import time
from pathlib import Path


def memory_mb() -> float:
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    line = next(line for line in status if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def tell(**figures: float) -> None:
    print(json.dumps(figures), flush=True)


def imports() -> None:
    """The libraries of the service, and nothing else."""
    import sqlite3  # noqa: F401

    import cobs.cobs  # noqa: F401
    import gpiozero  # noqa: F401
    import luma.core.interface.serial
    import luma.oled.device  # noqa: F401
    import msgspec  # noqa: F401
    import PIL.Image
    import PIL.ImageDraw  # noqa: F401
    import serial  # noqa: F401
    import smbus2  # noqa: F401
    import tomlkit  # noqa: F401
    import transitions  # noqa: F401
    from gpiozero.pins.mock import MockFactory  # noqa: F401

    tell(at=time.monotonic(), memory_mb=memory_mb())


def to_locked(port: str) -> None:
    """The service as `run` starts it, with a panel on a bus, up to `locked`."""
    import os

    from appliance.clock import SystemClock
    from appliance.service.assembly import assemble
    from appliance.service.settings_files import SettingsFiles
    from appliance.session.state import State
    from tests.benchmarks.slow_bus import SlowBus, put_on_the_bus

    bus = SlowBus()
    put_on_the_bus(bus)
    os.environ["GPIOZERO_PIN_FACTORY"] = "mock"
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(
            f'[screen]\ndriver = "ssd1306"\n[stimulator]\ndriver = "reference"\nport = "{port}"\n'
            f'[journal]\npath = "{folder}/journal.sqlite3"\n[service]\nruntime_dir = "{folder}"\n'
        )
        service = assemble(SettingsFiles(config, {}), SystemClock())

        def watch() -> None:
            while service.record.state is not State.LOCKED:
                time.sleep(0.001)
            locked_at = time.monotonic()
            time.sleep(2.0)
            tell(at=locked_at, memory_mb=memory_mb(), pictured_at=bus.pictured_at)
            service.end()

        threading.Thread(target=watch).start()
        service.run()


def session(port: str, seconds: float, *, runs: bool) -> None:
    """The service in a contraction, or in `locked`."""
    from tests.benchmarks.real_box import RealBox
    from tests.benchmarks.slow_bus import SlowBus, put_on_the_bus

    put_on_the_bus(SlowBus())
    with tempfile.TemporaryDirectory() as folder:
        box = RealBox(Path(folder), port, screen="ssd1306").start()
        if runs:
            box.stimulate()
        time.sleep(2.0)
        began = time.process_time()
        time.sleep(seconds)
        tell(processor_s=time.process_time() - began)
        box.close()


def look(folder: str) -> None:
    """Ask the service in `folder` for everything that it shows, as long as it lives."""
    from itertools import cycle

    from appliance.service.control_socket import ControlClient, NotRunningError

    while True:
        try:
            client = ControlClient(Path(folder))
            for verb in cycle(("status", "picture", "current", "log")):
                client.ask(verb)
                time.sleep(0.05)
        except NotRunningError:
            time.sleep(0.1)


def tutorial(port: str, seconds: float) -> None:
    """The usual script: a loop that sleeps 0.1 s, looks at the pins, sends, redraws everything."""
    from gpiozero import Button
    from gpiozero.pins.mock import MockFactory
    from luma.core.interface.serial import i2c
    from luma.core.render import canvas
    from luma.oled.device import ssd1306
    from serial import Serial

    from appliance.stimulator.reference import protocol
    from appliance.stimulator.reference.codec import encode
    from tests.benchmarks.slow_bus import SlowBus, put_on_the_bus

    put_on_the_bus(SlowBus())
    factory = MockFactory()
    buttons = [Button(pin, pin_factory=factory) for pin in (17, 27, 22, 13)]
    wire = Serial(port, 250000, timeout=0)
    device = ssd1306(i2c())
    frame = encode(protocol.Off(1))
    began, count = time.process_time(), 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        count += 1
        pressed = [button.is_pressed for button in buttons]
        wire.write(frame)
        wire.read(100)
        with canvas(device) as draw:
            draw.text((0, 0), "Lower back  2/3", fill="white")
            draw.text((0, 16), f"{count // 600:02}:{count // 10 % 60:02}   22 mA", fill="white")
            draw.rectangle((0, 36, 22 * 4, 42), fill="white")
            draw.text((0, 48), "STOP" if any(pressed) else "RUNNING", fill="white")
        time.sleep(0.1)
    tell(processor_s=time.process_time() - began)


def main() -> None:
    name, *rest = sys.argv[1:]
    if name == "imports":
        imports()
    elif name == "to_locked":
        to_locked(rest[0])
    elif name == "session":
        session(rest[0], float(rest[1]), runs=True)
    elif name == "idle":
        session(rest[0], float(rest[1]), runs=False)
    elif name == "look":
        look(rest[0])
    elif name == "careful":
        from tests.benchmarks import careful_script

        careful_script.main(rest[0], float(rest[1]))
    elif name == "tutorial":
        tutorial(rest[0], float(rest[1]))


if __name__ == "__main__":
    main()
