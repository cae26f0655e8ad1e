"""A whole session from `locked` to `locked` by cues, buttons and knob alone."""

from collections.abc import Callable

import pytest

from appliance.session.cues import Cue
from appliance.session.lease import LEASE_S
from appliance.session.record import Record
from appliance.session.state import State
from appliance.settings.model import Indicators, Sound
from appliance.simulator.body import Pads
from appliance.therapy.plan import Plan
from tests.journeys.blindfold import Blindfolded, handbook
from tests.journeys.journey import SHORT, Box, Home

BUZZER, MOTOR = 18, 25
WITH_CONTRACTIONS = SHORT.but(plan=Plan(stage_minutes=5.0))
BY_EAR = WITH_CONTRACTIONS.but(sound=Sound(volume=1))
BY_HAND = WITH_CONTRACTIONS.but(sound=Sound(0), indicators=Indicators(buzzer=None, vibration=MOTOR))

Act = Callable[[Blindfolded], None]

ANSWERS: dict[tuple[str, ...], Act] = {
    ("self_test_good", "locked"): Blindfolded.ok,
    ("statement",): Blindfolded.read_and_agree,
    ("checklist_done", "choose"): Blindfolded.ok,
    ("checklist_done", "number", "one"): Blindfolded.ok,
    ("choose",): Blindfolded.ok,
    ("do", "one"): Blindfolded.ok,
    ("do", "two"): Blindfolded.ok,
    ("stop_test",): Blindfolded.test_stop,
    ("place", "one"): Blindfolded.ok,
    ("place", "two"): Blindfolded.ok,
    ("place", "three"): Blindfolded.ok,
    ("ready",): Blindfolded.hold_ok,
    ("started",): lambda person: person.turn_up(4),
    ("resumed",): lambda person: person.turn_up(2),
    ("stage_ended",): Blindfolded.ok,
    ("session_ended", "number", "two"): Blindfolded.ok,
    ("number", "three"): Blindfolded.ok,
    ("number", "four"): Blindfolded.ok,
    ("day_question", "three"): Blindfolded.ok,
    ("exercise", "one"): Blindfolded.ok,
    ("exercise", "two"): Blindfolded.ok,
    ("exercise", "three"): Blindfolded.ok,
    ("stretch", "one"): Blindfolded.hears_out,
    ("stretch", "two"): Blindfolded.hears_out,
    ("stretch", "three"): Blindfolded.hears_out,
    ("stretch_over",): Blindfolded.ok,
    ("water",): Blindfolded.ok,
}
"""What the README says to do, by what is said. All else is only told."""


@pytest.fixture(params=[(BY_EAR, BUZZER), (BY_HAND, MOTOR)], ids=["by ear", "by hand"])
def person(request: pytest.FixtureRequest, home: Home) -> Blindfolded:
    settings, pin = request.param
    return Blindfolded(home.knows(sessions=1).boot(settings), pin)


def lives_on(person: Blindfolded, until: Callable[[], bool], sentences: int = 400) -> Box:
    """Answer everything that is asked, until something holds."""
    for _ in range(sentences):
        act = ANSWERS.get(person.hears())
        if act:
            act(person)
        if until():
            return person.box
    raise AssertionError(f"it went on for ever: {person.said[-20:]}")


def in_state(person: Blindfolded, state: State) -> Callable[[], bool]:
    return lambda: person.box.state is state


def test_the_table_of_cues_tells_every_rhythm_from_every_other() -> None:
    assert sorted(handbook().values()) == sorted(cue.value for cue in Cue)


def test_a_whole_session_by_ear_and_felt_alike_in_the_hand(home: Home) -> None:
    both = BY_EAR.but(indicators=Indicators(vibration=MOTOR))
    box = home.knows(sessions=1).boot(both)
    person, deaf = Blindfolded(box, BUZZER), Blindfolded(box, MOTOR)
    lives_on(person, lambda: ("water",) in person.said)
    assert person.hears() == ("locked",)
    box.sees(State.LOCKED, output="off", sessions_done=2)
    assert box.observer.witness.highest_ma >= 4.0
    told = [word for sentence in person.said for word in sentence]
    assert told.count("statement") == 8
    assert told.count("stage_ended") == told.count("started") == 3
    assert told.count("contraction_coming") == told.count("contraction_ended") == 9
    assert "fault" not in told and "not_now" not in told
    assert deaf.felt() == told


def test_a_pad_that_comes_off_names_its_side(person: Blindfolded) -> None:
    box = lives_on(person, lambda: ("started",) in person.said)
    box.wait(3.0)
    person.hears_out()
    box.board.body.place(1, Pads.OPEN)
    while "pad_off" not in (said := person.hears()):
        pass
    assert said == ("pad_off", "two")
    box.board.body.place(1, Pads.GOOD)
    box.wait(3.0)
    person.ok()
    assert person.hears() == ("ready",)
    person.hold_ok()
    assert person.hears() == ("resumed",)


def test_stop_and_on_again(person: Blindfolded) -> None:
    box = lives_on(person, lambda: ("started",) in person.said)
    person.hears_out()
    box.press_stop()
    assert person.hears() == ("stopped",)
    person.ok()
    assert person.hears() == ("stop_heard",)
    box.release_stop()
    person.ok()
    assert person.hears() == ("ready",)
    person.hold_ok()
    assert person.hears() == ("resumed",)
    person.ok()
    assert person.hears() == ("paused",)


def test_no_to_a_statement_and_taken_back(person: Blindfolded) -> None:
    box = lives_on(person, in_state(person, State.CHECKLIST))
    assert person.hears() == ("statement",)
    person.back()
    assert person.hears() == ("refused", "one")
    person.back()
    assert person.hears() == ("statement",)
    person.back()
    person.hears()
    person.ok()
    assert person.hears() == ("locked",)
    box.sees(State.LOCKED)


def test_the_cable_out_is_an_alarm_that_comes_again(person: Blindfolded) -> None:
    box = lives_on(person, lambda: ("started",) in person.said)
    person.hears_out()
    box.observer.grace_s = LEASE_S
    box.unplug()
    assert person.hears() == ("fault",)
    assert person.hears() == ("fault",)
    box.plug()
    person.ok()
    assert person.hears() == ("self_test_good", "locked")


def test_the_page_with_the_volume_is_found_by_its_number(person: Blindfolded) -> None:
    person.hears()
    for page in ("one", "two"):
        person.back()
        assert person.hears() == ("look", page)
    before = person.box.record.volume
    person.turn_up(1)
    assert person.hears() == ("volume",)
    assert person.box.record.volume == before + 1


def test_where_nobody_answers_the_same_is_asked_again(person: Blindfolded) -> None:
    lives_on(person, lambda: ("do", "one") in person.said)
    assert person.hears() == ("do", "two")
    # The minute that the gel takes ends in between.
    assert person.hears() == ("waited",)
    assert person.hears() == ("do", "two")


def test_a_contraction_is_announced_two_seconds_before_it_is_felt(home: Home) -> None:
    """From the first edge on the buzzer's pin to the first pulse at the board."""
    box = home.knows().boot(BY_EAR)
    box.to_current(6)
    announced, felt = [], []
    buzzer, sounded, flowed = box.factory.pin(BUZZER), True, False

    def look(record: Record) -> None:
        nonlocal sounded, flowed
        # The warm-up's last faint pulses may lead right into the first contraction.
        works = record.position is not None and not record.position.phase.continuous
        sounds, flows = bool(buzzer.state), box.delivers and works
        if sounds and not sounded and Cue.CONTRACTION_COMING in record.cues:
            announced.append(box.now)
        if flows and not flowed:
            felt.append(box.now)
        sounded, flowed = sounds, flows

    box.watchers.append(look)
    box.run_out()
    assert len(announced) == len(felt) == 3
    for coming, began in zip(announced, felt, strict=True):
        assert began - coming == pytest.approx(2.0, abs=0.15)
