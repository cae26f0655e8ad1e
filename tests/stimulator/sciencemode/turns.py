"""Turns of a host and of a P24 or RehaMove3 that obeys, without a wire."""

from collections.abc import Sequence

from appliance.session.board import SetPoint
from appliance.stimulator.sciencemode.codec import Decoder
from appliance.stimulator.sciencemode.conversation import (
    Conversation,
)
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    GetCurrentData,
    GetStatus,
    HighVoltage,
    Level,
    Request,
    Result,
    Selection,
    command_of,
    new_pending_requests,
)
from appliance.stimulator.sciencemode.models import P24, Model
from appliance.stimulator.sciencemode.pulses import Train, Update, biphasic
from appliance.stimulator.sciencemode.replies import (
    Ack,
    CurrentData,
    Reply,
    Status,
    answer,
)
from tests.stimulator.rigs import set_point

REST = set_point(0)
LOOK = GetCurrentData(Selection.P24)
ANSWERS_S = 0.01


def told(a_ma: float, b_ma: float = 0.0, period: int = 80) -> Update:
    """The update for these amplitudes."""
    pairs = enumerate((a_ma, b_ma), 1)
    return Update(tuple(Train(n, period, biphasic(ma, 250, 100)) for n, ma in pairs if ma))


def channels(
    *active: int, states: Sequence[ChannelState] = (), result: Result = Result.OK
) -> CurrentData:
    """What a P24 says of its channels: which of them pulse, and their errors."""
    every = (*states, *(ChannelState.OK,) * (8 - len(states)))
    return CurrentData(Selection.P24, tuple(n in active for n in range(8)), every, result)


class Talk:
    """A conversation with a device that answers what it is told to."""

    def __init__(self, now: float = 9.0, model: Model = P24) -> None:
        self.pending = new_pending_requests()
        self.talk = Conversation(model, self.pending, now)
        self.number = 0
        """Packet number of the last request."""

    def say(self, wanted: SetPoint | None, now: float, *, flows: bool = True) -> Request | None:
        """What is said now, with no answer yet."""
        request = self.talk.next_request(wanted, flows, now)
        if request is not None:
            self.send(request, now)
        return request

    def send(self, request: Request, now: float) -> None:
        self.number = self.pending.add(request, now)
        self.talk.expect(request, now)

    def hear(
        self, reply: Reply, now: float, number: int | None = None, read_at: float | None = None
    ) -> None:
        """`read_at`: nothing came before that; where it is not given, before now."""
        self.talk.read_at = now if read_at is None else read_at
        for packet in Decoder().feed(answer(self.number if number is None else number, reply)):
            self.talk.hear(packet, now)

    def obey(self, request: Request | None, now: float) -> None:
        """The answer of a device that does what it is told."""
        assert request is not None
        pulsing = [n for n in (0, 1) if self.talk.in_force[n]]
        match request:
            case GetCurrentData():
                self.hear(channels(*pulsing), now)
            case GetStatus():
                self.hear(Status(Level.NONE, HighVoltage.OFF), now)
            case _:
                self.hear(Ack(command_of(request), Result.OK), now)

    def exchange(self, wanted: SetPoint | None, now: float) -> Request | None:
        """What is said now, and obeyed a moment later."""
        request = self.say(wanted, now)
        if request is not None:
            self.obey(request, now + ANSWERS_S)
        return request
