"""What the loop gives to screen and voice, and when."""

from itertools import pairwise

import pytest

from appliance.service.missing_parts import NoVoice
from appliance.session.board import Contact
from appliance.session.cues import Cue
from appliance.session.events import HistoryRead
from appliance.session.machine.prompts import REMIND_S
from appliance.session.state import State
from appliance.session.view import View
from appliance.therapy.units import NEVER
from tests.journeys.journey import Box, Home


class NotingVoice(NoVoice):
    """Notes what it is shown, and when it may go on with what it says."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, View]] = []
        self.cues: list[Cue] = []
        self.ticks: list[float] = []
        self.due = NEVER

    def show(self, view: View, cues: tuple[Cue, ...], now: float) -> None:
        self.shown.append((now, view))
        self.cues += cues

    def next_deadline(self) -> float:
        return self.due

    def tick(self, now: float) -> None:
        self.ticks.append(now)
        self.due = NEVER


@pytest.fixture
def voice() -> NotingVoice:
    return NotingVoice()


@pytest.fixture
def box(home: Home, voice: NotingVoice) -> Box:
    return home.knows().boot(voice=voice)


def test_the_voice_is_told_every_cue(box: Box, voice: NotingVoice) -> None:
    voice.cues.clear()
    cues: list[Cue] = []
    box.watchers.append(lambda record: cues.extend(record.cues))
    box.to_current(4).press_stop().release_stop().wait(1.1).confirm()
    assert len(cues) > 20
    assert voice.cues == cues


def test_a_cue_without_event_or_another_screen_is_told_at_once(
    box: Box, voice: NotingVoice
) -> None:
    box.switched_on().confirm().sees(State.CHECKLIST)
    reminder_at = max(box.record.touched_at, box.record.shown_at) + REMIND_S
    box.live_until(reminder_at - 0.03)
    # A view has just been shown, and the next step is the one of the reminder.
    voice.due = reminder_at + 0.02
    box.service.step(box.now, [HistoryRead(box.now, {})])
    assert voice.shown[-1][0] == box.now
    voice.cues.clear()
    box.wait_until(lambda: bool(box.record.cues), within_s=1.0)
    assert box.now == reminder_at + 0.02
    assert voice.cues == list(box.record.cues)


def test_screen_and_voice_are_shown_the_same(box: Box, voice: NotingVoice) -> None:
    box.switched_on()
    assert voice.shown[-1][1] is box.view
    box.confirm().sees(State.CHECKLIST)
    assert voice.shown[-1][1] is box.view


def test_another_screen_is_shown_in_the_step_in_which_it_appears(
    box: Box, voice: NotingVoice
) -> None:
    appeared = {record.now for record in (box.record,)}
    screens = [box.record.screen]

    def look(record: object) -> None:
        if box.record.screen != screens[-1]:
            screens.append(box.record.screen)
            appeared.add(box.now)

    box.watchers.append(look)
    box.to_current(4)
    assert len(screens) > 10
    assert appeared <= {at for at, _ in voice.shown}


def test_a_voice_that_has_something_to_do_wakes_the_loop_once(box: Box, voice: NotingVoice) -> None:
    box.switched_on().wait(0.3)
    voice.due = due = box.now + 0.25
    box.service.step(box.now, [])
    box.press_knob()
    assert voice.ticks == []
    box.wait(0.5)
    assert voice.ticks == [due]


def test_contact_alone_is_shown_within_a_tenth_of_a_second(box: Box, voice: NotingVoice) -> None:
    """No hand and no cue says so: the view itself has changed."""
    box.to_current(4).to_step("twitch").wait(0.5)
    good = (Contact.GOOD, Contact.GOOD)
    poll = box.driver.poll
    began = box.now
    box.driver.poll = lambda now: poll(now).but(contact=good)  # type: ignore[method-assign]
    box.wait(0.3)
    changed = [at for at, view in voice.shown if at > began]
    assert changed[0] - began <= 0.16


def test_outside_stimulating_a_view_is_made_ten_times_a_second_at_most(
    box: Box, voice: NotingVoice
) -> None:
    box.to_choosing().wait(0.5)
    voice.shown.clear()
    box.wait(3.0)
    times = [at for at, _ in voice.shown]
    assert len(times) <= 31
    assert max(after - before for before, after in pairwise(times)) < 0.21


def test_in_locked_a_view_is_a_second_old_at_most(box: Box, voice: NotingVoice) -> None:
    box.switched_on().wait(0.5)
    voice.shown.clear()
    box.wait(5.0)
    times = [at for at, _ in voice.shown]
    assert max(after - before for before, after in pairwise(times)) < 1.1
