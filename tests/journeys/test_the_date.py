"""A box without a clock that keeps time: the person sets the date on it, in `locked`."""

from datetime import datetime, timedelta

import pytest

from appliance.cli import main
from appliance.session.state import State
from appliance.settings.model import Journal, Settings
from appliance.settings.words import Words, languages
from appliance.therapy.plan import DayUsed
from appliance.virtual_box.box import A_MONDAY
from appliance.virtual_box.listener import Listener
from appliance.voice.sentences import screen_sentences
from tests.journeys.blindfold import Blindfolded
from tests.journeys.journey import SHORT, Box, Home
from tests.journeys.test_blindfold import BUZZER, BY_EAR

TOMORROW = (A_MONDAY + timedelta(days=1)).replace(tzinfo=None)


def unsure(home: Home, settings: Settings = SHORT, voice: Listener | None = None) -> Box:
    """A session on Monday, and the box switched on again with nothing that knows the time."""
    home.knows(sessions=1, days_ago=0)
    began = A_MONDAY + timedelta(minutes=30)
    return home.boot(settings, began=began, clock_trusted=False, voice=voice)


def to_the_date(box: Box) -> Box:
    box.switched_on()
    for _ in range(4):
        box.back().wait(0.3)
    return box.sees(State.LOCKED, step="date")


def to_the_plan(box: Box) -> Box:
    """Further through the pages, round to the first."""
    while box.status()["step"] != "plan":
        box.back().wait(0.3)
    return box


def set_it(box: Box, local: datetime) -> Box:
    """With the knob and OK, from what the box guesses."""
    box.turn(1, every_s=0.1)
    for part in ("year", "month", "day", "hour", "minute"):
        assert box.view.date is not None and box.view.date.part == part
        clicks = getattr(local, part) - getattr(box.view.date.local, part)
        box.turn(clicks // 5 if part == "minute" else clicks, every_s=0.1).confirm().wait(0.3)
    return box.sees(State.LOCKED, step="date")


@pytest.mark.parametrize("language", languages())
def test_a_person_sets_the_date_and_the_day_is_known_again(home: Home, language: str) -> None:
    words = Words.load(language)
    box = to_the_date(unsure(home, SHORT.but(language=language)))
    box.reads(words("date.not_known"))
    box.turn(1, every_s=0.1).reads(words("date.year"), words("foot.next"))
    to_the_date(to_the_plan(box))
    set_it(box, TOMORROW).reads(words("date.by_hand"))
    assert box.view.date is not None and box.view.date.local == TOMORROW
    to_the_plan(box).sees(State.LOCKED, day_used=None)
    # The date is this person's word: whether there was a session today is asked as well.
    box.confirm().sees(State.CHECKLIST)
    assert "no_session_today" in [statement.id for statement in box.record.statements]


def test_a_date_that_was_left_half_set_is_not_set_hours_later(home: Home) -> None:
    box = to_the_date(unsure(home)).turn(1, every_s=0.1)
    for _ in range(4):
        box.confirm().wait(0.3)
    assert box.view.date is not None and box.view.date.part == "minute"
    box.wait(61.0).reads("The date is not sure.").drowse(5 * 3600.0)
    box.confirm().sees(State.LOCKED, step="plan", day_used=DayUsed.UNDATED)


def test_until_then_the_day_counts_as_used(home: Home) -> None:
    box = to_the_date(unsure(home))
    box.confirm().sees(State.LOCKED, step="plan").confirm().sees(State.REFUSED)
    box.confirm().sees(State.LOCKED, day_used=DayUsed.UNDATED)


def test_todays_date_makes_no_new_day(home: Home) -> None:
    box = to_the_date(unsure(home))
    set_it(box, (A_MONDAY + timedelta(hours=2)).replace(tzinfo=None))
    to_the_plan(box).sees(State.LOCKED, day_used=DayUsed.SESSIONS)


def test_a_session_since_the_box_was_switched_on_stays_as_old_as_it_is(home: Home) -> None:
    home.knows(sessions=1, days_ago=0, clock_trusted=False, boot_id="this boot")
    box = to_the_date(home.boot(SHORT, clock_trusted=False, boot_id="this boot"))
    set_it(box, TOMORROW + timedelta(days=5))
    to_the_plan(box).sees(State.LOCKED, day_used=DayUsed.UNDATED)
    box.confirm().sees(State.REFUSED)


def test_the_journal_tells_that_it_was_set_by_hand(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    box = set_it(to_the_date(unsure(home)), TOMORROW)
    box.close()
    settings = Settings().but(journal=Journal(home.folder / "journal.sqlite3"))
    config = home.folder / "told.toml"
    config.write_text(f'[journal]\npath = "{settings.journal.path}"\n')
    out = home.folder / "export"
    assert main(["log", "export", "--out", str(out), "--config", str(config)]) == 0
    capsys.readouterr()
    told = (out / "setting_changes.csv").read_text()
    assert f"{TOMORROW:%Y-%m-%dT%H:%M}" in told and ",date," in told


def test_it_is_forgotten_with_the_power_and_no_clock_is_distrusted_for_it(home: Home) -> None:
    box = set_it(to_the_date(unsure(home)), TOMORROW + timedelta(days=400))
    box.close()
    box = to_the_date(home.boot(SHORT, clock_trusted=False))
    assert box.view.date is not None and not box.view.date.by_hand
    box.close()
    box = home.boot(SHORT, began=A_MONDAY + timedelta(days=2))
    box.switched_on().sees(State.LOCKED, day_used=None)


def test_a_clock_that_keeps_time_is_not_to_be_set(home: Home) -> None:
    box = to_the_date(home.knows().boot(SHORT)).turn(3, every_s=0.1)
    box.reads("The box is sure of it.").confirm().sees(State.LOCKED, step="plan")
    box.confirm().sees(State.CHECKLIST)


@pytest.mark.parametrize("language", languages())
def test_the_voice_sends_to_the_date_where_nobody_knows_which_day_it_is(
    home: Home, language: str
) -> None:
    words = Words.load(language)
    box = unsure(home, SHORT.but(language=language)).switched_on()
    box.sees(State.LOCKED, day_used=DayUsed.UNDATED)
    assert screen_sentences(box.view, words)[0] == words("spoken.locked.undated")
    set_it(to_the_date(box), TOMORROW - timedelta(hours=22))
    to_the_plan(box).sees(State.LOCKED, day_used=DayUsed.SESSIONS)
    assert screen_sentences(box.view, words)[0] == words("spoken.locked.day_used")


@pytest.mark.parametrize("language", languages())
def test_the_voice_tells_on_the_page_how_a_date_that_is_not_known_is_set(
    home: Home, language: str
) -> None:
    words, listener = Words.load(language), Listener()
    box = to_the_date(unsure(home, SHORT.but(language=language), listener)).wait(3.0)
    assert listener.heard[-1].texts == (words("spoken.locked.date_not_known"),)
    set_it(box, TOMORROW).wait(3.0)
    assert listener.heard[-1].texts == (words("spoken.locked.date"),)


def test_the_voice_does_not_doubt_the_first_date_that_was_set(home: Home) -> None:
    """Nobody has had a session, so nothing but the date changes on the page."""
    words, listener = Words.load("en"), Listener()
    box = to_the_date(home.boot(clock_trusted=False, voice=listener).switched_on())
    set_it(box, TOMORROW).wait(3.0)
    assert listener.heard[-1].texts == (words("spoken.locked.date"),)


@pytest.mark.parametrize("language", languages())
def test_a_refusal_without_a_date_tells_to_press_ok(home: Home, language: str) -> None:
    words, listener = Words.load(language), Listener()
    box = unsure(home, SHORT.but(language=language), listener).switched_on()
    box.confirm().sees(State.REFUSED).wait(3.0)
    told = listener.heard[-1].texts
    assert told[0] == words("spoken.refused.undated")
    assert "OK" in told[0]


def test_by_ear_from_the_end_of_each_part_and_then_by_counted_clicks(home: Home) -> None:
    """Nothing is seen: the knob goes left to the end of a part, and clicks are counted from it."""
    home.knows(sessions=1, days_ago=0)
    box = home.boot(BY_EAR, began=A_MONDAY + timedelta(minutes=30), clock_trusted=False)
    person = Blindfolded(box, BUZZER)
    assert person.hears() == ("self_test_good", "locked")
    for page in ("one", "two", "three", "four"):
        person.back()
        assert person.hears() == ("look", page)
    person.box.turn(1)
    parts = [("one",), ("two",), ("three",), ("four",), ("four", "one")]
    first = {"year": 2026, "month": 1, "day": 1, "hour": 0, "minute": 0}
    for said, (name, lowest) in zip(parts, first.items(), strict=True):
        assert person.hears() == ("look", "four", *said)
        for _ in range(40):
            person.box.turn(-1)
            if "limit_reached" in person.hears():
                break
        for _ in range((getattr(TOMORROW, name) - lowest) // (5 if name == "minute" else 1)):
            person.box.turn(1)
        person.hears_out()
        person.ok()
    assert person.hears() == ("look", "four")
    assert box.view.date is not None
    assert (box.view.date.by_hand, box.view.date.local.date()) == (True, TOMORROW.date())
    person.back()
    while person.hears() != ("locked",):
        person.back()
    person.ok()
    assert person.hears() == ("statement",)
