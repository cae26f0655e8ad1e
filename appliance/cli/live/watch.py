"""Asks a running service over its socket and shows the page, a few times a second.

It can look and nothing else: no request of it is `stop`, and the keyboard only ends it.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from appliance.cli.live.characters import characters_of
from appliance.cli.live.page import Seen, page, picture_of
from appliance.cli.live.terminal import Terminal
from appliance.service.control_socket import ControlClient, NotRunningError

FRAME_S = 0.25
MOST_BYTES_A_S = 6000
"""Most bytes a second to the terminal; after a large frame the next one is delayed."""
AGAIN_S = 1.0
"""Time between two attempts to reach a service that does not answer."""


class Asked(Protocol):
    """A service that answers requests."""

    def ask(self, verb: str, **more: object) -> dict[str, Any]: ...


def watch(client: ControlClient, connect: Callable[[], ControlClient]) -> None:
    """Show the page until `q`. A service that restarts meanwhile is found again by `connect`."""
    seen, characters = Seen(), characters_of(os.environ.get("TERM", ""), sys.stdout.encoding)
    connected: ControlClient | None = client
    look(client, seen)
    with Terminal() as terminal:
        going = True
        while going:
            columns, rows = terminal.size
            lines = page(seen, columns, rows, datetime.now().astimezone(), characters)
            paced_s = terminal.show(lines) / MOST_BYTES_A_S
            going = terminal.wait(max(paced_s, FRAME_S if connected else AGAIN_S))
            try:
                connected = connected or connect()
                look(connected, seen)
            except NotRunningError as error:
                if connected is not None:
                    connected.close()
                connected, seen.trouble = None, f"NO ANSWER, trying again: {error}"


def look(client: Asked, seen: Seen) -> None:
    """Ask for all that is on the page. Raises NotRunningError where nobody answers."""
    seen.status = client.ask("status")
    seen.picture = picture_of(client.ask("picture"))
    seen.log = client.ask("log").get("lines", [])
    more = True
    while more:
        current = client.ask("current", since=seen.sweep.since)
        seen.now = current.get("now", seen.now)
        seen.sweep.add(current.get("samples", ()), seen.now)
        more = current.get("more", False)
    seen.trouble = ""
