"""The service lets go of the pins while setup runs, and comes back however setup ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.errors import ApplianceError
from appliance.settings.past_files import only_form
from appliance.setup import service_hold
from appliance.setup.service_hold import hold

ROOT = Path(__file__).parents[2]
SYSTEMCTL = """\
#!/bin/sh
echo "$*" >> "$SYSTEMCTL_LOG"
case "$1" in show) cat "$SYSTEMCTL_LOG.$4" ;; esac
"""
SERVICE, RESCUE = "ems-appliance.service", "ems-appliance-rescue.service"


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """A systemctl of a running service that writes down what it is told; gives its orders."""
    program, log = tmp_path / "bin/systemctl", tmp_path / "orders"
    program.parent.mkdir()
    program.write_text(SYSTEMCTL)
    program.chmod(0o755)
    Path(f"{log}.{SERVICE}").write_text("active\n")
    Path(f"{log}.{RESCUE}").write_text("inactive\n")
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("SYSTEMCTL_LOG", str(log))
    return lambda: [line for line in _lines(log) if not line.startswith("show")]


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


STOPPED = "stop ems-appliance-rescue.service ems-appliance.service"
STARTED = ["reset-failed ems-appliance.service", "start ems-appliance.service"]


def test_the_service_is_stopped_meanwhile_and_started_again(
    systemctl: Callable[[], list[str]],
) -> None:
    with hold("locked", is_root=True) as was_running:
        assert was_running
        assert systemctl() == [STOPPED]
    assert systemctl() == [STOPPED, *STARTED]


def test_it_is_started_again_after_an_error(systemctl: Callable[[], list[str]]) -> None:
    with pytest.raises(KeyError), hold("locked", is_root=True):
        raise KeyError
    assert systemctl() == [STOPPED, *STARTED]


def test_it_is_started_again_when_setup_is_killed(
    systemctl: Callable[[], list[str]], tmp_path: Path
) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    program = Path(tmp_path / "bin/systemctl")
    program.write_text(SYSTEMCTL + f'case "$1" in start) echo >{started} ;; esac\n')
    code = (
        "import sys\nfrom appliance.setup.service_hold import hold\n"
        "with hold('locked', is_root=True):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as setup:
        assert setup.stdout and setup.stdout.readline() == b"held\n"
        assert systemctl() == [STOPPED]
        setup.send_signal(signal.SIGKILL)
        # Blocks until the service is told to start.
        started.read_text()
    assert systemctl() == [STOPPED, *STARTED]


def test_a_service_that_does_not_start_again_is_told(
    systemctl: Callable[[], list[str]], tmp_path: Path
) -> None:
    program = tmp_path / "bin/systemctl"
    program.write_text(SYSTEMCTL + 'case "$1" in start) exit 1 ;; esac\n')
    with pytest.raises(ApplianceError, match="does not start again"), hold("locked", is_root=True):
        pass
    assert systemctl() == [STOPPED, *STARTED]


def test_without_root_it_says_what_to_type(systemctl: Callable[[], list[str]]) -> None:
    with (
        pytest.raises(ApplianceError, match="type `sudo ems-appliance setup`"),
        hold("locked", is_root=False),
    ):
        pass
    assert systemctl() == []


def test_a_service_that_does_not_answer_yet_is_left_alone(
    systemctl: Callable[[], list[str]],
) -> None:
    with pytest.raises(ApplianceError, match="does not answer yet"), hold(None, is_root=True):
        pass
    assert systemctl() == []


@pytest.fixture
def waits_for_the_rescue_unit(systemctl: Callable[[], list[str]], tmp_path: Path) -> None:
    """The service has failed; the rescue unit starts it again after a while."""
    (tmp_path / f"orders.{SERVICE}").write_text("failed\n")
    (tmp_path / f"orders.{RESCUE}").write_text("activating\n")


@pytest.mark.usefixtures("waits_for_the_rescue_unit")
def test_a_service_that_waits_for_its_next_start_does_not_come_up_meanwhile(
    systemctl: Callable[[], list[str]],
) -> None:
    with hold(None, is_root=True) as was_running:
        assert was_running
        assert systemctl() == [STOPPED]
    assert systemctl() == [STOPPED, *STARTED]


@pytest.mark.usefixtures("waits_for_the_rescue_unit")
def test_a_service_that_waits_for_its_next_start_is_held_by_root_alone(
    systemctl: Callable[[], list[str]],
) -> None:
    with (
        pytest.raises(ApplianceError, match=r"starts again by itself .*type `sudo ems-appliance"),
        hold(None, is_root=False),
    ):
        pass
    assert systemctl() == []


def test_a_service_that_cannot_be_stopped_is_told_and_started_again(
    systemctl: Callable[[], list[str]], tmp_path: Path
) -> None:
    program = tmp_path / "bin/systemctl"
    program.write_text(SYSTEMCTL + 'case "$1" in stop) echo Access denied >&2; exit 4 ;; esac\n')
    with (
        pytest.raises(ApplianceError, match="cannot be stopped: Access denied"),
        hold("locked", is_root=True),
    ):
        pytest.fail("the form must not open")
    assert systemctl() == [STOPPED, *STARTED]


def test_a_systemctl_that_does_not_end_is_told(
    systemctl: Callable[[], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    (tmp_path / "bin/systemctl").write_text(f"#!/bin/sh\nexec cat {gate}\n")
    monkeypatch.setattr(service_hold, "LONGEST_S", 0.0)
    with (
        pytest.raises(ApplianceError, match="`systemctl show` has not ended"),
        hold("locked", is_root=True),
    ):
        pytest.fail("the form must not open")


def test_a_service_that_was_started_by_hand_is_not_touched(
    systemctl: Callable[[], list[str]], tmp_path: Path
) -> None:
    (tmp_path / f"orders.{SERVICE}").write_text("inactive\n")
    with pytest.raises(ApplianceError, match="started by hand"), hold("locked", is_root=True):
        pass
    assert systemctl() == []


def test_a_box_that_is_not_running_needs_nothing(
    systemctl: Callable[[], list[str]], tmp_path: Path
) -> None:
    (tmp_path / f"orders.{SERVICE}").write_text("inactive\n")
    with hold(None, is_root=False) as was_running:
        assert not was_running
    assert systemctl() == []


def test_setup_wants_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setup", "--config", str(tmp_path / "config.toml")]) == 2
    assert "setup: this is no terminal" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["setup", "simulate"])
def test_a_form_that_would_be_drawn_into_a_file_is_refused(
    verb: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    path = tmp_path / "config.toml"
    path.write_text("")
    assert main([verb, "--config", str(path)]) == 2
    assert f"{verb}: this is no terminal, or it is redirected" in capsys.readouterr().err


@pytest.mark.parametrize("state", ["checklist", "ready", "stimulating", "paused", "aftercare"])
def test_with_a_session_running_it_refuses_in_one_line(
    state: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    systemctl: Callable[[], list[str]],
) -> None:
    monkeypatch.setattr("appliance.cli.quiet.running_state", lambda settings: state)
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    path = tmp_path / "config.toml"
    path.write_text("")
    assert main(["setup", "--config", str(path)]) == 1
    error = capsys.readouterr().err
    assert error == (
        f"ems-appliance: a session is running ({state}), so nothing was changed; end it at the"
        " box first\n"
    )
    assert systemctl() == []
    assert path.read_text() == ""


def test_a_second_setup_is_refused_while_one_is_open(tmp_path: Path) -> None:
    path, refusal = tmp_path / "config.toml", "another one is open"
    with (
        only_form(path, refusal),
        pytest.raises(ApplianceError, match=refusal),
        only_form(path, refusal),
    ):
        pass
    with only_form(path, refusal):
        pass


def test_a_file_in_the_place_of_the_history_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True, raising=False)
    path, history = tmp_path / "config.toml", tmp_path / "history"
    path.write_text(f'[service]\nruntime_dir = "{tmp_path}"\n')
    history.write_text("")
    assert main(["setup", "--config", str(path)]) == 2
    assert capsys.readouterr().err == (
        f"ems-appliance: {history}: it has to be a folder that this user can write: File exists\n"
    )
