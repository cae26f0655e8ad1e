"""Identifying an openEMSstim: waits until it has started, then asks for its firmware.

Opening the port resets it, and it takes 11.3 s, some seconds more with its boot loader, until
it listens. It obeys later what it was sent meanwhile. So nothing is sent before its
banner; if none comes, because this board was not reset, nothing before the end of any start
that the opening may have caused. Then comes a question that no firmware acts upon, and an
all-stop, which has to come back word for word.
"""

from appliance.stimulator.openemsstim import grammar
from appliance.stimulator.openemsstim.hearing import Echo, Firmware, Heard, Sign

STARTS_WITHIN_S = 15.0
ANSWERS_WITHIN_S = 0.5
TRIES = 2

_WORKS = frozenset({Firmware.FIRST, Firmware.MASTER, Firmware.SIMPLE_MULTIPLEXER})
_REFUSED = {
    Firmware.DEV: "this firmware (dev) never ends its on-time",
    Firmware.MULTIPLEXER: "this firmware (multiplexer or fabbing) does not read what others do",
    Firmware.EMSCONTROLLER: "this firmware (emscontroller) has other commands, and its channels"
    " the other way round",
}


class Greeting:
    """Listens, then asks. `until` is when patience ends, seconds."""

    def __init__(self, now: float) -> None:
        self.until = now + STARTS_WITHIN_S + TRIES * ANSWERS_WITHIN_S
        self.firmware: Firmware | None = None
        self.refused = ""
        """Why this firmware will not do; empty while nothing is against it."""
        self.is_done = False
        """It is known, it listens, and it has repeated an all-stop."""
        self.heard_anything = False
        self._ask_at = now + STARTS_WITHIN_S

    @property
    def has_heard_firmware(self) -> bool:
        return self.firmware in _WORKS

    def next_bytes(self, now: float) -> bytes:
        """The bytes to send now; empty while nothing is due."""
        if now < self._ask_at or self.is_done:
            return b""
        self._ask_at = now + ANSWERS_WITHIN_S
        return grammar.frame(grammar.ALL_STOP) if self.firmware else grammar.QUESTION

    def next_at(self) -> float:
        """When there is something to say or to give up, seconds."""
        return min(self._ask_at, self.until)

    def hear(self, heard: Heard, now: float) -> None:
        """Something came that an openEMSstim says."""
        match heard:
            case Sign.STARTING:
                self._wait(now + STARTS_WITHIN_S)
                self.firmware = None
            case Sign.READY:
                self._wait(now)
            case Echo(command):
                self.is_done = bool(self.firmware) and command == grammar.ALL_STOP
            case Firmware() if heard in _WORKS and not self.firmware:
                self.firmware = heard
                self._wait(now)
            case Firmware():
                self.refused = _REFUSED.get(heard, self.refused)

    def _wait(self, ask_at: float) -> None:
        self._ask_at = ask_at
        self.until = ask_at + TRIES * ANSWERS_WITHIN_S
