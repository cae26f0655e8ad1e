"""Puts itself between host and board: what the host says is heard, or changed, on its way."""

from collections.abc import Callable

from appliance.stimulator.reference.codec import Decoder, encode
from appliance.stimulator.reference.protocol import Message, SetPoint
from tests.stimulator.rigs import ReferenceRig


def change(rig: ReferenceRig, changed: Callable[[Message], Message]) -> None:
    """From now on the board gets these messages in the place of the host's."""
    decoder, feed = Decoder(), rig.board.feed

    def pass_on(data: bytes, now: float) -> None:
        feed(b"".join(encode(changed(message)) for message in decoder.feed(data)), now)

    rig.board.feed = pass_on  # type: ignore[method-assign]


def listen(rig: ReferenceRig) -> list[Message]:
    """What the host says from now on."""
    heard: list[Message] = []

    def noted(message: Message) -> Message:
        heard.append(message)
        return message

    change(rig, noted)
    return heard


def change_set_points(rig: ReferenceRig, **fields: int) -> None:
    """From now on each set-point reaches the board with these fields."""
    change(rig, lambda one: one._replace(**fields) if isinstance(one, SetPoint) else one)


def say(rig: ReferenceRig, message: Message) -> None:
    """The host hears this message next, before whatever the board says."""
    ahead, take = [encode(message)], rig.board.take_output

    def said(now: float) -> bytes:
        first = b"".join(ahead)
        ahead.clear()
        return first + take(now)

    rig.board.take_output = said  # type: ignore[method-assign]
