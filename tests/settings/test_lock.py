"""With the lock set, nothing reaches more than it permits; stopping and lowering stay free."""
# ruff: noqa: E501 (an inline table of TOML has to stay on one line)

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.cli import main
from appliance.errors import ApplianceError, SettingsError
from appliance.service.parts import settings_as_json
from appliance.settings import editing, lock
from appliance.settings.keys import KEYS, keys_of
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.settings.reading import load
from appliance.therapy.history import History
from appliance.therapy.offers import REST_DAY, today
from appliance.therapy.plan import Rest
from appliance.therapy.programs import Kind

PIN = "2580"
OWN = """
[mine]
kind = "contracting"
phases = [
    { name = "work", frequency_hz = 30, pulse_width_us = 200, ramp_up_s = 2, hold_s = 3, ramp_down_s = 1, off_s = 10 },
]
"""
ROUTINE = '[my_routine]\nstages = [{ placement = "lower_back", program = "mine", minutes = 10 }]\n'
FIXED = [*keys_of("limits"), *keys_of("plan")]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A locked box with a routine of its own: its settings file."""
    folder = tmp_path_factory.mktemp("locked")
    file = folder / "config.toml"
    file.write_text('[plan]\nroutine = "my_routine"\n[limits]\ncurrent_ma = 50\n')
    (folder / "programs.toml").write_text(OWN)
    (folder / "routines.toml").write_text(ROUTINE)
    in_force = load(file, {})
    lock.write(file, lock.lock_of(in_force, load_catalogue(file, in_force)), PIN)
    return file


def is_within(found: Settings) -> bool:
    limits = found.limits
    return (
        found.plan.routine == "my_routine"
        and found.plan.stage_minutes <= 20
        and found.plan.rest is Rest.LONG
        and limits.current_ma <= 50
        and limits.gentle_current_ma <= 30
        and limits.minutes_per_day <= 75
        and limits.minutes_per_site <= 30
        and limits.sessions_per_day <= 1
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    key=st.sampled_from([key.full_name for key in (*KEYS, *FIXED, *FIXED)]),
    words=st.sampled_from(["my_routine", "bench", "lower_back_session", "short", "long"])
    | st.integers(0, 100).map(str)
    | st.floats(0.5, 95).map(str),
)
def test_no_value_that_can_be_set_reaches_more(box: Path, key: str, words: str) -> None:
    before = box.read_text()
    try:
        editing.set_value(box, key, words)
    except ApplianceError:
        assert box.read_text() == before
    found = load(box, {})
    load_catalogue(box, found)
    assert is_within(found)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("programs.toml", "frequency_hz = 30", "frequency_hz = 50"),
        ("programs.toml", "hold_s = 3", "hold_s = 9"),
        ("programs.toml", "off_s = 10", "off_s = 10, alternating = true"),
        ("routines.toml", "minutes = 10", "minutes = 20"),
        ("routines.toml", "lower_back", "glutes"),
    ],
)
def test_no_file_beside_the_settings_reaches_more(box: Path, name: str, old: str, new: str) -> None:
    file = box.parent / name
    before = file.read_text()
    file.write_text(before.replace(old, new))
    try:
        with pytest.raises(SettingsError, match="are not those that were locked"):
            load_catalogue(box, load(box, {}))
    finally:
        file.write_text(before)
    load_catalogue(box, load(box, {}))


@settings(max_examples=25, deadline=None)
@given(
    history=st.builds(
        History,
        sessions_counted=st.integers(0, 30),
        sessions_today=st.integers(0, 2),
        contracting_minutes_today=st.floats(0, 90),
        days_since_full_list=st.none() | st.floats(0, 40),
        weekday=st.integers(0, 6),
        clock_trusted=st.booleans(),
        readable=st.booleans(),
    ),
    person=st.sampled_from(("Me", "Guest")),
)
def test_no_button_reaches_more_than_the_locked_routine(
    box: Path, history: History, person: str
) -> None:
    found = load(box, {})
    catalogue = load_catalogue(box, found)
    locked = {stage.placement.id for stage in catalogue.routines["my_routine"].stages}
    for option in today(person, history, found.plan, found.limits, catalogue).offered:
        if option is not REST_DAY:
            assert {stage.placement.id for stage in option.stages} <= locked
            assert {stage.program.id for stage in option.stages} <= {"mine", "gentle"}


def test_what_is_left_to_choose_is_the_routine_and_the_dummy_load(box: Path) -> None:
    routines = load_catalogue(box, load(box, {})).routines
    kinds = {id_: routine.kind for id_, routine in routines.items()}
    assert kinds == {"my_routine": Kind.CONTRACTING, "bench": Kind.BENCH}


def test_a_damaged_lock_is_not_an_open_one(tmp_path: Path) -> None:
    (tmp_path / "lock.toml").write_text("routine = 3\n")
    with pytest.raises(SettingsError, match="the lock is damaged"):
        load_catalogue(tmp_path / "config.toml", Settings())


def test_a_seal_is_of_the_numbers_and_of_nothing_else() -> None:
    catalogue = load_catalogue(Path("config.toml"), Settings())
    seal = lock.seal_of(catalogue, "lower_back_session")
    gentle = catalogue.programs["gentle"]
    same = catalogue.but(programs={**catalogue.programs, "other": gentle})
    assert lock.seal_of(same, "lower_back_session") == seal
    stronger = gentle.but(phases=(gentle.phases[1].but(hold_s=9.0),))
    other = catalogue.but(programs={**catalogue.programs, "gentle": stronger})
    assert lock.seal_of(other, "lower_back_session") != seal


def test_the_record_tells_when_a_lock_came_and_went(box: Path) -> None:
    locked = json.loads(settings_as_json(Settings(), lock.facts(box)))
    free = json.loads(settings_as_json(Settings(), lock.facts(Path("/no/such/config.toml"))))
    assert (locked["lock"]["set"], free["lock"]["set"]) == (True, False)


def test_the_hash_of_the_pin_is_for_its_owner_alone(box: Path) -> None:
    kept = box.parent / "lock.pin"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert PIN not in kept.read_text()
    assert PIN not in (box.parent / "lock.toml").read_text()
    assert lock.opens_with(box, PIN) and not lock.opens_with(box, "2581")


class Typed:
    """Standard input with lines in it, as a pipe has."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return self.lines.pop(0) + "\n"


def run(
    monkeypatch: pytest.MonkeyPatch, file: Path, *words: str, typed: tuple[str, ...] = ()
) -> int:
    monkeypatch.setattr("sys.stdin", Typed(*typed))
    return main(["lock", *words, "--config", str(file)])


def test_a_lock_is_set_told_and_removed_with_its_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("")
    assert run(monkeypatch, file, "set", typed=("12",)) == 2
    assert run(monkeypatch, file, "set", typed=("1234", "1235")) == 2
    assert lock.read(file) is None
    assert run(monkeypatch, file, "set", typed=("1234", "1234")) == 0
    assert run(monkeypatch, file, "set", typed=("9999", "9999")) == 2
    assert run(monkeypatch, file, "status") == 0
    assert "current_ma: up to 60" in capsys.readouterr().out
    assert run(monkeypatch, file, "remove", typed=("4321",)) == 2
    assert lock.read(file) is not None
    assert run(monkeypatch, file, "remove", typed=("1234",)) == 0
    assert lock.read(file) is None


def test_a_lock_permits_every_number_that_was_set(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[plan]\nstage_minutes = 12.34564\n[limits]\ncurrent_ma = 47.12345678901234\n")
    in_force = load(file, {})
    catalogue = load_catalogue(file, in_force)
    lock.write(file, lock.lock_of(in_force, catalogue), PIN)
    assert lock.read(file) == lock.lock_of(in_force, catalogue)
    load_catalogue(file, load(file, {}))


def test_a_forgotten_pin_is_roots_to_remove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("")
    assert run(monkeypatch, file, "set", typed=("1234", "1234")) == 0
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert run(monkeypatch, file, "remove", "--forgotten") == 2
    assert "a forgotten PIN is root's" in capsys.readouterr().err
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert run(monkeypatch, file, "remove", "--forgotten") == 0
    assert lock.read(file) is None


def test_another_record_is_not_put_in_while_the_lock_is_set(
    box: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.sqlite3"
    assert main(["log", "restore", str(other), "--config", str(box)]) == 2
    assert "the box is locked" in capsys.readouterr().err
