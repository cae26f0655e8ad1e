"""A bare board under test: frames in, reports and delivered pulses out."""

from appliance.simulator.boards.reference.board import Board
from appliance.simulator.pulses import Change, Pulse
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import Decoder, encode
from appliance.stimulator.reference.protocol import Refusal, Report, SetPoint, State

_ZEROS = dict.fromkeys(Report._fields[: Report._fields.index("refusals")], 0)
NO_REPORT = Report(**_ZEROS, refusals=bytes(len(Refusal)))  # type: ignore[arg-type]


class BoardBench:
    """Says what a host would say, byte for byte, and remembers what was delivered."""

    def __init__(self, greet: bool = True) -> None:
        self.board = Board(seed=1)
        self.now = 10.0
        self.pulses: list[Pulse] = []
        self.changes: list[Change] = []
        self.sequence = 0
        self.report = NO_REPORT
        self.said: list[protocol.Message] = []
        self._decoder = Decoder()
        self.board.output.on_pulse.append(self.pulses.append)
        self.board.output.on_change.append(self.changes.append)
        if greet:
            self.hello()
            self.off()

    def hear(self) -> None:
        """Take what the board says by now."""
        self.said = self._decoder.feed(self.board.take_output(self.now))
        for message in self.said:
            if isinstance(message, Report):
                self.report = message

    def refused(self, kind: Refusal) -> bool:
        """Whether the last set-point was refused so, and counted."""
        return self.report.answer == kind and self.report.refusals[kind] > 0

    def write(self, data: bytes) -> None:
        self.board.feed(data, self.now)
        self.hear()

    def send(self, message: protocol.Message) -> None:
        self.write(encode(message))

    def hello(self, layout: int = protocol.LAYOUT) -> None:
        self.sequence += 1
        self.send(protocol.Hello(self.sequence, layout))

    def off(self) -> Report:
        self.sequence += 1
        self.send(protocol.Off(self.sequence))
        return self.report

    def set_point(
        self, ma_a: float = 0.0, ma_b: float | None = None, hz: float = 50.0, us: int = 250
    ) -> SetPoint:
        """A set-point that a good host would send now."""
        ma_b = ma_a if ma_b is None else ma_b
        return SetPoint(
            arming=self.board.arming,
            sequence=(self.sequence + 1) & 0xFFFF,
            heard=self.report.sequence,
            lease_ms=300,
            belief=self.board.state,
            frequency_centihz=round(hz * 100),
            burst_pulses=0,
            burst_ms=0,
            amplitude_a_codes=round(ma_a * 40),
            amplitude_b_codes=round(ma_b * 40),
            width_a_us=us,
            width_b_us=us,
            ceiling_codes=3200,
            ceiling_us=400,
            ceiling_centihz=12_000,
        )

    def ask(self, asked: SetPoint) -> Report:
        self.sequence = asked.sequence
        self.send(asked)
        return self.report

    def arm(self, hz: float = 50.0, us: int = 250) -> None:
        self.ask(self.set_point(0, hz=hz, us=us))
        if self.report.state != State.ARMED:
            raise AssertionError(self.report)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.board.advance(self.now)
        self.hear()

    def hold(self, seconds: float, asked: SetPoint) -> None:
        """Renew a set-point every 50 ms."""
        for _ in range(round(seconds / 0.05)):
            fresh = self.set_point()
            self.ask(
                asked._replace(
                    arming=fresh.arming,
                    sequence=fresh.sequence,
                    heard=fresh.heard,
                    belief=fresh.belief,
                )
            )
            self.pass_time(0.05)

    def start(
        self, ma: float = 10.0, hz: float = 50.0, seconds: float = 1.0, us: int = 250
    ) -> None:
        """Arm, and deliver for a while."""
        self.arm(hz, us)
        self.hold(seconds, self.set_point(ma, hz=hz, us=us))

    def of(self, channel: int) -> list[Pulse]:
        return [pulse for pulse in self.pulses if pulse.channel == channel]

    def delivers(self, seconds: float = 0.2) -> bool:
        """Whether any pulse comes in the next moments, nothing being sent."""
        before = len(self.pulses)
        self.pass_time(seconds)
        return len(self.pulses) > before
