"""A picture on the panel, through the real luma to simulated controllers: what is seen decides."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from appliance.errors import ScreenError
from appliance.settings.model import Screen
from appliance.setup import machine
from appliance.setup.machine import Answering
from appliance.setup.panel_picture import picture
from appliance.setup.questions import Outcome, Write
from tests.screen.controllers import Bus, Sh1106
from tests.setup.rig import SH1106_ANSWERS, SSD1306_ANSWERS, Rig


class ForgivingSh1106(Sh1106):
    """The chip when it is told what another chip understands: it passes over what it cannot do."""

    takes = {code: Sh1106.takes.get(code, 0) for code in range(256)}  # noqa: RUF012

    def write(self, byte: int) -> None:
        self.column = min(self.column, self.columns - 1)
        super().write(byte)


def fit(rig: Rig, monkeypatch: pytest.MonkeyPatch, chip: str, answers: int) -> Bus:
    """A panel with this chip on bus 1, which answers this byte to a read."""
    bus = Bus(chip)
    if chip == "sh1106":
        bus.panel = ForgivingSh1106()
    monkeypatch.setattr("smbus2.SMBus", lambda port: bus)
    rig.panels = [Answering(1, 0x3C, answers)]
    return bus


def shows(bus: Bus, words: str) -> bool:
    """Whether just the picture is seen."""
    return bus.panel.seen().tobytes() == picture(words).tobytes()


def begin(rig: Rig) -> None:
    rig.begin("screen")
    rig.choose("Look for the panel")


def test_a_panel_that_is_as_the_settings_say_changes_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = fit(rig, monkeypatch, "ssd1309", SSD1306_ANSWERS)
    begin(rig)
    assert shows(bus, "ssd1309 0x3c")
    rig.choose("Just that")
    assert rig.draft.values == {}
    assert rig.draft.outcomes["screen"].is_good


def test_an_sh1106_is_known_by_its_answer(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = fit(rig, monkeypatch, "sh1106", SH1106_ANSWERS)
    begin(rig)
    assert shows(bus, "sh1106 0x3c")
    rig.choose("Just that")
    assert rig.draft.values == {"screen.driver": "sh1106"}


def test_an_sh1106_that_answers_like_another_is_known_by_its_snow(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = fit(rig, monkeypatch, "sh1106", SSD1306_ANSWERS)
    begin(rig)
    assert not shows(bus, "ssd1309 0x3c")
    rig.choose("Snow")
    assert shows(bus, "sh1106 0x3c")
    rig.choose("Just that")
    assert rig.draft.settings.screen == Screen(driver="sh1106")


def test_an_ssd1306_that_is_taken_for_an_sh1106_is_known_by_its_shift(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = fit(rig, monkeypatch, "ssd1306", SH1106_ANSWERS)
    begin(rig)
    assert not shows(bus, "sh1106 0x3c")
    rig.choose("Shifted")
    assert shows(bus, "ssd1309 0x3c")


def test_a_panel_that_begins_at_another_column_is_shifted_until_it_fits(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = fit(rig, monkeypatch, "sh1106", SH1106_ANSWERS)
    bus.panel.first_column = 0
    begin(rig)
    tries = 0
    while not (shows(bus, "sh1106 0x3c") or shows(bus, "ssd1309 0x3c")):
        rig.choose("Shifted" if tries != 1 else "Snow")
        tries += 1
        assert tries < 6
    rig.choose("Just that")
    screen = rig.draft.settings.screen
    assert (screen.driver, screen.first_column) == ("sh1106", 0)


def test_a_panel_that_is_fitted_upside_down_is_turned(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = fit(rig, monkeypatch, "ssd1309", SSD1306_ANSWERS)
    begin(rig)
    rig.choose("It is upside down")
    turned = bus.panel.seen().transpose(Image.Transpose.ROTATE_180)
    assert ImageChops.difference(turned, picture("ssd1309 0x3c")).getbbox() is None
    rig.choose("Just that")
    assert rig.draft.values == {"screen.rotate": 2}


def test_no_panel_is_told_with_its_wires_and_can_be_looked_for_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(rig)
    assert "No panel answers at 0x3C or 0x3D" in rig.words
    fit(rig, monkeypatch, "ssd1309", SSD1306_ANSWERS)
    rig.choose("Look again")
    rig.choose("Just that")
    assert rig.draft.outcomes["screen"].is_good


def test_a_bus_that_is_switched_off_is_told(rig: Rig) -> None:
    rig.panels = ScreenError("there is no I2C bus: dtparam=i2c_arm=on in config.txt, then reboot")
    begin(rig)
    assert "i2c_arm=on" in rig.words
    rig.choose("Leave it")
    assert rig.draft.to_do[0].startswith("screen: there is no I2C bus")


def test_one_of_two_panels_is_chosen(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = fit(rig, monkeypatch, "ssd1309", SSD1306_ANSWERS)
    rig.panels = [Answering(1, 0x3C, 3), Answering(1, 0x3D, 3)]
    begin(rig)
    rig.choose("0x3c on bus 1")
    assert shows(bus, "ssd1309 0x3c")


@pytest.mark.parametrize(
    ("pin", "owner"),
    [("17", "[controls] stop"), ("24", "[indicators] enable_line"), ("18", "[indicators] buzzer")],
)
def test_a_pin_of_another_part_is_refused_for_the_wire_res(rig: Rig, pin: str, owner: str) -> None:
    begin(rig)
    rig.choose("It has a wire RES")
    assert isinstance(rig.question, Write)
    assert rig.question.mistake(pin) == f"allowed is a free pin; {pin} is already {owner}"
    assert rig.question.mistake("4") == ""


def test_the_pins_of_the_draft_count_for_the_wire_res(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "other", "[screen]\nreset_pin = 25\n")
    rig.draft.take("pins", Outcome({"controls.stop": 26}))
    begin(rig)
    rig.choose("It has a wire RES")
    assert isinstance(rig.question, Write)
    assert "already [controls] stop" in rig.question.mistake("26")
    assert [rig.question.mistake(pin) for pin in ("17", "25")] == ["", ""]


def test_a_panel_that_goes_away_in_the_middle_is_told(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = fit(rig, monkeypatch, "ssd1309", SSD1306_ANSWERS)
    bus.plugged = False
    begin(rig)
    assert "The picture cannot be shown: screen: does not answer" in rig.words


def test_a_panel_that_is_unplugged_while_it_is_looked_at_ends_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = fit(rig, monkeypatch, "ssd1309", SSD1306_ANSWERS)
    begin(rig)
    bus.plugged = False
    rig.choose("It is upside down")
    assert "The picture cannot be shown" in rig.words


def test_a_dark_panel_is_something_to_do(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    fit(rig, monkeypatch, "ssd1309", SSD1306_ANSWERS)
    begin(rig)
    rig.choose("Nothing at all")
    rig.choose("Leave it")
    assert rig.draft.to_do[0].startswith("screen: Nothing is seen")


def test_a_box_without_a_screen(rig: Rig) -> None:
    rig.begin("screen")
    rig.choose("There is no screen")
    assert rig.draft.values == {"screen.driver": "none"}


def test_every_bus_is_asked_where_panels_are(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    asked = []

    def read(bus: int, address: int) -> int:
        asked.append((bus, address))
        if (bus, address) == (1, 0x3D):
            return 3
        raise OSError

    monkeypatch.setattr(machine, "DEV", tmp_path)
    with pytest.raises(ScreenError, match="i2c_arm=on"):
        machine.panels(read)
    for bus in (1, 20):
        (tmp_path / f"i2c-{bus}").touch()
    assert machine.panels(read) == [Answering(1, 0x3D, 3)]
    assert asked == [(1, 0x3C), (1, 0x3D), (20, 0x3C), (20, 0x3D)]


def test_a_bus_without_permission_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    def forbidden(bus: int, address: int) -> int:
        raise PermissionError

    monkeypatch.setattr(machine, "DEV", tmp_path)
    (tmp_path / "i2c-1").touch()
    with pytest.raises(ScreenError, match="use sudo"):
        machine.panels(forbidden)
