"""What is due and what may be chosen: plan, limits and a person's history together."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import TherapyError
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History, StageLeft, Unfinished
from appliance.therapy.limits import Limits
from appliance.therapy.plan import (
    GUEST,
    Offer,
    Plan,
    Rest,
    day_used,
    planned_routine,
    stages_for,
)
from appliance.therapy.routines import Stage
from appliance.therapy.standing import with_delivered
from tests.ledgers import ledger_of, minutes_by_placement
from tests.therapy.histories import (
    AFTER_ONE,
    FULL_CHOICE,
    GENTLE_CHOICE,
    ME,
    REST_DAY,
    SEASONED,
    TWO,
    UNFINISHED,
    UNKNOWN,
    lines,
    offered,
    offers,
)

# --- what may be chosen ---


def test_the_planned_routine_comes_first_then_single_stages_then_comfort(
    catalogue: Catalogue,
) -> None:
    assert lines(offered(catalogue)) == FULL_CHOICE


@pytest.mark.parametrize("counted", [0, 1, 2, 3])
def test_the_first_four_sessions_are_gentle(catalogue: Catalogue, counted: int) -> None:
    found = offered(catalogue, SEASONED.but(sessions_counted=counted))
    assert lines(found) == GENTLE_CHOICE
    for option in found:
        if option.offer is not Offer.COMFORT:
            assert {stage.program.id for stage in option.stages} == {"gentle"}


def test_the_fifth_session_is_not_gentle(catalogue: Catalogue) -> None:
    assert lines(offered(catalogue, SEASONED.but(sessions_counted=4))) == FULL_CHOICE


def test_a_guest_is_always_gentle(catalogue: Catalogue) -> None:
    assert lines(offered(catalogue, SEASONED, person=GUEST)) == GENTLE_CHOICE


def test_a_person_without_a_readable_history_is_gentle(catalogue: Catalogue) -> None:
    assert lines(offered(catalogue, UNKNOWN, soreness=None)) == GENTLE_CHOICE
    unreadable = SEASONED.but(readable=False)
    assert lines(offered(catalogue, unreadable)) == GENTLE_CHOICE


@pytest.mark.parametrize("soreness", [4, 5, 6])
def test_soreness_preselects_a_rest_day(catalogue: Catalogue, soreness: int) -> None:
    assert lines(offered(catalogue, soreness=soreness)) == [REST_DAY, *FULL_CHOICE]


@pytest.mark.parametrize("soreness", [0, 1, 2, 3, None])
def test_a_little_soreness_does_not(catalogue: Catalogue, soreness: int | None) -> None:
    assert lines(offered(catalogue, soreness=soreness)) == FULL_CHOICE


@pytest.mark.parametrize("soreness", [7, 8, 9, 10])
def test_great_soreness_leaves_rest_alone(catalogue: Catalogue, soreness: int) -> None:
    unfinished = SEASONED.but(unfinished=UNFINISHED)
    assert lines(offered(catalogue, unfinished, soreness=soreness)) == [REST_DAY]


def test_an_unfinished_session_comes_first_with_what_was_left(catalogue: Catalogue) -> None:
    first, *others = offered(catalogue, SEASONED.but(unfinished=UNFINISHED))
    assert first.offer is Offer.UNFINISHED
    assert first.continues_session == 7
    assert not first.gentle
    assert [(s.placement.id, s.program.id, s.minutes) for s in first.stages] == [
        ("lower_back", "lower_back", 12.5),
        ("glutes", "glutes", 20.0),
    ]
    assert lines(others) == FULL_CHOICE


def test_an_unfinished_session_may_be_finished_when_the_day_is_used_up(
    catalogue: Catalogue,
) -> None:
    halfway = AFTER_ONE.but(
        contracting_minutes_today=32.5,
        ledger=ledger_of(("hip_flexors", 20.0), ("lower_back", 12.5)),
        unfinished=UNFINISHED,
    )
    assert day_used(ME, halfway, Limits()) is None
    assert offers(offered(catalogue, halfway)) == [Offer.UNFINISHED, *[Offer.COMFORT] * 3]


def test_an_unfinished_gentle_session_stays_gentle(catalogue: Catalogue) -> None:
    fourth = Unfinished(7, "lower_back_session", True, (StageLeft("glutes", "gentle", 10.0),))
    first = offered(catalogue, SEASONED.but(sessions_counted=4, unfinished=fourth))[0]
    assert (first.offer, first.gentle) == (Offer.UNFINISHED, True)


def test_an_unfinished_session_is_gentle_while_the_person_is(catalogue: Catalogue) -> None:
    new = SEASONED.but(sessions_counted=1, unfinished=UNFINISHED)
    assert offered(catalogue, new)[0].gentle


def test_stages_that_no_longer_exist_are_not_offered_again(catalogue: Catalogue) -> None:
    gone = (StageLeft("elsewhere", "gentle", 5.0), StageLeft("glutes", "forgotten", 5.0))
    history = SEASONED.but(unfinished=UNFINISHED.but(stages=gone))
    assert lines(offered(catalogue, history)) == FULL_CHOICE


@pytest.mark.parametrize(("place", "program"), list(product(("bench", "glutes"), repeat=2))[:-1])
def test_what_is_left_of_a_bench_run_is_not_offered_to_a_body(
    catalogue: Catalogue, place: str, program: str
) -> None:
    left = StageLeft(place, program, 4.0)
    bench = UNFINISHED.but(routine="bench", stages=(left,))
    assert lines(offered(catalogue, SEASONED.but(unfinished=bench))) == FULL_CHOICE
    both = UNFINISHED.but(stages=(left, *UNFINISHED.stages))
    first = offered(catalogue, SEASONED.but(unfinished=both))[0]
    assert [stage.placement.id for stage in first.stages] == ["lower_back", "glutes"]


def test_after_the_days_session_no_other_is_offered(catalogue: Catalogue) -> None:
    assert lines(offered(catalogue, AFTER_ONE)) == [
        # What is left of the 30 minutes at the lower back.
        (Offer.COMFORT, "comfort_80", False, 10),
        (Offer.COMFORT, "comfort_3", False, 10),
        (Offer.COMFORT, "comfort_mixed", False, 10),
    ]


def test_a_second_session_is_the_gentle_one(catalogue: Catalogue) -> None:
    assert lines(offered(catalogue, AFTER_ONE, limits=TWO)) == [
        # 75 minutes a day: 15 are left for three stages of 10.
        (Offer.ROUTINE, "lower_back_session", True, 15),
        (Offer.SINGLE, "hip_flexors", True, 10),
        (Offer.SINGLE, "lower_back", True, 10),
        (Offer.SINGLE, "glutes", True, 10),
        (Offer.COMFORT, "comfort_80", False, 10),
        (Offer.COMFORT, "comfort_3", False, 10),
        (Offer.COMFORT, "comfort_mixed", False, 10),
    ]


@pytest.mark.parametrize("soreness", [4, 6, None])
def test_no_second_session_with_soreness_or_without_an_answer(
    catalogue: Catalogue, soreness: int | None
) -> None:
    found = offers(offered(catalogue, AFTER_ONE, limits=TWO, soreness=soreness))
    assert Offer.ROUTINE not in found
    assert Offer.SINGLE not in found


def test_there_is_no_third_session(catalogue: Catalogue) -> None:
    found = offers(offered(catalogue, AFTER_ONE.but(sessions_today=2), limits=TWO))
    assert Offer.ROUTINE not in found
    assert Offer.SINGLE not in found


def test_rest_is_always_left(catalogue: Catalogue) -> None:
    used = AFTER_ONE.but(comfort_minutes_today=60.0)
    assert lines(offered(catalogue, used)) == [REST_DAY]


def test_a_site_with_its_minutes_used_is_left_out(catalogue: Catalogue) -> None:
    history = SEASONED.but(ledger=ledger_of(("lower_back", 30.0)))
    found = offered(catalogue, history)
    assert [stage.placement.id for stage in found[0].stages] == ["hip_flexors", "glutes"]
    assert "lower_back" not in [option.id for option in found]
    assert Offer.COMFORT not in offers(found)


def test_stages_are_cut_to_the_minutes_of_the_day(catalogue: Catalogue) -> None:
    first = offered(catalogue, plan=Plan(stage_minutes=30.0))[0]
    assert [stage.minutes for stage in first.stages] == [30, 30, 15]


def test_stages_are_cut_to_the_minutes_of_their_site(catalogue: Catalogue) -> None:
    first = offered(catalogue, limits=Limits(minutes_per_site=12.0))[0]
    assert [stage.minutes for stage in first.stages] == [12, 12, 12]


def test_comfort_has_minutes_of_its_own(catalogue: Catalogue) -> None:
    history = SEASONED.but(comfort_minutes_today=45.0)
    assert lines(offered(catalogue, history)) == [
        *FULL_CHOICE[:4],
        (Offer.COMFORT, "comfort_80", False, 15),
        (Offer.COMFORT, "comfort_3", False, 15),
        (Offer.COMFORT, "comfort_mixed", False, 15),
    ]


def test_short_rests_reach_the_lower_back_and_no_gentle_session(catalogue: Catalogue) -> None:
    short = Plan(rest=Rest.SHORT)
    full, gentle = (
        stages_for(planned_routine(short, catalogue), short, catalogue, gentle=gentle)
        for gentle in (False, True)
    )
    assert [stage.program.phases[1].off_s for stage in full] == [12, 10, 20]
    assert [stage.program.phases[1].off_s for stage in gentle] == [15, 15, 15]
    history = SEASONED.but(unfinished=UNFINISHED)
    assert offered(catalogue, history, plan=short)[0].stages[0].program.phases[1].off_s == 10


def test_without_a_word_of_the_plan_the_rests_are_the_long_ones(catalogue: Catalogue) -> None:
    plan = Plan()
    stages = stages_for(planned_routine(plan, catalogue), plan, catalogue, gentle=False)
    assert [stage.program.phases[1].off_s for stage in stages] == [12, 20, 20]


def test_gentle_stages_are_never_longer_than_the_plans(catalogue: Catalogue) -> None:
    found = offered(catalogue, UNKNOWN, plan=Plan(stage_minutes=5.0))
    assert [stage.minutes for stage in found[0].stages] == [5, 5, 5]


def test_a_routine_of_ones_own_keeps_its_minutes_and_is_offered_too(catalogue: Catalogue) -> None:
    glutes = catalogue.routines["lower_back_session"].stages[2]
    own = catalogue.routines["lower_back_session"].but(
        id="own",
        stages=(glutes.but(minutes=8.0, own_minutes=True), glutes),
    )
    more = catalogue.but(routines={**catalogue.routines, "own": own})
    found = offered(more, plan=Plan(stage_minutes=15.0))
    assert (Offer.ROUTINE, "own", False, 23) in lines(found)
    first = offered(more, plan=Plan(routine="own"))[0]
    assert (first.id, [stage.minutes for stage in first.stages]) == ("own", [8, 20])


def test_a_place_that_a_routine_visits_twice_is_one_single_stage(catalogue: Catalogue) -> None:
    shipped = catalogue.routines["lower_back_session"]
    twice = shipped.but(id="twice", stages=(*shipped.stages[1:], shipped.stages[1]))
    more = catalogue.but(routines={**catalogue.routines, "twice": twice})
    found = offered(more, plan=Plan(routine="twice"))
    assert [o.id for o in found if o.offer is Offer.SINGLE] == ["lower_back", "glutes"]
    # The site's 30 minutes hold for both visits together.
    assert [stage.minutes for stage in found[0].stages] == [20, 20, 10]


def test_a_bench_routine_of_the_plan_is_not_offered_to_a_body(catalogue: Catalogue) -> None:
    bench = Plan(routine="bench")
    for history in (UNKNOWN, SEASONED, AFTER_ONE):
        for soreness in (None, 8):
            found = offered(catalogue, history, plan=bench, soreness=soreness)
            assert Offer.ROUTINE not in [option.offer for option in found]
            assert all(s.placement.on_body for option in found for s in option.stages)


def test_the_bench_is_not_offered_to_a_body(catalogue: Catalogue) -> None:
    assert all(stage.placement.on_body for option in offered(catalogue) for stage in option.stages)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("lower_back_sesion", ' (did you mean "lower_back_session"?)'), ("comfort_80", "")],
)
def test_a_plan_needs_a_routine_that_exists_and_contracts(
    catalogue: Catalogue, name: str, hint: str
) -> None:
    with pytest.raises(TherapyError) as caught:
        planned_routine(Plan(routine=name), catalogue)
    assert str(caught.value) == (
        f'[plan] routine = "{name}": allowed is one of lower_back_session, bench{hint}'
    )


# --- for every history ---

minutes = st.floats(0, 120)
histories = st.builds(
    History,
    sessions_counted=st.integers(0, 8),
    sessions_today=st.integers(0, 3),
    contracting_minutes_today=minutes,
    comfort_minutes_today=minutes,
    ledger=st.lists(
        st.tuples(st.sampled_from(["hip_flexors", "lower_back", "glutes"]), minutes),
        unique_by=lambda item: item[0],
    ).map(lambda sites: ledger_of(*sites)),
    days_since_full_list=st.none() | st.floats(0, 100),
    unfinished=st.none() | st.just(UNFINISHED),
    clock_trusted=st.booleans(),
    readable=st.booleans(),
)


@given(
    person=st.sampled_from([ME, GUEST]),
    history=histories,
    soreness=st.none() | st.integers(0, 10),
    stage_minutes=st.floats(1, 30),
    rest=st.sampled_from(Rest),
    sessions=st.integers(1, 2),
)
def test_no_choice_ever_exceeds_the_day_the_site_or_the_gentle_rules(
    catalogue: Catalogue,
    person: str,
    history: History,
    soreness: int | None,
    stage_minutes: float,
    rest: Rest,
    sessions: int,
) -> None:
    limits = Limits(sessions_per_day=sessions)
    plan = Plan(stage_minutes=stage_minutes, rest=rest)
    found = offered(catalogue, history, person=person, plan=plan, limits=limits, soreness=soreness)
    assert found
    first_sessions = person == GUEST or not history.readable or history.sessions_counted < 4
    for option in found:
        after = _after(history, option.stages)
        assert (
            after.contracting_minutes_today <= max(75.0, history.contracting_minutes_today) + 1e-6
        )
        assert after.comfort_minutes_today <= max(60.0, history.comfort_minutes_today) + 1e-6
        for site, minutes_there in minutes_by_placement(after).items():
            before = minutes_by_placement(history).get(site, 0.0)
            assert minutes_there <= max(30.0, before) + 1e-6
        if option.stages and first_sessions:
            assert option.gentle
        if option.gentle and option.offer in (Offer.ROUTINE, Offer.SINGLE):
            assert all(s.program.id == "gentle" and s.minutes <= 10 for s in option.stages)
        if soreness is not None and soreness >= 7:
            assert option.offer is Offer.REST_DAY


def _after(history: History, stages: tuple[Stage, ...]) -> History:
    for stage in stages:
        history = with_delivered(history, stage, stage.minutes * 60.0)
    return history
