"""Views are made when what they show can have changed, and are never late."""

from functools import lru_cache
from itertools import pairwise

import pytest

from appliance.screen.draw import draw
from appliance.service.loop import OLD_VIEW_S, VIEW_S
from appliance.session.record import Record
from appliance.session.state import State
from appliance.session.view import View
from appliance.session.view_of_record import view_of
from appliance.settings.words import Words
from tests.journeys.journey import Box, Home


class Shown:
    """What the loop has given to the screen, and when."""

    def __init__(self, box: Box) -> None:
        self.times: list[float] = []
        self._box, self._show = box, box.service.ports.screen.show
        box.service.ports.screen.show = self._see  # type: ignore[method-assign]

    def _see(self, view: View) -> None:
        self.times.append(self._box.now)
        self._show(view)


class Behind:
    """Compares the panel with the picture of each record. Raises AssertionError."""

    def __init__(self, box: Box) -> None:
        self._box, self._at, self._since = box, box.now, box.now

    def compare(self, record: Record) -> None:
        if record.now == self._at:
            return
        self._at = record.now
        if _pixels(self._box.view) == _pixels(view_of(record)):
            self._since = record.now
        assert record.now - self._since <= VIEW_S, f"the panel is behind at {record.now:.2f} s"


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot().to_current(6)


def test_while_current_flows_and_nothing_moves_two_views_a_second_are_enough(box: Box) -> None:
    box.to_step("twitch").wait(2.0)
    shown = Shown(box)
    box.wait(5.0)
    assert len(shown.times) <= 10
    assert max(b - a for a, b in pairwise(shown.times)) <= OLD_VIEW_S + 0.05


def test_the_panel_is_never_behind_what_a_view_of_every_step_would_show(box: Box) -> None:
    box.watchers.append(Behind(box).compare)
    _skip_to(box, left_s=62.0)
    box.turn(1).back().turn(-1).wait(6.0)
    _skip_to(box, left_s=1.5)
    box.wait_for(State.STAGE_DONE, within_s=4.0)


def _skip_to(box: Box, left_s: float) -> None:
    """To so many seconds before the stage's end."""
    run = box.record.run
    assert run is not None
    at_s, all_s = run.planned_s - left_s, run.planned_s
    later = run.but(elapsed_s=at_s, noted_s=at_s, booking_s=all_s, booked_s=all_s)
    box.service.record = box.record.but(run=later)


@lru_cache(maxsize=2)
def _pixels(view: View) -> bytes:
    return draw(view, Words.load(view.language)).tobytes()
