"""A date that a person set on the box, where no clock of the machine is trusted."""

import json
from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest

from appliance.journal.build_date import IN_USE, WRITTEN, build_date
from appliance.journal.calendar_query import days_done
from appliance.journal.database import open_for_reading
from appliance.journal.recent_query import recent
from appliance.journal.timestamps import Moment
from appliance.session.notes import DateSet, StateEntered
from appliance.therapy.calendar import gentle_after_break
from tests.journal.conftest import MONDAY_EVENING, ZONE

local = datetime.fromisoformat
TUESDAY = local("2026-03-03 19:00")


def set_date(household, local):
    household.put(DateSet(household.at, local))


def changes(household):
    return [
        (name, json.loads(old), json.loads(new))
        for name, old, new in household.rows(
            "SELECT name, old_value, new_value FROM setting_changes ORDER BY id"
        )
    ]


@pytest.fixture
def unsure(household):
    """A session on Monday evening, then a boot at which no clock is trusted."""
    household.whole_session()
    household.trusted = False
    household.off(timedelta(minutes=1))
    return household


def test_without_it_the_last_session_may_have_been_just_now(unsure):
    history = unsure.history()
    assert history.ledger.undated and not history.clock_trusted
    assert history.clock is not None and not (history.clock.keeps_time or history.clock.by_hand)


def test_a_date_set_by_hand_is_trusted_and_kept_in_the_journal(unsure):
    set_date(unsure, TUESDAY)
    history = unsure.history()
    assert history.clock_trusted and not history.ledger.undated
    assert history.sessions_today == 0
    assert history.weekday == 1
    assert history.clock is not None
    assert (history.clock.keeps_time, history.clock.by_hand) == (False, True)
    assert history.clock.wall == TUESDAY.replace(tzinfo=ZONE)
    ((name, old, new),) = changes(unsure)
    assert (name, new) == ("date", "2026-03-03T19:00:00+01:00")
    assert local(old) == unsure.wall


def test_it_goes_on_by_the_clock_that_nobody_sets(unsure):
    set_date(unsure, TUESDAY)
    unsure.wait(hours=6)
    # Whatever the machine's clock does meanwhile.
    unsure.wall -= timedelta(days=400)
    clock = unsure.history().clock
    assert clock is not None
    assert clock.wall == TUESDAY.replace(tzinfo=ZONE) + timedelta(hours=6)


def test_a_session_under_it_is_dated_and_counts_next_time(unsure):
    set_date(unsure, TUESDAY)
    unsure.whole_session()
    assert unsure.history().sessions_today == 1
    unsure.off(timedelta(minutes=1))
    assert unsure.history().ledger.undated
    set_date(unsure, TUESDAY + timedelta(hours=4))
    assert unsure.history().sessions_today == 1
    unsure.off(timedelta(minutes=1))
    set_date(unsure, TUESDAY + timedelta(days=1))
    assert unsure.history().sessions_today == 0


def test_it_outlives_a_crash_of_the_program_and_ends_with_the_power(unsure):
    set_date(unsure, TUESDAY)
    unsure.crash()
    assert unsure.history().clock_trusted
    unsure.off(timedelta(minutes=1))
    assert not unsure.history().clock_trusted


def test_in_one_boot_no_date_makes_a_session_older(household):
    household.trusted = False
    household.whole_session()
    household.wait(minutes=5)
    set_date(household, TUESDAY + timedelta(days=9))
    history = household.history()
    assert history.sessions_today == 1
    assert history.ledger.since_contracting_s == pytest.approx(300.0)


def test_a_machine_that_keeps_time_again_counts_before_the_hand(unsure):
    set_date(unsure, TUESDAY + timedelta(days=900))
    unsure.trusted = True
    clock = unsure.history().clock
    assert clock is not None
    assert (clock.keeps_time, clock.by_hand, clock.wall) == (True, False, unsure.wall)


def test_what_a_hand_dated_in_the_future_is_not_certain_when_the_time_is_known(unsure):
    set_date(unsure, TUESDAY + timedelta(days=900))
    unsure.complete_list(full=True)
    unsure.whole_session()
    unsure.trusted = True
    unsure.off(timedelta(days=3))
    history = unsure.history()
    # Neither "just now" for 900 days, nor free at once.
    assert history.days_since_full_list is None
    assert history.ledger.undated and history.sessions_today == 1


def test_a_session_dated_in_the_future_hides_no_break(unsure):
    set_date(unsure, TUESDAY + timedelta(days=365))
    unsure.whole_session()
    unsure.trusted = True
    unsure.off(timedelta(days=2))
    # Nobody knows when the only session was.
    assert unsure.history().session_days_ago is None
    unsure.whole_session()
    newest, monday = unsure.history().session_days_ago
    assert (newest, monday < 7) == (0, True)
    unsure.off(timedelta(days=35))
    history = unsure.history()
    assert history.session_days_ago[0] == 35
    assert gentle_after_break(history.session_days_ago) == 2


def test_a_session_dated_in_the_future_counts_in_no_week_of_today(unsure):
    set_date(unsure, TUESDAY + timedelta(days=365))
    unsure.whole_session()
    unsure.trusted = True
    unsure.off(timedelta(days=2))
    unsure.whole_session()
    with closing(open_for_reading(unsure.path)) as connection:
        now = Moment(unsure.at, unsure.wall, f"boot {unsure.boots}", trusted=True)
        assert recent(connection, 1, now).week_sessions == 2
        done = days_done(connection, "Me", unsure.wall.date())
    assert sum(day.sessions for day in done.days.values()) == 2


def test_a_date_set_by_hand_takes_the_trust_from_every_later_one(household):
    """A clock chip that was set to another year, and agreed, distrusted all clocks since then."""
    household.wall += timedelta(days=10 * 365)
    household.whole_session()
    household.wall -= timedelta(days=10 * 365 - 2)
    household.trusted = False
    household.off()
    household.history()
    set_date(household, household.wall.replace(tzinfo=None))
    ((newest_s,),) = household.rows("SELECT max(newest_unix_s) FROM clock_facts WHERE trusted > 0")
    assert newest_s == household.wall.timestamp()
    assert household.history().ledger.undated


def test_a_date_that_is_not_plausible_is_not_set(unsure):
    for wrong in (
        local("2019-01-01 00:00"),
        local("2060-01-01 00:00"),
    ):
        set_date(unsure, wrong)
    assert not unsure.history().clock_trusted
    assert changes(unsure) == []


def test_another_offset_from_utc_is_a_note_once(household):
    household.put(StateEntered(household.at, "Me", "locked"))
    household.wait(minutes=5)
    household.wall = household.wall.astimezone(timezone(timedelta(hours=9)))
    household.put(StateEntered(household.at, "Me", "checklist"))
    household.put(StateEntered(household.at, "Me", "locked"))
    assert changes(household) == [("utc_offset_hours", 1.0, 9.0)]
    household.crash()
    household.put(StateEntered(household.at, "Me", "locked"))
    assert changes(household) == [("utc_offset_hours", 1.0, 9.0)]


def test_a_later_moment_has_no_age():
    later = Moment(1.0, MONDAY_EVENING + timedelta(hours=1), "one boot", True, True)
    assert later.age_s(Moment(1.0, MONDAY_EVENING, "another", trusted=True)) is None


@pytest.mark.parametrize(
    ("stamp", "built"),
    [
        (str(int(WRITTEN.timestamp()) + 86400 * 100), WRITTEN + timedelta(days=100)),
        (None, WRITTEN),
        ("", WRITTEN),
        ("nonsense", WRITTEN),
        ("0", WRITTEN),
        ("9" * 30, WRITTEN),
        (str(int((WRITTEN + IN_USE).timestamp()) + 86400), WRITTEN),
    ],
)
def test_the_build_date_is_the_packages_and_in_a_checkout_that_of_the_source(
    tmp_path, stamp, built
):
    file = tmp_path / "build_date.txt"
    if stamp is not None:
        file.write_text(stamp)
    assert build_date(file) == built


def test_a_date_that_a_hand_set_too_early_does_not_make_a_new_day_of_the_machine_s_clock(household):
    household.trusted = False
    household.off()
    set_date(household, MONDAY_EVENING.replace(tzinfo=None) - timedelta(days=1))
    household.complete_list(full=True)
    household.whole_session()
    household.trusted = True
    household.off(timedelta(minutes=5))
    history = household.history()
    assert history.sessions_today == 1
    assert history.ledger.contracting_minutes == 60.0


def test_a_boot_under_a_date_of_a_hand_makes_no_new_day_of_the_machine_s_clock(unsure):
    set_date(unsure, MONDAY_EVENING.replace(tzinfo=None) - timedelta(days=3))
    unsure.trusted = True
    unsure.off(timedelta(minutes=5))
    assert unsure.history().sessions_today == 1


def test_sessions_under_a_date_that_was_ahead_hide_no_break_once_it_has_passed(household):
    household.whole_session()
    household.trusted = False
    household.off(timedelta(hours=23))
    set_date(household, household.wall.replace(tzinfo=None) + timedelta(days=61))
    for _ in range(2):
        household.whole_session()
        household.wait(hours=26)
    household.trusted = True
    household.off(timedelta(minutes=1))
    household.wait(hours=20)
    household.whole_session()
    household.off(timedelta(days=59))
    days_ago = household.history().session_days_ago
    assert days_ago is not None and days_ago[0] == 59
    assert gentle_after_break(days_ago) == 2
