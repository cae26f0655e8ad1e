"""The panel's thread, and the real luma drivers against an I2C bus that remembers."""

import threading
from pathlib import Path

import pytest
from luma.core.interface.serial import i2c
from PIL import Image

from appliance.errors import ScreenError
from appliance.screen.draw import draw
from appliance.screen.gallery import examples
from appliance.screen.oled import OledGlass, pages
from appliance.screen.panel import CaptureGlass, NoGlass, Panel, glass_maker
from appliance.settings.words import Words

WORDS = Words.load()
VIEWS = [example.view for example in examples()]


class Bus:
    """An I2C bus with one panel on it; follows the data sheets' addressing of its memory."""

    def __init__(self, sh1106: bool) -> None:
        self.sh1106 = sh1106
        self.memory = [bytearray(132) for _ in range(8)]
        self.page = self.column = 0
        self.window = (0, 127, 0, 7)
        self.unplugged = False
        self.sent = 0

    def write_i2c_block_data(self, address: int, control: int, data: list[int]) -> None:
        if self.unplugged:
            raise OSError(121, "Remote I/O error")
        self.sent += 2 + len(data)
        if control == 0x40:
            for byte in data:
                self._store(byte)
        elif self.sh1106:
            self._sh1106(data)
        else:
            self._ssd1306(data)

    def _store(self, byte: int) -> None:
        self.memory[self.page][self.column] = byte
        self.column += 1
        if not self.sh1106 and self.column > self.window[1]:
            self.column = self.window[0]
            self.page = self.window[2] if self.page == self.window[3] else self.page + 1

    def _sh1106(self, commands: list[int]) -> None:
        if commands[0] & 0xF0 == 0xB0:
            page, low, high = commands
            self.page, self.column = page & 0x0F, (high & 0x0F) << 4 | low & 0x0F

    def _ssd1306(self, commands: list[int]) -> None:
        if commands[0] == 0x21:
            self.window = (commands[1], commands[2], commands[4], commands[5])
            self.column, self.page = commands[1], commands[4]

    def picture(self) -> list[bytes]:
        first = 2 if self.sh1106 else 0
        return [bytes(page[first : first + 128]) for page in self.memory]


def oled(driver: str, **options: bool) -> tuple[OledGlass, Bus]:
    bus = Bus(sh1106=driver == "sh1106")
    return OledGlass(driver, i2c(bus=bus), **options), bus


@pytest.mark.parametrize("driver", ["ssd1306", "ssd1309", "sh1106"])
def test_the_panel_holds_every_picture_that_was_drawn(driver: str) -> None:
    glass, bus = oled(driver)
    for view in VIEWS:
        picture = draw(view, WORDS)
        glass.show(picture)
        assert bus.picture() == pages(picture)


def test_pages_hold_columns_with_the_top_row_in_the_low_bit() -> None:
    picture = Image.new("1", (128, 64))
    for x, y in ((0, 0), (5, 9), (127, 63)):
        picture.putpixel((x, y), 255)
    packed = pages(picture)
    assert (packed[0][0], packed[1][5], packed[7][127]) == (1, 2, 128)
    assert sum(sum(page) for page in packed) == 131


def test_upside_down_turns_the_picture() -> None:
    picture = Image.new("1", (128, 64))
    picture.putpixel((0, 0), 255)
    assert pages(picture, upside_down=True)[7][127] == 128


def test_an_unchanged_picture_sends_nothing() -> None:
    glass, bus = oled("ssd1306")
    picture = draw(VIEWS[0], WORDS)
    glass.show(picture)
    sent = bus.sent
    glass.show(picture)
    assert bus.sent == sent


def test_a_small_change_sends_few_bytes() -> None:
    glass, bus = oled("ssd1306")
    picture = draw(VIEWS[0], WORDS)
    glass.show(picture)
    sent = bus.sent
    changed = picture.copy()
    changed.putpixel((64, 30), 255 - changed.getpixel((64, 30)))
    glass.show(changed)
    assert bus.sent - sent < 16


@pytest.mark.parametrize("driver", ["ssd1306", "sh1106"])
def test_a_panel_that_is_unplugged_is_a_screen_error(driver: str) -> None:
    glass, bus = oled(driver)
    bus.unplugged = True
    with pytest.raises(ScreenError, match="does not answer"):
        glass.show(draw(VIEWS[0], WORDS))


class Rig:
    """A glass that tells what has reached it, and can be broken, mended and held up."""

    def __init__(self) -> None:
        self.pictures: list[bytes] = []
        self.opened = 0
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
        assert self.gate.wait(10)
        with self._changed:
            if self.broken:
                self.failures += 1
            else:
                self.pictures.append(picture.tobytes())
            self._changed.notify_all()
        if self.broken:
            raise ScreenError("broken")

    def close(self) -> None:
        pass

    def wait_for(self, **counts: int) -> None:
        """Until that many have been `opened`, `shown` or `failures`."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._reached(counts), 10)

    def _reached(self, counts: dict[str, int]) -> bool:
        now = {"opened": self.opened, "shown": len(self.pictures), "failures": self.failures}
        return all(now[name] >= count for name, count in counts.items())


def test_only_the_newest_view_is_drawn() -> None:
    rig = Rig()
    rig.gate.clear()
    panel = Panel(rig.open, WORDS)
    for view in VIEWS[:20]:
        panel.show(view)
    rig.gate.set()
    panel.close()
    assert rig.pictures[-1] == draw(VIEWS[19], WORDS).tobytes()
    assert len(rig.pictures) <= 3


def test_the_same_picture_is_not_shown_twice() -> None:
    rig = Rig()
    panel = Panel(rig.open, WORDS)
    panel.show(VIEWS[0])
    rig.wait_for(shown=1)
    panel.show(VIEWS[0])
    panel.close()
    assert len(rig.pictures) == 1


def test_a_panel_that_fails_is_a_fault() -> None:
    rig = Rig()
    panel = Panel(rig.open, WORDS)
    panel.show(VIEWS[0])
    rig.wait_for(shown=1)
    assert panel.faults() == frozenset()
    rig.broken = True
    panel.show(VIEWS[1])
    panel.close()
    assert panel.faults() == {"screen_dead"}


def test_a_panel_that_comes_back_is_set_up_anew_and_shows_the_newest_view() -> None:
    rig = Rig()
    rig.broken = True
    panel = Panel(rig.open, WORDS)
    panel.show(VIEWS[1])
    rig.wait_for(failures=1)
    panel.show(VIEWS[2])
    rig.wait_for(failures=2)
    assert panel.faults() == {"screen_dead"}
    rig.broken = False
    panel.show(VIEWS[3])
    panel.close()
    assert rig.pictures == [draw(VIEWS[3], WORDS).tobytes()]
    assert rig.opened == 3
    assert panel.faults() == frozenset()


def test_a_picture_that_hangs_in_the_bus_is_a_fault() -> None:
    rig, times = Rig(), [0.0]
    rig.gate.clear()
    panel = Panel(rig.open, WORDS, clock=lambda: times[0])
    panel.show(VIEWS[0])
    rig.wait_for(opened=1)
    assert panel.faults() == frozenset()
    times[0] = 3.5
    assert panel.faults() == {"screen_dead"}
    rig.gate.set()
    panel.close()
    assert panel.faults() == frozenset()


def test_words_that_are_missing_are_a_fault_and_do_not_end_the_thread() -> None:
    rig = Rig()
    panel = Panel(rig.open, Words("xx", {}))
    panel.show(VIEWS[0])
    rig.wait_for(opened=1)
    panel.use_words(WORDS)
    panel.close()
    assert rig.pictures == [draw(VIEWS[0], WORDS).tobytes()]


def test_capture_keeps_the_newest_picture_under_one_name(tmp_path: Path) -> None:
    panel = Panel(glass_maker("capture", capture_dir=tmp_path / "new"), WORDS)
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
    panel = Panel(NoGlass, WORDS)
    panel.show(VIEWS[0])
    panel.close()
    assert panel.faults() == frozenset()


def test_a_bus_that_is_not_there_is_named() -> None:
    with pytest.raises(ScreenError, match="I2C bus 99"):
        glass_maker("ssd1306", i2c_port=99)()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"driver": "lcd"}, "none of ssd1306"), ({"driver": "ssd1306", "rotate": 1}, "0 or 2")],
)
def test_settings_that_no_panel_can_follow_are_refused(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(ScreenError, match=message):
        glass_maker(**options)  # type: ignore[arg-type]
