"""`simulate` with a journal of its own: other commands see that it is in use."""

import select
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from appliance.cli import main
from appliance.cli.simulate import world_of
from appliance.errors import ApplianceError
from appliance.front_panel.app import Log
from appliance.session.state import State
from appliance.virtual_box.box import VirtualBox


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(
        f'[plan]\npeople = ["Anna", "Ben"]\n[journal]\npath = "{tmp_path}/mine.sqlite3"\n'
        f'[service]\nruntime_dir = "{tmp_path}/run"\n'
    )
    return path


@pytest.fixture
def box(file: Path) -> Iterator[VirtualBox]:
    with VirtualBox(world_of(file, file.parent / "box", {}, Log())) as box:
        yield box.switched_on()


def told_beside(box: VirtualBox, *arguments: object) -> int:
    """The exit code of a command that is given beside the box, which answers it."""
    socket = box.service.ports.socket
    assert socket is not None
    codes: list[int] = []
    command = Thread(target=lambda: codes.append(main([str(one) for one in arguments])))
    command.start()
    while command.is_alive():
        # Time stands still until somebody asks, so that the checklist does not end by itself.
        if select.select(socket.descriptors(), [], [], 0.02)[0]:
            box.step()
    (code,) = codes
    return code


@pytest.mark.parametrize("change", [("rename", "Anna", "Hanna"), ("forget", "Anna", "--yes")])
def test_a_person_in_the_checklist_keeps_all_answers(
    box: VirtualBox, file: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, ...]
) -> None:
    box.confirm()
    assert box.state is State.CHECKLIST
    box.wait(1.7).hold_confirm(0.7)
    assert told_beside(box, "person", *change, "--config", file) == 1
    assert "a session is running (checklist)" in capsys.readouterr().err
    assert main(["person", "list", "--config", str(file)]) == 0
    assert "Hanna" not in capsys.readouterr().out


def test_it_can_be_looked_at_and_stopped(
    box: VirtualBox, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told_beside(box, "status", "--config", file) == 0
    assert "Anna" in capsys.readouterr().out
    assert told_beside(box, "stop", "--config", file) == 0


def test_two_boxes_do_not_write_one_journal(box: VirtualBox, file: Path) -> None:
    with pytest.raises(ApplianceError, match="another ems-appliance is running there"):
        VirtualBox(world_of(file, file.parent / "second", {}, Log()))


def test_a_journal_that_is_thrown_away_needs_no_socket(file: Path) -> None:
    world = world_of(None, file.parent / "box", {"EMS_APPLIANCE_CONFIG": str(file)}, Log())
    with VirtualBox(world):
        assert not (file.parent / "run").exists()


def test_the_help_says_which_journal_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["simulate", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "its [journal] path is then written to" in said
    assert "Else the journal is a temporary one" in said
