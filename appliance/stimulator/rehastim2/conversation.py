"""The conversation with an identified RehaStim2: its requests and the replies to them.

The device has three modes. In start mode it is off. A list of channels initialises it: that
is the zero set-point, and the rest between two contractions, because an initialised device
pulses as little as one that is off. Starting the list is current. The interval of the pulses
belongs to the list, so that another one needs a stop and a new list.

Only one request is pending at a time, a stop excepted: with more of them, a device that has
fallen behind would still raise the current after the hand has turned down.
"""

from enum import Enum

from appliance.session.board import BoardState, Contact, SetPoint
from appliance.stimulator.hasomed.pending_requests import PendingRequests
from appliance.stimulator.hasomed.slew_limit import SlewLimit
from appliance.stimulator.link import IDLE_SILENCE_S, WrongAnswerError
from appliance.stimulator.rehastim2 import units
from appliance.stimulator.rehastim2.card import CARD
from appliance.stimulator.rehastim2.codec import Packet
from appliance.stimulator.rehastim2.lists import InitList, StartList
from appliance.stimulator.rehastim2.messages import (
    Ack,
    GetMode,
    Init,
    Mode,
    ModeAck,
    Reply,
    Request,
    Result,
    StimulationError,
    StopList,
    Trouble,
    read_reply,
)
from appliance.stimulator.rehastim2.results import fault_of_trouble, words_of
from appliance.therapy.units import LONG_AGO, NEVER, Pair

SILENCE_S = 0.25
LOST_S = 0.11
"""The device answers within 100 ms. A later answer counts as lost."""
KEEP_ALIVE_S = 0.3
"""A quarter of what the device allows before it forgets everything."""
OFF_LOOK_S = 0.1
AGAIN_S = 0.02
"""Time before a busy device is asked again, seconds."""
_REST: Pair = (0.0, 0.0)
_CHANNELS = (0, 1)


class Phase(Enum):
    """The phase of the conversation, by what was sent and answered."""

    OFF = "off"
    STARTING = "starting"
    """A list was sent."""
    READY = "ready"
    """The list was accepted; nothing flows."""
    RUNNING = "running"
    """The list was started."""
    STOPPING = "stopping"


_MODES = {Phase.OFF: Mode.START, Phase.READY: Mode.INITIALISED, Phase.RUNNING: Mode.STARTED}


class Conversation:
    """What to send next, and how to judge what was received."""

    def __init__(self, pending: PendingRequests[Request], now: float) -> None:
        self.heard_at = now
        """When the last valid answer came, seconds."""
        self.agreed_at: float | None = None
        """When the device last took a list, or a change, since it was last off for good."""
        self.in_force: Pair = _REST
        """Amplitude per channel, mA, of the last list that it agreed to."""
        self.refusals = 0
        self._pending = pending
        self._phase = Phase.OFF
        self._was_on = False
        self._agreed: StartList | None = None
        self._looked_at = now
        self._open: frozenset[int] = frozenset()
        self._is_good = False
        self._busy_since = NEVER
        self._busy_until = LONG_AGO
        self._pace = units.Pace()
        # Each list brings its own of these.
        self._slew_limit: SlewLimit
        self._interval_hz: float
        """Frequency that the present list was made for."""
        self._interval_s: float
        self._started_at: float
        """When a list was last started or changed, seconds."""
        self._may_be_skipped = False
        """The last change came sooner than a pulse after the one before."""

    # Asking

    def next_request(self, wanted: SetPoint | None, flows: bool, now: float) -> Request | None:
        """What to send now; None while a reply may still come, or there is nothing to send.

        `flows`: whether the amplitudes that are wanted count; zero where they do not.
        """
        self._pace.follow(any(self.in_force), now)
        if now - self._pending.newest_at < LOST_S or now < self._busy_until:
            return None
        match self._phase:
            case Phase.OFF:
                return self._while_off(wanted, now)
            case Phase.READY | Phase.RUNNING if wanted is not None:
                return self._live(wanted, flows, now)
            case Phase.READY | Phase.RUNNING:
                return None
        # A list or a stop got no reply: what is on is unknown.
        return StopList(for_rest=wanted is not None)

    def expect(self, request: Request, now: float) -> None:
        """Note that this request is sent, and a reply is due."""
        match request:
            case StopList(for_rest):
                self._phase = Phase.STOPPING
                self._agreed = None
                self._is_good = False
                if not for_rest:
                    self._end()
            case InitList():
                self._phase = Phase.STARTING
                self._interval_s = request.interval_half_ms / 2000
                self._slew_limit = SlewLimit(CARD.amplitude_step)
                self._started_at = LONG_AGO
            case StartList():
                self._phase = Phase.RUNNING
                # Unknown until the answer: the list may be lost.
                self._agreed = None
                self._may_be_skipped = now - self._started_at < self._interval_s
                self._started_at = now
            case GetMode():
                self._looked_at = now

    def _end(self) -> None:
        """Forget what was agreed: the next set-point begins at zero."""
        self.agreed_at = None
        self._was_on = False
        self._open = frozenset()

    def _while_off(self, wanted: SetPoint | None, now: float) -> Request | None:
        """While off, ask ten times a second whether the device is off."""
        if wanted is None:
            self._end()
        elif not self._open:
            # With a lead off, no list is sent before the person knows of it.
            self._interval_hz = units.frequency_hz(wanted)
            return InitList(units.BOTH, self._pace.choose(self._interval_hz))
        return self._look(OFF_LOOK_S, now)

    def _live(self, wanted: SetPoint, flows: bool, now: float) -> Request | None:
        """The next request: a list that changes something, or a question for the mode."""
        if self._agreed is None:
            self._slew_limit.fall_back(self.in_force)
        amplitude = self._slew_limit.towards(wanted, now) if flows else _REST
        started = units.start_list(wanted, amplitude)
        is_running = self._phase is Phase.RUNNING
        if units.frequency_hz(wanted) != self._interval_hz or (is_running and not started.flows):
            return StopList(for_rest=True)
        self._slew_limit.reach(amplitude, now)
        is_repeat = self._may_be_skipped and now - self._started_at >= self._interval_s
        if started.flows and (started != self._agreed or is_repeat):
            return started
        return self._look(KEEP_ALIVE_S, now)

    def _look(self, every_s: float, now: float) -> Request | None:
        is_due = self._pending.is_owed or now - self._looked_at >= every_s
        return GetMode() if is_due else None

    # Hearing

    def hear(self, packet: Packet, now: float) -> None:
        """Judge what came. Raises WrongAnswerError."""
        reply = read_reply(packet)
        request = self._pending.settle(packet) if reply else None
        match request, reply:
            case _, None:
                return
            case _, Init():
                # Its supply failed, or it received nothing for more than a second.
                raise WrongAnswerError("board_reset")
            case _, StimulationError(trouble):
                self._stopped_itself(trouble)
            case None, _:
                # An answer to a request that is settled already.
                return
            case StopList(), Ack(result=Result.OK | Result.WRONG_MODE):
                self._stopped()
            case InitList() | StartList(), Ack(result=Result.OK):
                self._agreed_to(request, now)
            case GetMode(), ModeAck(mode, Result.OK):
                self._judge_mode(mode)
            case _, _:
                self._refused(reply, now)
                return
        self.heard_at = now
        self._busy_since = NEVER

    def _refused(self, reply: Reply, now: float) -> None:
        """Ask a busy device again, until `SILENCE_S` has passed. Any other refusal is an error."""
        self.heard_at = now
        self.refusals += 1
        result = reply.result if isinstance(reply, Ack | ModeAck) else Result.OTHER
        self._busy_since = min(self._busy_since, now)
        if result is not Result.BUSY or now - self._busy_since >= SILENCE_S:
            raise WrongAnswerError("board_disagrees", words_of(result))
        self._busy_until = now + AGAIN_S

    def _stopped(self) -> None:
        self.in_force = _REST
        if self._phase is Phase.STOPPING:
            self._phase = Phase.OFF

    def _agreed_to(self, request: InitList | StartList, now: float) -> None:
        if isinstance(request, StartList):
            a, b = (float(channel.current_ma) for channel in request.channels)
            self.in_force = (a, b)
            self._was_on |= request.flows
        match request, self._phase:
            case InitList(), Phase.STARTING:
                self._phase = Phase.READY
                self.agreed_at = now
            case StartList(), Phase.RUNNING:
                self._agreed = request
                self.agreed_at = now

    def _judge_mode(self, mode: Mode) -> None:
        """Compare the mode with the phase, unless a pending request may have changed the mode."""
        expected = _MODES.get(self._phase)
        if expected is None or self._pending.is_owed:
            return
        if mode is Mode.START and expected is not Mode.START:
            raise WrongAnswerError("board_stopped_itself")
        if mode is not expected:
            words = f"{self._phase.value}, but {mode.name.lower()}"
            raise WrongAnswerError("board_disagrees", words)
        self._is_good = mode is Mode.STARTED

    def _stopped_itself(self, trouble: Trouble) -> None:
        """The device stopped by itself and is in its start mode; an initialised one does so too."""
        if trouble is not Trouble.ELECTRODE:
            raise WrongAnswerError(fault_of_trouble(trouble), words_of(trouble))
        # The device does not say which lead: any channel in use may be the one.
        if self._phase in (Phase.STARTING, Phase.READY, Phase.RUNNING):
            self._open = frozenset(_CHANNELS)
            self._phase = Phase.STOPPING

    # Telling

    @property
    def is_live(self) -> bool:
        """Whether a set-point is in force or on its way, a rest included."""
        is_going = self._phase in (Phase.STARTING, Phase.READY, Phase.RUNNING)
        return is_going or self.agreed_at is not None

    @property
    def is_off(self) -> bool:
        """Whether the device has confirmed that it is off."""
        return self._phase is Phase.OFF

    @property
    def state(self) -> BoardState:
        if self.agreed_at is None:
            return BoardState.OFF if self._phase is Phase.OFF else BoardState.UNKNOWN
        return BoardState.ON if self._was_on else BoardState.ARMED

    @property
    def contact(self) -> tuple[Contact, Contact]:
        """The device tests each pulse, and reports only that one of its leads is off."""
        return self._contact(0), self._contact(1)

    def _contact(self, channel: int) -> Contact:
        if channel in self._open:
            return Contact.OPEN
        flows = self._is_good and self.in_force[channel] > 0.0
        return Contact.GOOD if flows else Contact.UNKNOWN

    def may_flow(self) -> bool:
        """Whether current flows, or may flow by now, as far as is known."""
        return any(self.in_force) or self._pending.owes(lambda one: isinstance(one, StartList))

    def silent_at(self, *, idle: bool) -> float:
        """When the device's silence becomes a fault, seconds. `idle`: nothing but off is wanted."""
        return self._pending.oldest_at + (IDLE_SILENCE_S if idle else SILENCE_S)

    def lost_at(self) -> float:
        """When a missing answer counts as lost, seconds."""
        return self._pending.newest_at + LOST_S if self._pending.is_owed else NEVER

    def is_late(self, now: float) -> bool:
        """Whether the device is behind with its answers, so that unread requests may wait in it."""
        return now >= self._pending.oldest_at + LOST_S

    def battery_faults(self) -> frozenset[str]:
        """None: the device does not say how full its battery is."""
        return frozenset()
