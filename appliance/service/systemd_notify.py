"""systemd notifications of the service: ready, watchdog, stopping.

Only the control loop sends them: a watchdog fed by another thread would hide a hung loop.
"""

import os
import socket

from appliance.therapy.units import LONG_AGO


class Notifier:
    """Sends to NOTIFY_SOCKET; does nothing where there is none."""

    def __init__(self) -> None:
        address = os.environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if address else None
        watchdog_us = int(os.environ.get("WATCHDOG_USEC", "0") or 0)
        self._period_s = watchdog_us / 1e6 / 3.0 if watchdog_us else 1.0
        self._next = LONG_AGO

    def ready(self) -> None:
        self._send(b"READY=1")

    def alive(self, now: float) -> None:
        """Feed the watchdog, three times as often as it asks."""
        if now >= self._next:
            self._next = now + self._period_s
            self._send(b"WATCHDOG=1")

    def stopping(self) -> None:
        self._send(b"STOPPING=1")

    def renewing(self) -> None:
        """Feed the watchdog once more: the parts are opened anew, and the process goes on."""
        self._send(b"WATCHDOG=1")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, message: bytes) -> None:
        if self._socket is None:
            return
        try:
            # The control loop must not wait for systemd.
            self._socket.sendto(message, socket.MSG_DONTWAIT, self._address)
        except OSError:
            # A systemd that does not listen must not stop the control loop.
            return
