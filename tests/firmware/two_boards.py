"""The firmware's core and the simulated board side by side, with the same frames and inputs."""

import ctypes
from pathlib import Path

from appliance.simulator.boards.reference.board import Board
from appliance.simulator.body import Pads
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import Decoder, encode
from appliance.stimulator.reference.protocol import CODES_PER_MA, Off, Report, SetPoint, State

LEASE_MS = 304
"""Ends beside the beat of 5 ms at which the tests speak, and not where pulses may be: both boards
begin them 1.5 ms apart and end the lease 1 ms apart, and both count them."""

BODY_CODES = {
    Pads.GOOD: 120 * CODES_PER_MA,
    Pads.LIFTING: 20 * CODES_PER_MA,
    Pads.OPEN: 0,
    Pads.SHORTED: 0xFFFF,
}


class CompiledBoard:
    """The core of the firmware, compiled for this machine."""

    def __init__(self, library: Path) -> None:
        self._core = ctypes.CDLL(str(library))
        self._room = ctypes.create_string_buffer(4096)
        self.surround()
        self.power_up(0)

    def power_up(self, faults: int) -> None:
        self._core.library_power_up(ctypes.c_uint8(faults))

    def feed(self, data: bytes) -> bytes:
        self._core.library_feed(data, ctypes.c_size_t(len(data)))
        self._core.library_take.restype = ctypes.c_size_t
        count = self._core.library_take(self._room, ctypes.c_size_t(len(self._room)))
        return self._room.raw[:count]

    def run(self, ms: int) -> None:
        self._core.library_run_us(ctypes.c_uint32(ms * 1000))

    def surround(
        self,
        emergency: bool = False,
        supply_mv: int = 7600,
        pads: tuple[Pads, Pads] = (Pads.GOOD, Pads.GOOD),
        extra_codes: int = 0,
        no_negative: bool = False,
        high_voltage_dv: int = 0,
    ) -> None:
        self._core.library_surround(
            ctypes.c_bool(emergency),
            *(ctypes.c_uint16(v) for v in (supply_mv, *(BODY_CODES[p] for p in pads), extra_codes)),
            ctypes.c_bool(no_negative),
            ctypes.c_uint16(high_voltage_dv),
        )


class SimulatedBoard:
    """The simulated board, in the same words."""

    def __init__(self) -> None:
        self.board = Board(seed=1)
        self.board.troubles.high_voltage_dv = 0
        self._now = 10.0

    def power_up(self, faults: int) -> None:
        self.board.reset(self._now, faults)

    def feed(self, data: bytes) -> bytes:
        self.board.feed(data, self._now)
        return self.board.take_output(self._now)

    def run(self, ms: int) -> None:
        self._now = round(self._now + ms / 1000, 6)
        self.board.advance(self._now)

    def surround(
        self,
        emergency: bool = False,
        supply_mv: int = 7600,
        pads: tuple[Pads, Pads] = (Pads.GOOD, Pads.GOOD),
        extra_codes: int = 0,
        no_negative: bool = False,
        high_voltage_dv: int = 0,
    ) -> None:
        for channel, pad in enumerate(pads):
            self.board.body.place(channel, pad)
        self.board.troubles.extra_current_codes = extra_codes
        self.board.troubles.missing_negative = no_negative
        self.board.troubles.high_voltage_dv = high_voltage_dv
        self.board.set_supply(supply_mv / 1000, self._now)
        self.board.set_emergency_stop(emergency, self._now)


class Host:
    """Says the same to one of the two boards, with this board's own arming numbers."""

    def __init__(self, board: CompiledBoard | SimulatedBoard) -> None:
        self.board = board
        self.sequence = 0
        self.newest: Report | None = None
        self.flows = False
        """Whether the board was on when it last spoke, and asked for current."""
        self.beat = {"frequency_centihz": 0, "burst_pulses": 0, "burst_ms": 0}
        self._decoder = Decoder()
        self._armings = [0]

    def hello(self, layout: int = protocol.LAYOUT) -> list[protocol.Message]:
        self.sequence = (self.sequence + 1) & 0xFFFF
        return self._say(encode(protocol.Hello(self.sequence, layout)))

    def off(self) -> list[protocol.Message]:
        self.sequence = (self.sequence + 1) & 0xFFFF
        return self._say(encode(Off(self.sequence)))

    def ask(self, changes: dict[str, int]) -> list[protocol.Message]:
        """A correct set-point but for these fields; arming and sequence are offsets."""
        self.sequence = (self.sequence + 1) & 0xFFFF
        newest = self.newest
        asked = SetPoint(
            arming=newest.arming if newest else 1,
            sequence=self.sequence,
            heard=newest.sequence if newest else 0,
            lease_ms=LEASE_MS,
            belief=newest.state if newest else 0,
            frequency_centihz=5000,
            burst_pulses=0,
            burst_ms=0,
            amplitude_a_codes=0,
            amplitude_b_codes=0,
            width_a_us=250,
            width_b_us=250,
            ceiling_codes=protocol.MAX_AMPLITUDE_CODES,
            ceiling_us=protocol.MAX_WIDTH_US,
            ceiling_centihz=protocol.MAX_FREQUENCY_CENTIHZ,
        )
        for name, mask in (("arming", 0xFFFF_FFFF), ("sequence", 0xFFFF)):
            value = (getattr(asked, name) + changes.get(name, 0)) & mask
            changes = changes | {name: value}
        asked = asked._replace(**changes)
        said = self._say(encode(asked))
        if self.newest and not self.newest.answer:
            self.flows = bool(asked.amplitude_a_codes or asked.amplitude_b_codes)
            self.beat = {name: getattr(asked, name) for name in self.beat}
        return said

    def noise(self, data: bytes) -> list[protocol.Message]:
        return self._say(data)

    def _say(self, data: bytes) -> list[protocol.Message]:
        said = self._decoder.feed(self.board.feed(data))
        return [self._comparable(message) for message in said]

    def _comparable(self, message: protocol.Message) -> protocol.Message:
        """The message with the arming number's count, and no time that only one can tell."""
        if not isinstance(message, Report):
            return message
        self.newest = message
        self.flows = self.flows and message.state == State.ON
        if message.arming != self._armings[-1]:
            self._armings.append(message.arming)
        # Their pulses are judged a few milliseconds apart.
        cools = min(message.cool_down_ms, 1)
        return message._replace(arming=len(self._armings), cool_down_ms=cools)
