"""How setup reaches pins, ports, buses, the buzzer and the time. Tests put others in."""

import os
import subprocess
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.clock import Clock, SystemClock
from appliance.doctor.host import Host
from appliance.doctor.parts import read_byte
from appliance.errors import ApplianceError, ScreenError
from appliance.records import Fixed
from appliance.screen.display.panel import glass_maker
from appliance.screen.display.port import Glass
from appliance.session.cues import Cue
from appliance.settings.model import Settings
from appliance.stimulator.probing import Found, probe

PANEL_ADDRESSES = (0x3C, 0x3D)
DEV = Path("/dev")
_LONGEST_COMMAND_S = 20.0


class Port(Fixed, frozen=True):
    """A serial port: the path that stays the same, and what it is in few words."""

    path: str
    label: str


class Answering(Fixed, frozen=True):
    """Something that answers on an I2C bus where panels are, and the byte that it answered."""

    bus: int
    address: int
    status: int


def open_real_pins(settings: Settings) -> Any:
    # Imported here: gpiozero takes its time, and a sitting may never come to the pins.
    from appliance.controls.pins import open_pins

    return open_pins(settings.controls, settings.service.runtime_dir)


def serial_ports() -> list[Port]:
    """The serial ports of this machine; those of USB by the name with their serial number."""
    # Imported here: a sitting may never come to the board.
    from serial.tools import list_ports

    stable = {link.resolve(): str(link) for link in (DEV / "serial/by-id").glob("*")}
    found = sorted(list_ports.comports(), key=lambda port: (port.vid is None, port.device))
    return [
        Port(
            stable.get(Path(port.device).resolve(), port.device),
            f"{port.device}  {(port.description or '').replace('n/a', '')}".rstrip(),
        )
        for port in found
    ]


def probe_board(path: str, tell: Callable[[str], None]) -> Found:
    """Which board is on the port; it is never energised. Raises BoardError."""
    return probe(path, SystemClock(), tell)


def panels(read: Callable[[int, int], int] = read_byte) -> list[Answering]:
    """What answers at the addresses of panels, on every I2C bus. Raises ScreenError."""
    buses = sorted(int(path.name.removeprefix("i2c-")) for path in DEV.glob("i2c-*"))
    if not buses:
        raise ScreenError("there is no I2C bus: dtparam=i2c_arm=on in config.txt, then reboot")
    found = []
    for bus in buses:
        for address in PANEL_ADDRESSES:
            try:
                found.append(Answering(bus, address, read(bus, address)))
            except PermissionError:
                raise ScreenError(f"no permission for /dev/i2c-{bus}: use sudo") from None
            except OSError:
                # Nothing answers there.
                continue
    return found


@contextmanager
def open_glass(settings: Settings) -> Iterator[Glass]:
    """The panel of these settings. Raises ScreenError, and ControlsError for its reset pin."""
    screen = settings.screen
    with ExitStack() as stack:
        reset = None
        if screen.reset_pin is not None:
            # Imported here: most panels have no such pin.
            from appliance.controls.screen_reset import ScreenReset

            factory = open_real_pins(settings)
            stack.callback(factory.close)
            reset = ScreenReset(screen.reset_pin, factory)
        glass = glass_maker(
            screen.driver,
            i2c_port=screen.i2c_port,
            i2c_address=screen.i2c_address,
            rotate=screen.rotate,
            first_column=screen.first_column,
            capture_dir=screen.capture_dir,
            reset=reset,
        )()
        stack.callback(_let_go, glass)
        yield glass


def _let_go(glass: Glass) -> None:
    # A panel that has gone away meanwhile is told when the next picture is shown.
    with suppress(ScreenError):
        glass.close()


def play_cue(settings: Settings, cue: Cue, clock: Clock) -> None:
    """Play a cue to its end on buzzer and motor. Raises ControlsError."""
    # Imported here: gpiozero takes its time, and a sitting may never come to the sound.
    from appliance.controls.outputs import Output, WaveOutput
    from appliance.controls.sound import Sound

    pins = settings.indicators
    with ExitStack() as stack:
        factory = open_real_pins(settings)
        stack.callback(factory.close)
        buzzer = motor = None
        if pins.buzzer is not None:
            buzzer = WaveOutput(pins.buzzer, "buzzer", factory)
            stack.callback(buzzer.close)
        if pins.vibration is not None:
            motor = Output(pins.vibration, "vibration", factory)
            stack.callback(motor.close)
        sound = Sound(buzzer, motor, settings.sound.volume)
        sound.play([cue], clock.now())
        while (due := sound.next_deadline) is not None:
            clock.wait([], due)
            sound.tick(clock.now())


def command(words: Sequence[str]) -> str:
    """What a command of the system prints. Raises ApplianceError with its own words."""
    try:
        done = subprocess.run(
            words, check=True, capture_output=True, text=True, timeout=_LONGEST_COMMAND_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ApplianceError(f"{words[0]}: {error}") from None
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.split()) or f"it ended with {error.returncode}"
        raise ApplianceError(f"{' '.join(words)}: {said}") from None
    return done.stdout.strip()


@dataclass
class Machine:
    """The machine that is set up."""

    clock: Clock = field(default_factory=SystemClock)
    host: Host = field(default_factory=Host)
    open_pins: Callable[[Settings], Any] = open_real_pins
    serial_ports: Callable[[], list[Port]] = serial_ports
    probe: Callable[[str, Callable[[str], None]], Found] = probe_board
    panels: Callable[[], list[Answering]] = panels
    open_glass: Callable[[Settings], Any] = open_glass
    """A context manager that gives a Glass."""
    play: Callable[[Settings, Cue, Clock], None] = play_cue
    command: Callable[[Sequence[str]], str] = command
    zones: Callable[[], set[str]] = zoneinfo.available_timezones
    wall_clock: Callable[[], datetime] = lambda: datetime.now().astimezone()
    is_root: bool = field(default_factory=lambda: os.geteuid() == 0)
    may_write: Callable[[], None] = lambda: None
    """Raises ApplianceError where nothing may be changed now."""
