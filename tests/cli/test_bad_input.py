"""Wrong arguments and settings: one clear line on standard error, an exit code, no change."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import main
from appliance.clock import SystemClock
from appliance.service.control_socket import ControlServer


class Told:
    """What one command said, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def line(self) -> str:
        """The one line on standard error."""
        (line,) = self.err.splitlines()
        assert line.startswith("ems-appliance: ")
        return line


Command = Callable[..., Told]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    monkeypatch.delenv("EMS_APPLIANCE_CONFIG", raising=False)

    def run(*arguments: object) -> Told:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Told(code, said.out, said.err)

    return run


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(f'# mine\n[service]\nruntime_dir = "{tmp_path / "run"}"\n')
    return path


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("limits.current_ma", "90"),
        ("limits.current_ma", "much"),
        ("limits.current_mA", "20"),
        ("limit.current_ma", "20"),
        ("controls.confirm", "17"),
        ("plan.people", "[]"),
        ("plan.routine", "none"),
        ("screen.driver", "paper"),
        ("nonsense", "1"),
        ("", ""),
        ("limits", "5"),
        ("plan.people", "["),
        ("language", "en\nx = 1"),
    ],
)
def test_setting_nonsense_leaves_the_file_byte_for_byte(
    command: Command, settings: Path, key: str, value: str
) -> None:
    before = settings.read_bytes()
    told = command("config", "set", key, value, "--config", settings)
    assert told.code == 2
    assert told.line
    assert settings.read_bytes() == before
    assert [path.name for path in settings.parent.iterdir()] == ["config.toml"]


def test_a_good_value_is_set_and_the_rest_stays(command: Command, settings: Path) -> None:
    before = settings.read_text()
    assert command("config", "set", "limits.current_ma", "40", "--config", settings).code == 0
    assert settings.read_text().startswith(before)
    assert command("config", "get", "limits.current_ma", "--config", settings).out == "40\n"


@pytest.mark.parametrize(
    "arguments",
    [("config", "get", "limits.nothing"), ("config", "show"), ("config", "validate")],
)
def test_settings_that_are_not_there(
    command: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    told = command(*arguments, "--config", tmp_path / "none.toml")
    assert told.code == 2
    assert "none.toml" in told.line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[limits]\ncurent_ma = 20\n", "current_ma"),
        ("[limits]\ncurrent_ma = '20'\n", "current_ma"),
        ("[limits]\ncurrent_ma = 81\n", "81"),
        ("[controls]\nstop = 5\n", "knob_a"),
        ("[limits\n", "TOML"),
        ("x = " + "[" * 3000 + "]" * 3000 + "\n", "brackets"),
    ],
)
def test_validate_names_file_key_value_and_what_is_allowed(
    command: Command, settings: Path, text: str, words: str
) -> None:
    settings.write_text(text)
    told = command("config", "validate", "--config", settings)
    assert told.code == 2
    assert words in told.line
    assert str(settings) in told.line


class Answering:
    """A service's socket, served by a thread as long as the test needs it."""

    def __init__(self, folder: Path, state: str) -> None:
        self._server = ControlServer(folder)
        self._answer = {"state": state}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        clock = SystemClock()
        while not self._over.is_set():
            clock.wait(self._server.descriptors(), clock.now() + 0.02)
            self._server.serve(self._reply)

    def _reply(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._answer

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._server.close()


@pytest.fixture
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Answering]:
    answering = Answering(tmp_path / "run", request.param)
    yield answering
    answering.close()


@pytest.mark.parametrize(
    "service", ["checklist", "ready", "stimulating", "paused", "aftercare"], indirect=True
)
def test_set_is_refused_in_a_session(command: Command, settings: Path, service: Answering) -> None:
    before = settings.read_bytes()
    told = command("config", "set", "limits.current_ma", "40", "--config", settings)
    assert told.code == 1
    assert "a session is running" in told.line
    assert settings.read_bytes() == before


@pytest.mark.parametrize("service", ["locked", "fault"], indirect=True)
def test_set_is_taken_while_nothing_runs(
    command: Command, settings: Path, service: Answering
) -> None:
    assert command("config", "set", "limits.current_ma", "40", "--config", settings).code == 0


@pytest.mark.parametrize("verb", ["status", "stop"])
def test_without_a_service_there_is_nobody_to_ask(
    command: Command, settings: Path, verb: str
) -> None:
    told = command(verb, "--config", settings)
    assert told.code == 1
    assert "no service answers" in told.line


def test_a_path_that_no_socket_can_have_is_told(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[service]\nruntime_dir = "{tmp_path / ("x" * 120)}"\n')
    told = command("status", "--config", path)
    assert told.code == 1
    assert "AF_UNIX path too long" in told.line


def test_a_board_does_not_replace_a_file(command: Command, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    told = command("board", "--link", precious)
    assert told.code == 1
    assert str(precious) in told.line
    assert precious.read_text() == "mine"


def test_a_trace_that_cannot_be_written(command: Command, tmp_path: Path) -> None:
    told = command("board", "--trace", tmp_path / "none" / "trace")
    assert told.code == 1
    assert "trace" in told.line


@pytest.mark.parametrize("name", ["session.gif", "screens.png", "journal.sqlite3", "report.txt"])
def test_a_demo_says_before_it_begins_that_a_file_cannot_be_written(
    command: Command, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    told = command("demo", "--out", tmp_path)
    assert (told.code, told.out) == (1, "")
    assert f"{tmp_path}: cannot be written" in told.line


def test_a_demo_does_not_go_into_a_file(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    told = command("demo", "--out", tmp_path / "file")
    assert told.code == 1
    assert "--out" in told.line
    assert (tmp_path / "file").read_text() == "mine"


def test_screens_into_a_missing_folder(command: Command, tmp_path: Path) -> None:
    told = command("screens", "--out", tmp_path / "none" / "screens.png")
    assert told.code == 1
    assert "screens.png" in told.line


def test_screens_into_a_file_of_another_kind(command: Command, tmp_path: Path) -> None:
    told = command("screens", "--out", tmp_path / "screens.jpg")
    assert told.code == 2
    assert ".png" in told.line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("start",),
        ("run", "now"),
        ("config",),
        ("config", "set"),
        ("screens",),
        ("demo", "-x"),
        ("simulate", "--speed", "fast"),
        ("log", "show", "9" * 30),
        ("board", "find"),
        ("board", "probe"),
    ],
)
def test_wrong_usage(command: Command, arguments: tuple[str, ...]) -> None:
    told = command(*arguments)
    assert told.code == 2
    assert told.out == ""
    assert "--help" in told.line


def test_a_character_that_the_terminal_lacks_becomes_a_question_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="latin-1"))
    assert main(["sound"]) == 0
    sys.stdout.flush()
    assert b"?" in written.getvalue()


@pytest.mark.parametrize(
    ("verb", "buffered"),
    [
        (["plan"], True),
        (["plan"], False),
        (["sound"], True),
        (["config", "show"], False),
        (["plan", "--help"], True),  # Without a buffer argparse itself drops the error.
    ],
)
def test_output_that_a_full_disk_does_not_take_is_one_line(
    settings: Path, verb: list[str], buffered: bool
) -> None:
    environ = {**os.environ, "EMS_APPLIANCE_CONFIG": str(settings)}
    environ["PYTHONUNBUFFERED"] = "" if buffered else "1"
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "appliance", *verb]
        done = subprocess.run(command, env=environ, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert told.startswith("ems-appliance: the output cannot be written: No space left on device;")
