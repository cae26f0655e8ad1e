"""Questions of the day and strengthening blocks, read back from the journal."""

from appliance.journal.database import open_for_reading
from appliance.journal.session_query import sessions


def test_the_first_session_is_day_one_and_days_are_counted_from_it(household):
    assert household.history().days_since_first is None
    household.whole_session()
    assert household.history().days_since_first == 0
    household.wait(days=9)
    household.whole_session()
    assert household.history().days_since_first == 9


def test_without_a_date_no_day_is_told(household):
    household.whole_session()
    household.trusted = False
    household.off()
    assert household.history().days_since_first is None
    assert household.history().blocks_days_ago == ()


def test_a_first_session_without_a_date_makes_no_day_one(household):
    household.trusted = False
    household.off()
    household.whole_session()
    household.trusted = True
    household.off()
    assert household.history().days_since_first is None


def test_a_question_was_asked_whether_it_was_answered_or_skipped(household):
    household.answer("flare_ups", "4")
    household.wait(days=2)
    household.answer("stiffness", "skipped")
    household.wait(days=1)
    assert dict(household.history().asked_days_ago) == {"stiffness": 1, "flare_ups": 3}
    assert household.history("Other").asked_days_ago == ()


def test_an_answer_after_the_session_belongs_to_it_and_an_exercise_to_none(household):
    household.whole_session()
    household.answer("stiffness", "3")
    household.answer("bridge", "12")
    connection = open_for_reading(household.path)
    (session,) = sessions(connection)
    connection.close()
    assert session.answers == (("stiffness", "3"),)


def test_blocks_are_told_the_newest_first_and_none_without_a_repetition(household):
    household.answer("bridge", "6")
    household.answer("bird_dog", "6")
    household.wait(days=3)
    household.answer("bridge", "0")
    household.wait(days=1)
    household.answer("bridge", "2")
    household.answer("bridge", "6", person="Other")
    household.wait(days=1)
    assert household.history().blocks_days_ago == (1, 5)
