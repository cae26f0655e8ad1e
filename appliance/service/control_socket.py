"""The control socket: a Unix socket that takes and answers one JSON object a line.

Its verbs can look and stop. No verb starts or raises the output, and none may be added.
"""

import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.errors import ApplianceError

NAME = "control.sock"
MOST_CLIENTS = 32
MOST_NEW = 16
"""Clients that are let in between two steps of the loop."""
MOST_ANSWERS = 4
"""Between two steps of the loop: an answer takes a Raspberry Pi about 3 ms."""
LONGEST_LINE = 4096
SEND_BUFFER = 1 << 18
MOST_A_SECOND = 50.0
"""Requests of one client; `stop` is not counted. A person's live view asks 10 times a second."""
_PEER_GROUPS = 59
"""SO_PEERGROUPS of Linux, which the socket module does not name."""
_GROUPS_BYTES = 1024
Answer = Callable[[dict[str, Any]], dict[str, Any]]


class SocketError(ApplianceError):
    """Error raised when the control socket cannot be made."""


class ForbiddenError(ApplianceError):
    """Error raised when a service may be running, and this user may not speak to it."""


class NotRunningError(ApplianceError):
    """Error raised when no service answers at the socket."""


class NoAnswerError(NotRunningError):
    """Error raised when a service has the socket, and does not answer: it may still run."""


@dataclass(slots=True)
class _Client:
    """One connection, what it has sent, and what it may still ask."""

    socket: socket.socket
    waiting: bytearray = field(default_factory=bytearray)
    may_ask: float = MOST_A_SECOND
    asked_at: float = 0.0

    @property
    def has_line(self) -> bool:
        return b"\n" in self.waiting

    @property
    def may_say_stop(self) -> bool:
        return b"stop" in self.waiting

    def is_let_ask(self, now: float) -> bool:
        """Whether one more request is within the rate, which then counts it."""
        gained = (now - self.asked_at) * MOST_A_SECOND
        self.may_ask = min(MOST_A_SECOND, self.may_ask + gained)
        self.asked_at = now
        if self.may_ask < 1.0:
            return False
        self.may_ask -= 1.0
        return True


class ControlServer:
    """The server's end. The control loop serves it and never waits for a client.

    What clients can take is bounded: their number, the length of a line, the rate of requests and
    what an answer may leave unread. Root, the service's own user and members of the socket's group
    are let in; anybody else who gets past the file's mode is dropped.
    """

    def __init__(
        self,
        runtime_dir: Path,
        clock: Callable[[], float] = time.monotonic,
        is_let_in: Callable[[socket.socket, int], bool] | None = None,
    ) -> None:
        self._path = runtime_dir / NAME
        self._clock = clock
        self._is_let_in = is_let_in or may_speak
        self._group = -1
        self._clients: dict[int, _Client] = {}
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
        self._group = self._path.stat().st_gid
        self._listener.listen(MOST_CLIENTS)

    def descriptors(self) -> list[int]:
        return [self._listener.fileno(), *self._clients]

    def serve(self, answer: Answer) -> bool:
        """Answer a few requests, at most one of a client; return whether more requests wait.

        A few only, because the loop reads STOP in between. What may be a `stop` comes first, then
        the client that has waited longest.
        """
        self._accept()
        for descriptor, client in list(self._clients.items()):
            if not client.has_line:
                self._receive(descriptor)
        asking = [one for one, client in self._clients.items() if client.has_line]
        asking.sort(key=lambda one: not self._clients[one].may_say_stop)
        for descriptor in asking[:MOST_ANSWERS]:
            self._serve(descriptor, answer)
        return any(client.has_line for client in self._clients.values())

    def close(self) -> None:
        for descriptor in list(self._clients):
            self._drop(descriptor)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        for _ in range(MOST_NEW):
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self._is_let_in(client, self._group):
                client.close()
                continue
            if len(self._clients) == MOST_CLIENTS:
                # A silent client must not keep a client with 'stop' from connecting.
                self._drop(next(iter(self._clients)))
            client.setblocking(False)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            self._clients[client.fileno()] = _Client(client, asked_at=self._clock())

    def _serve(self, descriptor: int, answer: Answer) -> None:
        client = self._clients[descriptor]
        line, _, rest = bytes(client.waiting).partition(b"\n")
        client.waiting[:] = rest
        self._move_back(descriptor)
        if line.strip() and not self._answer(client, line, answer):
            self._drop(descriptor)

    def _answer(self, client: _Client, line: bytes, answer: Answer) -> bool:
        """Return whether the whole answer was sent; a client that does not read gets dropped."""
        request = _object_in(line)
        if request is None:
            told = {"error": 'not a JSON object; send {"verb":"status"} or {"verb":"stop"}'}
        elif request.get("verb") != "stop" and not client.is_let_ask(self._clock()):
            told = {"error": f"too fast; ask at most {MOST_A_SECOND:g} times a second"}
        else:
            told = answer(request)
        data = json.dumps(told, ensure_ascii=False).encode() + b"\n"
        try:
            return client.socket.send(data) == len(data)
        except OSError:
            return False

    def _receive(self, descriptor: int) -> None:
        """Take what has come. Drop a client that hung up or whose line has no end."""
        client = self._clients[descriptor]
        try:
            data = client.socket.recv(LONGEST_LINE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        client.waiting += data
        if not data or len(client.waiting) > 4 * LONGEST_LINE:
            self._drop(descriptor)
        else:
            self._move_back(descriptor)

    def _move_back(self, descriptor: int) -> None:
        """The first client is the one that was silent, or was not answered, for longest."""
        self._clients[descriptor] = self._clients.pop(descriptor)

    def _drop(self, descriptor: int) -> None:
        self._clients.pop(descriptor).socket.close()


def may_speak(client: socket.socket, group: int) -> bool:
    """Whether the process at the other end is root's, the service's own, or of this group.

    The kernel says who it is. Where it cannot, as on macOS, the file's mode alone decides.
    """
    if not sys.platform.startswith("linux"):
        return True
    try:
        _, user, main_group = struct.unpack(
            "iii", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("iii"))
        )
    except OSError:
        return False
    return user in (0, os.geteuid()) or group in (main_group, *_groups_of(client))


def _groups_of(client: socket.socket) -> tuple[int, ...]:
    """The further groups of the process at the other end; none where the kernel does not tell."""
    with suppress(OSError, struct.error):
        packed = client.getsockopt(socket.SOL_SOCKET, _PEER_GROUPS, _GROUPS_BYTES)
        return struct.unpack(f"{len(packed) // 4}I", packed[: len(packed) // 4 * 4])
    return ()


def _object_in(line: bytes) -> dict[str, Any] | None:
    """The JSON object of a line; None where it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


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
        self._path = path = runtime_dir / NAME
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
        except (BlockingIOError, TimeoutError) as error:  # Its queue of clients is full.
            self._socket.close()
            raise NoAnswerError(f"{path}: the service takes no call; try again") from error
        except OSError as error:
            self._socket.close()
            raise NotRunningError(
                f"{path}: no service answers ({error.strerror or error}); "
                "start it with 'systemctl start ems-appliance', or name its settings with --config"
            ) from error
        self._lines = self._socket.makefile("rb")

    def ask(self, verb: str, **more: object) -> dict[str, Any]:
        """The answer to one verb, with what else the request says. Raises NoAnswerError."""
        try:
            self._socket.sendall(json.dumps({"verb": verb, **more}).encode() + b"\n")
            line = self._lines.readline()
        except OSError as error:
            raise NoAnswerError(f"the service did not answer '{verb}': {error}") from error
        if not line:
            raise NoAnswerError(f"the service closed the line without an answer to '{verb}'")
        answer = _object_in(line)
        if answer is None:
            raise NoAnswerError(
                f"{self._path}: what answers '{verb}' is no ems-appliance; stop that program, "
                "or set another [service] runtime_dir"
            )
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
