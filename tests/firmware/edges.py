"""What the recorder wrote, read back as pulses, and the rules that hold in every run.

Nothing here asks the firmware anything: only pins, DAC words and the chip's cycles count.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import Decoder

CYCLES_PER_US = 16
CYCLES_PER_MS = 16_000
CYCLES_PER_S = 16_000_000

WIDTH_CYCLES = 1 * CYCLES_PER_US
"""How far a phase may be from what was asked."""
SAMPLE_AFTER_CYCLES = 15 * CYCLES_PER_US
"""The current has settled by then; no conversion may start sooner after an edge."""
RISING_CYCLES = 10 * CYCLES_PER_US
"""The interrupt that raises a pin for a new pulse runs so long before it does; nothing that the
chip hears meanwhile can hold it up. Such a pulse counts as running."""

ADC_STEPS_MV = 15
"""Three steps of the ADC: so much more than is allowed is surely seen."""

HIGH_VOLTAGE = "D3"
BRIDGE = {"D4": ("A", 0), "D5": ("A", 1), "D6": ("B", 0), "D7": ("B", 1)}


class Event(NamedTuple):
    """One line of the recorder."""

    cycle: int
    kind: str
    rest: str


class Frame(NamedTuple):
    """A whole frame on the wire; `cycle` is the end of its delimiter's stop bit."""

    cycle: int
    message: protocol.Message


@dataclass
class Phase:
    """One bridge pin high."""

    polarity: int
    rose: int
    code: int
    fell: int = 0
    measured_mv: int | None = None
    """What the body let through, at the sampler."""
    sampled: int = 0
    """The cycle of that."""

    @property
    def cycles(self) -> int:
        return self.fell - self.rose


@dataclass
class Pulse:
    """What one channel delivered between two silences."""

    channel: str
    phases: list[Phase] = field(default_factory=list)
    cut_by: str = ""
    """`stop`, `reset` or `current`: what ended it early, if anything did."""

    @property
    def at(self) -> int:
        """The cycle of its first edge."""
        return self.phases[0].rose

    @property
    def end(self) -> int:
        """The cycle of its last edge."""
        return self.phases[-1].fell

    @property
    def code(self) -> int:
        return self.phases[0].code

    @property
    def measured_mv(self) -> int | None:
        """Of its positive phase."""
        return self.phases[0].measured_mv

    @property
    def width_cycles(self) -> int:
        return self.phases[0].cycles

    @property
    def gap_cycles(self) -> int:
        return self.phases[1].rose - self.phases[0].fell


def most_mv(code: int) -> int:
    """The most current that a pulse of this code may show; a millivolt is a code."""
    return code + code * protocol.OVER_CURRENT_PERCENT // 100 + protocol.OVER_CURRENT_CODES


class Recording:
    """Follows a recorder's file and builds pulses as they come."""

    def __init__(self, path: Path) -> None:
        self.events: list[Event] = []
        self.pulses: list[Pulse] = []
        self.heard: list[Frame] = []
        """Frames that reached the chip."""
        self.said: list[Frame] = []
        """Frames that the chip sent."""
        self.violations: list[str] = []
        self.high_voltage = False
        self._file = path.open()
        self._rest = ""
        self._codes = {"A": 0, "B": 0}
        self._high: dict[str, Phase] = {}
        self._running: Pulse | None = None
        self._edge_at = 0
        self._stopped_at = -RISING_CYCLES
        self._codecs = {"rx": Decoder(), "tx": Decoder()}

    def read(self) -> None:
        """Take what was written since the last time."""
        *lines, self._rest = (self._rest + self._file.read()).split("\n")
        for line in lines:
            cycle, kind, rest = (*line.split(" ", 2), "")[:3]
            event = Event(int(cycle), kind, rest)
            self.events.append(event)
            self._take(event)

    def close(self) -> None:
        self._file.close()

    # Questions

    @property
    def is_dead(self) -> bool:
        """Whether high voltage and bridge are low."""
        return not self.high_voltage and not self._high

    def of(self, channel: str, since: int = 0) -> list[Pulse]:
        """The pulses of a channel that began at this cycle or later."""
        return [p for p in self.pulses if p.channel == channel and p.at >= since]

    def since(self, cycle: int) -> list[Pulse]:
        """The pulses of both channels that began at this cycle or later."""
        return [p for p in self.pulses if p.at >= cycle]

    def find(self, kind: str, rest: str = "", since: int = 0) -> list[Event]:
        return [
            e
            for e in self.events
            if e.kind == kind and e.cycle >= since and e.rest.startswith(rest)
        ]

    def last_bridge_edge(self) -> int:
        edges = [e.cycle for e in self.events if e.kind == "pin" and e.rest[:2] in BRIDGE]
        return edges[-1] if edges else 0

    def last_high_voltage(self) -> int:
        """The cycle at which the high voltage last changed."""
        return max((e.cycle for e in self.find("pin", HIGH_VOLTAGE)), default=0)

    # Building

    def _take(self, event: Event) -> None:
        if event.kind == "pin":
            net, level = event.rest.split()
            self._pin(event.cycle, net, level == "1")
        elif event.kind == "dac":
            channel, code = event.rest.split()
            self._code(event.cycle, channel, int(code))
        elif event.kind in ("rx", "tx"):
            frames = self.heard if event.kind == "rx" else self.said
            data = bytes.fromhex(event.rest)
            frames += [Frame(event.cycle, m) for m in self._codecs[event.kind].feed(data)]
        elif event.kind == "adc":
            self._sample(event)
        elif event.kind == "convert":
            if self._high and event.cycle - self._edge_at < SAMPLE_AFTER_CYCLES:
                self._broken(event.cycle, "a conversion starts before the current has settled")
        elif event.kind in ("stop", "reset"):
            if event.kind == "stop" and event.rest != "0":
                self._stopped_at = event.cycle
            if self._running and event.rest != "0":
                self._running.cut_by = event.kind
        elif event.kind == "error":
            self._broken(event.cycle, event.rest)

    def _pin(self, cycle: int, net: str, high: bool) -> None:
        if net == HIGH_VOLTAGE:
            self.high_voltage = high
        elif net in BRIDGE and high:
            self._rise(cycle, net)
        elif net in BRIDGE:
            self._fall(cycle, net)

    def _rise(self, cycle: int, net: str) -> None:
        channel, polarity = BRIDGE[net]
        if self._high:
            self._broken(cycle, f"{net} rises while {', '.join(self._high)} is high")
        if not self.high_voltage:
            self._broken(cycle, f"{net} rises without high voltage")
        phase = Phase(polarity, cycle, self._codes[channel])
        self._high[net] = phase
        self._edge_at = cycle
        if polarity == 0 or self._running is None or self._running.channel != channel:
            if self._running:
                self._broken(cycle, f"channel {self._running.channel} had only one phase")
            self._running = Pulse(channel)
            self.pulses.append(self._running)
            if cycle - self._stopped_at < RISING_CYCLES:
                self._running.cut_by = "stop"
        self._running.phases.append(phase)

    def _fall(self, cycle: int, net: str) -> None:
        phase = self._high.pop(net, None)
        self._edge_at = cycle
        if phase is None:
            return
        phase.fell = cycle
        if self._running and (phase.polarity == 1 or self._running.cut_by):
            self._running = None

    def _code(self, cycle: int, channel: str, code: int) -> None:
        if code != self._codes[channel] and self._running and self._running.channel == channel:
            if not self._running.cut_by:
                self._broken(cycle, f"the code of {channel} changes within a pulse")
            if not self._high:
                self._running = None
        self._codes[channel] = code

    def _sample(self, event: Event) -> None:
        channel, mv = event.rest.split()
        pulse = self._running
        if not self._high or pulse is None or pulse.channel != channel:
            return
        phase = pulse.phases[-1]
        phase.measured_mv, phase.sampled = int(mv), event.cycle
        if phase.measured_mv > most_mv(phase.code) + ADC_STEPS_MV:
            pulse.cut_by = "current"

    def _broken(self, cycle: int, what: str) -> None:
        self.violations.append(f"{cycle}: {what}")
