"""Hears what a host says to a simulated P24 or RehaMove3."""

from appliance.stimulator.sciencemode.codec import Decoder
from appliance.stimulator.sciencemode.messages import (
    Request,
    read_request,
)
from tests.stimulator.rigs import Rig


class Listener:
    """Hears what the host says, with the time of each request."""

    def __init__(self, rig: Rig) -> None:
        self.heard: list[tuple[float, Request | None]] = []
        decoder, feed = Decoder(), rig.device.feed

        def listen(data: bytes, now: float) -> None:
            self.heard += [(now, read_request(packet)) for packet in decoder.feed(data)]
            feed(data, now)

        rig.device.feed = listen  # type: ignore[method-assign]

    def take(self) -> list[Request | None]:
        requests = [request for _, request in self.heard]
        self.heard = []
        return requests

    def times_of(self, kind: type[object]) -> list[float]:
        return [at for at, request in self.heard if isinstance(request, kind)]
