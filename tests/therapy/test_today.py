"""One answer to what is due and what is offered: nothing is due that is not offered."""

from itertools import product

import pytest

from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History, StageLeft, Unfinished
from appliance.therapy.ledger import Ledger
from appliance.therapy.limits import HARD_SITE_CHARGE_MC, Limits
from appliance.therapy.offers import REST_DAY, Today, bench_options, bench_today, options, today
from appliance.therapy.plan import DayUsed, Offer, Plan
from appliance.therapy.programs import Kind
from appliance.therapy.skin import ClosedSite, Skin
from appliance.therapy.standing import GUEST, LEAST_CHARGE_MC
from tests.ledgers import ledger_of

KNOWN = History(
    sessions_counted=6,
    days_since_full_list=1.0,
    weekday=0,
    clock_trusted=True,
    readable=True,
)


def found(catalogue: Catalogue, history: History, limits: Limits | None = None) -> Today:
    return today("Me", history, Plan(), limits or Limits(), catalogue)


def test_a_fresh_day_offers_what_is_due(catalogue: Catalogue) -> None:
    seen = found(catalogue, KNOWN)
    assert (seen.used, seen.due.offer, seen.due.stage_count) == (None, Offer.ROUTINE, 3)
    assert seen.due.total_minutes == seen.offered[0].minutes == 60.0


def test_a_second_session_of_a_day_is_not_finished_by_a_person_who_is_sore(
    catalogue: Catalogue,
) -> None:
    left = Unfinished(3, "lower_back_session", True, (StageLeft("glutes", "gentle", 4.0),))
    for sessions, soreness, offered in ((2, 6, False), (2, 3, True), (1, 6, True)):
        history = KNOWN.but(
            sessions_today=sessions, unfinished=left, ledger=ledger_of(("hip_flexors", 20.0))
        )
        found = options("Me", history, Plan(), Limits(sessions_per_day=2), catalogue, soreness)
        assert any(one.offer is Offer.UNFINISHED for one in found) is offered


def test_where_one_stage_is_left_one_is_due(catalogue: Catalogue) -> None:
    ledger = ledger_of(("hip_flexors", 30.0), ("glutes", 30.0))
    seen = found(catalogue, KNOWN.but(ledger=ledger))
    assert (seen.due.stage_count, seen.due.total_minutes) == (1, 20.0)


def test_an_unfinished_session_is_what_is_due(catalogue: Catalogue) -> None:
    left = Unfinished(3, "lower_back_session", True, (StageLeft("glutes", "gentle", 4.0),))
    seen = found(catalogue, KNOWN.but(unfinished=left))
    assert (seen.due.offer, seen.due.total_minutes) == (Offer.UNFINISHED, 4.0)


def test_after_the_session_nothing_is_due(catalogue: Catalogue) -> None:
    seen = found(catalogue, KNOWN.but(sessions_today=1))
    assert (seen.used, seen.due.planned_today, seen.offered) == (
        DayUsed.SESSIONS,
        False,
        (REST_DAY,),
    )


@pytest.mark.parametrize("place", ["bench", "forgotten"])
def test_a_used_day_stays_used_by_what_nobody_can_finish(catalogue: Catalogue, place: str) -> None:
    left = Unfinished(3, "bench", False, (StageLeft(place, "bench", 4.0),))
    seen = found(catalogue, KNOWN.but(sessions_today=1, unfinished=left))
    assert (seen.used, seen.offered) == (DayUsed.SESSIONS, (REST_DAY,))


def test_a_used_day_stays_used_where_no_minutes_are_left_for_what_is_unfinished(
    catalogue: Catalogue,
) -> None:
    left = Unfinished(3, "lower_back_session", True, (StageLeft("glutes", "gentle", 4.0),))
    seen = found(
        catalogue, KNOWN.but(sessions_today=1, unfinished=left, ledger=ledger_of(("glutes", 30.0)))
    )
    assert (seen.used, seen.offered) == (DayUsed.SESSIONS, (REST_DAY,))


def test_on_the_bench_an_unfinished_session_of_a_body_is_not_offered(catalogue: Catalogue) -> None:
    left = Unfinished(3, "lower_back_session", True, (StageLeft("glutes", "gentle", 4.0),))
    seen = bench_today("Me", KNOWN.but(unfinished=left), Plan(), catalogue)
    assert [(one.offer, one.id) for one in seen.offered] == [(Offer.ROUTINE, "bench")]
    assert seen.due.offer is Offer.ROUTINE


@pytest.mark.parametrize("soreness", [7, 10])
def test_very_sore_leaves_rest(catalogue: Catalogue, soreness: int) -> None:
    sore = KNOWN.but(soreness=soreness)
    assert found(catalogue, sore).used is DayUsed.SORENESS
    # A smaller answer now does not take back an earlier one.
    assert tuple(options("Me", sore, Plan(), Limits(), catalogue, 0)) == (REST_DAY,)


def test_closed_sites_are_left_out_and_all_of_them_end_the_day(catalogue: Catalogue) -> None:
    places = list(catalogue.placements.values())
    sites = tuple(ClosedSite(one.id, one.pads[0] + one.pads[1]) for one in places)
    hips = KNOWN.but(skin=Skin(closed=sites[:1]))
    assert sites[0].placement not in {
        stage.placement.id for option in found(catalogue, hips).offered for stage in option.stages
    }
    everywhere = KNOWN.but(skin=Skin(closed=sites))
    assert found(catalogue, everywhere).used is DayUsed.SKIN


def test_a_site_that_has_had_its_charge_is_left_out(catalogue: Catalogue) -> None:
    there = catalogue.placements["lower_back"]
    for spent_mc, offered in ((0.0, True), (HARD_SITE_CHARGE_MC - LEAST_CHARGE_MC / 2.0, False)):
        ledger = Ledger().plus(there, 1.0, contracting=True, charge_mc=spent_mc)
        seen = found(catalogue, KNOWN.but(ledger=ledger))
        at = {stage.placement.id for option in seen.offered for stage in option.stages}
        assert ("lower_back" in at) is offered


def test_nothing_is_due_that_is_not_offered(catalogue: Catalogue) -> None:
    for sessions, minutes, soreness, hours, weekday in product(
        (0, 1, 2), (0.0, 20.0, 30.0), (None, 3, 5, 8), (1.0, 9.0), (0, 1, None)
    ):
        history = KNOWN.but(
            sessions_today=sessions,
            soreness=soreness,
            weekday=weekday,
            ledger=ledger_of(
                ("hip_flexors", minutes), ("lower_back", minutes), ("glutes", minutes)
            ).but(
                since_contracting_s=hours * 3600.0,
            ),
        )
        for limits in (Limits(), Limits(sessions_per_day=2)):
            seen = found(catalogue, history, limits)
            first = next((one for one in seen.offered if one is not REST_DAY), None)
            assert (seen.used is None) == (first is not None)
            if first is not None:
                assert (seen.due.offer, seen.due.stage_count) == (
                    seen.offered[0].offer,
                    len(first.stages),
                )
            else:
                assert not seen.due.planned_today


@pytest.mark.parametrize(("sessions_per_day", "hours"), [(1, 8.0), (2, 4.0)])
def test_a_session_begins_hours_after_the_last_one_ended(
    catalogue: Catalogue, sessions_per_day: int, hours: float
) -> None:
    limits = Limits(sessions_per_day=sessions_per_day)
    for since_h, used in ((hours - 0.1, DayUsed.INTERVAL), (hours, None)):
        ledger = Ledger(since_contracting_s=since_h * 3600.0)
        history = KNOWN.but(ledger=ledger)
        assert found(catalogue, history, limits).used is used
        offered = options("Me", history, Plan(), limits, catalogue, 0)
        kinds = {stage.program.kind for one in offered for stage in one.stages}
        assert (Kind.CONTRACTING in kinds) is (used is None)


@pytest.mark.parametrize(("people", "given", "used"), [(1, 75.0, True), (2, 75.0, False)])
def test_the_box_has_a_sum_for_all_people_together(
    catalogue: Catalogue, people: int, given: float, used: bool
) -> None:
    history = KNOWN.but(ledger=Ledger(box_minutes=given, box_people=people))
    for person in ("Me", GUEST):
        seen = today(person, history, Plan(), Limits(), catalogue)
        assert (seen.used is DayUsed.BOX) is used
    almost = KNOWN.but(ledger=Ledger(box_minutes=given * people - 10.0, box_people=people))
    first = found(catalogue, almost).offered[0]
    assert first.minutes == pytest.approx(10.0)


def test_a_board_that_is_for_no_body_has_the_bench_alone(catalogue: Catalogue) -> None:
    assert [option.id for option in bench_options(catalogue)] == ["bench"]
    seen = bench_today("Me", KNOWN, Plan(), catalogue)
    assert (seen.used, seen.due.stage_count, seen.due.total_minutes) == (None, 1, 5.0)
    new = bench_today("Me", KNOWN.but(sessions_counted=0), Plan(), catalogue)
    assert (new.due.gentle, new.due.gentle_number, new.due.daily_number) == (False, None, None)
