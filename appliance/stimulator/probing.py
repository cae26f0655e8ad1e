"""Which known board is on a port, found out without ever energising it.

The order matters, because one board's question may be another one's command. An openEMSstim
keeps what it is sent while it starts, for up to 15 s after its port was opened, and obeys it
afterwards; a single `1` or `2` closes a relay. So the first thing is to listen, in silence,
for boards that announce themselves: RehaStim2, whose driver says nothing before it has heard
that one, and openEMSstim, whose driver then opens the port once more, listens again, and asks
the one question that its firmware does not act upon. Only where nobody announced itself are
the others asked, and those only answer to
whole frames with a good checksum: to each of them, and to anything else, the other one's
question is noise. The questions themselves set nothing going: the reference board's hello
switches off, a ScienceMode device is asked for its version and its status.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import BoardError
from appliance.session.board import Identity, Link
from appliance.stimulator.boards import open_board
from appliance.stimulator.port import Stimulator
from appliance.stimulator.serial_port import Line, SerialPort
from appliance.therapy.units import Unit

ANNOUNCES_WITHIN_S = 15.0
_ANNOUNCED = b"SETUP DONE"
_ANNOUNCER = Line(19_200)
_PATIENCE_S = 3.0
_HEARD = (("rehastim2", "HASOMED RehaStim2"),)
"""Drivers that say nothing before their board has."""
_ANNOUNCER_PATIENCE_S = 20.0
"""It is reset by the second opening as well, and starts from the beginning."""
_ASKED = (("reference", "the reference board"), ("sciencemode", "HASOMED P24 and RehaMove3"))
"""Drivers that ask, in this order, and what a person calls their boards."""
_NOBODY = frozenset({"board_silent", "board_not_the_one", "board_lost"})
"""Faults that say no more than that this is not the board which was asked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A board that has said what it is."""

    name: str
    identity: Identity

    def lines(self) -> Iterator[str]:
        """What it is and what it can do, for a person."""
        board = self.identity
        yield f"{self.name}: {board.firmware}"
        yield f'[stimulator] driver = "{board.driver}"'
        most = f"up to {board.maximum:g} {board.unit.value} in steps of {board.step:g}"
        if board.unit is Unit.MILLIAMPERE:
            yield f"{most}, {board.max_pulse_width_us} us, {board.max_frequency_hz:g} Hz"
        else:
            yield f"{most}, of what a separate stimulator gives"
        yield "tells when a lead is off" if board.senses_contact else "cannot tell a lead off"
        if board.research_only:
            yield "its makers allow it for research only: needs accept_research_board = true"
        if not board.on_body:
            yield "its makers forbid the body: bench only"


def probe(path: str, clock: Clock, tell: Callable[[str], None]) -> Found:
    """The known board on this port. `tell` hears how it goes on.

    Raises BoardError where the port cannot be used, or no known board answers.
    """
    for driver, name in _HEARD:
        tell(f"listening for {name}")
        if found := _found(driver, name, path, clock):
            return found
    tell(f"listening for a board that announces itself, up to {ANNOUNCES_WITHIN_S:g} s")
    if _announces_itself(path, clock):
        tell("an openEMSstim has announced itself; asking which firmware it runs")
        identity = _look("openemsstim", path, clock, _ANNOUNCER_PATIENCE_S)
        if identity is None:
            raise BoardError(f"{path}: an openEMSstim has announced itself, and then said nothing")
        return Found("openEMSstim", identity)
    for driver, name in _ASKED:
        tell(f"asking for {name}")
        if found := _found(driver, name, path, clock):
            return found
    raise BoardError(f"{path}: no known board answers; check its power, its cable and the port")


def _found(driver: str, name: str, path: str, clock: Clock) -> Found | None:
    identity = _look(driver, path, clock, _PATIENCE_S)
    if identity is None:
        return None
    return Found(name if driver == "reference" else "HASOMED", identity)


def _announces_itself(path: str, clock: Clock) -> bool:
    port = SerialPort(path, _ANNOUNCER)
    port.open()
    try:
        heard, until = b"", clock.now() + ANNOUNCES_WITHIN_S
        while clock.now() < until and _ANNOUNCED not in heard:
            descriptor = port.fileno()
            clock.wait([] if descriptor is None else [descriptor], until)
            # All that matters is the newest line.
            heard = (heard + port.receive())[-4096:]
        return _ANNOUNCED in heard
    finally:
        port.close()


def _look(driver: str, path: str, clock: Clock, patience_s: float) -> Identity | None:
    """What the board of this driver says it is; None where there is none. Raises BoardError."""
    board = open_board(driver, path, clock.now, accept_research_board=True)
    try:
        return _identify(board, clock, patience_s)
    finally:
        board.close(clock.now())


def _identify(board: Stimulator, clock: Clock, patience_s: float) -> Identity | None:
    """What the board says it is. Nothing is ever applied. Raises BoardError."""
    board.connect(clock.now())
    until = clock.now() + patience_s
    while clock.now() < until:
        report = board.poll(clock.now())
        if report.faults - _NOBODY:
            raise BoardError(board.detail)
        if report.link is Link.UP:
            return report.identity
        if report.link is Link.DOWN:
            return None
        descriptor = board.fileno()
        due = min(until, board.next_deadline(clock.now()))
        clock.wait([] if descriptor is None else [descriptor], due)
    return None
