"""The key of a view: another one for everything that can be seen or heard, the same otherwise."""

from collections.abc import Callable

import pytest

from appliance.session.board import Contact, Link, Output
from appliance.session.envelope import ChannelPosition, Part
from appliance.session.events import Button
from appliance.session.levels import KnobSide
from appliance.session.presses import Press
from appliance.session.record import Hint, Record
from appliance.session.view_key import view_key
from tests.session.core import EXPERIENCED, Core

Change = Callable[[Record], Record]


@pytest.fixture(scope="module")
def record() -> Record:
    core = Core(EXPERIENCED)
    core.to_stimulating(5)
    return core.record


def _run(**changes: object) -> Change:
    return lambda record: record.but(run=record.run and record.run.but(**changes))


def _levels(**changes: object) -> Change:
    return lambda record: _run(levels=record.run and record.run.levels.but(**changes))(record)


def _left(seconds: float) -> Change:
    return lambda record: _run(elapsed_s=record.run and record.run.planned_s - seconds)(record)


def _position(**changes: object) -> Change:
    return lambda record: record.but(position=record.position and record.position.but(**changes))


def _part(part: Part, left_s: float) -> Change:
    here = ChannelPosition(part, left_s, 1.0)
    return _position(channels=(here, here))


def _report(**changes: object) -> Change:
    return lambda record: record.but(report=record.report.but(**changes))


def _same(record: Record) -> Record:
    return record


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_same, lambda record: record.but(screen=record.screen + 1)),
        (_same, lambda record: record.but(present=frozenset({"journal_dead"}))),
        (_same, lambda record: record.but(latched=("link_lost",))),
        (_same, lambda record: record.but(volume=record.volume - 1)),
        (_same, lambda record: record.but(language="de")),
        (_same, lambda record: record.but(hint=Hint("limit", record.now + 3.0))),
        (lambda record: record.but(hint=Hint("limit", record.now + 3.0)),
         lambda record: record.but(hint=Hint("limit", record.now))),
        (_same, _levels(target=(6.0, 5.0))),
        (_same, _levels(level=(4.5, 5.0))),
        (_same, _levels(knob_side=KnobSide.A)),
        (_same, _levels(unchanged_s=60.0)),
        (_same, _run(limit=7.0)),
        (_same, _run(limit_reason="board")),
        (_same, _run(contractions=99)),
        (_left(241.0), _left(240.0)),
        (_left(60.1), _left(60.0)),
        (_left(5.1), _left(5.0)),
        (_same, _position(span=7)),
        (_part(Part.HOLD, 3.0), _part(Part.RAMP_DOWN, 3.0)),
        (_part(Part.HOLD, 3.1), _part(Part.HOLD, 3.0)),
        (_position(next_contraction_s=3.1), _position(next_contraction_s=3.0)),
        (_same, _report(link=Link.DOWN)),
        (_same, _report(output=Output.UNKNOWN)),
        (_same, _report(contact=(Contact.OPEN, Contact.GOOD))),
    ],
)  # fmt: skip
def test_what_is_seen_or_heard_changes_it(record: Record, before: Change, after: Change) -> None:
    assert view_key(before(record)) is not None
    assert view_key(before(record)) != view_key(after(record))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_same, lambda record: record.but(now=record.now + 0.02, gap_s=0.02)),
        (_left(239.9), _left(239.1)),
        (_left(4.9), _left(4.1)),
        (_part(Part.HOLD, 2.9), _part(Part.HOLD, 2.1)),
        (_same, _report(at=5000.0, in_force=(4.4, 4.4), battery_v=7.1)),
    ],
)
def test_what_nobody_sees_does_not(record: Record, before: Change, after: Change) -> None:
    assert view_key(before(record)) == view_key(after(record)) is not None


def test_a_button_that_is_held_and_every_other_state_have_none(record: Record) -> None:
    held = record.but(presses=(Press(Button.BACK, record.now, record.screen),))
    assert view_key(held) is None
    assert view_key(Core(EXPERIENCED).record) is None
