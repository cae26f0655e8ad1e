"""A board whose time passes only when it is told to, and a host that says what it is told."""

from pathlib import Path

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import Identity, Report, SetPoint, State
from tests.firmware.board import ELF, Board
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_US

ANSWERS_WITHIN_MS = 8
START_MS = 60
"""Power-up, with its self-test."""
STEP_US = 250
BYTE_US = 40
LINE_BYTES = 500
"""What the line carries in 20 ms."""


class Bench(Board):
    """A board whose time passes only here, with a host that says what it is told to.

    Frames are put on the line at known cycles, so every run is the same.
    """

    def __init__(self, folder: Path, greet: bool = True, elf: Path = ELF) -> None:
        super().__init__(folder, elf=elf)
        self.sequence = 0
        self.report: Report
        self.identity: Identity
        self._read = 0
        self.run_ms(START_MS)
        if greet:
            self.hello()
            self.off()

    # Time

    def run_us(self, us: float) -> None:
        self.ask(f"run {round(us * CYCLES_PER_US)}")
        self._hear()

    def run_all(self, commands: list[str]) -> None:
        """Carry out commands in a row, and hear what the board said meanwhile."""
        self.ask_all(commands)
        self._hear()

    def run_ms(self, ms: float) -> None:
        self.run_us(ms * 1000)

    def run_to_edge(self, net: str, high: bool, within_ms: float = 1500) -> int:
        """Run until this net goes to this level; the cycle at which it has."""
        before = self.cycle
        limit = round(within_ms * CYCLES_PER_MS)
        self.ask(f"edge {net} {int(high)} {limit}")
        self._hear()
        assert self.cycle < before + limit, f"{net} did not move within {within_ms} ms"
        return self.cycle

    # The wire

    def put(self, data: bytes) -> None:
        """These bytes follow what is already on the line."""
        self.ask(f"send {data.hex()}")

    def send(self, message: protocol.Message) -> None:
        self.put(encode(message))

    def say(self, message: protocol.Message) -> protocol.Message | None:
        """Send, and let time pass until the board has answered, or had time to."""
        answers = len(self.recording.said)
        self.send(message)
        line_us = len(encode(message)) * BYTE_US
        for _ in range((line_us + ANSWERS_WITHIN_MS * 1000) // STEP_US):
            self.run_us(STEP_US)
            if len(self.recording.said) > answers:
                return self.recording.said[-1].message
        return None

    def next_sequence(self) -> int:
        self.sequence = (self.sequence + 1) & 0xFFFF
        return self.sequence

    def hello(self, layout: int = protocol.LAYOUT) -> None:
        self.say(protocol.Hello(self.next_sequence(), layout))

    def off(self) -> Report:
        self.say(protocol.Off(self.next_sequence()))
        return self.report

    def set_point(
        self,
        ma: float | tuple[float, float] = 0.0,
        hz: float = 50.0,
        us: int | tuple[int, int] = 250,
        **changed: int,
    ) -> SetPoint:
        """What a good host would send now; `changed` are fields of the wire."""
        a, b = ma if isinstance(ma, tuple) else (ma, ma)
        width_a, width_b = us if isinstance(us, tuple) else (us, us)
        good = SetPoint(
            arming=self.report.arming,
            sequence=self.next_sequence(),
            heard=self.report.sequence,
            lease_ms=protocol.LEASE_MS,
            belief=self.report.state,
            frequency_centihz=round(hz * 100),
            burst_pulses=0,
            burst_ms=0,
            amplitude_a_codes=round(a * protocol.CODES_PER_MA),
            amplitude_b_codes=round(b * protocol.CODES_PER_MA),
            width_a_us=width_a,
            width_b_us=width_b,
            ceiling_codes=protocol.MAX_AMPLITUDE_CODES,
            ceiling_us=protocol.MAX_WIDTH_US,
            ceiling_centihz=protocol.MAX_FREQUENCY_CENTIHZ,
        )
        # A field that is set by its name stays what it is: a number of the wire.
        return SetPoint(**{**good._asdict(), **changed})

    def ask_for(self, set_point: SetPoint) -> Report:
        answer = self.say(set_point)
        assert isinstance(answer, Report) and answer.sequence == set_point.sequence
        return answer

    def wait_for_cool_down(self) -> None:
        """Let the cool-down pass that the newest report tells of, and hear that it has."""
        self.run_ms(self.report.cool_down_ms + 1)
        self.off()

    def arm(self, hz: float = 50.0, us: int | tuple[int, int] = 250, **changed: int) -> None:
        report = self.ask_for(self.set_point(0.0, hz, us, **changed))
        assert report.state == State.ARMED, report

    def keep(
        self,
        for_ms: float,
        ma: float | tuple[float, float],
        hz: float = 50.0,
        us: int | tuple[int, int] = 250,
        every_ms: float = 20,
        **changed: int,
    ) -> None:
        """Renew this set-point for a while, as the appliance does."""
        until = self.cycle + round(for_ms * CYCLES_PER_MS)
        while self.cycle < until:
            self.send(self.set_point(ma, hz, us, **changed))
            self.run_ms(min(every_ms, max((until - self.cycle) / CYCLES_PER_MS, 0.001)))

    def crowd(
        self,
        for_ms: float,
        ma: float | tuple[float, float],
        hz: float = 50.0,
        us: int | tuple[int, int] = 250,
        between: bytes = b"",
    ) -> None:
        """As `keep`, with the line full to the last bit: of set-points, or of `between`."""
        until = self.cycle + round(for_ms * CYCLES_PER_MS)
        self.keep(20, ma, hz, us)
        while self.cycle < until:
            frames = encode(self.set_point(ma, hz, us))
            while len(frames) + len(between) < LINE_BYTES:
                frames += between or encode(self.set_point(ma, hz, us))
            self.put(frames)
            self.run_us(len(frames) * BYTE_US)

    def _hear(self) -> None:
        said = self.recording.said
        for frame in said[self._read :]:
            if isinstance(frame.message, Report):
                self.report = frame.message
            elif isinstance(frame.message, Identity):
                self.identity = frame.message
        self._read = len(said)
