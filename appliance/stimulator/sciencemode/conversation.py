"""The conversation with an identified P24 or RehaMove3: requests and replies.

It begins with the device off and ends with the first wrong answer. Only one request is pending at
a time, a stop excepted: with more of them, a device that has fallen behind would still raise the
current after the hand has turned down. A lost answer delays the next request by 80 ms; 200 ms
without any answer are a fault.
"""

from collections.abc import Iterable
from enum import Enum

from appliance.session.board import BoardState, Contact, SetPoint
from appliance.stimulator.hasomed.pending_requests import PendingRequests
from appliance.stimulator.hasomed.slew_limit import SlewLimit
from appliance.stimulator.link import IDLE_SILENCE_S, WrongAnswerError
from appliance.stimulator.sciencemode import units
from appliance.stimulator.sciencemode.activity import Activity
from appliance.stimulator.sciencemode.card import CARD
from appliance.stimulator.sciencemode.codec import Packet
from appliance.stimulator.sciencemode.leads import Leads
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    GetBattery,
    GetCurrentData,
    GetStatus,
    Init,
    Level,
    Request,
    Result,
    Stop,
)
from appliance.stimulator.sciencemode.models import Model
from appliance.stimulator.sciencemode.pulses import Update
from appliance.stimulator.sciencemode.replies import (
    Battery,
    CurrentData,
    GeneralError,
    Reply,
    Status,
    read_reply,
)
from appliance.stimulator.sciencemode.results import LEAD_RESULTS, fault_of, words_of
from appliance.therapy.units import LONG_AGO, NEVER, Pair

SILENCE_S = 0.2
LOST_S = 0.08
"""After this time a missing answer counts as lost, and the next request may be sent, seconds."""
KEEP_ALIVE_S = 0.4
"""A fifth of what the device allows before it stops by itself."""
TOLD_S = 0.1
"""Greatest age of the device's report of its channels when an update is sent, seconds."""
STALE_LOOKS = 5
"""This many older answers in a row are a fault: no update follows them, not even a lower one."""
LOOK_S = 0.1
"""The current data is read before a rest, which clears the device's record of lead errors."""
STATUS_S = 0.1
BATTERY_S = 30.0
LOW_PERCENT, EMPTY_PERCENT = 15, 5
_REST = Update()
_OFF_RESULTS = (Result.OK, Result.NOT_INITIALISED)
_CHANNELS = (0, 1)
_LEAD_STATES = (ChannelState.ELECTRODE, ChannelState.LOW_CURRENT)
_KNOWN_STATES = (ChannelState.OK, *_LEAD_STATES)


class Phase(Enum):
    """The phase of the conversation, by what was sent and answered."""

    OFF = "off"
    STARTING = "starting"
    """Init was sent; the high voltage rises."""
    LIVE = "live"
    """An update was answered. The first update enables no channel."""
    STOPPING = "stopping"


class Conversation:
    """What to send next, and how to judge what was received."""

    def __init__(self, model: Model, pending: PendingRequests[Request], now: float) -> None:
        self.heard_at = now
        """When the last valid answer came, seconds."""
        self.agreed_at: float | None = None
        """When the device last answered an update since it was last off, seconds."""
        self.in_force: Pair = (0.0, 0.0)
        """Amplitude per channel, mA, of the last update that it agreed to."""
        self.refusals = 0
        self.battery_percent: int | None = None
        self._model = model
        self._pending = pending
        self._phase = Phase.OFF
        self._was_on = False
        self._initialised = False
        self._agreed: Update | None = None
        self._looked_at = now
        self.read_at = self._told_since = LONG_AGO
        """What is heard now came at `read_at` or later. The channels' state is not older than
        `_told_since`; LONG_AGO: it is not known."""
        self._stale_looks = 0
        self._battery_at = LONG_AGO
        self._used = frozenset[int]()
        self._leads = Leads()
        self._pace = units.Pace()
        # Each start brings new ones of these.
        self._activity: Activity
        self._slew_limit: SlewLimit

    # Asking

    def next_request(self, wanted: SetPoint | None, flows: bool, now: float) -> Request | None:
        """What to send now; None while a reply may still come, or there is nothing to send.

        `flows`: whether the amplitudes that are wanted count; zero where they do not.
        """
        if now - self._pending.newest_at < LOST_S:
            return None
        match self._phase:
            case Phase.OFF:
                return (
                    self._while_off(now) if wanted is None else Init(self._model.stop_all_on_error)
                )
            case Phase.STARTING if self._initialised:
                return _REST
            case Phase.LIVE if wanted is not None and not self._leads.open:
                return self._live(wanted, flows, now)
            case Phase.LIVE:
                # With a lead off, an update would restart the channel that the device has stopped.
                return None
        # Init or stop got no reply. What is on is unknown, and init cannot be sent twice.
        return Stop()

    def expect(self, request: Request, now: float) -> None:
        """Note that this request is sent, and a reply is due."""
        match request:
            case Stop():
                self._phase = Phase.STOPPING
                self.agreed_at = self._agreed = None
                self._initialised = False
                self._leads = Leads()
            case Init():
                self._phase = Phase.STARTING
                self._was_on = False
                self._used = frozenset()
                self._activity = Activity()
                self._slew_limit = SlewLimit(CARD.amplitude_step)
            case Update():
                self._used |= {train.channel - 1 for train in request.trains}
                self._told_since = LONG_AGO
                # Unknown until the answer: the update may be lost.
                self._agreed = None
            case GetCurrentData() | GetStatus():
                self._looked_at = now
            case GetBattery():
                self._battery_at = now

    def _while_off(self, now: float) -> Request | None:
        """While off, ask ten times a second whether the device is off."""
        if self._model.has_battery and now - self._battery_at >= BATTERY_S:
            return GetBattery()
        is_due = self._pending.is_owed or now - self._looked_at >= STATUS_S
        return GetStatus() if is_due else None

    def _live(self, wanted: SetPoint, flows: bool, now: float) -> Request | None:
        """The next request. Only changes are sent: what an update does to a period is unknown."""
        if self._agreed is None:
            self._slew_limit.fall_back(self.in_force)
        amplitude = self._slew_limit.towards(wanted, now) if flows else (0.0, 0.0)
        frequency_hz = min(wanted.frequency_hz, wanted.ceilings.frequency_hz)
        period = self._pace.follow(frequency_hz, any(self.in_force), self._model, now)
        update = units.update(wanted, amplitude, period)
        look = GetCurrentData(self._model.selection)
        if update != self._agreed and self._has_to_look(update, now):
            # Sent before the update: the device does not know of the update yet, so nothing rises.
            return look
        self._slew_limit.reach(amplitude, now)
        if update != self._agreed:
            return update
        self._told_since = LONG_AGO
        is_due = self._pending.is_owed or now - self._looked_at >= KEEP_ALIVE_S
        return look if is_due else None

    def _has_to_look(self, update: Update, now: float) -> bool:
        """Whether the state of the channels has to be read before this update."""
        if update.trains:
            # The update would restart, in full, a channel that stopped for an open lead.
            return now - self._told_since > TOLD_S
        return not self._pending.is_owed and now - self._looked_at >= LOOK_S

    # Hearing

    def hear(self, packet: Packet, now: float) -> None:
        """Judge an answer. Raises WrongAnswerError."""
        reply = read_reply(packet)
        if reply is None or self._is_of_a_cut_frame(reply):
            return
        request = self._pending.settle(packet)
        if request is None:
            self._unasked(reply)
            return
        self.heard_at = now
        match request, reply:
            case Stop(), _:
                self._stopped(reply)
            case Init(), _:
                self._check(reply)
                self._initialised = self._phase is Phase.STARTING
            case Update(), _:
                self._check(reply)
                self._updated(request, now)
            case GetCurrentData(), CurrentData():
                self._look(reply, now)
            case GetCurrentData(), _ if reply.result is Result.OK:
                # No update would follow, not even one that turns down.
                raise WrongAnswerError("board_disagrees", "its channels have no state")
            case GetStatus(), Status():
                self._check(reply)
                if self._phase is Phase.OFF and reply.level is not Level.NONE:
                    raise WrongAnswerError(
                        "board_disagrees", f"off, but {reply.level.name.lower()}"
                    )
            case GetBattery(), _:
                # A gauge that fails is no reason to stop.
                self.battery_percent = reply.percent if isinstance(reply, Battery) else None
            case _:
                self._check(reply)

    def _unasked(self, reply: Reply) -> None:
        """A reply without a request. Ignore it unless it is an error."""
        if isinstance(reply, GeneralError):
            self._check(reply)

    def _is_of_a_cut_frame(self, reply: Reply) -> bool:
        """Whether this is the error of a frame that was cut in two to let the stop pass.

        Its number may be that of the stop, which has no answer then, and is sent again.
        """
        is_transfer = isinstance(reply, GeneralError) and reply.result is Result.TRANSFER
        return is_transfer and self._phase in (Phase.STOPPING, Phase.OFF)

    def _check(self, reply: Reply) -> None:
        """Raise WrongAnswerError for a bad result. A lead that is off is no fault of the device."""
        result = reply.result
        if result is Result.OK:
            return
        self.refusals += 1
        if result not in LEAD_RESULTS:
            raise WrongAnswerError(fault_of(result), words_of(result))
        # The device does not say which lead: any channel in use may be the one.
        self._leads.told(self._used, frozenset(), is_live=self.is_live)

    def _stopped(self, reply: Reply) -> None:
        if reply.result not in _OFF_RESULTS:
            self._check(reply)
        if self._phase is Phase.STOPPING:
            self._phase = Phase.OFF
            self.in_force = (0.0, 0.0)

    def _updated(self, update: Update, now: float) -> None:
        self.in_force = _amplitude_of(update)
        self._was_on |= bool(update.trains)
        if self._phase in (Phase.STARTING, Phase.LIVE):
            self._phase = Phase.LIVE
            self._agreed = update
            self.agreed_at = now

    def _look(self, reply: CurrentData, now: float) -> None:
        """The state of each channel that was in use since the device was last off."""
        # What a late answer tells is older than an update that was sent before it came.
        self._told_since = LONG_AGO if self._pending.owes(_is_update) else self.read_at
        self._stale_looks = self._stale_looks + 1 if now - self._told_since > TOLD_S else 0
        if self._stale_looks >= STALE_LOOKS:
            raise WrongAnswerError("board_disagrees", "what it says of its channels is too old")
        states = {channel: reply.states[channel] for channel in self._used}
        flagged = frozenset(n for n, state in states.items() if state in _LEAD_STATES)
        self._leads.told(flagged, frozenset(states) - flagged, is_live=self.is_live)
        if not (flagged and reply.result in LEAD_RESULTS):
            self._check(reply)
        _refuse_unknown(states.values())
        is_open = bool(self._leads.open | flagged)
        self._activity.check(reply, self._used, self.in_force, now, is_open=is_open)

    # Telling

    @property
    def is_live(self) -> bool:
        """Whether the device may have its high voltage on, and no stop is under way."""
        return self._phase in (Phase.STARTING, Phase.LIVE)

    @property
    def is_off(self) -> bool:
        """Whether the device has confirmed that it is off."""
        return self._phase is Phase.OFF

    @property
    def state(self) -> BoardState:
        if self._phase is Phase.OFF or (self._phase is Phase.STARTING and not self._was_on):
            return BoardState.OFF
        return BoardState.ON if self._was_on else BoardState.ARMED

    @property
    def contact(self) -> tuple[Contact, Contact]:
        a, b = (self._leads.contact(channel, self.in_force) for channel in (0, 1))
        return a, b

    def may_flow(self) -> bool:
        """Whether current flows, or may flow by now, as far as is known."""
        return any(self.in_force) or self._pending.owes(_sets_going)

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
        percent = self.battery_percent
        if percent is None or percent > LOW_PERCENT:
            return frozenset()
        return frozenset({"supply_empty" if percent <= EMPTY_PERCENT else "supply_low"})


def _refuse_unknown(states: Iterable[ChannelState]) -> None:
    """Raise WrongAnswerError for a state that is neither good nor that of an open lead."""
    for state in states:
        if state not in _KNOWN_STATES:
            words = f"the board says {state.name.lower().replace('_', ' ')}"
            raise WrongAnswerError("board_defect", words)


def _amplitude_of(update: Update) -> Pair:
    a, b = (
        next((t.points[0].current_ma for t in update.trains if t.channel == n + 1), 0.0)
        for n in _CHANNELS
    )
    return a, b


def _is_update(request: Request) -> bool:
    return isinstance(request, Update)


def _sets_going(request: Request) -> bool:
    return isinstance(request, Update) and bool(request.trains)
