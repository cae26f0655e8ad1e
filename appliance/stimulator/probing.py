"""`board probe`: which known board is on a port, found out without ever energising it.

The order matters, because one board's question may be another one's command. An openEMSstim
keeps what it is sent while it starts, for up to 15 s after its port was opened, and obeys it
afterwards; a single `1` or `2` closes a relay. Each board card says which kind its board is.

1. The probe listens, and sends nothing. Some boards speak first; the drivers of these send
   nothing before they have heard the board.
2. Others print a banner. The driver opens the port once more, listens again, and asks the one
   question that no firmware acts upon.
3. If no board announces itself, the others are asked. They answer only to whole frames with a
   good checksum, so that the question to another board is noise to them.

The questions energise nothing: the reference board's hello switches off, a ScienceMode device
is asked for its version and its status.
"""

from collections.abc import Callable, Iterator

from appliance.clock import Clock
from appliance.errors import BoardError
from appliance.records import Fixed
from appliance.session.board import Identity, Link
from appliance.stimulator.boards import CARDS
from appliance.stimulator.card import Banner, BoardCard, Probe
from appliance.stimulator.port import Stimulator
from appliance.stimulator.serial_port import Line, SerialPort
from appliance.therapy.units import Unit

_NOT_THIS_BOARD = frozenset({"board_silent", "board_not_the_one", "board_lost"})
"""Faults that only mean: this is another board."""


class ProbeError(BoardError):
    """Error raised for a board that was found and cannot be used: the id of its fault."""

    def __init__(self, fault: str, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault


class Found(Fixed, frozen=True):
    """A board that has said what it is."""

    card: BoardCard
    identity: Identity

    def lines(self) -> Iterator[str]:
        """What it is and what it can do, for a person."""
        board = self.identity
        yield f"{self.card.maker}: {board.firmware}"
        yield f'[stimulator] driver = "{board.driver}"'
        most = f"up to {board.maximum:g} {board.unit.value} in steps of {board.amplitude_step:g}"
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
    """The known board on this port. `tell` is called with a line for each attempt.

    Raises BoardError where the port cannot be used, or no known board answers, and ProbeError
    where a known board is there and cannot be used.
    """
    probes = [(card, card.probe) for card in CARDS.values() if card.probe]
    for card, how in probes:
        if how.speaks_first:
            tell(f"listening for {card.boards}")
            if found := _found(card, how, path, clock):
                return found
    for card, how in probes:
        if how.banner:
            tell(
                "listening for a board that announces itself, "
                f"up to {how.banner.within_s:g} s: {card.boards}"
            )
            if _announces_itself(how.banner, path, clock):
                return _announced(card, how, path, clock, tell)
    for card, how in probes:
        if not how.speaks_first and not how.banner:
            tell(f"asking for {card.boards}")
            if found := _found(card, how, path, clock):
                return found
    raise BoardError(f"{path}: no known board answers; check its power, its cable and the port")


def _announced(
    card: BoardCard, how: Probe, path: str, clock: Clock, tell: Callable[[str], None]
) -> Found:
    tell(f"{card.boards} has announced itself; asking which firmware it runs")
    found = _found(card, how, path, clock)
    if found is None:
        raise BoardError(f"{path}: {card.boards} has announced itself, and then said nothing")
    return found


def _announces_itself(banner: Banner, path: str, clock: Clock) -> bool:
    port = SerialPort(path, Line(banner.baud_rate))
    port.open()
    try:
        heard, until = b"", clock.now() + banner.within_s
        while clock.now() < until and banner.text not in heard:
            descriptor = port.fileno()
            clock.wait([] if descriptor is None else [descriptor], until)
            # All that matters is the newest line.
            heard = (heard + port.receive())[-4096:]
        return banner.text in heard
    finally:
        port.close()


def _found(card: BoardCard, how: Probe, path: str, clock: Clock) -> Found | None:
    """The board of this card; None where there is none. Raises BoardError."""
    board = card.open(path, clock.now, accept_research_board=True)
    try:
        identity = _identify(board, clock, how.patience_s)
    finally:
        board.close(clock.now())
    return Found(card, identity) if identity else None


def _identify(board: Stimulator, clock: Clock, patience_s: float) -> Identity | None:
    """What the board says it is. Nothing is ever applied. Raises BoardError."""
    board.connect(clock.now())
    until = clock.now() + patience_s
    while clock.now() < until:
        report = board.poll(clock.now())
        if faults := report.faults - _NOT_THIS_BOARD:
            fault = min(faults)
            raise ProbeError(fault, board.details.get(fault, ""))
        if report.link is Link.UP:
            return report.identity
        if report.link is Link.DOWN:
            return None
        descriptor = board.fileno()
        due = min(until, board.next_deadline(clock.now()))
        clock.wait([] if descriptor is None else [descriptor], due)
    return None
