"""A whole session, byte by byte: after every frame the panel shows the picture that was drawn.

What the panel shows is rebuilt from the bytes on the bus alone.
"""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from PIL import Image, ImageChops

from appliance.screen.display.panel import BLINK_S, REFRESH_S, RETRY_S, Painter, glass_maker
from appliance.screen.draw import draw
from appliance.settings.words import Words
from appliance.therapy.units import LONG_AGO
from tests.screen.controllers import Bus
from tests.screen.seen_session import Seen, whole_session

STAGE_MINUTES = 2.0
WORDS = Words.load()
CHIPS = ("ssd1306", "sh1106")
GRACE_S = 10.0
"""So many bytes as are lost take this long to be sent, at most."""
SHIFTS = [(dx, up) for dx in (0, -1, 1) for up in (0, 1)]
Plug = Callable[[str], Bus]


@cache
def pictures() -> tuple[Image.Image, ...]:
    return tuple(draw(seen.view, WORDS) for seen in whole_session(STAGE_MINUTES))


class Watched:
    """A painter on a disturbed bus, and how the panel compares with what was drawn."""

    def __init__(self, bus: Bus, driver: str) -> None:
        self.bus = bus
        self.painter = Painter(glass_maker(driver), Words.load)
        self.compared = 0
        self.wrong: list[float] = []
        self.failures = 0
        self._due = float("inf")
        self._blinks_until = LONG_AGO
        self._before = (b"", -1)

    def paint(self, seen: Seen, picture: Image.Image) -> None:
        while self._due < seen.at:
            self._paint(seen, picture, self._due, blink=False)
        self._paint(seen, picture, seen.at, blink=seen.blink)

    def _paint(self, seen: Seen, picture: Image.Image, now: float, *, blink: bool) -> None:
        was_failed = self.painter.failed
        self._due = self.painter.paint(seen.view, now, blink=blink)
        if blink:
            self._blinks_until = now + BLINK_S
        if self.painter.failed:
            self.failures += not was_failed
            self._blinks_until = LONG_AGO
            return
        now_is = (picture.tobytes(), self.bus.sent)
        if now_is != self._before:
            self._before = now_is
            self.compared += 1
            if not shows(self.bus.panel.seen(), picture, blinks=now < self._blinks_until):
                self.wrong.append(now)


def shows(seen: Image.Image, picture: Image.Image, *, blinks: bool) -> bool:
    """Whether that is the picture, at most a pixel aside."""
    wanted = ImageChops.invert(picture) if blinks else picture
    return any(seen == _moved(wanted, dx, up) for dx, up in SHIFTS)


def _moved(picture: Image.Image, dx: int, up: int) -> Image.Image:
    """Aside, with the edge column drawn on; up, with the top row below."""
    aside = picture.copy()
    aside.paste(picture, (dx, 0))
    moved = aside.copy()
    moved.paste(aside, (0, -up))
    if up:
        moved.paste(aside.crop((0, 0, 128, 1)), (0, 63))
    return moved


def session() -> Iterator[tuple[Seen, Image.Image]]:
    yield from zip(whole_session(STAGE_MINUTES), pictures(), strict=True)


@pytest.mark.parametrize("driver", CHIPS)
def test_after_every_frame_of_a_session_the_panel_shows_what_was_drawn(
    plug_in: Plug, driver: str
) -> None:
    watched = Watched(plug_in(driver), driver)
    for seen, picture in session():
        watched.paint(seen, picture)
    assert watched.wrong == []
    assert watched.failures == 0
    assert watched.compared > 300


@pytest.mark.parametrize("driver", CHIPS)
def test_a_bus_that_breaks_off_anywhere_never_leaves_a_wrong_picture(
    plug_in: Plug, driver: str
) -> None:
    watched = Watched(plug_in(driver), driver)
    bus, breaks_at, mends_at = watched.bus, 200.0, float("inf")
    for seen, picture in session():
        if seen.at >= breaks_at:
            # Some byte of what comes next, another one each time.
            bus.fails_after = bus.sent + 1 + watched.failures * 7 % 97
            breaks_at, mends_at = seen.at + 12.0, seen.at + 3.0
        if seen.at >= mends_at:
            bus.fails_after, mends_at = None, float("inf")
        watched.paint(seen, picture)
    assert watched.wrong == []
    assert watched.failures > 10


@pytest.mark.parametrize("driver", CHIPS)
def test_a_panel_unplugged_and_plugged_in_again_shows_the_newest_picture(
    plug_in: Plug, driver: str
) -> None:
    watched = Watched(plug_in(driver), driver)
    back_at = float("inf")
    for seen, picture in session():
        if watched.failures == 0 and seen.at > 200.0:
            watched.bus.plugged, back_at = False, seen.at + 3 * RETRY_S
        if seen.at >= back_at and not watched.bus.plugged:
            watched.bus.power_cycle(bytes(range(256)))
            watched.bus.plugged = True
            compared = watched.compared
        watched.paint(seen, picture)
    assert watched.failures == 1
    assert watched.wrong == []
    assert watched.compared > compared + 100


@pytest.mark.parametrize("driver", CHIPS)
@pytest.mark.parametrize("trouble", ["bytes are lost", "power is lost"])
def test_what_nobody_noticed_is_mended_within_a_minute(
    plug_in: Plug, driver: str, trouble: str
) -> None:
    watched = Watched(plug_in(driver), driver)
    troubles = [200.0]
    for seen, picture in session():
        if seen.at >= troubles[-1]:
            troubles[-1:] = [seen.at, seen.at + 2 * REFRESH_S]
            if trouble == "bytes are lost":
                watched.bus.loses = set(range(watched.bus.sent, watched.bus.sent + 150, 13))
            else:
                watched.bus.power_cycle(b"\x99\x00\x3c")
        watched.paint(seen, picture)
    assert watched.failures == 0
    assert watched.wrong, "the trouble was one"
    for at in watched.wrong:
        began = max(since for since in troubles if since <= at)
        assert at - began <= REFRESH_S + GRACE_S
