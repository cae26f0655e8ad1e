"""The control socket: a Unix socket that takes and answers one JSON object a line.

Its verbs can look and stop. No verb starts or raises the output, and none may be added.
"""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.errors import ApplianceError

NAME = "control.sock"
MOST_CLIENTS = 8
LONGEST_LINE = 4096
SEND_BUFFER = 1 << 18
Answer = Callable[[dict[str, Any]], dict[str, Any]]


class SocketError(ApplianceError):
    """Error raised when the control socket cannot be made."""


class ForbiddenError(ApplianceError):
    """Error raised when a service may be running, and this user may not speak to it."""


class NotRunningError(ApplianceError):
    """Error raised when no service answers at the socket."""


class ControlServer:
    """The server's end. The control loop serves it and never waits for a client."""

    def __init__(self, runtime_dir: Path) -> None:
        self._path = runtime_dir / NAME
        self._clients: dict[int, tuple[socket.socket, bytearray]] = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._listen()
        except OSError as error:
            self._listener.close()
            raise SocketError(
                f"{self._path}: the control socket cannot be made ({error.strerror or error}); "
                "set another [service] runtime_dir"
            ) from error
        except ApplianceError:
            self._listener.close()
            raise

    def _listen(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_second_service(self._path)
        self._path.unlink(missing_ok=True)
        self._listener.setblocking(False)
        self._listener.bind(str(self._path))
        self._path.chmod(0o660)
        self._listener.listen(MOST_CLIENTS)

    def descriptors(self) -> list[int]:
        return [self._listener.fileno(), *self._clients]

    def serve(self, answer: Answer) -> bool:
        """Answer one request of each client; return whether more requests wait.

        One only, because the loop reads STOP between two requests.
        """
        self._accept()
        for descriptor in list(self._clients):
            self._read(descriptor, answer)
        return any(b"\n" in waiting for _, waiting in self._clients.values())

    def close(self) -> None:
        for descriptor in list(self._clients):
            self._drop(descriptor)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        for _ in range(MOST_CLIENTS):
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if len(self._clients) == MOST_CLIENTS:
                # A silent client must not keep a client with 'stop' from connecting.
                self._drop(next(iter(self._clients)))
            client.setblocking(False)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            self._clients[client.fileno()] = (client, bytearray())

    def _read(self, descriptor: int, answer: Answer) -> None:
        client, waiting = self._clients[descriptor]
        if b"\n" not in waiting and not self._receive(descriptor):
            return
        line, newline, rest = bytes(waiting).partition(b"\n")
        if not newline:
            return
        waiting[:] = rest
        if line.strip() and not _reply(client, line, answer):
            self._drop(descriptor)

    def _receive(self, descriptor: int) -> bool:
        """Return whether data came. Drop a client that hung up or whose line has no end."""
        client, waiting = self._clients[descriptor]
        try:
            data = client.recv(LONGEST_LINE)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        waiting += data
        if not data or len(waiting) > 4 * LONGEST_LINE:
            self._drop(descriptor)
            return False
        # Moved to the end: the first client is the one that was silent longest.
        self._clients[descriptor] = self._clients.pop(descriptor)
        return True

    def _drop(self, descriptor: int) -> None:
        client, _ = self._clients.pop(descriptor)
        client.close()


def _reply(client: socket.socket, line: bytes, answer: Answer) -> bool:
    """Return whether the whole answer was sent; a client that does not read gets dropped."""
    data = json.dumps(_answer_to(line, answer), ensure_ascii=False).encode() + b"\n"
    try:
        return client.send(data) == len(data)
    except OSError:
        return False


def _answer_to(line: bytes, answer: Answer) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        return {"error": 'not a JSON object; send {"verb":"status"} or {"verb":"stop"}'}
    return answer(request)


def _refuse_second_service(path: Path) -> None:
    """Raise ApplianceError if a service answers here: two would compete for the board."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return
    raise ApplianceError(
        f"{path}: another ems-appliance is running there; stop it first, "
        "or set another [service] runtime_dir"
    )


class ControlClient:
    """The client's end, for the command. Raises NotRunningError if no service answers."""

    def __init__(self, runtime_dir: Path, timeout_s: float = 2.0) -> None:
        path = runtime_dir / NAME
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout_s)
        try:
            self._socket.connect(str(path))
        except PermissionError as error:
            self._socket.close()
            raise ForbiddenError(
                f"{path}: only members of the group ems-appliance may use it; join with "
                "'sudo usermod -aG ems-appliance $USER' and log in again, or use sudo"
            ) from error
        except OSError as error:
            self._socket.close()
            raise NotRunningError(
                f"{path}: no service answers ({os.strerror(error.errno or 0)}); "
                "start it with 'systemctl start ems-appliance', or name its settings with --config"
            ) from error
        self._lines = self._socket.makefile("rb")

    def ask(self, verb: str) -> dict[str, Any]:
        """The answer to one verb."""
        try:
            self._socket.sendall(json.dumps({"verb": verb}).encode() + b"\n")
            line = self._lines.readline()
        except OSError as error:
            raise NotRunningError(f"the service did not answer '{verb}': {error}") from error
        if not line:
            raise NotRunningError(f"the service closed the line without an answer to '{verb}'")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def patient(self, timeout_s: float = 2.0) -> None:
        """Set the longest time to wait for each answer, seconds."""
        self._socket.settimeout(timeout_s)

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> "ControlClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
