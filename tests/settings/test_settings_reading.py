"""Reading the settings file: what is allowed, and the line that each mistake gets."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import SettingsError
from appliance.records import Fixed
from appliance.settings.keys import KEYS, SECTIONS
from appliance.settings.kinds import NotAllowedError
from appliance.settings.model import Settings
from appliance.settings.reading import parse_text, settings_from
from appliance.therapy.plan import Rest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def settings(text: str) -> Settings:
    return settings_from(parse_text(text, "config.toml"), "config.toml")


def refusal(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        settings(text)
    return str(caught.value)


# --- what is allowed ---


def test_an_empty_file_is_the_defaults() -> None:
    assert settings("") == Settings()


def test_every_field_of_the_settings_has_one_key() -> None:
    expected: set[str] = set()
    for name in Settings.__struct_fields__:
        value = getattr(Settings(), name)
        if isinstance(value, Fixed):
            expected.update(f"{name}.{inner}" for inner in value.__struct_fields__)
        else:
            expected.add(name)
    assert {key.full_name for key in KEYS} == expected
    assert len(KEYS) == len(expected)


def test_every_default_is_allowed_and_survives_its_own_text() -> None:
    for key in KEYS:
        text = key.kind.write(key.default)
        assert key.kind.read(parse_text(f"value = {text}", "")["value"]) == key.default


EVERYTHING = """
language = "en"
[controls]
chip = 4
stop = 2
confirm = 3
[indicators]
buzzer = "off"
vibration = 12
enable_line = false
[screen]
driver = "capture"
i2c_address = 0x3D
rotate = 2
capture_dir = "/tmp/pictures"
[stimulator]
driver = "simulated"
port = "/dev/ttyUSB0"
accept_research_board = true
[limits]
current_ma = 45
gentle_current_ma = 22.5
sessions_per_day = 2
[plan]
people = ["Anna", "José"]
days = ["sun", "mon"]
rest = "short"
stage_minutes = 15
[sound]
volume = 0
detents = false
[journal]
path = "/tmp/j.sqlite3"
[service]
runtime_dir = "/tmp/run"
"""


def test_a_file_with_everything() -> None:
    found = settings(EVERYTHING)
    assert (found.controls.chip, found.controls.stop, found.controls.back) == (4, 2, 22)
    assert found.indicators.buzzer is None
    assert found.indicators.vibration == 12
    assert found.indicators.enable_line is None
    assert (found.screen.driver, found.screen.i2c_address) == ("capture", 0x3D)
    assert found.screen.capture_dir == Path("/tmp/pictures")
    assert found.stimulator.accept_research_board
    assert (found.limits.current_ma, found.limits.gentle_current_ma) == (45.0, 22.5)
    assert found.plan.people == ("Anna", "José")
    assert found.plan.days == (0, 6)
    assert found.plan.rest is Rest.SHORT
    assert (found.sound.volume, found.sound.detents) == (0, False)
    assert found.journal.path == Path("/tmp/j.sqlite3")
    assert found.service.runtime_dir == Path("/tmp/run")


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("limits", "current_ma = 80"),
        ("limits", "current_ma = 1"),
        ("limits", "current_ma = 80\ngentle_current_ma = 80"),
        ("limits", "minutes_per_day = 90"),
        ("limits", "minutes_per_site = 30"),
        ("limits", "sessions_per_day = 2"),
        ("plan", "stage_minutes = 30"),
        ("plan", "stage_minutes = 1"),
        ("plan", 'people = ["A", "B", "C", "Twelve chars"]'),
        ("plan", 'days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'),
        ("sound", "volume = 10"),
        ("screen", "rotate = 0"),
        ("screen", "rotate = 2"),
        ("controls", "stop = 0"),
    ],
)
def test_a_value_at_its_bound_is_allowed(section: str, line: str) -> None:
    settings(f"[{section}]\n{line}\n")


NAMES = (
    "a list of 1 to 4 names of up to 12 characters that the screen can draw (Latin letters, digits,"
    " signs), no two drawn alike, none of them Guest"
)
DAYS = "a list of different days out of mon, tue, wed, thu, fri, sat, sun"
PIN = "a BCM pin from 0 to 27"


@pytest.mark.parametrize(
    ("section", "name", "value", "allowed"),
    [
        ("limits", "current_ma", "80.1", "a number from 1 to 80"),
        ("limits", "current_ma", "0", "a number from 1 to 80"),
        ("limits", "current_ma", "nan", "a number from 1 to 80"),
        ("limits", "current_ma", "inf", "a number from 1 to 80"),
        ("limits", "current_ma", "true", "a number from 1 to 80"),
        ("limits", "current_ma", '"60"', "a number from 1 to 80"),
        ("limits", "gentle_current_ma", "81", "a number from 1 to 80"),
        ("limits", "minutes_per_day", "91", "a number from 1 to 90"),
        ("limits", "minutes_per_site", "31", "a number from 1 to 30"),
        ("limits", "sessions_per_day", "3", "a whole number from 1 to 2"),
        ("limits", "sessions_per_day", "1.5", "a whole number from 1 to 2"),
        ("plan", "stage_minutes", "31", "a number from 1 to 30"),
        ("plan", "people", "[]", NAMES),
        ("plan", "people", '"Anna"', NAMES),
        ("plan", "people", '["A", "B", "C", "D", "E"]', NAMES),
        ("plan", "people", '["Anna", "anna"]', NAMES),
        ("plan", "people", '["guest"]', NAMES),
        ("plan", "people", '[""]', NAMES),
        ("plan", "people", '[" Anna"]', NAMES),
        ("plan", "people", '["Thirteen char"]', NAMES),
        ("plan", "people", "[3]", NAMES),
        ("plan", "days", '["monday"]', DAYS),
        ("plan", "days", '["mon", "mon"]', DAYS),
        ("plan", "days", "[]", DAYS),
        ("plan", "days", "[0]", DAYS),
        ("plan", "rest", '"medium"', 'one of "long", "short"'),
        ("plan", "rest", "20", 'one of "long", "short"'),
        ("plan", "routine", "3", "a text in quotes"),
        ("plan", "routine", '""', "a text in quotes"),
        ("controls", "stop", "28", PIN),
        ("controls", "stop", "-1", PIN),
        ("controls", "stop", '"off"', PIN),
        ("controls", "stop", "false", PIN),
        ("controls", "stop", "17.0", PIN),
        ("controls", "chip", "-1", 'a whole number from 0 to 255, or "header"'),
        ("indicators", "output_lamp", '"off"', PIN),
        ("indicators", "buzzer", '"of"', f'{PIN}, or "off"'),
        ("indicators", "buzzer", "true", f'{PIN}, or "off"'),
        ("indicators", "enable_line", "28", f'{PIN}, or "off"'),
        (
            "screen",
            "driver",
            '"ssd1036"',
            'one of "ssd1306", "ssd1309", "sh1106", "capture", "none"',
        ),
        ("screen", "driver", "[1]", 'one of "ssd1306", "ssd1309", "sh1106", "capture", "none"'),
        ("screen", "i2c_address", "7", "an I2C address from 0x08 to 0x77"),
        ("screen", "rotate", "90", "0 or 2"),
        ("screen", "rotate", "1", "0 or 2"),
        ("screen", "rotate", "3", "0 or 2"),
        ("screen", "capture_dir", "3", "a path in quotes"),
        (
            "stimulator",
            "driver",
            '"tens"',
            'one of "reference", "simulated", "sciencemode", "rehastim2", "openemsstim"',
        ),
        ("stimulator", "port", "0", "a text in quotes"),
        ("stimulator", "accept_research_board", "1", "true or false"),
        ("sound", "volume", "11", "a whole number from 0 to 10"),
        ("sound", "detents", '"yes"', "true or false"),
        ("journal", "path", '""', "an absolute path in quotes"),
        ("journal", "path", '"j.sqlite3"', "an absolute path in quotes"),
        ("service", "runtime_dir", "[]", "an absolute path in quotes"),
        ("service", "runtime_dir", '"~/run"', "an absolute path in quotes"),
    ],
)
def test_a_value_that_is_not_allowed(section: str, name: str, value: str, allowed: str) -> None:
    message = refusal(f"[{section}]\n{name} = {value}\n")
    assert message == f"config.toml: [{section}] {name} = {value}: allowed is {allowed}"


def test_a_language_without_words_is_not_allowed() -> None:
    message = refusal('language = "xx"')
    assert message.startswith('config.toml: language = "xx": allowed is one of "')
    assert '"en"' in message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[limits]\ncurent_ma = 20",
            '[limits] curent_ma = 20: there is no such key (did you mean "current_ma"?)',
        ),
        (
            "[sound]\nlamp = 3",
            "[sound] lamp = 3: there is no such key; allowed are volume, detents",
        ),
        ("[scren]\nrotate = 2", '[scren]: there is no such section (did you mean "screen"?)'),
        (
            "[zzz]",
            f"[zzz]: there is no such section; allowed are {', '.join(SECTIONS)}",
        ),
        (
            'langage = "en"',
            'langage = "en": there is no such key (did you mean "language"?)',
        ),
        ("limits = 3", "limits = 3: allowed is a section, [limits]"),
        ("[language]\nis = 3", "language = a table"),
    ],
)
def test_what_is_unknown_or_in_the_wrong_place(text: str, message: str) -> None:
    assert refusal(text).startswith(f"config.toml: {message}")


def test_text_that_is_not_toml_names_the_line() -> None:
    assert refusal("[limits]\ncurrent_ma 20\n") == (
        "config.toml: this is not TOML: Expected '=' after a key in a key/value pair"
        " (at line 2, column 12)"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[controls]\nconfirm = 17",
            "[controls] confirm = 17: allowed is a free pin; 17 is already [controls] stop",
        ),
        (
            "[indicators]\nbuzzer = 17",
            "[indicators] buzzer = 17: allowed is a free pin; 17 is already [controls] stop",
        ),
        (
            "[indicators]\nvibration = 18",
            "[indicators] vibration = 18: allowed is a free pin; 18 is already [indicators] buzzer",
        ),
        (
            "[controls]\nback = 3",
            "[controls] back = 3: allowed is a free pin; 3 is already the screen's I2C bus",
        ),
    ],
)
def test_a_pin_used_twice(text: str, message: str) -> None:
    assert refusal(text) == f"config.toml: {message}"


def test_parts_that_are_not_fitted_share_no_pin() -> None:
    settings('[indicators]\nbuzzer = "off"\nvibration = "off"\nenable_line = "off"')


def test_the_i2c_pins_are_free_where_nothing_uses_them() -> None:
    settings('[screen]\ndriver = "none"\n[controls]\nback = 3')
    settings("[screen]\ni2c_port = 4\n[controls]\nback = 3")


def test_every_mistake_is_named_at_once() -> None:
    message = refusal("langage = 3\n[limits]\ncurrent_ma = 95\nminutes = 3\n[plan]\nrest = 1")
    assert [line.split(":")[1].split("=")[0].strip() for line in message.splitlines()] == [
        "langage",
        "[limits] current_ma",
        "[limits] minutes",
        "[plan] rest",
    ]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(key=st.sampled_from(KEYS), value=anything)
def test_any_value_is_either_read_or_refused_never_more(key: Any, value: object) -> None:
    try:
        read = key.kind.read(value)
    except NotAllowedError:
        return
    text = key.kind.write(read)
    assert key.kind.read(parse_text(f"value = {text}", "")["value"]) == read
