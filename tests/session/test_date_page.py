"""The page of the date in `locked`: set by the knob, where no clock of the machine knows it."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.session.events import HistoryRead
from appliance.session.machine import prompts
from appliance.session.machine.date_page import LAPSES_S, PARTS
from appliance.session.notes import DateSet
from appliance.session.state import State
from appliance.session.view import DateView
from appliance.session.view_of_record import view_of
from appliance.therapy.history import DayClock
from tests.session.core import EXPERIENCED, Core

local = datetime.fromisoformat
WALL = datetime(2027, 2, 28, 14, 37, 20, tzinfo=UTC)
EARLIEST, LATEST = datetime(2026, 6, 10, tzinfo=UTC), datetime(2046, 6, 5, tzinfo=UTC)


def at_the_date(keeps_time: bool = False, wall: datetime = WALL) -> Core:
    """On the page, with the knob untouched."""
    clock = DayClock(100.0, wall, keeps_time, False, EARLIEST, LATEST)
    core = Core(EXPERIENCED.but(clock_trusted=keeps_time, clock=clock)).to_locked()
    for _ in range(4):
        core.back()
    assert view_of(core.record).page_name == "date"
    return core


def shown(core: Core) -> DateView:
    date = view_of(core.record).date
    assert date is not None
    return date


def test_the_page_shows_the_time_as_it_passes():
    core = at_the_date()
    core.wait(60.0)
    since = core.now - 100.0
    assert shown(core).local == (WALL + timedelta(seconds=since)).replace(
        tzinfo=None, second=0, microsecond=0
    )
    assert shown(core).part is None
    core.back()
    assert view_of(core.record).date is None


def test_the_first_turn_begins_with_the_boxs_guess_and_changes_nothing():
    core = at_the_date()
    core.turn(1)
    assert shown(core) == DateView(
        local("2027-02-28 14:35"), keeps_time=False, by_hand=False, part="year"
    )


def test_knob_and_confirm_set_every_part_and_then_the_date_counts():
    core = at_the_date()
    core.turn(1)
    for clicks in (1, 3, -7, 4, 5):
        core.turn(clicks, every_s=0.05)
        core.confirm()
    (note,) = core.notes_of(DateSet)
    assert note.local == local("2028-05-21 18:55")
    assert core.record.state is State.LOCKED
    assert shown(core).part is None


@pytest.mark.parametrize("leafed", range(1, 5))
def test_confirm_leads_from_a_page_that_is_looked_at_to_the_first_one_and_then_to_the_check(leafed):
    core = Core(EXPERIENCED).to_locked()
    for _ in range(leafed):
        core.back()
    assert view_of(core.record).page_name == ("record", "sound", "language", "date")[leafed - 1]
    core.confirm()
    assert core.record.state is State.LOCKED
    assert view_of(core.record).page_name == "plan"
    core.confirm()
    assert core.record.state is State.CHECKLIST


def test_back_forgets_what_was_being_set():
    core = at_the_date()
    core.turn(3)
    core.back()
    assert core.record.date_draft is None
    while view_of(core.record).page_name != "plan":
        core.back()
    core.confirm()
    assert core.record.state is State.CHECKLIST
    assert core.notes_of(DateSet) == []


def test_what_was_being_set_is_forgotten_after_a_minute_without_a_hand():
    core = at_the_date()
    core.turn(1)
    for _ in PARTS[1:]:
        core.wait(LAPSES_S - 5.0)
        core.confirm()
    assert shown(core).part == "minute"
    core.cues.clear()
    core.wait(LAPSES_S + 0.5)
    assert (shown(core).part, core.cues) == (None, [])
    core.confirm()
    assert core.notes_of(DateSet) == []
    assert view_of(core.record).page_name == "plan"


def test_a_fault_forgets_it_too():
    core = at_the_date()
    core.turn(3)
    core.faults("pins_failed")
    assert core.record.date_draft is None


def test_a_clock_that_keeps_time_cannot_be_set_by_hand():
    core = at_the_date(keeps_time=True)
    core.turn(3)
    assert shown(core).part is None
    core.confirm()
    assert view_of(core.record).page_name == "plan"


def test_a_clock_that_becomes_sure_in_the_middle_ends_the_setting():
    core = at_the_date()
    core.turn(3)
    clock = core.history.clock
    assert clock is not None
    sure = core.history.but(clock=clock.but(keeps_time=True))
    core.step(HistoryRead(core.now, {core.record.person: sure}))
    assert shown(core).part is None
    core.confirm()
    assert view_of(core.record).page_name == "plan"
    assert core.notes_of(DateSet) == []


def test_without_a_journal_there_is_nothing_to_set():
    core = Core(EXPERIENCED.but(clock=None)).to_locked()
    for _ in range(4):
        core.back()
    core.turn(2)
    assert view_of(core.record).date is None
    assert core.record.date_draft is None


@pytest.mark.parametrize(
    ("wall", "clicks", "expected"),
    [
        (WALL, (-9, 0, 0, 0, 0), local("2026-06-10 00:00")),
        (WALL, (-9, -9, 9, 9, 9), local("2026-06-19 09:45")),
        (WALL, (30, 0, 0, 0, 0), local("2046-02-28 14:35")),
        (WALL, (1, 12, 40, 40, 40), local("2028-12-31 23:55")),
        (WALL, (1, -12, -40, -40, -40), local("2028-01-01 00:00")),
        (
            datetime(2028, 2, 29, 8, tzinfo=UTC),
            (1, 0, 0, 0, 0),
            local("2029-02-28 08:00"),
        ),
        (
            datetime(2028, 1, 31, 8, tzinfo=UTC),
            (0, 1, 0, 0, 0),
            local("2028-02-29 08:00"),
        ),
        (
            datetime(1970, 1, 1, tzinfo=UTC),
            (0, 0, 0, 0, 0),
            local("2026-06-10 00:00"),
        ),
        (
            datetime(2099, 1, 1, tzinfo=UTC),
            (0, 0, 0, 0, 0),
            local("2046-06-05 00:00"),
        ),
    ],
)
def test_the_knob_stops_at_both_ends_and_the_date_stays_plausible(wall, clicks, expected):
    core = at_the_date(wall=wall)
    core.turn(1)
    for number in clicks:
        core.turn(number, every_s=0.02)
        core.confirm()
    assert core.notes_of(DateSet)[-1].local == expected


def test_each_part_is_told_by_its_number_each_click_and_each_end():
    core = at_the_date()
    heard = []
    for number in range(len(PARTS)):
        core.cues.clear()
        if number:
            core.confirm()
        else:
            core.turn(1)
        heard.append(tuple(core.cues))
    page = ("look", "four")
    assert heard == [
        (*page, "one"),
        (*page, "two"),
        (*page, "three"),
        (*page, "four"),
        (*page, "four", "one"),
    ]
    core.cues.clear()
    core.turn(-10, every_s=0.02)
    assert core.cues == ["detent"] * 7 + ["limit_reached"] * 3
    core.cues.clear()
    core.confirm()
    assert tuple(core.cues) == page == tuple(cue.value for cue in prompts.current(core.record))
