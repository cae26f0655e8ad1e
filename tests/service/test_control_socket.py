"""The control socket: a real one, its server served by hand."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import ApplianceError
from appliance.service.control_socket import (
    MOST_ANSWERS,
    MOST_CLIENTS,
    MOST_NEW,
    NAME,
    ControlClient,
    ControlServer,
    ForbiddenError,
    NoAnswerError,
    NotRunningError,
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ControlServer]:
    server = ControlServer(tmp_path)
    yield server
    server.close()


class Caller:
    """A client that writes bytes as it likes."""

    def __init__(self, folder: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(5.0)
        self.socket.connect(str(folder / NAME))

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answers(self) -> list[dict[str, Any]]:
        data = self.socket.recv(1 << 16)
        return [json.loads(line) for line in data.splitlines()]


@pytest.fixture
def caller(server: ControlServer, tmp_path: Path) -> Iterator[Caller]:
    caller = Caller(tmp_path)
    yield caller
    caller.socket.close()


def echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"asked": request.get("verb")}


def test_one_line_in_one_line_out(server: ControlServer, caller: Caller) -> None:
    caller.send(b'{"verb":"status"}\n')
    server.serve(echo)
    assert caller.answers() == [{"asked": "status"}]


def test_two_requests_in_one_write(server: ControlServer, caller: Caller) -> None:
    caller.send(b'{"verb":"status"}\n\n{"verb":"stop"}\n')
    while server.serve(echo):
        pass
    assert caller.answers() == [{"asked": "status"}, {"asked": "stop"}]


def test_a_flood_is_answered_one_request_of_a_client_at_a_time(
    server: ControlServer, tmp_path: Path
) -> None:
    asked: list[object] = []

    def note(request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request["verb"])
        return {}

    callers = [Caller(tmp_path) for _ in range(MOST_NEW)]
    for caller in callers:
        caller.send(b'{"verb":"stop"}\n' * 200)
    assert server.serve(note)
    assert len(asked) == MOST_ANSWERS
    while server.serve(note):
        pass
    assert len(asked) == MOST_NEW * 200
    for caller in callers:
        caller.socket.close()


def test_half_a_line_waits_for_its_other_half(server: ControlServer, caller: Caller) -> None:
    caller.send(b'{"verb":')
    server.serve(echo)
    caller.send(b'"stop"}\n')
    server.serve(echo)
    assert caller.answers() == [{"asked": "stop"}]


@pytest.mark.parametrize(
    "garbage",
    [b"status\n", b"[1]\n", b"7\n", b"null\n", b"\xff\xfe\n", b"{\n", b"[" * 4000 + b"\n"],
)
def test_garbage_is_told_so(server: ControlServer, caller: Caller, garbage: bytes) -> None:
    caller.send(garbage)
    server.serve(echo)
    (answer,) = caller.answers()
    assert "JSON" in answer["error"]
    caller.send(b'{"verb":"stop"}\n')
    server.serve(echo)
    assert caller.answers() == [{"asked": "stop"}]


@pytest.mark.parametrize("verb", [["stop"], {"a": 1}, 5, True, None])
def test_a_verb_that_is_no_text_reaches_the_service(
    server: ControlServer, caller: Caller, verb: object
) -> None:
    caller.send(json.dumps({"verb": verb}).encode() + b"\n")
    server.serve(echo)
    assert caller.answers() == [{"asked": verb}]


def test_a_line_without_an_end_is_dropped(server: ControlServer, caller: Caller) -> None:
    for _ in range(5):
        caller.send(b"x" * 4096)
        server.serve(echo)
    assert len(server.descriptors()) == 1
    with pytest.raises(OSError):
        caller.send(b"x")


def test_a_client_that_never_reads_is_dropped_and_holds_nobody_up(
    server: ControlServer, caller: Caller, tmp_path: Path
) -> None:
    def long(request: dict[str, Any]) -> dict[str, Any]:
        return {"answer": "x" * 20_000}

    other = Caller(tmp_path)
    for _ in range(200):
        try:
            caller.send(b'{"verb":"status"}\n' * 10)
        except (BrokenPipeError, ConnectionResetError):
            break
        server.serve(long)
    else:
        pytest.fail("a client that never reads was kept")
    other.send(b'{"verb":"status"}\n')
    server.serve(echo)
    assert other.answers() == [{"asked": "status"}]
    other.socket.close()


def test_a_client_that_hangs_up_in_the_middle(server: ControlServer, tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    caller.send(b'{"verb":"status"}\n{"ver')
    caller.socket.close()
    server.serve(echo)
    server.serve(echo)
    assert len(server.descriptors()) == 1


def test_silent_clients_keep_nobody_waiting_at_the_door(
    server: ControlServer, tmp_path: Path
) -> None:
    callers = [Caller(tmp_path) for _ in range(MOST_CLIENTS)]
    for _ in range(MOST_CLIENTS // MOST_NEW):
        server.serve(echo)
    # The first one is no longer who has been silent longest.
    callers[0].send(b'{"verb":"status"}\n')
    server.serve(echo)
    late = Caller(tmp_path)
    late.send(b'{"verb":"stop"}\n')
    server.serve(echo)
    assert late.answers() == [{"asked": "stop"}]
    assert callers[0].answers() == [{"asked": "status"}]
    assert len(server.descriptors()) == 1 + MOST_CLIENTS
    assert callers[1].socket.recv(1) == b""
    for caller in (*callers, late):
        caller.socket.close()


def test_a_second_service_is_refused(server: ControlServer, tmp_path: Path) -> None:
    with pytest.raises(ApplianceError, match="another ems-appliance is running"):
        ControlServer(tmp_path)


def test_a_socket_that_a_crash_left_is_taken_over(tmp_path: Path) -> None:
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(tmp_path / NAME))
    left.close()
    server = ControlServer(tmp_path)
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o660
    server.close()
    assert not (tmp_path / NAME).exists()


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ApplianceError, match="runtime_dir"):
        ControlServer(tmp_path / "file" / "run")


def test_a_path_too_long_for_a_socket_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ApplianceError, match="runtime_dir"):
        ControlServer(tmp_path / ("long" * 30))


def test_nobody_there_is_told_to_the_command(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError, match="no service answers"):
        ControlClient(tmp_path)


def test_a_service_that_hangs_or_hangs_up_is_not_taken_for_one_that_does_not_run(
    tmp_path: Path,
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / NAME))
        listener.listen(1)
        with ControlClient(tmp_path, timeout_s=0.01) as client, pytest.raises(NoAnswerError):
            client.ask("status")
        listener.accept()[0].close()
        with ControlClient(tmp_path) as client:
            listener.accept()[0].close()
            with pytest.raises(NoAnswerError):
                client.ask("status")
    with pytest.raises(NotRunningError) as nobody:
        ControlClient(tmp_path)
    assert not isinstance(nobody.value, NoAnswerError)


@pytest.mark.parametrize("said", [b"220 ready\n", b"[1]\n", b"\xff\n", b"[" * 4000 + b"\n"])
def test_another_program_at_the_socket_is_told_as_one(tmp_path: Path, said: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / NAME))
        listener.listen(1)
        with ControlClient(tmp_path) as client, listener.accept()[0] as stranger:
            stranger.sendall(said)
            with pytest.raises(NoAnswerError, match=r"is no ems-appliance; .* runtime_dir"):
                client.ask("status")


def test_a_user_without_permission_is_told_how_to_join(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may always, so the kernel's answer to everybody else stands in.
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(ForbiddenError, match="group ems-appliance"):
        ControlClient(tmp_path)


def test_a_refusal_is_not_taken_for_a_service_that_is_not_there() -> None:
    assert not issubclass(ForbiddenError, NotRunningError)
