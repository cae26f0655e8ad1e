"""Checks pins, STOP, enable pump, screen and board: asks the service, or opens them without one."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.clock import Clock
from appliance.controls.contacts import Contact
from appliance.controls.gpio_lines import OURS, Chip, read_chip
from appliance.controls.header_chip import choose_chip, found_chips
from appliance.controls.pins import open_pins
from appliance.doctor.finding import Finding, bad, good, warn
from appliance.doctor.host import Host
from appliance.errors import ApplianceError, BoardError, ControlsError
from appliance.service.control_socket import (
    ControlClient,
    ForbiddenError,
    NoAnswerError,
    NotRunningError,
)
from appliance.service.opened import has_opened_parts
from appliance.settings.keys import pins_of
from appliance.settings.model import PANEL_CHIPS, Settings
from appliance.stimulator.boards import card_of
from appliance.stimulator.probing import probe

_CLOCK_ADDRESS = 0x68
_PANEL_ADDRESSES = (0x3C, 0x3D)
_I2C_SLAVE = 0x0703
_FAST_HZ = 400_000
_SH1106_STATUS = 0x08
"""Low bits that an SH1106 answers to a read. An SSD1306 and an SSD1309 answer others."""


def read_byte(port: int, address: int) -> int:
    """One byte from a device on an I2C bus. Raises OSError; busy means that a driver has it."""
    descriptor = os.open(f"/dev/i2c-{port}", os.O_RDWR)
    try:
        fcntl.ioctl(descriptor, _I2C_SLAVE, address)
        return os.read(descriptor, 1)[0]
    finally:
        os.close(descriptor)


def looks_like_sh1106(status: int) -> bool:
    """Whether a panel that answers this byte to a read is more like an SH1106 than the others."""
    return status & 0x0F == _SH1106_STATUS


def is_low(settings: Settings, clock: Clock, pin: int, purpose: str) -> bool:
    """Whether something holds a line low against the Pi's pull-up. Nothing is driven.

    Raises ControlsError if the line cannot be opened.
    """
    factory = open_pins(settings.controls, settings.service.runtime_dir)
    with closing(factory), closing(Contact(pin, purpose, factory)) as contact:
        return contact.closed


def _not_looked_at(part: str, why: str) -> Finding:
    return warn(part, f"not looked at: {why}", "see to the line `service`, and ask again")


@dataclass
class Parts:
    """How the parts are reached. Tests put others in."""

    host: Host
    settings: Settings
    clock: Clock
    read_chip: Callable[[Path, tuple[int, ...]], Chip] = read_chip
    read_byte: Callable[[int, int], int] = read_byte
    is_low: Callable[[Settings, Clock, int, str], bool] = is_low
    find_board: Callable[..., Any] = probe
    running: dict[str, Any] = field(default_factory=dict)
    """What the running service answered; empty where none does."""
    may_run: bool = False
    """Whether a service may have the parts that did not say how they are."""

    def service(self) -> Iterator[Finding]:
        """Ask the service first: while it runs the parts are its own."""
        try:
            with ControlClient(self.settings.service.runtime_dir) as client:
                self.running = client.ask("status")
        except NoAnswerError:
            self.may_run = True
            yield bad(
                "service", "has the socket and does not answer",
                "wait a minute and ask again; else sudo systemctl restart ems-appliance",
            )  # fmt: skip
            return
        except NotRunningError:
            yield warn(
                "service", "not running, so that the parts were tried directly",
                "sudo systemctl start ems-appliance",
            )  # fmt: skip
            return
        except ForbiddenError as error:
            self.may_run = True
            yield warn("service", "may be running", str(error))
            return
        faults = self.running["faults"]
        if not faults:
            yield good("service", f"running, {self.running['state']}")
        for fault in faults:
            words = fault["detail"] or fault["text"]
            yield bad("service", f"{fault['id']}: {words}", fault["next"])

    def pins(self) -> Iterator[Finding]:
        devices = self.host.at("/dev")
        try:
            number = choose_chip(self.settings.controls, found_chips(devices, self.read_chip))
        except ControlsError as error:
            seen, _, to_do = str(error).partition(": ")
            yield bad("pins", seen, to_do)
            return
        chip = f"/dev/gpiochip{number}"
        wanted = {pin: key.name for key, pin in pins_of(self.settings)}
        device = self.host.at(chip)
        try:
            found = self.read_chip(device, tuple(wanted))
        except PermissionError:
            yield bad("pins", f"no permission for {chip}", "join the group gpio")
            return
        except OSError as error:
            yield bad(
                "pins", f"{chip}: {error.strerror}",
                "set [controls] chip to the one of the header: `ls /dev/gpiochip*`",
            )  # fmt: skip
            return
        ours = bool(self.running) or self.may_run
        taken = {pin: who for pin, who in found.users.items() if not (ours and who in OURS)}
        for pin, who in taken.items():
            yield bad(
                "pins", f"GPIO {pin} ({wanted[pin]}) is held by {who}",
                "stop that program, remove its dtoverlay from config.txt, or choose another pin",
            )  # fmt: skip
        if not taken:
            yield good("pins", f"{found.label}: {len(wanted)} lines, no stranger on them")

    def stop(self) -> Iterator[Finding]:
        """STOP's pole that the Pi reads. The other one, in the relay's supply, has no wire back."""
        if why := self._why_not():
            yield _not_looked_at("stop", why)
            return
        try:
            is_closed = (
                not self.running["stop_pressed"]
                if self.running
                else self._is_low(self.settings.controls.stop, "stop")
            )
        except ControlsError as error:
            yield warn("stop", f"not looked at: {error}", "start the service, and ask again")
            return
        if is_closed:
            yield good("stop", "closed at rest; its pole in the relay's supply cannot be read")
        else:
            yield bad(
                "stop", "open: pressed, unplugged, or a wire is broken",
                "let go of it; plug the lead in; measure below 5 ohm from GPIO to ground at rest",
            )  # fmt: skip

    def enable_pump(self) -> Iterator[Finding]:
        """Whether the pump's 10 kOhm to ground is on its line. A steady level closes no relay."""
        line = self.settings.indicators.enable_line
        if line is None:
            return
        if why := self._why_not():
            yield _not_looked_at("enable pump", why)
            return
        if self.running:
            return
        try:
            is_there = self._is_low(line, "enable_line")
        except ControlsError as error:
            yield warn("enable pump", f"not looked at: {error}", "stop the service, and ask again")
            return
        if is_there:
            yield good("enable pump", f"it holds GPIO {line} low at rest")
        else:
            yield bad(
                "enable pump", f"nothing holds GPIO {line} low",
                "check the wire to the pump's input and its 10 kOhm; or [indicators] enable_line",
            )  # fmt: skip

    def _why_not(self) -> str:
        """Why pins and board are neither tried nor told by the service; "" where they are."""
        if self.may_run:
            return "the service may have it"
        has_none = self.running and not has_opened_parts(self.running)
        return "the service has opened no pins" if has_none else ""

    def _is_low(self, pin: int, purpose: str) -> bool:
        return self.is_low(self.settings, self.clock, pin, purpose)

    def screen(self) -> Iterator[Finding]:
        screen = self.settings.screen
        if screen.driver not in PANEL_CHIPS:
            yield warn("screen", f"driver {screen.driver}: no panel", "set [screen] driver")
            return
        where = f"0x{screen.i2c_address:02x} on /dev/i2c-{screen.i2c_port}"
        try:
            status = self.read_byte(screen.i2c_port, screen.i2c_address)
        except FileNotFoundError:
            yield bad(
                "screen", f"/dev/i2c-{screen.i2c_port} is not there",
                "dtparam=i2c_arm=on in config.txt, modprobe i2c-dev, reboot",
            )  # fmt: skip
            return
        except PermissionError:
            yield bad("screen", f"no permission for {where}", "join the group i2c")
            return
        except OSError:
            yield self._screen_elsewhere(where)
            return
        yield self._kind_of_screen(status, where)
        yield from self._bus_speed()

    def _screen_elsewhere(self, where: str) -> Finding:
        screen = self.settings.screen
        for address in _PANEL_ADDRESSES:
            if address != screen.i2c_address and self._answers(address):
                return bad(
                    "screen", f"nothing answers at {where}, and something does at 0x{address:02x}",
                    f"ems-appliance config set screen.i2c_address 0x{address:02x}",
                )  # fmt: skip
        return bad("screen", f"nothing answers at {where}", "check its wires, and 3.3 V")

    def clock_module(self) -> Iterator[Finding]:
        """A clock module on the panel's bus that no driver has taken."""
        if not self.host.at("/sys/class/rtc/rtc0").exists() and self._answers(_CLOCK_ADDRESS):
            yield warn(
                "clock", f"a module answers at 0x{_CLOCK_ADDRESS:02x}, and has no driver",
                "dtoverlay=i2c-rtc,ds3231 in config.txt, reboot",
            )  # fmt: skip

    def _answers(self, address: int) -> bool:
        try:
            self.read_byte(self.settings.screen.i2c_port, address)
        except OSError:
            return False
        return True

    def _kind_of_screen(self, status: int, where: str) -> Finding:
        is_sh1106 = looks_like_sh1106(status)
        if is_sh1106 != (self.settings.screen.driver == "sh1106"):
            likely = "sh1106" if is_sh1106 else "ssd1306 or ssd1309"
            return warn(
                "screen", f"{where} answers 0x{status:02x}, more like {likely}",
                f"if the picture is shifted by two columns or snows: [screen] driver = {likely}",
            )  # fmt: skip
        return good("screen", f"{self.settings.screen.driver} at {where}")

    def _bus_speed(self) -> Iterator[Finding]:
        port = self.settings.screen.i2c_port
        raw = self.host.at(f"/sys/class/i2c-adapter/i2c-{port}/of_node/clock-frequency")
        try:
            hz = int.from_bytes(raw.read_bytes(), "big")
        except OSError:
            return
        if hz < _FAST_HZ:
            yield warn(
                "screen", f"the bus runs at {hz // 1000} kHz",
                "dtparam=i2c_arm_baudrate=400000 in config.txt, reboot",
            )  # fmt: skip

    def board(self) -> Iterator[Finding]:
        wanted = self.settings.stimulator
        if card_of(wanted.driver).runs_model is not None:
            yield warn("board", "simulated: nothing flows", "set [stimulator] driver and port")
            return
        if why := self._why_not():
            yield _not_looked_at("board", why)
            return
        if self.running:
            yield from self._board_of_service()
            return
        try:
            found = self.find_board(wanted.port, self.clock, lambda words: None)
        except (BoardError, ApplianceError) as error:
            yield bad("board", str(error), "check its cable, its power, [stimulator] port")
            return
        is_it = found.identity.driver == wanted.driver
        yield (
            good("board", found.identity.firmware)
            if is_it
            else bad(
                "board", f"it is {found.card.maker}, {found.identity.firmware}",
                f"ems-appliance config set stimulator.driver {found.identity.driver}",
            )
        )  # fmt: skip

    def _board_of_service(self) -> Iterator[Finding]:
        board = self.running["board"]
        if board["link"] == "up":
            yield good("board", f"{board['driver']} {board['firmware']}")
        elif any(fault["id"] == "board_layout" for fault in self.running["faults"]):
            yield bad("board", "its firmware is of another layout", "flash: hardware/firmware/")
        else:
            yield bad("board", f"link {board['link']}", "check its cable and its power")

    def all(self) -> Iterator[Finding]:
        """Every check of a part, the service first."""
        yield from self.service()
        yield from self.pins()
        yield from self.stop()
        yield from self.enable_pump()
        yield from self.screen()
        yield from self.clock_module()
        yield from self.board()
