"""The panel thread: draws the newest view and sends the pixels that changed.

The control loop passes a view and goes on; it never waits for I2C. There is one slot,
not a queue: a view that a newer one replaced is never drawn. A panel that fails is the fault
`screen_dead`; the thread tries to set it up again every two seconds.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from appliance.errors import ScreenError
from appliance.screen.display.port import CaptureGlass, Glass, NoGlass
from appliance.screen.draw import draw
from appliance.screen.drawing.canvas import Phrases
from appliance.session.state import State
from appliance.session.view import View

RETRY_S = 2.0
"""Between two tries to reach a panel that does not answer."""
FIRST_STUCK_S = 60.0
"""The first picture has to load libraries and fonts, which takes long on a slow machine."""
STUCK_S = 6.0
"""A picture that takes longer than this hangs in the bus."""
REFRESH_S = 60.0
"""Between two repaints of everything, against noise on the bus and burn-in."""
IDLE_S = 60.0
"""Without a change in `locked`, until the panel is dimmed."""
BLINK_S = 0.08
_CLOSE_S = 2.0
_log = logging.getLogger(__name__)


def glass_maker(
    driver: str,
    *,
    i2c_port: int = 1,
    i2c_address: int = 0x3C,
    rotate: int = 0,
    first_column: int | None = None,
    capture_dir: Path = Path("capture"),
    reset: Callable[[], None] | None = None,
) -> Callable[[], Glass]:
    """How to reach the panel that the settings name; called anew after each failure.

    `reset` wakes a module that listens only after its RES pin has moved.
    """
    if driver == "none":
        return NoGlass
    if driver == "capture":
        return lambda: CaptureGlass(capture_dir)

    try:
        # Imported here: luma takes a part of the start, and only those who have a panel pay it. Not
        # on the panel's thread: what else is loaded meanwhile would hold the first picture up.
        from appliance.screen.display.oled import open_oled as open_panel
    except ImportError as error:
        return _never_opens(f"the panel's library cannot be loaded: {error}; install it again")

    def open_oled() -> Glass:
        if reset is not None:
            reset()
        return open_panel(
            driver, i2c_port, i2c_address, upside_down=rotate == 2, first_column=first_column
        )

    return open_oled


def _never_opens(why: str) -> Callable[[], Glass]:
    """A panel that never opens, so that the box starts with lamp, sounds and `status` alone."""

    def refuse() -> Glass:
        raise ScreenError(why)

    return refuse


class Panel:
    """Draws the newest view on a thread of its own, in the view's language."""

    def __init__(
        self,
        make_glass: Callable[[], Glass],
        load_words: Callable[[str], Phrases],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._painter = Painter(make_glass, load_words)
        self._clock = clock
        self._view: View | None = None
        self._blink = False
        self._busy_since: float | None = None
        self._has_worked = False
        self._closing = False
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="panel", daemon=True)
        self._thread.start()

    def show(self, view: View) -> None:
        """Take the view to be drawn next. Never waits, never raises."""
        if view != self._view:
            self._view = view
            self._news.set()

    def blink(self) -> None:
        """Invert the whole panel for a moment: a cue for those who do not hear it."""
        self._blink = True
        self._news.set()

    def picture(self) -> bytes:
        """The pixels on the panel, packed row by row; empty before the first, and while it fails.

        Only a reference to what the thread has drawn: never waits, may be called by any thread.
        """
        return self._painter.pixels

    def faults(self) -> frozenset[str]:
        """`screen_dead` while the panel or its thread does not do its work."""
        since = self._busy_since
        patience_s = STUCK_S if self._has_worked else FIRST_STUCK_S
        stuck = since is not None and self._clock() - since > patience_s
        dead = self._painter.failed or stuck or not (self._thread.is_alive() or self._closing)
        return frozenset({"screen_dead"}) if dead else frozenset()

    def close(self) -> None:
        """Draw what is waiting, then let go of the panel. Its last picture stays."""
        self._closing = True
        self._news.set()
        self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        wake_at = 0.0
        while not self._closing:
            self._news.wait(max(0.0, wake_at - self._clock()))
            wake_at = self._work()
        self._work()
        self._painter.close()

    def _work(self) -> float:
        """One picture; when to look again even without news."""
        self._news.clear()
        blink, self._blink = self._blink, False
        view = self._view
        self._busy_since = now = self._clock()
        try:
            return self._painter.paint(view, now, blink=blink)
        finally:
            self._busy_since = None
            self._has_worked = self._has_worked or view is not None


class Painter:
    """What the panel's thread does, step by step: draw, send, repaint, dim, blink, try again."""

    def __init__(
        self, make_glass: Callable[[], Glass], load_words: Callable[[str], Phrases]
    ) -> None:
        self.failed = False
        self._make_glass = make_glass
        self._load_words = load_words
        self._words: dict[str, Phrases] = {}
        self._glass: Glass | None = None
        self.pixels = b""
        self._drawn: View | None = None
        self._retry_at = 0.0
        self._refresh_at = 0.0
        self._changed_at = 0.0
        self._blink_until: float | None = None

    def paint(self, view: View | None, now: float, *, blink: bool = False) -> float:
        """Bring the panel up to date; when to come back even if nothing happens, seconds."""
        if self.failed and now < self._retry_at:
            return self._retry_at
        try:
            glass = self._glass or self._open(now)
            if view is not None:
                self._show(glass, view, now)
            self._keep(glass, view, now, blink=blink)
            self.failed = False
        except Exception as error:
            # Whatever it was, the session must go on by ear; the loop sees the fault.
            self._lose(error)
            self._retry_at = now + RETRY_S
            return self._retry_at
        return self._wake_at(view, now)

    def close(self) -> None:
        if self._glass is not None:
            try:
                self._glass.close()
            except ScreenError as error:
                _log.warning("%s", error)

    def _open(self, now: float) -> Glass:
        self._glass = glass = self._make_glass()
        self.pixels = b""
        self._drawn = None
        self._refresh_at = now + REFRESH_S
        return glass

    def _show(self, glass: Glass, view: View, now: float) -> None:
        if view == self._drawn:
            return
        self._drawn = view
        picture = draw(view, self._speak(view.language))
        pixels = picture.tobytes()
        if pixels != self.pixels:
            self._changed_at = now
            glass.dim(dimmed=False)
            glass.show(picture)
            self.pixels = pixels

    def _keep(self, glass: Glass, view: View | None, now: float, *, blink: bool) -> None:
        """Everything that the panel needs beside pictures."""
        if blink:
            self._blink_until = now + BLINK_S
            glass.invert(inverted=True)
        elif self._blink_until is not None and now >= self._blink_until:
            self._blink_until = None
            glass.invert(inverted=False)
        if now >= self._refresh_at:
            self._refresh_at = now + REFRESH_S
            glass.refresh()
        if _may_dim(view) and now >= self._changed_at + IDLE_S:
            glass.dim(dimmed=True)

    def _wake_at(self, view: View | None, now: float) -> float:
        """When there is something to do even without news, seconds."""
        if self._blink_until is not None:
            return self._blink_until
        dims_at = self._changed_at + IDLE_S
        if _may_dim(view) and now < dims_at:
            return min(self._refresh_at, dims_at)
        return self._refresh_at

    def _speak(self, language: str) -> Phrases:
        if language not in self._words:
            self._words[language] = self._load_words(language)
        return self._words[language]

    def _lose(self, error: Exception) -> None:
        if not self.failed:
            _log.warning("%s; will try again", error)
        self.failed = True
        if self._glass is not None:
            self.close()
        self._glass = None
        self.pixels = b""
        self._blink_until = None


def _may_dim(view: View | None) -> bool:
    return view is None or view.state is State.LOCKED
