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
from appliance.simulator.body import REFERENCE_COMPLIANCE_V, Pads
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
    """Compares what was shown with a view of each record. Raises AssertionError."""

    def __init__(self, box: Box) -> None:
        self._box, self._at, self._since = box, box.now, box.now

    def compare(self, record: Record) -> None:
        if record.now == self._at:
            return
        self._at = record.now
        shown, view = self._box.view, view_of(record)
        if _facts(shown) == _facts(view) and _pixels(shown) == _pixels(view):
            self._since = record.now
        assert record.now - self._since <= VIEW_S, f"the view is behind at {record.now:.2f} s"


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


def test_no_fact_of_a_session_with_troubles_is_shown_late(box: Box) -> None:
    box.watchers.append(Behind(box).compare)
    box.board.body.set_resistance(0, REFERENCE_COMPLIANCE_V / 4.0 * 1000)
    box.wait_until(lambda: box.view.hint == "dry_left", within_s=5.0)
    box.turn(1).back().back().turn(2).wait(5.0)
    box.diary.faults = lambda now: frozenset({"journal_slow"})  # type: ignore[method-assign]
    box.wait(1.0)
    assert box.view.tells == ("journal_slow",)
    box.board.body.place(0, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=2.0)


def _skip_to(box: Box, left_s: float) -> None:
    """To so many seconds before the stage's end."""
    run = box.record.run
    assert run is not None
    at_s, all_s = run.planned_s - left_s, run.planned_s
    later = run.but(elapsed_s=at_s, noted_s=at_s, booking_s=all_s, booked_s=all_s)
    box.service.record = box.record.but(run=later)


def _facts(view: View) -> View:
    """The view without what drifts: the battery, what flows, and the times."""
    channels = tuple(one.but(in_force=0.0, measured=None) for one in view.channels)
    stage = view.stage and view.stage.but(
        remaining_s=0.0, part_remaining_s=0.0, next_contraction_s=None
    )
    return view.but(channels=channels, stage=stage, battery=None)


@lru_cache(maxsize=2)
def _pixels(view: View) -> bytes:
    return draw(view, Words.load(view.language)).tobytes()
