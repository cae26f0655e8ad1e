"""`stop` finds the box whatever has become of its settings."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.service import finding
from appliance.service.control_socket import NAME, ControlServer, NotRunningError
from appliance.service.finding import find_service

HEADER = "Num       RefCount Protocol Flags    Type St Inode Path\n"
STATUS = {"state": "stopped", "channels": [], "checklist": {}}


class Served:
    """A control socket in a folder, served until it is closed."""

    def __init__(self, folder: Path, answer: dict[str, object]) -> None:
        self.asked: list[object] = []
        self._answer = answer
        self._server = ControlServer(folder)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._ends.wait(0.005):
            self._server.serve(self._told)

    def _told(self, request: dict[str, object]) -> dict[str, object]:
        self.asked.append(request.get("verb"))
        return self._answer

    def close(self) -> None:
        self._ends.set()
        self._thread.join()
        self._server.close()


def listed(folder: Path) -> str:
    return f"0000000000000000: 00000002 00000000 00010000 0001 01 12345 {folder / NAME}\n"


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is listed yet."""
    proc = tmp_path / "proc"
    (proc / "net").mkdir(parents=True)
    (proc / "net" / "unix").write_text(HEADER)
    monkeypatch.setattr(finding, "PROC", proc)
    return proc


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "else where", STATUS)
    yield served
    served.close()


def in_a_network_of_its_own(proc: Path, folder: Path) -> None:
    process = proc / "4711"
    (process / "net").mkdir(parents=True)
    (process / "cmdline").write_bytes(b"/usr/bin/python3\0-m\0appliance\0run\0")
    (process / "net" / "unix").write_text(HEADER + listed(folder))


def test_a_service_in_another_folder_is_found(proc: Path, box: Served, tmp_path: Path) -> None:
    in_a_network_of_its_own(proc, tmp_path / "else where")
    with find_service(tmp_path / "none", tmp_path / "default") as client:
        assert client.ask("stop") == STATUS
    assert box.asked == ["status", "stop"]


def test_another_programs_socket_is_never_told_to_stop(proc: Path, tmp_path: Path) -> None:
    stranger = Served(tmp_path / "stranger", {"error": "what?"})
    (proc / "net" / "unix").write_text(HEADER + listed(tmp_path / "stranger"))
    with pytest.raises(NotRunningError, match=r"none/control\.sock"):
        find_service(tmp_path / "none", tmp_path / "default")
    stranger.close()
    assert stranger.asked == ["status"]


@pytest.mark.parametrize("content", [b"[service\nruntime_dir = 3", b"\xff\xfe[\x00", b"\x00\x01"])
def test_stop_needs_no_settings_that_parse(
    content: bytes, proc: Path, box: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_a_network_of_its_own(proc, tmp_path / "else where")
    config = tmp_path / "config.toml"
    config.write_bytes(content)
    assert main(["stop", "--config", str(config)]) == 0
    assert box.asked[-1] == "stop"
    assert "The box is now: stopped." in capsys.readouterr().out


def test_a_file_that_was_named_and_can_be_read_means_its_own_box(
    proc: Path, box: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_a_network_of_its_own(proc, tmp_path / "else where")
    config = tmp_path / "config.toml"
    config.write_text(f'[service]\nruntime_dir = "{tmp_path / "none"}"\n')
    assert main(["stop", "--config", str(config)]) == 1
    assert box.asked == []
    assert "no service answers" in capsys.readouterr().err


def test_status_of_a_file_that_is_not_there_is_refused_and_stop_is_not(
    proc: Path, box: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_a_network_of_its_own(proc, tmp_path / "else where")
    slip = str(tmp_path / "confg.toml")
    assert main(["status", "--config", slip]) == 2
    assert capsys.readouterr().err.count(f"{slip}: there is no such file") == 1
    assert box.asked == []
    assert main(["stop", "--config", slip]) == 0
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        f"ems-appliance: {slip}: there is no such file; name one that exists;"
        " trying the box of this machine"
    ]
    assert "The box is now: stopped." in told.out
    assert box.asked[-1] == "stop"
