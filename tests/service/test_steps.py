"""What makes the loop take a step at once, and what waits for the next one."""

from typing import Any

import pytest

from appliance.journal import barred_boards
from appliance.session.board import BoardState, Contact, Link, Output, Report
from appliance.session.events import Event
from appliance.session.notes import BoardBarred
from appliance.session.state import State
from appliance.settings.model import Settings, Sound
from appliance.virtual_box.box import A_MONDAY
from tests.journeys.journey import Box, Home
from tests.service.frames import Frames


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot().switched_on()


NEWS: list[dict[str, Any]] = [
    {"link": Link.DOWN},
    {"state": BoardState.FAULT},
    {"output": Output.UNKNOWN},
    {"contact": (Contact.GOOD, Contact.UNKNOWN)},
    {"faults": frozenset({"board_lost"})},
    {"agreed_at": 1.0},
]


@pytest.mark.parametrize("news", NEWS, ids=lambda news: next(iter(news)))
def test_a_report_with_news_is_a_step_at_once(box: Box, news: dict[str, Any]) -> None:
    report = box.record.report.but(**news)
    assert report != box.record.report
    _report(box, report)
    box.service.step(box.now)
    assert box.record.report is report


def test_a_report_that_only_confirms_waits_for_the_next_step(box: Box) -> None:
    report = box.record.report.but(at=box.now, battery_v=3.9)
    _report(box, report)
    box.service.step(box.now)
    assert box.record.report is not report
    box.wait(1.1)
    assert box.record.report is report


def _report(box: Box, report: Report) -> None:
    """Whatever the board says from now on, the driver makes this of it."""
    poll = box.driver.poll

    def polled(now: float) -> Report:
        poll(now)
        return report

    box.driver.poll = polled  # type: ignore[method-assign]


def test_an_answer_of_the_board_finds_stop_that_moved_without_an_edge(box: Box) -> None:
    Frames(box).just_sent(box)
    stop = box.factory.pin(box.world.settings.controls.stop)
    stop.when_changed = None
    stop.drive_high()
    sent_at = box.now
    box.step()
    assert box.now == sent_at
    assert box.record.stop_open


@pytest.mark.parametrize("is_open", [True, False])
def test_the_level_of_stop_after_its_events_has_the_last_word(box: Box, is_open: bool) -> None:
    controls, stop = box.service.ports.controls, box.factory.pin(box.world.settings.controls.stop)
    read = controls.read

    def move(to_open: bool) -> None:
        stop.drive_high() if to_open else stop.drive_low()

    def moved_meanwhile(now: float) -> list[Event]:
        events = read(now)
        move(is_open)
        return events

    controls.read = moved_meanwhile  # type: ignore[method-assign]
    if not is_open:
        # The read tells of this press, and nothing yet of the release that follows it.
        move(True)
    box.service.step(box.now)
    assert box.record.stop_open is is_open


def test_a_release_of_stop_is_told_once(box: Box) -> None:
    box.press_stop().release_stop()
    assert box.told.count("stop_released in locked") == 1


def test_the_loop_runs_until_it_is_told_to_end(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    began, ended = box.now, []

    def goes_on(now: float) -> None:
        raise AssertionError("it was told to end two seconds ago")

    with monkeypatch.context() as patch:
        # The fixture closes the box.
        patch.setattr(box.service, "finish", lambda: ended.append(box.now))
        box.agenda.at(began + 2.5, lambda now: box.service.end())
        box.agenda.at(began + 4.5, goes_on)
        box.service.run()
    assert ended == [began + 2.5]
    assert box.state is State.LOCKED


def test_the_loop_begins_with_the_choices_and_the_bars_that_it_was_given(home: Home) -> None:
    bar = barred_boards.Bar(BoardBarred(5.0, "reference 7", "over_current"), A_MONDAY, "boot")
    home.knows()
    barred_boards.add(barred_boards.path_beside(home.folder / "journal.sqlite3"), [bar])
    record = home.boot(Settings(language="de", sound=Sound(volume=3))).record
    assert (record.language, record.volume) == ("de", 3)
    assert record.barred == {"reference 7": "over_current"}
