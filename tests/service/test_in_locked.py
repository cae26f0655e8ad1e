"""What the loop does by itself in `locked`: histories, a look for settings, switching off."""

from collections.abc import Iterable
from itertools import pairwise

import pytest

from appliance.service.settings_files import NoFiles
from appliance.session.state import State
from tests.journeys.journey import Box, Home
from tests.journeys.test_the_date import TOMORROW, set_it, to_the_date, unsure


class Asked:
    """When and for whom the loop has asked the journal for histories."""

    def __init__(self, box: Box) -> None:
        self.times: list[float] = []
        self.people: list[str] = []
        self._box, self._ask = box, box.diary.request_histories
        box.diary.request_histories = self._note  # type: ignore[method-assign]

    def _note(self, people: Iterable[str], now: float) -> None:
        self.times.append(now)
        self.people = list(people)
        self._ask(self.people, now)


class NotingFiles(NoFiles):
    """Notes when the loop looks for news, of which there are none."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.looks: list[float] = []

    def has_news(self) -> bool:
        self.looks.append(self._box.now)
        return False


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot()


def test_histories_are_read_on_entry_and_every_minute(box: Box) -> None:
    asked = Asked(box)
    box.wait_for(State.LOCKED, within_s=5.0)
    assert asked.times == [box.now]
    assert asked.people == list(box.record.rules.plan.people)
    box.wait(125.0)
    assert len(asked.times) == 3
    assert all(60.0 <= after - before <= 61.0 for before, after in pairwise(asked.times))


def test_histories_are_read_anew_on_each_entry_and_only_there(box: Box) -> None:
    box.switched_on()
    asked = Asked(box)
    box.confirm().sees(State.CHECKLIST).wait(70.0).sees(State.CHECKLIST)
    assert asked.times == []
    box.back().wait(0.3).confirm().sees(State.LOCKED)
    assert len(asked.times) == 1
    box.wait(1.0).confirm().sees(State.CHECKLIST).wait(0.3)
    box.back().wait(0.3).confirm().sees(State.LOCKED).wait(3.0)
    assert len(asked.times) == 2


def test_histories_are_read_anew_by_a_date_that_was_just_set(home: Home) -> None:
    box = to_the_date(unsure(home))
    asked = Asked(box)
    set_it(box, TOMORROW)
    assert box.now - asked.times[-1] < 1.0


def test_files_are_looked_at_once_a_second_at_most(box: Box) -> None:
    files = NotingFiles(box)
    box.service.ports.files = files
    # In `fault` a step comes ten times a second.
    box.unplug().wait_for(State.FAULT, within_s=5.0).wait(10.0)
    assert 10 <= len(files.looks) <= 12
    assert all(after - before >= 1.0 for before, after in pairwise(files.looks))


def test_files_are_not_looked_at_while_a_button_is_down_or_a_person_is_led(box: Box) -> None:
    box.switched_on().wait(6.0)
    files = NotingFiles(box)
    box.service.ports.files = files
    box.wait(2.0)
    assert files.looks
    files.looks.clear()
    back = box.factory.pin(box.world.settings.controls.back)
    back.drive_low()
    box.wait(9.0).sees(State.LOCKED)
    assert files.looks == []
    back.drive_high()
    box.wait(1.0).back().confirm().sees(State.CHECKLIST)
    files.looks.clear()
    box.wait(9.0).sees(State.CHECKLIST)
    assert files.looks == []


def test_files_are_looked_at_five_seconds_after_the_last_touch(box: Box) -> None:
    files = NotingFiles(box)
    box.switched_on().back()
    box.service.ports.files = files
    touched_at = box.record.touched_at
    box.wait(8.0)
    assert 5.0 <= files.looks[0] - touched_at <= 6.0


def test_news_end_the_loop(box: Box) -> None:
    files = NotingFiles(box)
    files.has_news = lambda: True  # type: ignore[method-assign]
    box.switched_on().wait(6.0)
    ended: list[float] = []
    box.service.end = lambda: ended.append(box.now)  # type: ignore[method-assign]
    box.service.ports.files = files
    box.wait(1.1)
    assert box.service.renews
    assert ended


def test_systemd_is_asked_once_to_switch_off(box: Box) -> None:
    asked: list[float] = []
    box.service.ports.power.switch_off = lambda: asked.append(box.now)  # type: ignore[method-assign]
    box.switched_on().hold_back().wait(0.3)
    assert asked == []
    box.confirm().wait(3.0)
    assert len(asked) == 1
