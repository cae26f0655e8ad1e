"""Reading the settings file: what is allowed, and the line that each mistake gets."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import SettingsError
from appliance.settings import reading
from appliance.settings.keys import KEYS, SECTIONS
from appliance.settings.kinds import NotAllowedError
from appliance.settings.model import Settings
from appliance.settings.reading import load, parse_text, salvage, settings_from, settings_path
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


# --- which file ---


def test_the_named_file_comes_before_the_environments(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    file.write_text("[sound]\nvolume = 1\n")
    other.write_text("[sound]\nvolume = 2\n")
    environ = {"EMS_APPLIANCE_CONFIG": str(other)}
    assert load(file, environ).sound.volume == 1
    assert load(None, environ).sound.volume == 2
    assert settings_path(file, environ) == file
    assert settings_path(None, environ) == other


def test_the_default_file_is_last_and_may_be_missing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings_path(None, {}) == Path("/etc/ems-appliance/config.toml")
    assert settings_path(None, {"EMS_APPLIANCE_CONFIG": ""}) == reading.DEFAULT_PATH
    monkeypatch.setattr(reading, "DEFAULT_PATH", file)
    assert load(None, {}) == Settings()
    file.write_text("[sound]\nvolume = 3\n")
    assert load(None, {}).sound.volume == 3


@pytest.mark.parametrize("by_environment", [False, True])
def test_a_named_file_that_is_missing_is_an_error(file: Path, by_environment: bool) -> None:
    with pytest.raises(SettingsError) as caught:
        load(
            None if by_environment else file,
            {"EMS_APPLIANCE_CONFIG": str(file)} if by_environment else {},
        )
    assert str(caught.value) == f"{file}: there is no such file; name one that exists"
    assert caught.value.exit_code == 2


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, {})
    assert str(caught.value) == f"{tmp_path}: it cannot be read: Is a directory"


def test_bytes_that_are_no_text_are_an_error(file: Path) -> None:
    file.write_bytes(b"language = '\xff'")
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    assert str(caught.value) == f"{file}: it has to be text in UTF-8; save it as UTF-8"


# --- what is allowed ---


def test_an_empty_file_is_the_defaults() -> None:
    assert settings("") == Settings()


def test_every_field_of_the_settings_has_one_key() -> None:
    expected: set[str] = set()
    for field in fields(Settings):
        value = getattr(Settings(), field.name)
        if is_dataclass(value):
            expected.update(f"{field.name}.{inner.name}" for inner in fields(value))
        else:
            expected.add(field.name)
    assert {key.full_name for key in KEYS} == expected
    assert len(KEYS) == len(expected)


def test_every_default_is_allowed_and_survives_its_own_text() -> None:
    for key in KEYS:
        text = key.kind.write(key.default)
        assert key.kind.read(parse_text(f"value = {text}", "")["value"]) == key.default


def test_a_file_with_everything() -> None:
    found = settings(
        """
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
        path = "j.sqlite3"
        [service]
        runtime_dir = "/tmp/run"
        """
    )
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
    assert found.journal.path == Path("j.sqlite3")
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
        ("journal", "path", '""', "a path in quotes"),
        ("service", "runtime_dir", "[]", "a path in quotes"),
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


# --- what can be saved of a wrong file ---


def test_salvage_keeps_what_is_needed_to_show_the_mistake(file: Path) -> None:
    file.write_text(
        '[limits]\ncurrent_ma = 95\n[screen]\ndriver = "capture"\ncapture_dir = "/tmp/p"\n'
        '[service]\nruntime_dir = "/tmp/run"\n[stimulator]\ndriver = "simulated"\n'
    )
    saved = salvage(file)
    assert saved.screen.driver == "capture"
    assert saved.screen.capture_dir == Path("/tmp/p")
    assert saved.service.runtime_dir == Path("/tmp/run")
    # Nothing that could move a current is taken from a wrong file.
    assert saved.limits == Settings().limits
    assert saved.stimulator == Settings().stimulator


def test_salvage_reads_around_a_line_that_is_not_toml(file: Path) -> None:
    file.write_text('[limits]\ncurrent_ma 20\n\n[service]\nruntime_dir = "/tmp/run"\n')
    assert salvage(file).service.runtime_dir == Path("/tmp/run")


def test_salvage_leaves_a_wrong_value_at_its_default(file: Path) -> None:
    file.write_text('[screen]\ndriver = "capture"\nrotate = 9\n[service]\nruntime_dir = 3\n')
    saved = salvage(file)
    assert (saved.screen.driver, saved.screen.rotate) == ("capture", 0)
    assert saved.service == Settings().service


@pytest.mark.parametrize("content", [b"\xff\xfe[", b"", b"[[[[", b"screen = 3"])
def test_salvage_never_fails(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert salvage(file) == Settings()


FIRST_SECTION = '[service]\nruntime_dir = "/tmp/run"\n[limits]\ncurrent_ma = 95\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_salvage_reads_whatever_an_editor_saved(file: Path, encoding: str) -> None:
    file.write_bytes(FIRST_SECTION.encode(encoding))
    assert salvage(file).service.runtime_dir == Path("/tmp/run")


@pytest.mark.parametrize("rest", [" # mine", " mine", ", ", " ; mine", "]"])
def test_salvage_reads_a_section_with_something_behind_its_name(file: Path, rest: str) -> None:
    file.write_text(FIRST_SECTION.replace("[service]", f"[service]{rest}"))
    assert salvage(file).service.runtime_dir == Path("/tmp/run")


def test_salvage_reads_the_lines_beside_a_wrong_one(file: Path) -> None:
    file.write_text('[screen]\nrotate 180\ndriver = "sh1106"\n')
    assert salvage(file).screen.driver == "sh1106"


def test_a_byte_order_mark_is_no_mistake(file: Path) -> None:
    file.write_bytes("[limits]\ncurrent_ma = 20\n".encode("utf-8-sig"))
    assert load(file, {}).limits.current_ma == 20.0


def test_another_encoding_is_one_clear_line(file: Path) -> None:
    file.write_bytes("[limits]\ncurrent_ma = 20\n".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"UTF-8; save it as UTF-8$"):
        load(file, {})


def test_salvage_of_nothing_is_the_defaults(file: Path, tmp_path: Path) -> None:
    assert salvage(file) == Settings()
    assert salvage(tmp_path) == Settings()


@given(st.text())
def test_salvage_survives_any_text(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, "utf-8", errors="replace")
    assert isinstance(salvage(file), Settings)
