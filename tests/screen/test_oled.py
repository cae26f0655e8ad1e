"""The real luma drivers against a bus whose panels follow their data sheets, byte by byte."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageChops

from appliance.errors import ScreenError
from appliance.screen.display.oled import OledGlass, open_oled, pages
from appliance.screen.display.panel import glass_maker
from appliance.screen.draw import draw
from appliance.screen.examples.gallery import examples
from appliance.settings.model import PANEL_CHIPS
from appliance.settings.words import Words
from tests.screen.controllers import ADDRESS, Bus

WORDS = Words.load()
PICTURES = [draw(example.view, WORDS) for example in examples()]
Plug = Callable[[str], Bus]


def oled(driver: str) -> OledGlass:
    return open_oled(driver, 1, ADDRESS, upside_down=False)


@pytest.mark.parametrize("driver", PANEL_CHIPS)
def test_the_panel_shows_every_picture_that_was_drawn(plug_in: Plug, driver: str) -> None:
    bus, glass = plug_in(driver), oled(driver)
    for picture in PICTURES:
        glass.show(picture)
        assert bus.panel.seen() == picture


def test_pages_hold_columns_with_the_top_row_in_the_low_bit() -> None:
    picture = Image.new("1", (128, 64))
    for x, y in ((0, 0), (5, 9), (127, 63)):
        picture.putpixel((x, y), 255)
    packed = pages(picture)
    assert (packed[0][0], packed[1][5], packed[7][127]) == (1, 2, 128)
    assert sum(sum(page) for page in packed) == 131


@pytest.mark.parametrize("driver", PANEL_CHIPS)
def test_upside_down_turns_every_picture(plug_in: Plug, driver: str) -> None:
    bus = plug_in(driver)
    glass = open_oled(driver, 1, ADDRESS, upside_down=True)
    for picture in PICTURES[:20]:
        glass.show(picture)
        assert bus.panel.seen() == picture.transpose(Image.Transpose.ROTATE_180)


def test_an_unchanged_picture_sends_nothing(plug_in: Plug) -> None:
    bus, glass = plug_in("ssd1306"), oled("ssd1306")
    glass.show(PICTURES[0])
    sent = bus.sent
    glass.show(PICTURES[0].copy())
    assert bus.sent == sent


def test_a_changed_pixel_sends_an_address_and_a_byte(plug_in: Plug) -> None:
    bus, glass = plug_in("ssd1306"), oled("ssd1306")
    glass.show(PICTURES[0])
    sent = bus.sent
    changed = PICTURES[0].copy()
    changed.paste(255 - changed.getpixel((64, 30)), (64, 30, 65, 31))
    glass.show(changed)
    assert bus.sent - sent == 8 + 3


@pytest.mark.parametrize("driver", PANEL_CHIPS)
def test_a_picture_turned_negative_sends_one_command(plug_in: Plug, driver: str) -> None:
    bus, glass = plug_in(driver), oled(driver)
    glass.show(PICTURES[3])
    sent = bus.sent
    negative = ImageChops.invert(PICTURES[3])
    for picture in (negative, PICTURES[3], negative):
        glass.show(picture)
        assert bus.panel.seen() == picture
    assert bus.sent - sent == 3 * 6


def test_a_blink_and_a_repaint_of_a_negative_keep_it_so(plug_in: Plug) -> None:
    bus, glass = plug_in("ssd1306"), oled("ssd1306")
    negative = ImageChops.invert(PICTURES[3])
    glass.show(PICTURES[3])
    glass.show(negative)
    glass.invert(inverted=True)
    assert bus.panel.seen() == PICTURES[3]
    glass.refresh()
    glass.invert(inverted=False)
    for _ in range(5):
        glass.refresh()
    assert bus.panel.seen() == negative


@pytest.mark.parametrize("driver", PANEL_CHIPS)
def test_a_refresh_mends_a_panel_that_forgot_everything(plug_in: Plug, driver: str) -> None:
    bus, glass = plug_in(driver), oled(driver)
    glass.show(PICTURES[3])
    bus.power_cycle(b"\x5a\x00\xff")
    for _ in range(6):
        glass.refresh()
    assert bus.panel.seen() == PICTURES[3]


def test_each_refresh_moves_the_picture_by_a_pixel_and_cuts_nothing(plug_in: Plug) -> None:
    bus, glass = plug_in("ssd1306"), oled("ssd1306")
    inked = Image.new("1", (128, 64))
    inked.paste(255, (1, 1, 127, 63))
    glass.show(inked)
    seen = {bus.panel.seen().tobytes()}
    for _ in range(5):
        glass.refresh()
        shown = bus.panel.seen()
        left, top, right, bottom = shown.getbbox() or (0, 0, 0, 0)
        assert (right - left, bottom - top) == (126, 62)
        seen.add(shown.tobytes())
    assert len(seen) == 6


@pytest.mark.parametrize("upside_down", [False, True])
def test_no_edge_of_a_picture_comes_back_on_the_other_side(
    plug_in: Plug, upside_down: bool
) -> None:
    bus = plug_in("ssd1306")
    glass = open_oled("ssd1306", 1, ADDRESS, upside_down=upside_down)
    for box in ((0, 0, 128, 8), (0, 56, 128, 64), (0, 0, 3, 64), (125, 0, 128, 64)):
        edged = Image.new("1", (128, 64))
        edged.paste(255, box)
        glass.show(edged)
        for _ in range(6):
            glass.refresh()
            seen = bus.panel.seen()
            if upside_down:
                seen = seen.transpose(Image.Transpose.ROTATE_180)
            left, top, right, bottom = seen.getbbox() or (0, 0, 0, 0)
            assert abs(left - box[0]) <= 1
            assert abs(top - box[1]) <= 1
            assert abs(right - box[2]) <= 1
            assert abs(bottom - box[3]) <= 1


def test_a_picture_that_is_mostly_lit_is_shown_softly(plug_in: Plug) -> None:
    bus, glass = plug_in("ssd1306"), oled("ssd1306")
    glass.show(PICTURES[3])
    assert bus.panel.contrast == 0xCF
    glass.show(ImageChops.invert(PICTURES[3]))
    assert bus.panel.contrast == 0x40
    glass.refresh()
    assert bus.panel.contrast == 0x40
    glass.show(PICTURES[3])
    assert bus.panel.contrast == 0xCF


@pytest.mark.parametrize("driver", PANEL_CHIPS)
def test_a_bus_error_in_any_byte_is_told_and_a_panel_opened_anew_is_whole(
    plug_in: Plug, driver: str
) -> None:
    for fails_after in range(60):
        bus, glass = plug_in(driver), oled(driver)
        glass.show(PICTURES[2])
        bus.fails_after = bus.sent + fails_after
        with pytest.raises(ScreenError, match="does not answer"):
            glass.show(PICTURES[9])
        bus.fails_after = None
        oled(driver).show(PICTURES[9])
        assert bus.panel.seen() == PICTURES[9]


def test_a_panel_dims_and_inverts_without_its_picture_being_sent(plug_in: Plug) -> None:
    bus, glass = plug_in("ssd1306"), oled("ssd1306")
    glass.show(PICTURES[0])
    sent = bus.sent
    glass.dim(dimmed=True)
    glass.invert(inverted=True)
    assert (bus.panel.contrast, bus.panel.inverted) == (1, True)
    glass.dim(dimmed=False)
    glass.invert(inverted=False)
    assert (bus.panel.contrast, bus.panel.inverted) == (0xCF, False)
    assert bus.sent - sent == 4 * 6


def test_the_last_picture_stays_when_the_panel_is_let_go(plug_in: Plug) -> None:
    bus, glass = plug_in("ssd1306"), oled("ssd1306")
    glass.show(PICTURES[5])
    glass.close()
    assert bus.panel.seen() == PICTURES[5]


@pytest.mark.parametrize("first_column", [0, 2, 4])
def test_a_panel_whose_memory_starts_at_another_column(plug_in: Plug, first_column: int) -> None:
    bus = plug_in("sh1106")
    bus.panel.first_column = first_column
    glass = open_oled("sh1106", 1, ADDRESS, upside_down=False, first_column=first_column)
    for picture in PICTURES[:20]:
        glass.show(picture)
        assert bus.panel.seen() == picture


def test_a_window_of_an_ssd1306_moves_with_its_first_column(plug_in: Plug) -> None:
    bus = plug_in("ssd1306")
    # A chip with more columns than its data sheet tells of.
    bus.panel.columns, bus.panel.first_column = 132, 2
    bus.panel.memory = [bytearray(b"\xaa" * 132) for _ in range(8)]
    glass = open_oled("ssd1306", 1, ADDRESS, upside_down=False, first_column=2)
    for picture in PICTURES[:20]:
        glass.show(picture)
        assert bus.panel.seen() == picture


def test_a_mute_panel_is_reset_before_each_opening(plug_in: Plug) -> None:
    bus = plug_in("ssd1309")
    pulses: list[str] = []
    bus.plugged = False

    def reset() -> None:
        pulses.append("RES")
        bus.plugged = len(pulses) == 2

    make_glass = glass_maker("ssd1309", reset=reset)
    with pytest.raises(ScreenError):
        make_glass()
    make_glass().show(PICTURES[0])
    assert bus.panel.seen() == PICTURES[0]
    assert pulses == ["RES", "RES"]
