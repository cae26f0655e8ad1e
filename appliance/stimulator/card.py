"""Board cards: what the program knows about a driver before it imports the driver.

Each driver's folder holds one card. The registry, the settings, `board`, `board probe`, the
virtual box, its observer and the tables in the documents read it. A card imports no driver:
it names what opens the board, and what simulates it, as `package.module:attribute`.
"""

import pkgutil
from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import field

from appliance.records import Fixed
from appliance.session.board import Identity
from appliance.stimulator.port import Driver
from appliance.therapy.limits import HARD_CURRENT_MA, HARD_FREQUENCY_HZ, HARD_PULSE_WIDTH_US
from appliance.therapy.units import Unit


class Use(Enum):
    """What the makers of a board allow it for."""

    BODY = "body"
    RESEARCH = "research"
    """Research only: the settings must say `accept_research_board`."""
    BENCH = "bench"
    """Research only, and no body: a routine without a placement, into a load."""


class Banner(Fixed, frozen=True):
    """A line of text that a board prints when it has started."""

    text: bytes
    baud_rate: int
    within_s: float
    """Longest time from the opening of the port to the end of the text, seconds."""


class Probe(Fixed, frozen=True):
    """How `board probe` finds a board without energising it.

    A board with a banner is only listened to at first; a driver whose board speaks first sends
    nothing before that; every other driver asks.
    """

    patience_s: float = 3.0
    """Longest time for the driver to identify the board, seconds."""
    speaks_first: bool = False
    banner: Banner | None = None


class BoardCard(Fixed, frozen=True, kw_only=True):
    """One driver. Amplitudes are in `unit`, times in seconds."""

    name: str
    """The value of `[stimulator] driver`."""
    boards: str
    """The boards that it drives, as their makers call them."""
    maker: str
    """How `board probe` begins the line about a board that it found."""
    opens: str
    """`package.module:callable`, which takes the arguments of `BoardCard.open`."""
    models: Mapping[str, str] = field(default_factory=dict)
    """Names of the simulated devices, each with the `package.module:callable` that makes one.

    The callable takes the keyword `seed`.
    """
    runs_model: str | None = None
    """The simulated device that `run` starts as a process; None for a board on a cable."""
    probe: Probe | None = None
    """None for a driver that `board probe` does not try."""

    unit: Unit = Unit.MILLIAMPERE
    amplitude_step: float
    """Smallest change of amplitude."""
    maximum: float = HARD_CURRENT_MA
    """Largest amplitude that the driver sends."""
    rise_at_once: float
    """How far a pulse may exceed what the output rise allows since the pulse before, where no frame
    is late."""
    senses_contact: bool = True
    measures_current: bool = False
    delivers_bursts: bool = False
    sweeps_frequency: bool = True
    """Whether it changes its frequency while current flows."""
    measuring: str
    """What the board can tell of the current that flows, in a sentence."""

    silence_off_s: float
    """Time to off by the board itself when the host falls silent, as documented."""
    last_pulse_s: float = 0.02
    """Time after an off during which a pulse may still come."""
    use: Use
    makers_say: str
    """What the makers say about people, for the tables in the documents."""
    faults: frozenset[str] = frozenset()
    """Ids of faults that this board reports of itself. Their words are `fault.<id>.*`."""

    @property
    def needs_relay(self) -> bool:
        """Whether the enable relay must be in the leads: the board alone stops too late."""
        return self.silence_off_s > 0.5

    @property
    def research_only(self) -> bool:
        return self.use is not Use.BODY

    @property
    def on_body(self) -> bool:
        return self.use is not Use.BENCH

    def identity(self, firmware: str) -> Identity:
        """What a board of this card is and can do, within the hard limits of the program."""
        return Identity(
            driver=self.name,
            firmware=firmware,
            unit=self.unit,
            amplitude_step=self.amplitude_step,
            maximum=self.maximum,
            max_pulse_width_us=HARD_PULSE_WIDTH_US,
            max_frequency_hz=HARD_FREQUENCY_HZ,
            senses_contact=self.senses_contact,
            measures_current=self.measures_current,
            delivers_bursts=self.delivers_bursts,
            on_body=self.on_body,
            research_only=self.research_only,
        )

    def open(
        self, path: str, read_clock: Callable[[], float], accept_research_board: bool = False
    ) -> Driver:
        """Import the driver, and make one on this port. The port stays closed until `connect`.

        `read_clock` gives the time in seconds; a driver reads it right before it sends
        anything that keeps current flowing.
        """
        opener: Callable[[str, Callable[[], float], bool], Driver] = pkgutil.resolve_name(
            self.opens
        )
        return opener(path, read_clock, accept_research_board)
