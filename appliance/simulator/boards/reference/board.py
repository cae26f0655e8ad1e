"""The simulated reference board: bytes and time in, bytes and pulses out.

It keeps every rule of `hardware/protocol.md` itself, whatever the host says, just as the
firmware does. It never waits and reads no clock: `now` is in seconds of the caller's clock.
"""

import random

from appliance.simulator.boards.device import SimulatedDevice
from appliance.simulator.boards.reference import reporting
from appliance.simulator.boards.reference.lease import Lease
from appliance.simulator.boards.reference.limits import OWN_CEILINGS, Ceilings
from appliance.simulator.boards.reference.output import Form, OutputStage
from appliance.simulator.boards.reference.supervision import Supervision
from appliance.simulator.boards.reference.troubles import Troubles
from appliance.simulator.boards.reply_queue import Replies
from appliance.simulator.body import Body
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import Decoder, encode
from appliance.stimulator.reference.protocol import (
    Cause,
    Contact,
    Fault,
    Flag,
    Hello,
    Identity,
    Message,
    Off,
    Reason,
    Refusal,
    Report,
    SetPoint,
    State,
)
from appliance.therapy.units import NEVER

_CAUSES = {Fault.WATCHDOG.value: Cause.WATCHDOG, Fault.BROWN_OUT.value: Cause.BROWN_OUT}


class Board(SimulatedDevice):
    """One reference board. `output` tells pulses and changes to its listeners."""

    driver = "simulated"
    output: OutputStage
    troubles: Troubles

    def __init__(self, body: Body | None = None, seed: int = 0) -> None:
        self.body = body or Body()
        self.output = OutputStage(self.body)
        self.troubles = Troubles()
        self.state = State.OFF
        self.faults = 0
        self.supply_v = 7.6
        self.emergency_open = False
        self._random = random.Random(seed)  # noqa: S311 # nosec B311
        self._replies = Replies(self.troubles, seed)
        self.arming = 0
        """The number that the next set-point must carry."""
        self._power_ups = 0
        self._power_up(0)

    def feed(self, data: bytes, now: float) -> None:
        """Take bytes from the host."""
        self.advance(now)
        if self._is_hung:
            return
        if self.troubles.stranger:
            if data:
                self._replies.say(self.troubles.stranger, now)
            return
        self._supervise_inputs(now)
        for message in self._decoder.feed(data):
            self._hear(message, now)

    def advance(self, now: float) -> None:
        """Advance to `now`."""
        while (due := self._next_event()) <= now:
            self._live(due)

    def set_supply(self, volts: float, now: float) -> None:
        """The two lithium cells' voltage, 5 to 9 V."""
        self.advance(now)
        self.supply_v = volts
        self._supervise_inputs(now)

    def set_emergency_stop(self, is_open: bool, now: float) -> None:
        """The emergency stop's contact, closed at rest."""
        self.advance(now)
        self.emergency_open = is_open
        self._supervise_inputs(now)

    def reset(self, now: float, cause: int = 0) -> None:
        """Power up anew; `cause` is the bit of a watchdog's or brown-out's reset, or 0."""
        self.advance(now)
        self.output.stop(now, (Fault(cause).name or "").lower() if cause else "reset")
        self._power_up(cause)
        self._supervise_inputs(now)

    def hang(self, now: float) -> None:
        """The main loop hangs: pulses go on until the watchdog bites."""
        self.advance(now)
        self._bite_at = now + protocol.WATCHDOG_MS / 1000

    def fail(self, now: float, fault: Fault) -> None:
        """Latch this fault at `now`, which the board has reached: off until the host sends off."""
        self.faults |= fault
        if self.state is not State.FAULT:
            self._switch_off(now, Reason.FAULT)

    def _power_up(self, faults: int) -> None:
        self._power_ups = (self._power_ups + 1) & 0xFFFF
        self._low_arming = self._random.randrange(1, 0x10000)
        self._cause = _CAUSES.get(faults, Cause.POWER)
        self._supervision = Supervision(self.output, self.troubles)
        self.output.pulses = [0, 0]
        self._decoder = Decoder()
        self._refusals = [0] * len(Refusal)
        self._greeted = False
        self._sequence = 0
        self._bite_at = NEVER
        self.faults = faults
        self._become_off(Reason.POWER_UP)

    def _become_off(self, reason: Reason) -> None:
        self.state = State.FAULT if self.faults else State.OFF
        self._reason = reason
        self._lease = Lease()
        self._wrong_beliefs = 0
        self._ceilings = OWN_CEILINGS
        self.arming = self._new_arming()

    def _new_arming(self) -> int:
        self._low_arming = self._low_arming % 0xFFFF + 1
        return self._power_ups << 16 | self._low_arming

    def _switch_off(self, now: float, reason: Reason) -> None:
        why = reason.name
        if reason is Reason.FAULT:
            why = Fault(self.faults & -self.faults).name or why
        self.output.stop(now, why.lower())
        if self._is_live:
            self._supervision.see_high_voltage_off(now)
        self._become_off(reason)

    # Time

    @property
    def _is_hung(self) -> bool:
        return self._bite_at != NEVER

    def _next_event(self) -> float:
        ends = self._bite_at if self._is_hung else self._lease.end
        return min(ends, self.output.next_pulse())

    def _live(self, due: float) -> None:
        if due == self._bite_at:
            self.output.stop(due, "watchdog")
            self._power_up(Fault.WATCHDOG)
            self._supervise_inputs(due)
        elif due == self._lease.end and not self._is_hung:
            self._switch_off(due, Reason.LEASE)
        else:
            self._pulse(due)

    def _pulse(self, due: float) -> None:
        self.output.age(due)
        self.output.extra_codes = self.troubles.extra_current_codes
        self.output.missing_negative = self.troubles.missing_negative
        channel = self.output.fire(NEVER if self._is_hung else self._lease.end)
        if channel is None:
            return
        found = self._supervision.judge_pulse(due, channel)
        if isinstance(found, Fault):
            self.fail(due, found)
        elif found is Contact.OPEN:
            self._switch_off(due, Reason.OPEN_LEAD)

    def _supervise_inputs(self, now: float) -> None:
        supply_mv = self.supply_v * 1000
        faults = self._supervision.faults(now, self._is_live, self.emergency_open, supply_mv)
        if faults:
            self.fail(now, faults)

    @property
    def _is_live(self) -> bool:
        return self.state in (State.ARMED, State.ON)

    # Messages

    def _hear(self, message: Message, now: float) -> None:
        match message:
            case SetPoint():
                self._answer(message.sequence, self._set_point(message, now), now)
            case Off():
                if not self.troubles.stays_on:
                    self._off(message.sequence, Reason.OFF, now)
                self._answer(message.sequence, Refusal.NONE, now)
            case Hello():
                self._hello(message, now)
            case _:
                self._decoder.unknown += 1

    def _off(self, sequence: int, reason: Reason, now: float) -> None:
        self.faults = 0
        self._supervision.forget_contacts()
        self._sequence = sequence
        self._switch_off(now, reason)
        self._supervise_inputs(now)

    def _hello(self, hello: Hello, now: float) -> None:
        layout = protocol.LAYOUT if self.troubles.layout is None else self.troubles.layout
        self._greeted = hello.layout == layout
        self._off(hello.sequence, Reason.HELLO, now)
        self._say(reporting.identity(hello.sequence, layout, self.troubles), now)

    def _set_point(self, request: SetPoint, now: float) -> Refusal:
        ceilings = self._ceilings.lowered_by(request)
        refusal = self._refusal(request, ceilings, now)
        if refusal is Refusal.NONE:
            self._accept(request, ceilings, now)
        else:
            self._refusals[refusal] += 1
        if refusal is Refusal.BELIEF:
            self._wrong_beliefs += 1
            if self._wrong_beliefs >= protocol.WRONG_BELIEFS:
                self._switch_off(now, Reason.BELIEF)
        return refusal

    def _refusal(self, request: SetPoint, ceilings: Ceilings, now: float) -> Refusal:
        """The first reason to refuse this set-point, in the protocol's order."""
        if not self._greeted:
            return Refusal.NO_HELLO
        if self.state is State.FAULT:
            return Refusal.FAULT
        if request.arming != self.arming:
            return Refusal.ARMING
        if not 0 < (request.sequence - self._sequence) & 0xFFFF <= protocol.SEQUENCE_WINDOW:
            return Refusal.SEQUENCE
        if request.belief != self.state:
            return Refusal.BELIEF
        if self.state is State.OFF and (request.amplitude_a_codes or request.amplitude_b_codes):
            return Refusal.NOT_ZERO
        if not ceilings.allow(request):
            return Refusal.LIMIT
        is_cooling = self.state is State.OFF and self._supervision.cool_down.left_s(now)
        return Refusal.COOL_DOWN if is_cooling else Refusal.NONE

    def _accept(self, request: SetPoint, ceilings: Ceilings, now: float) -> None:
        self._wrong_beliefs = 0
        self._sequence = request.sequence
        self._lease.renew(request, now, is_first=self.state is State.OFF)
        if self.troubles.stuck:
            return
        self._ceilings = ceilings
        targets = (request.amplitude_a_codes, request.amplitude_b_codes)
        form = Form(request.frequency_centihz, request.burst_pulses, request.burst_ms)
        self.output.apply(now, form, targets, (request.width_a_us, request.width_b_us))
        if any(targets):
            self.state = State.ON
        elif self.state is State.OFF:
            self.state = State.ARMED

    def _answer(self, sequence: int, answer: Refusal, now: float) -> None:
        self._refusals[Refusal.DAMAGED] = self._decoder.damaged
        self._refusals[Refusal.UNKNOWN] = self._decoder.unknown
        delivered = reporting.delivered(self.output, self._supervision, self.troubles, now)
        report = delivered._replace(
            arming=self.arming,
            sequence=sequence,
            answer=answer,
            state=self.state,
            reason=self._reason,
            flags=delivered.flags | self._flags(),
            cause=self._cause,
            faults=self.faults,
            high_voltage_dv=self._supervision.high_voltage_dv(self._is_live),
            supply_mv=int(self.supply_v * 1000),
            refusals=bytes(count & 0xFF for count in self._refusals),
        )
        self._say(report, now)

    def _say(self, message: Identity | Report, now: float) -> None:
        if self.troubles.wrong_echo:
            message = message._replace(sequence=(message.sequence + 1000) & 0xFFFF)
        self._replies.say(encode(message), now)

    def _flags(self) -> int:
        is_low = self.supply_v * 1000 < protocol.SUPPLY_LOW_MV
        return (Flag.GREETED if self._greeted else 0) | (Flag.SUPPLY_LOW if is_low else 0)
