"""What makes the loop take a step at once, and what waits for the next one."""

from itertools import count
from typing import Any

import pytest

from appliance.journal import barred_boards
from appliance.session.board import BoardState, Contact, Link, Output, Report
from appliance.session.events import Button, Event
from appliance.session.notes import BoardBarred
from appliance.session.record import Record
from appliance.session.state import State
from appliance.settings.model import Settings, Sound
from appliance.simulator.scripted_hands import Press
from appliance.virtual_box.box import A_MONDAY
from tests.journeys.journey import Box, Home
from tests.service.frames import Frames, gaps


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


def test_reports_that_differ_each_time_are_told_with_each_step(box: Box) -> None:
    poll, polls = box.driver.poll, count(1)
    box.driver.poll = lambda now: poll(now).but(battery_v=float(next(polls)))  # type: ignore[method-assign]
    box.wait(3.0)
    told = box.record.report.battery_v
    assert told is not None
    assert next(polls) - told <= 3


def test_a_report_that_waits_is_told_with_the_next_event(box: Box) -> None:
    report = box.record.report.but(at=box.now, battery_v=3.9)
    _report(box, report)
    box.live_until(box.now + 0.05).factory.pin(box.world.settings.controls.back).drive_low()
    assert box.record.report is not report
    box.step()
    assert box.record.presses
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


def test_a_blip_of_stop_between_two_reads_is_told_once(box: Box) -> None:
    stop = box.factory.pin(box.world.settings.controls.stop)
    stop.drive_high()
    stop.drive_low()
    box.step()
    assert not box.record.stop_open
    assert box.told.count("stop_pressed in locked") == 1
    assert box.told.count("stop_released in locked") == 1


def test_stop_is_off_before_the_other_controls_are_read(home: Home) -> None:
    box = home.knows().boot().to_current(4)
    frames, read, were_off = Frames(box), box.service.ports.controls.read, []
    stop = box.factory.pin(box.world.settings.controls.stop)

    def noted(now: float) -> list[Event]:
        if stop.state:
            were_off.append(frames.sent[-1][1] is None)
        return read(now)

    box.service.ports.controls.read = noted  # type: ignore[method-assign]
    stop.drive_high()
    box.wait_for(State.STOPPED, within_s=0.02)
    assert were_off == [True]
    assert box.record.stop_open


class NotingSocket:
    """A control socket that is served, without one."""

    def __init__(self) -> None:
        self.served = 0
        self.wants_more = False

    def descriptors(self) -> list[int]:
        return []

    def serve(self, answer: object) -> bool:
        self.served += 1
        return self.wants_more

    def close(self) -> None:
        return None


@pytest.fixture
def served(box: Box) -> NotingSocket:
    served = NotingSocket()
    box.service.ports.socket = served  # type: ignore[assignment]
    return served


def _wake_for(box: Box, monkeypatch: pytest.MonkeyPatch, *descriptors: int | None) -> None:
    """One round of the loop in which these can be read, at the same moment."""
    with monkeypatch.context() as patch:
        patch.setattr(box.clock, "wait", lambda of, until: list(descriptors))
        box.step()


def test_a_socket_that_has_more_to_say_is_served_again_at_once(
    box: Box, served: NotingSocket
) -> None:
    began = box.live_until(box.now + 0.35).now
    served.served, served.wants_more = 0, True
    box.wakeup.wake()
    for round in (1, 2, 3):
        box.step()
        assert (served.served, box.now) == (round, began)
    served.wants_more = False
    box.step()
    box.step()
    assert served.served == 4
    assert box.now > began


def test_board_and_hand_at_the_same_moment_are_both_heard(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.factory.pin(box.world.settings.controls.confirm).drive_low()
    _wake_for(box, monkeypatch, box.driver.fileno(), box.service.ports.controls.fileno())
    assert [press.button for press in box.record.presses] == [Button.CONFIRM]


def test_an_answer_of_the_board_that_only_confirms_reads_no_controls_and_serves_no_socket(
    box: Box, served: NotingSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, read = [], box.service.ports.controls.read

    def noted(now: float) -> list[Event]:
        reads.append(now)
        return read(now)

    box.service.ports.controls.read = noted  # type: ignore[method-assign]
    _report(box, box.record.report.but(at=box.now))
    _wake_for(box, monkeypatch, box.driver.fileno())
    assert (reads, served.served) == ([], 0)


def test_outside_locked_a_step_is_taken_every_100_ms(box: Box) -> None:
    box.confirm().sees(State.CHECKLIST).wait(0.5)
    assert max(gaps(_steps(box, 3.0))) <= 0.1001


def test_a_hold_is_drawn_every_50_ms_and_acts_to_the_moment(box: Box) -> None:
    box.confirm().sees(State.CHECKLIST).wait(1.7)
    pressed_at, statement = box.now, box.statement
    box.hands.do(Press(pressed_at, Button.CONFIRM, 1.0))
    box.wait_until(lambda: bool(box.record.presses), within_s=0.01)
    steps = [box.now]
    while box.statement == statement:
        box.step()
        steps.append(box.record.now)
    assert max(gaps(steps)) <= 0.0501
    assert steps[-1] == pressed_at + 0.6


def test_a_hold_that_is_over_keeps_the_loop_awake_no_more(box: Box) -> None:
    box.confirm().sees(State.CHECKLIST).wait(1.7)
    box.hands.do(Press(box.now, Button.CONFIRM, 5.0))
    box.wait(0.8)
    assert len(_steps(box, 2.0)) <= 45


def test_a_tap_shorter_than_a_bounce_ends_when_bounces_are_over(box: Box) -> None:
    pressed_at = box.live_until(box.now + 0.35).now
    box.hands.do(Press(pressed_at, Button.KNOB, 0.005))
    box.live_until(pressed_at + 0.015)
    assert box.record.presses
    box.step()
    assert box.now == pressed_at + 0.02
    assert not box.record.presses


def test_a_tap_that_was_over_before_the_loop_looked_ends_when_bounces_are_over(box: Box) -> None:
    pressed_at = box.live_until(box.now + 0.35).now
    knob = box.factory.pin(box.world.settings.controls.knob_press)
    knob.drive_low()
    knob.drive_high()
    box.step()
    assert box.record.presses
    box.step()
    assert box.now == pressed_at + 0.02
    assert not box.record.presses


def _steps(box: Box, seconds: float) -> list[float]:
    """When the loop stepped, in this time."""
    times: list[float] = []

    def look(record: Record) -> None:
        if record.now not in times:
            times.append(record.now)

    box.watchers.append(look)
    box.wait(seconds)
    box.watchers.remove(look)
    return times


PARTS = ("controls", "indicators", "screen", "journal", "voice", "power")


@pytest.mark.parametrize("part", PARTS)
def test_a_fault_of_one_part_alone_is_present(box: Box, part: str) -> None:
    told = frozenset({"journal_slow"})
    getattr(box.service.ports, part).faults = lambda *_: told
    box.wait(1.1)
    assert box.record.present == told


def test_a_part_that_could_not_be_opened_is_a_fault_that_stands(box: Box) -> None:
    box.service.ports.standing_faults = frozenset({"journal_slow"})
    box.wait(1.1)
    assert box.record.present == {"journal_slow"}


def test_a_board_that_is_connected_is_not_connected_again(box: Box) -> None:
    again: list[float] = []
    box.driver.connect = again.append  # type: ignore[method-assign]
    box.wait(2.0)
    assert again == []
    box.unplug().wait(0.5)
    assert again


def test_a_board_that_is_lost_is_not_connected_before_its_fault(home: Home) -> None:
    box = home.knows().boot().to_current(4)
    states: list[State] = []
    box.driver.connect = lambda now: states.append(box.state)  # type: ignore[method-assign]
    box.unplug().wait(0.5)
    assert set(states) == {State.FAULT}


def test_the_loop_begins_with_the_choices_and_the_bars_that_it_was_given(home: Home) -> None:
    bar = barred_boards.Bar(BoardBarred(5.0, "reference 7", "over_current"), A_MONDAY, "boot")
    home.knows()
    barred_boards.add(barred_boards.path_beside(home.folder / "journal.sqlite3"), [bar])
    record = home.boot(Settings(language="de", sound=Sound(volume=3))).record
    assert (record.language, record.volume) == ("de", 3)
    assert record.barred == {"reference 7": "over_current"}
