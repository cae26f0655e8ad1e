"""Queries of the journal: sessions with their stages and answers."""

from datetime import timedelta

import pytest

from appliance.journal.database import open_for_reading
from appliance.journal.session_query import StageRecord, sessions
from appliance.therapy.history import StageLeft

BACK = StageLeft("lower_back", "work", 20.0)


@pytest.fixture
def look(household):
    """The newest sessions, read from outside while the appliance holds the file."""

    def look(person=None, limit=10):
        connection = open_for_reading(household.path)
        try:
            return sessions(connection, person, limit)
        finally:
            connection.close()

    return look


def test_a_session_is_shown_with_stages_and_answers(household, look):
    began = household.wall
    household.begin((BACK,))
    household.deliver(0, BACK, 20.0, levels=((10.0, 12.0), (15.0, 9.0)))
    household.end_stage(20.0)
    household.answer("comfort", "2")
    household.end()
    (session,) = look()
    assert (session.person, session.began, session.why) == ("Me", began, "delivered")
    assert (session.planned_s, session.delivered_s) == (1200.0, 1200.0)
    assert (session.gentle, session.clock_trusted) == (True, True)
    assert session.stages == (
        StageRecord(
            "lower_back",
            "work",
            1200.0,
            1200.0,
            (15.0, 12.0),
            (12.5, 10.5),
            (None, None),
            "delivered",
        ),
    )
    assert session.answers == (("comfort", "2"),)


def test_a_running_session_has_no_end(household, look):
    household.begin((BACK,))
    assert look()[0].why is None


def test_the_newest_come_first_and_only_so_many(household, look):
    for _ in range(3):
        household.whole_session((BACK,))
        household.wait(days=1)
    assert [session.id for session in look(limit=2)] == [3, 2]


def test_one_persons_sessions_or_everybodys(household, look):
    household.whole_session((BACK,), person="Me")
    household.whole_session((BACK,), person="Guest")
    assert [session.person for session in look()] == ["Guest", "Me"]
    assert [session.person for session in look("Me")] == ["Me"]
    assert look("nobody") == ()


def test_a_session_under_an_untrusted_clock_says_so(household, look):
    household.trusted = False
    household.off(timedelta(days=1))
    household.whole_session((BACK,))
    assert look()[0].clock_trusted is False
