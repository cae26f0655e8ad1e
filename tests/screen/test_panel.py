"""The panel's thread: newest view only, its faults, its repaints, its words."""

import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from appliance.errors import ScreenError
from appliance.screen.display.panel import (
    BLINK_S,
    IDLE_S,
    REFRESH_S,
    RETRY_S,
    Painter,
    Panel,
    glass_maker,
)
from appliance.screen.display.port import CaptureGlass, NoGlass
from appliance.screen.draw import draw
from appliance.screen.examples.gallery import examples
from appliance.session.state import State
from appliance.session.view import View
from appliance.settings.words import Words

WORDS = Words.load()
VIEWS = [example.view for example in examples()]


class Rig(NoGlass):
    """A glass that tells what has reached it, and can be broken, mended and held up."""

    def __init__(self) -> None:
        self.pictures: list[bytes] = []
        self.verbs: list[str] = []
        self.opened = 0
        self.asked = 0
        self.failures = 0
        self.broken = False
        self.gate = threading.Event()
        self.gate.set()
        self._changed = threading.Condition()

    def open(self) -> "Rig":
        with self._changed:
            self.opened += 1
            self._changed.notify_all()
        return self

    def show(self, picture: Image.Image) -> None:
        with self._changed:
            self.asked += 1
            self._changed.notify_all()
        assert self.gate.wait(10)
        with self._changed:
            if self.broken:
                self.failures += 1
            else:
                self.pictures.append(picture.tobytes())
            self._changed.notify_all()
        if self.broken:
            raise ScreenError("broken")

    def refresh(self) -> None:
        self.verbs.append("refresh")

    def dim(self, *, dimmed: bool) -> None:
        self.verbs.append("dim" if dimmed else "bright")

    def invert(self, *, inverted: bool) -> None:
        self.verbs.append("invert" if inverted else "normal")

    def wait_for(self, **counts: int) -> None:
        """Until there were that many `opened`, `asked`, `shown` or `failures`."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._reached(counts), 10)

    def _reached(self, counts: dict[str, int]) -> bool:
        now = {
            "opened": self.opened,
            "asked": self.asked,
            "shown": len(self.pictures),
            "failures": self.failures,
        }
        return all(now[name] >= count for name, count in counts.items())


def test_only_the_newest_view_is_drawn() -> None:
    rig = Rig()
    rig.gate.clear()
    panel = Panel(rig.open, Words.load)
    for view in VIEWS[:20]:
        panel.show(view)
    rig.gate.set()
    panel.close()
    assert rig.pictures[-1] == draw(VIEWS[19], WORDS).tobytes()
    assert len(rig.pictures) <= 3


def test_the_same_picture_is_not_shown_twice() -> None:
    rig = Rig()
    panel = Panel(rig.open, Words.load)
    panel.show(VIEWS[0])
    rig.wait_for(shown=1)
    panel.show(VIEWS[0])
    panel.close()
    assert len(rig.pictures) == 1


def test_a_panel_that_fails_is_a_fault() -> None:
    rig = Rig()
    panel = Panel(rig.open, Words.load)
    panel.show(VIEWS[0])
    rig.wait_for(shown=1)
    assert panel.faults() == frozenset()
    rig.broken = True
    panel.show(VIEWS[1])
    panel.close()
    assert panel.faults() == {"screen_dead"}


def test_the_pixels_that_are_given_are_those_on_the_panel_now() -> None:
    rig = Rig()
    painter = Painter(rig.open, Words.load)
    assert painter.pixels == b""
    painter.paint(VIEWS[0], 0.0)
    assert painter.pixels == draw(VIEWS[0], WORDS).tobytes()
    rig.broken = True
    painter.paint(VIEWS[1], 1.0)
    assert painter.pixels == b""


def test_a_panel_that_comes_back_is_set_up_anew_and_shows_the_newest_view() -> None:
    rig, times = Rig(), [0.0]
    rig.broken = True
    panel = Panel(rig.open, Words.load, clock=lambda: times[0])
    panel.show(VIEWS[1])
    rig.wait_for(failures=1)
    times[0] = RETRY_S
    panel.show(VIEWS[2])
    rig.wait_for(failures=2)
    assert panel.faults() == {"screen_dead"}
    rig.broken = False
    times[0] = 2 * RETRY_S
    panel.show(VIEWS[3])
    panel.close()
    assert rig.pictures == [draw(VIEWS[3], WORDS).tobytes()]
    assert rig.opened == 3
    assert panel.faults() == frozenset()


def test_a_dead_panel_is_not_asked_with_every_view() -> None:
    rig = Rig()
    rig.broken = True
    painter = Painter(rig.open, Words.load)
    for tenth in range(15):
        painter.paint(VIEWS[tenth], tenth / 10)
    assert rig.failures == 1
    painter.paint(VIEWS[0], RETRY_S)
    assert rig.failures == 2


def test_a_picture_that_hangs_in_the_bus_is_a_fault() -> None:
    rig, times = Rig(), [0.0]
    rig.gate.clear()
    panel = Panel(rig.open, Words.load, clock=lambda: times[0])
    panel.show(VIEWS[0])
    rig.wait_for(asked=1)
    times[0] = 30.0
    assert panel.faults() == frozenset(), "the first picture may take a slow machine long"
    times[0] = 61.0
    assert panel.faults() == {"screen_dead"}
    rig.gate.set()
    rig.wait_for(asked=1)
    panel.close()
    assert panel.faults() == frozenset()


def test_a_later_picture_that_hangs_is_a_fault_soon() -> None:
    rig, times = Rig(), [0.0]
    panel = Panel(rig.open, Words.load, clock=lambda: times[0])
    panel.show(VIEWS[0])
    rig.wait_for(asked=1)
    rig.gate.clear()
    panel.show(VIEWS[1])
    rig.wait_for(asked=2)
    times[0] += 7.0
    assert panel.faults() == {"screen_dead"}
    rig.gate.set()
    panel.close()
    assert panel.faults() == frozenset()


def test_words_that_are_missing_are_a_fault_until_they_are_there() -> None:
    rig = Rig()
    painter = Painter(rig.open, Words.load)
    painter.paint(VIEWS[0].but(language="xx"), 0.0)
    assert painter.failed
    painter.paint(VIEWS[0], RETRY_S)
    assert not painter.failed
    assert rig.pictures == [draw(VIEWS[0], WORDS).tobytes()]


def test_the_view_chooses_the_language() -> None:
    rig, asked = Rig(), []

    def load(language: str) -> Words:
        asked.append(language)
        return Words.load("en")

    painter = Painter(rig.open, load)
    for language in ("en", "de", "en", "de"):
        painter.paint(VIEWS[0].but(language=language), 0.0)
    assert asked == ["en", "de"]


def locked() -> View:
    return next(view for view in VIEWS if view.state is State.LOCKED)


def test_everything_is_sent_again_each_minute() -> None:
    rig = Rig()
    painter = Painter(rig.open, Words.load)
    assert painter.paint(VIEWS[0], 0.0) == REFRESH_S
    painter.paint(VIEWS[0], REFRESH_S - 1)
    assert "refresh" not in rig.verbs
    assert painter.paint(VIEWS[0], REFRESH_S) == 2 * REFRESH_S
    assert rig.verbs.count("refresh") == 1


def test_the_panel_dims_when_locked_is_left_alone_and_wakes_with_the_next_picture() -> None:
    rig = Rig()
    painter = Painter(rig.open, Words.load)
    painter.paint(locked(), 0.0)
    painter.paint(locked(), IDLE_S)
    assert rig.verbs[-1] == "dim"
    painter.paint(VIEWS[0], IDLE_S + 1)
    assert rig.verbs[-1] == "bright"


def test_the_panel_wakes_by_itself_to_dim() -> None:
    """The same view is no news, and the next repaint may be a minute away."""
    painter = Painter(Rig().open, Words.load)
    painter.paint(VIEWS[0], 0.0)
    assert painter.paint(locked(), 20.0) == REFRESH_S
    assert painter.paint(locked(), REFRESH_S) == 20.0 + IDLE_S
    assert painter.paint(locked(), 20.0 + IDLE_S) == 2 * REFRESH_S


def test_the_panel_never_dims_in_a_session() -> None:
    rig = Rig()
    painter = Painter(rig.open, Words.load)
    running = next(view for view in VIEWS if view.state is State.STIMULATING)
    for now in (0.0, IDLE_S, 10 * IDLE_S):
        painter.paint(running, now)
    assert "dim" not in rig.verbs


def test_a_blink_inverts_for_a_moment() -> None:
    rig = Rig()
    painter = Painter(rig.open, Words.load)
    painter.paint(VIEWS[0], 0.0)
    assert painter.paint(VIEWS[0], 1.0, blink=True) == 1.0 + BLINK_S
    assert rig.verbs[-1] == "invert"
    painter.paint(VIEWS[0], 1.0 + BLINK_S)
    assert rig.verbs[-1] == "normal"


def test_a_blink_from_the_loop_reaches_the_panel() -> None:
    rig = Rig()
    panel = Panel(rig.open, Words.load)
    panel.show(VIEWS[0])
    panel.blink()
    panel.close()
    assert "invert" in rig.verbs


def test_capture_keeps_the_newest_picture_under_one_name(tmp_path: Path) -> None:
    panel = Panel(glass_maker("capture", capture_dir=tmp_path / "new"), Words.load)
    panel.show(VIEWS[3])
    panel.close()
    with Image.open(tmp_path / "new" / "screen.png") as shown:
        assert shown.convert("1").tobytes() == draw(VIEWS[3], WORDS).tobytes()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["screen.png"]


def test_a_capture_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ScreenError, match=r"cannot write .*file"):
        CaptureGlass(tmp_path / "file").show(Image.new("1", (128, 64)))


def test_no_panel_takes_every_picture() -> None:
    assert glass_maker("none") is NoGlass
    panel = Panel(NoGlass, Words.load)
    panel.show(VIEWS[0])
    panel.close()
    assert panel.faults() == frozenset()


def test_a_bus_that_is_not_there_is_named() -> None:
    with pytest.raises(ScreenError, match="I2C bus 99"):
        glass_maker("ssd1306", i2c_port=99)()


def test_a_library_that_cannot_be_loaded_is_an_error_of_the_panel_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "appliance.screen.display.oled", None)
    make_glass = glass_maker("ssd1306")
    with pytest.raises(ScreenError, match="install it again"):
        make_glass()
