"""Which lines of the header move: all free ones are watched, so that a wrong wire is found too."""

from contextlib import ExitStack, suppress
from typing import Any

from appliance.clock import Clock
from appliance.controls.contacts import Contact, Listener
from appliance.doctor.host import Host
from appliance.doctor.voice import I2S_PINS, i2s_is_on
from appliance.errors import ControlsError
from appliance.records import Fixed
from appliance.settings.keys import pins_of
from appliance.settings.kinds import LAST_PIN
from appliance.settings.model import I2C_PINS, Settings

_BUSES = frozenset(pin for bus in I2C_PINS.values() for pin in bus)
"""The I2C buses of the header: screen, clock module, and the memory of add-on boards."""
_UART_PINS = frozenset({14, 15})
_UARTS = ("serial0", "ttyAMA0", "ttyS0")
"""What the serial port on these pins may be called."""


def _used_by_kernel(host: Host, settings: Settings) -> frozenset[int]:
    """Lines of a bus, a sound card or a serial port, which the kernel lets anybody open.

    As inputs they would be cut off from it until the next boot.
    """
    i2s = I2S_PINS if i2s_is_on(host) else frozenset()
    return _BUSES | i2s | (_UART_PINS if _uart_is_used(host, settings) else frozenset())


def _uart_is_used(host: Host, settings: Settings) -> bool:
    consoles = {
        word.removeprefix("console=").partition(",")[0]
        for word in host.read("/proc/cmdline").split()
        if word.startswith("console=")
    }
    ports = {settings.stimulator.port.removeprefix("/dev/")}
    # `serial0` is there while a port is on these pins; the other names may be that of Bluetooth.
    return host.at("/dev/serial0").exists() or not (consoles | ports).isdisjoint(_UARTS)


class Move(Fixed, frozen=True):
    """A line moved: it closed to ground, or it opened."""

    pin: int
    closed: bool
    at: float


class PinWatch:
    """Every line that may carry a control, as an input with its pull-up.

    Lines of outputs are left alone, and so are lines that the kernel or somebody else uses. Raises
    ControlsError where a line of a control in `settings` is held.
    """

    def __init__(self, settings: Settings, factory: Any, clock: Clock, host: Host) -> None:
        self._now = clock.now
        self._factory = factory
        self._ends = ExitStack()
        self._ends.callback(factory.close)
        self._contacts: dict[Contact, int] = {}
        wanted = {pin: key.name for key, pin in pins_of(settings) if key.section == "controls"}
        taken = {pin for key, pin in pins_of(settings)} - wanted.keys()
        free = set(range(LAST_PIN + 1)) - wanted.keys() - taken - _used_by_kernel(host, settings)
        try:
            for pin, name in wanted.items():
                self._open(pin, name)
            for pin in sorted(free):
                with suppress(ControlsError):
                    self._open(pin, "setup")
            self._listener = Listener(tuple(self._contacts), factory, self._now)
            self._ends.callback(self._listener.close)
        except BaseException:
            self.close()
            raise
        self._listener.take()
        self._levels = {pin: contact.closed for contact, pin in self._contacts.items()}

    def is_closed(self, pin: int) -> bool:
        """Whether the line is connected to ground now, as far as it has been looked at."""
        return self._levels.get(pin, False)

    def moves(self) -> list[Move]:
        """What has moved since the last call, in the order of time."""
        edges = self._listener.take()
        found = [Move(self._contacts[edge.contact], edge.closed, edge.at) for edge in edges]
        for move in found:
            self._levels[move.pin] = move.closed
        # The level decides: an edge may be lost.
        for contact, pin in self._contacts.items():
            contact.poll(self._now(), heard=False)
            if contact.closed != self._levels[pin]:
                self._levels[pin] = contact.closed
                found.append(Move(pin, contact.closed, self._now()))
        return found

    def levels(self) -> dict[int, bool]:
        """Whether each line is closed, as far as it has been looked at."""
        return dict(self._levels)

    def close(self) -> None:
        self._ends.close()

    def _open(self, pin: int, purpose: str) -> None:
        contact = Contact(pin, purpose, self._factory)
        self._ends.callback(contact.close)
        self._contacts[contact] = pin
