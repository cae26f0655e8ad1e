"""The pin map: which wire goes where, for the settings in force."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from gpiozero.pins.pi import PiBoardInfo

from appliance.cli import header_picture, main, pin_map
from appliance.settings.model import Controls, Indicators, Screen, Settings

PI_ZERO_2_W = 0x902120


def rows(settings: Settings) -> dict[str, list[str]]:
    """The table by part: BCM number, pin, ground pin, wiring."""
    lines = [line.strip("| ").split("|") for line in pin_map.table(settings).splitlines()[2:]]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_the_header_is_the_one_that_the_pin_library_knows():
    pins = PiBoardInfo.from_revision(PI_ZERO_2_W).headers["J8"].pins
    assert tuple(pins[number].name for number in sorted(pins)) == header_picture.PINS


def test_the_default_pins():
    pins = {part: cells[:2] for part, cells in rows(Settings()).items()}
    assert pins == {
        "STOP": ["17", "11"],
        "CONFIRM": ["27", "13"],
        "BACK": ["22", "15"],
        "knob A": ["5", "29"],
        "knob B": ["6", "31"],
        "knob press": ["13", "33"],
        "output lamp": ["23", "16"],
        "buzzer": ["18", "12"],
        "enable line": ["24", "18"],
        "screen and clock, SDA": ["2", "3"],
        "screen and clock, SCL": ["3", "5"],
        "screen and clock, supply": ["", "1"],
        "enable relay, supply": ["", "2"],
    }


def test_stop_is_wired_so_that_a_broken_wire_stops():
    assert "normally closed" in rows(Settings())["STOP"][3]


def test_a_moved_pin_moves_in_table_and_picture():
    settings = Settings().but(controls=Controls().but(confirm=21))
    assert rows(settings)["CONFIRM"][:2] == ["21", "40"]
    last_line = pin_map.header_picture(settings).splitlines()[-1]
    assert last_line.endswith("40 GPIO21  CONFIRM")


def test_what_is_not_fitted_is_not_listed():
    indicators = Indicators(buzzer=None, vibration=25, enable_line=None)
    parts = rows(Settings().but(indicators=indicators))
    assert "vibration" in parts
    assert "buzzer" not in parts
    assert "enable line" not in parts


@pytest.mark.parametrize("driver", ["capture", "none"])
def test_without_a_panel_only_the_clock_is_on_the_bus(driver: str):
    parts = rows(Settings().but(screen=Screen(driver=driver)))
    assert "clock, SDA" in parts
    assert not any("screen" in part and "SDA" in part for part in parts)


def test_a_screen_on_the_other_bus_of_the_header():
    parts = rows(Settings().but(screen=Screen(i2c_port=0)))
    assert parts["screen, SDA"][:2] == ["0", "27"]
    assert parts["clock, SDA"][:2] == ["2", "3"]


def test_a_screen_on_a_bus_of_an_overlay_gets_no_invented_pins():
    parts = rows(Settings().but(screen=Screen(i2c_port=3)))
    assert not any("screen" in part and "SDA" in part for part in parts)


def test_a_pin_that_is_not_on_the_header_is_named_so():
    settings = Settings().but(controls=Controls().but(stop=40))
    assert rows(settings)["STOP"][:3] == ["40", "none", ""]
    assert "STOP" not in pin_map.header_picture(settings)


def test_the_ground_pin_is_a_near_one():
    assert header_picture.nearest_ground(11) == 9
    assert header_picture.nearest_ground(29) == 30
    assert all(
        header_picture.PINS[header_picture.nearest_ground(pin) - 1] == "GND" for pin in range(1, 41)
    )


def test_the_picture_has_all_forty_pins_once():
    numbers = [
        int(word)
        for line in pin_map.header_picture(Settings()).splitlines()
        for word in line.split()
        if word.isdigit()
    ]
    assert sorted(numbers) == list(range(1, 41))


def test_the_svg_is_well_formed_and_names_every_part():
    drawing = ElementTree.fromstring(pin_map.header_svg(Settings()))
    words = {element.text for element in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {wire.part for wire in pin_map.connections(Settings())} <= words


def test_the_verb_prints_table_and_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    config = tmp_path / "config.toml"
    config.write_text("[controls]\nconfirm = 21\n")
    assert main(["wiring", "--config", str(config)]) == 0
    printed = capsys.readouterr().out
    assert "| CONFIRM " in printed
    assert "40 GPIO21  CONFIRM" in printed


def test_the_verb_writes_the_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    config = tmp_path / "config.toml"
    config.write_text("")
    out = tmp_path / "header.svg"
    assert main(["wiring", "--config", str(config), "--out", str(out)]) == 0
    assert out.read_text("utf-8") == pin_map.header_svg(Settings())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "words"), [("header.png", "name in .svg"), ("missing/header.svg", "No such file")]
)
def test_a_picture_that_cannot_be_written_is_a_clear_line(
    name: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    config = tmp_path / "config.toml"
    config.write_text("")
    assert main(["wiring", "--config", str(config), "--out", str(tmp_path / name)]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_the_reset_pin_of_a_screen_is_in_the_table_when_it_is_wired() -> None:
    assert "screen, RES" not in pin_map.table(Settings())
    screen = Settings().screen.but(reset_pin=4)
    assert rows(Settings().but(screen=screen))["screen, RES"][:2] == ["4", "7"]
