"""What the box shows of a person's record: last session, this week, trend of comfort."""

from tests.journal.conftest import WHOLE


def test_nothing_is_known_before_the_first_session(household):
    recent = household.history().recent
    assert recent.pads == ()
    assert (recent.last, recent.week_sessions, recent.week_minutes) == (None, 0, 0.0)
    assert recent.comfort == ()


def test_the_last_session_has_its_day_minutes_and_highest_levels(household):
    household.whole_session()
    household.wait(days=1)
    household.begin(WHOLE[:1])
    household.deliver(0, WHOLE[0], 12.0, levels=((9.0, 11.0), (8.0, 15.0)))
    household.end_stage(12.0, "ended")
    household.end("ended")
    last = household.history().recent.last
    assert last is not None
    assert (last.day, round(last.minutes, 3), last.highest) == ("2026-03-03", 12.0, (9.0, 15.0))


def test_the_week_begins_on_monday(household):
    household.whole_session()
    household.wait(days=2)
    household.whole_session()
    recent = household.history().recent
    assert (recent.week_sessions, round(recent.week_minutes, 3)) == (2, 120.0)
    assert recent.pads == (("glutes", 2), ("hip_flexors", 2), ("lower_back", 2))
    household.wait(days=5)
    assert household.history().recent.week_sessions == 0


def test_without_a_trusted_clock_no_week_is_told(household):
    household.whole_session()
    household.trusted = False
    household.off()
    assert household.history().recent.week_sessions == 0


def test_the_trend_is_the_last_twelve_answers_of_this_person_in_their_order(household):
    for number in range(15):
        household.answer("comfort", str(number % 11))
        household.answer("comfort", "7", person="Other")
    assert household.history().recent.comfort == (3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3)
