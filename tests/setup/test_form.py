"""The form at the keyboard: from an empty file, with wrong wires, to a box that runs a session."""

import threading
from pathlib import Path

import pytest

from appliance.settings import reading
from appliance.settings.model import Controls, Screen
from appliance.setup.machine import Answering, Port
from appliance.simulator.boards.reference.board import Board
from tests.journeys.journey import Home
from tests.setup.desk import Desk
from tests.setup.rig import SSD1306_ANSWERS, Rig
from tests.setup.test_board import plug_in
from tests.setup.test_screen import fit, shows

pytestmark = pytest.mark.asyncio


async def test_from_an_empty_file_and_wrong_wires_to_a_session(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(rig)
    async with desk.open():
        await desk.keys("enter")
        await a_missing_board(desk, tmp_path)
        await swapped_wires(desk)
        await a_wrong_chip(desk, monkeypatch)
        await what_people_decide(desk)
        assert rig.path.read_text() == ""
        await desk.pick("Write it")
        await desk.until(lambda: not desk.app.is_running, "the end")
    settings = reading.load(rig.path, {})
    assert settings.controls == Controls(knob_a=6, knob_b=5)
    assert settings.screen == Screen(driver="sh1106")
    assert settings.plan.people == ("Anna", "Bert")
    assert (settings.language, settings.limits.current_ma) == ("de", 40.0)
    assert settings.plan.days == (1, 4)
    home = Home(tmp_path / "home").knows("Anna")
    box = home.boot(settings)
    box.to_current(5).wait(2.0)
    assert box.delivers
    box.press_stop()
    assert not box.delivers
    home.close()
    assert not list(home.broken())


async def a_missing_board(desk: Desk, folder: Path) -> None:
    rig = desk.rig
    rig.ports = [Port("/dev/ttyUSB7", "/dev/ttyUSB7  FT232R")]
    await desk.pick("Look again")
    await desk.pick("/dev/ttyUSB7")
    assert "no known board answers" in desk.said()
    port = plug_in(rig, Board(seed=1), folder / "wire")
    await desk.pick("Choose the port again")
    await desk.pick(port)
    assert "the reference board: " in desk.said()
    await desk.pick("Yes")
    assert "[x] Board" in desk.text()


async def swapped_wires(desk: Desk) -> None:
    """A is where B should be, and STOP is normally open until somebody wires it anew."""
    rig = desk.rig
    await desk.pick("Go on")
    for pin in (27, 22, 13):
        rig.press(pin)
    await desk.saw()
    rig.press(17)
    await desk.saw()
    assert "closes when STOP is pressed" in desk.said()
    rig.pins.ground(17)
    await desk.pick("Try again")
    rig.open_and_close(17)
    rig.turn(6, 5, 4)
    rig.turn(6, 5, -4)
    await desk.saw()
    assert "A and B are swapped" in desk.said()
    await desk.pick("Go on")


async def a_wrong_chip(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = fit(desk.rig, monkeypatch, "sh1106", SSD1306_ANSWERS)
    assert desk.rig.panels == [Answering(1, 0x3C, SSD1306_ANSWERS)]
    await desk.pick("Look for the panel")
    await desk.pick("Snow")
    assert shows(bus, "sh1106 0x3c")
    await desk.pick("Just that")


async def what_people_decide(desk: Desk) -> None:
    await desk.pick("Go on")
    await desk.pick("That is right")
    await desk.pick("Yes")
    await desk.pick("No")
    await desk.pick("Deutsch")
    await desk.write("Guest")
    assert "allowed is a list of 1 to 4 names" in desk.said()
    await desk.write("Anna, Bert")
    for mark in ("[x] mon", "[ ] tue", "[x] wed", "Take these days"):
        await desk.pick(mark)
    await desk.pick("Go on")
    await desk.write("40")
    await desk.keys(*["enter"] * 5)
    await desk.keys("enter")
    await desk.pick("Yes")
    assert '+language = "de"' in desk.said() and "(more: PgDn)" in desk.said()
    await desk.keys("pagedown", "pagedown")
    assert '+people = ["Anna", "Bert"]' in desk.said() and "(more: PgDn)" not in desk.said()


async def test_every_line_fits_80_columns_and_24_rows(rig: Rig) -> None:
    desk = Desk(rig)
    async with desk.open():
        for chapter in rig.sitting.chapters[:-1]:
            await desk.chapter(chapter.title)
            lines = desk.text().splitlines()
            assert len(lines) == 24
            assert all(line.isascii() and len(line) <= 80 for line in lines)
            assert lines[-1].startswith("Ctrl+Q: leave")
            await desk.keys("escape")


async def test_a_narrow_and_low_terminal_has_the_question_alone(rig: Rig) -> None:
    desk = Desk(rig)
    async with desk.open(width=40, height=12):
        await desk.chapter("Board")
        lines = [line.rstrip() for line in desk.text().splitlines()]
        assert lines[2] == "Which serial port is the stimulator"
        assert "  Another port: write its path" in lines
        assert lines[-1].startswith("Ctrl+Q: leave   Esc: the list")
        await desk.keys(*["down"] * 4)
        assert "> Leave it as it is" in desk.text()
        await desk.keys("escape")
        assert "> [ ] Buttons, STOP, knob   | " in desk.text()
        await desk.keys("down", "down", "down", "down", "enter", "ctrl+u", "enter")
        assert "\n>\n" in desk.text() and "plan.people = : allowed" in desk.text()


async def test_leaving_with_changes_shows_them_first(rig: Rig) -> None:
    desk = Desk(rig)
    async with desk.open():
        await desk.chapter("Language")
        await desk.pick("Deutsch")
        await desk.keys("escape", "ctrl+q")
        assert '+language = "de"' in desk.said()
        assert desk.app.is_running
        await desk.pick("Leave")
        await desk.until(lambda: not desk.app.is_running, "the end")
    assert rig.path.read_text() == ""


async def test_leaving_without_changes_leaves_at_once(rig: Rig) -> None:
    desk = Desk(rig)
    async with desk.open():
        await desk.pilot.press("ctrl+q")
        await desk.until(lambda: not desk.app.is_running, "the end")


@pytest.mark.parametrize("is_stopped", [True, False])
async def test_only_a_service_that_was_stopped_is_said_to_be(rig: Rig, is_stopped: bool) -> None:
    desk = Desk(rig, is_stopped)
    async with desk.open():
        await desk.idle()
        assert ("the service is stopped" in desk.said()) == is_stopped


async def test_no_key_leaves_while_the_file_is_written(rig: Rig) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        begun.set()
        may_go_on.wait()

    rig.machine.may_write = write_slowly
    desk = Desk(rig)
    async with desk.open():
        await desk.chapter("Language")
        await desk.pick("Deutsch")
        await desk.keys("escape", "ctrl+q")
        try:
            await desk.pilot.press("enter")
            await desk.until(begun.is_set, "the writing")
            await desk.pilot.press("escape", "tab", "enter", "ctrl+q", "ctrl+c")
            assert "Writing ..." in desk.said()
            assert desk.text().splitlines()[-1] == "Please wait"
        finally:
            may_go_on.set()
        await desk.until(lambda: not desk.app.is_running, "the end")
    assert rig.draft.told == [f"{rig.path}: written; `ems-appliance config undo` takes it back"]
    assert rig.path.read_text().endswith('language = "de"\n')
