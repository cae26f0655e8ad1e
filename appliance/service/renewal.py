"""Runs a service, and after it has ended for new settings the one that is made of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from appliance.service.loop import Service


class Runs:
    """One service after the other, until `end`."""

    def __init__(self, make: Callable[[], "Service"]) -> None:
        self._make = make
        self._service: Service | None = None
        self._ended = False

    def run(self) -> None:
        """Run until `end`. Raises what `make` and the service raise."""
        while not self._ended:
            self._service = service = self._make()
            if self._ended:
                # Ended while the parts were opened: the service switches off and closes them.
                service.end()
            service.run()
            # From here on there is no loop to wake.
            self._service = None
            if not service.renews:
                return

    def end(self) -> None:
        """Make the running service end, or the next one. Signal handlers may call this."""
        self._ended = True
        if self._service is not None:
            self._service.end()
