"""Turns of a host and of a RehaStim2 that obeys, without a wire."""

from appliance.session.board import SetPoint
from appliance.stimulator.rehastim2.codec import Decoder
from appliance.stimulator.rehastim2.conversation import (
    Conversation,
)
from appliance.stimulator.rehastim2.lists import Channel, InitList, StartList
from appliance.stimulator.rehastim2.messages import (
    Ack,
    GetMode,
    Mode,
    ModeAck,
    Reply,
    Request,
    Result,
    answer,
    command_of,
    new_pending_requests,
)
from tests.stimulator.rigs import set_point

REST = set_point(0)
LIST = InitList(0b11, 40)
ANSWERS_S = 0.01


def start(a_ma: int, b_ma: int = 0) -> StartList:
    return StartList((Channel(250, a_ma), Channel(250, b_ma)))


class Talk:
    """A conversation with a device that answers what it is told to."""

    def __init__(self, now: float = 9.0) -> None:
        self.pending = new_pending_requests()
        self.told = Conversation(self.pending, now)
        self.number = 0
        """Packet number of the last request."""

    def say(self, wanted: SetPoint | None, now: float, *, flows: bool = True) -> Request | None:
        """What is said now, with no answer yet."""
        request = self.told.next_request(wanted, flows, now)
        if request is not None:
            self.send(request, now)
        return request

    def send(self, request: Request, now: float) -> None:
        self.number = self.pending.add(request, now)
        self.told.expect(request, now)

    def hear(self, reply: Reply, now: float, number: int | None = None) -> None:
        for packet in Decoder().feed(answer(self.number if number is None else number, reply)):
            self.told.hear(packet, now)

    def agree(self, request: Request | None, now: float, mode: Mode = Mode.STARTED) -> None:
        """The answer of a device that does what it is told."""
        assert request is not None
        is_question = isinstance(request, GetMode)
        self.hear(ModeAck(mode) if is_question else Ack(command_of(request), Result.OK), now)

    def exchange(
        self, wanted: SetPoint | None, now: float, mode: Mode = Mode.STARTED
    ) -> Request | None:
        """What is said now, and agreed to a moment later."""
        request = self.say(wanted, now)
        if request is not None:
            self.agree(request, now + ANSWERS_S, mode)
        return request
