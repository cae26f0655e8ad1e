"""The front panel: a whole session at the keyboard, and what it shows."""

from collections.abc import Iterator

import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from appliance.front_panel.widgets import Oled
from appliance.session.board import Output
from appliance.session.state import State
from tests.front_panel.desk import HELD_S, Desk, desk_in, start_stage

pytestmark = pytest.mark.asyncio
PARTS = ("oled", "back", "confirm", "lights", "stop", "knob", "scope", "log", "status", "keys")


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    desk = desk_in(tmp_path)
    yield desk
    desk.box.close()


def words_of(desk: Desk, part: str) -> str:
    return desk.app.query_one(f"#{part}").render().plain


async def test_after_a_second_it_is_locked_and_says_so(desk):
    async with desk.open():
        desk.live(1.0)
        assert desk.box.state is State.LOCKED
        assert words_of(desk, "status").startswith("OUTPUT OFF | locked")


async def test_keys_lead_from_locked_to_current_that_flows(desk):
    async with desk.open():
        await desk.to_first_placing()
        assert desk.box.state is State.PLACING
        await desk.start_stage(8)
        assert desk.box.state is State.STIMULATING
        assert desk.box.view.output is Output.ON
        assert "OUTPUT ON" in words_of(desk, "status")
        assert "A 8.0 B 8.0 mA" in words_of(desk, "status")
        assert words_of(desk, "lights").startswith("● LAMP full")
        assert "RELAY closed" in words_of(desk, "lights")


async def test_keys_alone_lead_through_a_whole_session_in_80_by_24(desk):
    async with desk.open(80, 24):
        await desk.to_first_placing()
        assert desk.box.view.stage.placement == "hip_flexors"
        await desk.whole_stage(6)
        for skipped in ("lower_back", "glutes"):
            assert desk.box.state is State.STAGE_DONE
            desk.live(1.2)
            await desk.keys("c", then_s=1.2)
            assert desk.box.view.stage.placement == skipped
            await desk.keys("B", then_s=HELD_S)
        await desk.keys("c", then_s=1.2)
        assert desk.box.state is State.AFTERCARE
        for _ in range(desk.box.view.pages):
            await desk.keys("c")
        assert desk.box.state is State.LOCKED
        assert words_of(desk, "status").startswith("OUTPUT OFF | locked")


async def test_space_is_off_at_once_and_shows_that_stop_is_down(desk):
    start_stage(desk.box)
    async with desk.open():
        await desk.keys("space", then_s=0.1)
        assert desk.box.state is State.STOPPED
        assert not any(desk.box.board.output.in_force)
        assert "PRESSED" in words_of(desk, "stop")
        assert "STOP pressed" in words_of(desk, "status")
        await desk.keys("space", then_s=0.1)
        assert "let go" in words_of(desk, "stop")
        assert not desk.box.view.stop_pressed


@pytest.mark.parametrize("key", ["f", "h"])
async def test_space_stops_whatever_lies_over_the_panel(desk, key):
    start_stage(desk.box)
    async with desk.open():
        await desk.pilot.press(key)
        await desk.keys("space", then_s=0.1)
        assert desk.box.state is State.STOPPED


async def test_the_knob_goes_down_by_key_and_to_zero_by_its_press(desk):
    start_stage(desk.box)
    async with desk.open():
        await desk.keys("left", "minus", then_s=0.5)
        assert desk.box.record.run.levels.level == (8.0, 8.0)
        await desk.keys("k")
        assert desk.box.record.run.levels.level == (0.0, 0.0)


async def test_the_wheel_turns_the_knob_anywhere_on_the_panel(desk):
    start_stage(desk.box)
    async with desk.open():
        for kind, level in ((MouseScrollDown, 9.0), (MouseScrollUp, 10.0)):
            place = {"x": 5, "y": 5, "delta_x": 0, "delta_y": 0, "button": 0}
            held = {"shift": False, "meta": False, "ctrl": False}
            desk.app.query_one(Oled).post_message(kind(None, **place, **held))
            await desk.pilot.pause()
            desk.live(1.0)
            assert desk.box.record.run.levels.level == (level, level)


async def test_a_mouse_button_holds_for_as_long_as_it_is_down(desk):
    async with desk.open():
        desk.live(2.0)
        await desk.pilot.click("#confirm")
        desk.live(2.0)
        assert desk.box.record.page == 0 and desk.box.state is State.CHECKLIST
        await desk.pilot.mouse_down("#confirm")
        desk.live(0.4)
        assert desk.app.query_one("#confirm").has_class("down")
        await desk.pilot.mouse_up("#confirm")
        desk.live(0.4)
        assert desk.box.record.page == 0
        desk.live(1.5)
        await desk.pilot.mouse_down("#confirm")
        desk.live(0.8)
        await desk.pilot.mouse_up("#confirm")
        assert desk.box.record.page == 1


async def test_a_click_on_stop_presses_it_and_the_next_lets_go(desk):
    async with desk.open():
        desk.live(2.0)
        await desk.pilot.click("#stop")
        desk.live(0.1)
        assert desk.box.view.stop_pressed
        await desk.pilot.click("#stop")
        desk.live(0.1)
        assert not desk.box.view.stop_pressed


@pytest.mark.parametrize(
    ("width", "height", "oled_size"),
    [
        (80, 24, (64, 16)),
        (120, 40, (64, 16)),
        (152, 42, (128, 32)),
        (180, 50, (128, 32)),
        (280, 74, (256, 64)),
    ],
)
async def test_all_parts_are_there_and_the_oled_is_as_large_as_it_can(
    desk, width, height, oled_size
):
    async with desk.open(width, height):
        desk.live(1.5)
        regions = {part: desk.app.query_one(f"#{part}").region for part in PARTS}
        terminal = desk.app.screen.region
        for part, region in regions.items():
            assert region.area and terminal.contains_region(region), part
            assert not [o for o in PARTS if o != part and regions[o].overlaps(region)], part
        oled = desk.app.query_one(Oled)
        assert oled.size == oled_size
        assert len(oled.render().plain.splitlines()) == oled.size.height
        assert "S T O P" in words_of(desk, "stop")
        assert len(words_of(desk, "keys")) <= width
        assert all(f" {key} " in words_of(desk, "keys") for key in "<>nf")


async def test_the_log_shows_its_lines_whole(desk):
    async with desk.open(80, 24):
        desk.live(1.0)
        desk.app.box_log.write("12.345 fault board_silent /dev/x: The board is silent. Check it.\n")
        desk.live(0.5)
        shown = " ".join(words_of(desk, "log").split())
        assert "12 fault board_silent /dev/x: The board is silent. Check it." in shown


async def test_a_day_later_by_a_key_and_only_in_locked(desk):
    async with desk.open():
        desk.live(2.0)
        today = desk.box.wall_clock().date()
        await desk.keys("n", then_s=1.0)
        assert (desk.box.wall_clock().date() - today).days == 1
        assert desk.box.state is State.LOCKED
        await desk.keys("c", "n")
        assert (desk.box.wall_clock().date() - today).days == 1
        assert "only in locked" in list(desk.app.box_log.lines)[-1]


async def test_the_speed_that_is_reached_is_told(desk):
    async with desk.open():
        desk.live(1.0)
        assert words_of(desk, "status").endswith("x10")
        desk.app.pace.reached = 4.0
        desk.app.show_box()
        assert words_of(desk, "status").endswith("x10, reached x4")


async def test_switched_off_at_the_box_the_panel_is_gone(desk):
    async with desk.open():
        desk.live(2.0)
        await desk.keys("B", then_s=HELD_S)
        await desk.keys("c", then_s=0.5)
        await desk.pilot.pause()
        assert not desk.app.is_running


async def test_a_terminal_that_is_too_small_is_told_so(desk):
    async with desk.open(60, 20):
        desk.live(0.5)
        assert "made for 80x24" in words_of(desk, "status")


async def test_help_opens_over_the_panel_and_closes(desk):
    async with desk.open():
        await desk.pilot.press("question_mark")
        await desk.pilot.pause()
        assert "Nothing here is real" in desk.app.screen.query_one("#help Static").render().plain
        desk.live(1.0)
        await desk.pilot.press("escape")
        await desk.pilot.pause()
        assert desk.app.screen.query("#oled")


async def test_the_scope_shows_ramp_hold_and_rest_as_they_were_delivered(desk):
    start_stage(desk.box)
    box, scope = desk.box, desk.app.scope
    box.wait_until(lambda: box.record.position.phase.name == "work", 400.0)
    box.turn(+6)
    box.wait(30.0 - (box.now - 1000.0) % 1.0)
    currents = scope.columns_ma(0, 300, box.now)
    highest = max(currents)
    assert highest > 10.0
    assert currents.count(0.0) > 120, "the rest"
    assert currents.count(highest) >= 18, "the hold of two seconds is level"
    ramps = [ma for ma in currents if 0.0 < ma < highest]
    assert len(set(ramps)) > 10, "and there are ramps between them"


async def test_the_oled_shows_the_same_picture_as_the_panel_would(desk):
    async with desk.open():
        desk.live(2.0)
        before = desk.app.query_one(Oled).render().plain
        await desk.keys("c")
        assert desk.app.query_one(Oled).render().plain != before


async def test_q_ends_it(desk):
    async with desk.open():
        await desk.pilot.press("q")
        await desk.pilot.pause()
        assert not desk.app.is_running
