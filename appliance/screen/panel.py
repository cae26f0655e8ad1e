"""The panel: a thread that draws the newest view and sends what changed. Knows luma.

The control loop hands over a view and goes on; it never waits for I2C. There is one slot,
not a queue: a view that was overtaken is never drawn. A panel that fails is a fault that
the loop can see, and is set up again as soon as it answers.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PIL import Image

from appliance.errors import ScreenError
from appliance.screen.canvas import Phrases
from appliance.screen.draw import draw
from appliance.session.view import View

DRIVERS = ("ssd1306", "ssd1309", "sh1106", "capture", "none")
RETRY_S = 2.0
"""Between two tries to reach a panel that does not answer."""
STUCK_S = 3.0
"""A picture that takes longer than this hangs in the bus."""
_CLOSE_S = 2.0
_log = logging.getLogger(__name__)


class Glass(Protocol):
    """Somewhere that a picture can be shown. ScreenError when it cannot be reached."""

    def show(self, picture: Image.Image) -> None: ...

    def close(self) -> None: ...


class NoGlass:
    """Driver `none`: no panel at all."""

    def show(self, picture: Image.Image) -> None:
        pass

    def close(self) -> None:
        pass


class CaptureGlass:
    """Driver `capture`: the newest picture as `screen.png`, replaced in one piece."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "screen.png"

    def show(self, picture: Image.Image) -> None:
        partial = self._path.with_name(".screen.png.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            picture.save(partial, format="PNG")
            partial.replace(self._path)
        except OSError as error:
            raise ScreenError(f"capture: cannot write {self._path}: {error}") from error

    def close(self) -> None:
        pass


def glass_maker(
    driver: str,
    *,
    i2c_port: int = 1,
    i2c_address: int = 0x3C,
    rotate: int = 0,
    capture_dir: Path = Path("capture"),
) -> Callable[[], Glass]:
    """How to reach the panel that the settings name; called anew after each failure."""
    if driver == "none":
        return NoGlass
    if driver == "capture":
        return lambda: CaptureGlass(capture_dir)
    if driver not in DRIVERS:
        raise ScreenError(f"[screen] driver: {driver!r} is none of {', '.join(DRIVERS)}")
    if rotate not in (0, 2):
        raise ScreenError(f"[screen] rotate: {rotate} does not fit a 128 x 64 picture; 0 or 2 do")

    def open_oled() -> Glass:
        # luma takes a quarter of the start-up time; only those who have a panel pay it.
        from appliance.screen.oled import OledGlass, open_bus

        return OledGlass(driver, open_bus(i2c_port, i2c_address), upside_down=rotate == 2)

    return open_oled


class Panel:
    """Draws the newest view on a thread of its own."""

    def __init__(
        self,
        make_glass: Callable[[], Glass],
        words: Phrases,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make_glass = make_glass
        self._words = words
        self._clock = clock
        self._glass: Glass | None = None
        self._view: View | None = None
        self._pixels = b""
        self._failed = False
        self._busy_since: float | None = None
        self._closing = False
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="panel", daemon=True)
        self._thread.start()

    def show(self, view: View) -> None:
        """Take the view to be drawn next. Never waits, never raises."""
        self._view = view
        self._news.set()

    def use_words(self, words: Phrases) -> None:
        """Speak another language from the next picture on."""
        self._words = words
        self._news.set()

    def faults(self) -> frozenset[str]:
        """`screen_dead` while the panel or its thread does not do its work."""
        since = self._busy_since
        stuck = since is not None and self._clock() - since > STUCK_S
        dead = self._failed or stuck or not (self._thread.is_alive() or self._closing)
        return frozenset({"screen_dead"}) if dead else frozenset()

    def close(self) -> None:
        """Draw what is waiting, then let go of the panel. Its last picture stays."""
        self._closing = True
        self._news.set()
        self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        while True:
            self._news.wait(RETRY_S if self._failed else None)
            self._news.clear()
            closing = self._closing
            self._busy_since = self._clock()
            self._paint_safely()
            self._busy_since = None
            if closing:
                break
        if self._glass is not None:
            with contextlib.suppress(ScreenError):
                self._glass.close()

    def _paint_safely(self) -> None:
        try:
            self._paint()
            self._failed = False
        except Exception as error:
            # Whatever it was, the session must go on by ear; the loop sees the fault.
            if not self._failed:
                _log.warning("screen: %s; will try again", error)
            self._failed = True
            self._glass = None
            self._pixels = b""

    def _paint(self) -> None:
        if self._glass is None:
            self._glass = self._make_glass()
        if self._view is None:
            return
        picture = draw(self._view, self._words)
        pixels = picture.tobytes()
        if pixels != self._pixels:
            self._glass.show(picture)
            self._pixels = pixels
