"""What is saved of a settings file that is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import SettingsError
from appliance.settings.model import Settings
from appliance.settings.reading import load, salvage


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


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


@pytest.mark.parametrize("wrong", ["no_such_key = 1", "[limits]\ncurrent_ma 20", "[limits]\nx = 1"])
def test_salvage_keeps_where_the_journal_is(file: Path, wrong: str) -> None:
    file.write_text(f'{wrong}\n[journal]\npath = "/srv/j.sqlite3"\n')
    assert salvage(file).journal.path == Path("/srv/j.sqlite3")
    file.write_text(f"{wrong}\n[journal]\npath = 3\n")
    assert salvage(file).journal == Settings().journal


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
