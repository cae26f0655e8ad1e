"""The demo: a whole scripted session, and what makes its verdict bad."""

import io
import os
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from appliance.cli import demo_script, main, soundtrack
from appliance.cli.demo_report import report, verdict
from appliance.cli.demo_script import Delivered, Played
from appliance.cli.film import LONGEST_MS, MOMENTS, Film
from appliance.session.state import State
from appliance.settings.model import Settings
from appliance.simulator.pulse_witness import Witness
from appliance.therapy.plan import Plan
from appliance.virtual_box.listener import Listener
from tests.full_disk import full_disk

README_FILM = Path(__file__).parents[2] / "pictures" / "session.gif"


def test_the_demo_plays_a_session_and_leaves_four_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The story is the same with stages of three minutes, and takes a third of the time.
    monkeypatch.setattr(demo_script, "SETTINGS", Settings().but(plan=Plan(stage_minutes=3.0)))
    folder = tmp_path / "demo"
    assert main(["demo", "--out", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "journal.sqlite3",
        "report.txt",
        "screens.png",
        "session.gif",
    ]
    with Image.open(folder / "session.gif") as film:
        # Three minutes are too short for a contraction at the level that the next moment wants.
        to_the_start = [moment.state for moment in MOMENTS].index(State.STIMULATING) + 1
        assert film.n_frames >= to_the_start  # type: ignore[attr-defined]
    with Image.open(folder / "screens.png") as sheet:
        assert min(sheet.size) > 128
    told = (folder / "report.txt").read_text()
    assert "Every stage delivered, every rule held." in told
    assert told in capsys.readouterr().out


def test_a_full_disk_ends_the_demo_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with full_disk(os.getpid()):
        assert main(["demo", "--out", str(tmp_path)]) == 1
    (told,) = capsys.readouterr().err.splitlines()
    assert told == (
        "ems-appliance: demo: Record cannot be saved."
        f" Make room in {tmp_path}, or name another folder with --out"
    )


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="NOT TESTED: espeak-ng is not installed")
def test_the_soundtrack_is_in_time_with_the_film(tmp_path: Path) -> None:
    film, listener = Film(), Listener()
    world = demo_script.World(tmp_path, log=io.StringIO(), voice=listener)
    with demo_script.VirtualBox(world) as box:
        box.watchers.append(lambda record: film.look(box.view, record.now))
        box.switched_on().wait(3.0).confirm().wait(4.0).hold_confirm(0.7).wait(1.0)
    heard = soundtrack.heard_with(film, listener)
    film.save(tmp_path / "film.gif", [one.shown_ms for one in heard])
    soundtrack.write_wav(tmp_path / "film.wav", heard)
    with Image.open(tmp_path / "film.gif") as image:
        lasts_ms = 0
        for number in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(number)
            lasts_ms += image.info["duration"]
    with wave.open(str(tmp_path / "film.wav")) as sound:
        sounds_ms = 1000 * sound.getnframes() / sound.getframerate()
    assert abs(sounds_ms - lasts_ms) < 1.0
    # "Press OK, the right button, ...", the first statement, and nothing while it is agreed to.
    said = [one.shown_ms > moment.shown_ms for one, moment in zip(heard, MOMENTS, strict=False)]
    assert said == [True, True, False]


@pytest.fixture
def played() -> Iterator[Played]:
    """What a good demo leaves."""
    good = Played(Witness(lambda: 30.0, lambda at: True), planned_stages=3, ended_in=State.LOCKED)
    for index, place in enumerate(("hip_flexors", "lower_back", "glutes")):
        good.stages[index] = Delivered(place, planned_s=600.0, delivered_s=600.0)
    assert verdict(good)
    yield good
    assert not verdict(good)
    assert "THE DEMO FAILED." in report(good)


def test_a_rule_that_was_broken_fails_it(played: Played) -> None:
    played.witness.broken.append("12.0 s, channel A: no pulse above this session's limit")


def test_a_missing_stage_fails_it(played: Played) -> None:
    del played.stages[2]


def test_a_stage_that_was_cut_short_fails_it(played: Played) -> None:
    played.stages[1].delivered_s = 590.0


def test_a_session_that_never_began_fails_it(played: Played) -> None:
    played.stages.clear()
    played.planned_stages = 0


def test_an_end_anywhere_else_fails_it(played: Played) -> None:
    played.ended_in = State.FAULT


def test_a_film_shows_each_moment_once_and_for_twenty_seconds_at_most(tmp_path: Path) -> None:
    assert sum(moment.shown_ms for moment in MOMENTS) <= LONGEST_MS
    film = Film()
    with demo_script.VirtualBox(demo_script.World(tmp_path, log=io.StringIO())) as box:
        box.switched_on()
        film.look(box.view, 1.0)
        film.look(box.view, 2.0)
        film.save(tmp_path / "film.gif")
    assert film.missing == MOMENTS[1:]
    with Image.open(tmp_path / "film.gif") as image:
        assert image.n_frames == 1  # type: ignore[attr-defined]


def test_the_film_of_the_readme_has_them_all_in_twenty_seconds() -> None:
    with Image.open(README_FILM) as film:
        frames = film.n_frames  # type: ignore[attr-defined]
        lasts_ms = 0
        for number in range(frames):
            film.seek(number)
            lasts_ms += film.info["duration"]
    assert frames == len(MOMENTS)
    assert lasts_ms <= LONGEST_MS
