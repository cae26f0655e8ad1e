"""The shipped checklist: every statement, in order, with what to do when it is not true."""

from appliance.therapy.catalogue import Catalogue
from appliance.therapy.checklist import Heading, Remedy, statements_due

D, N, P = Remedy.DOCTOR, Remedy.NOT_TODAY, Remedy.PUT_RIGHT
TRUE, NONE, NONE_D = Heading.IS_THIS_TRUE, Heading.NONE_TRUE, Heading.NONE_OR_DOCTOR
HERE, WILL = Heading.NONE_HERE, Heading.I_WILL

SESSION = [
    ("no_active_implant", D),
    ("not_pregnant_no_seizures", D),
    ("feel_well", N),
    ("skin_whole", N),
    ("feel_touch_and_pain", D),
    ("awake_sober_dry", N),
    ("on_battery", P),
    ("pads_where_shown", P),
    ("no_session_today", N),
]
FULL = [
    ("heart", D, NONE_D),
    ("bone_metal_insulin_illness", D, NONE_D),
    ("cancer_infection", D, NONE),
    ("clot_circulation_bleeding", D, NONE),
    ("surgery_injury_hernia", D, NONE),
    ("red_flags_fall_bladder_leg", D, NONE),
    ("red_flags_weight_night_drugs", D, NONE),
    ("muscle_kidney", D, NONE),
    ("birth_coil_period", N, NONE),
    ("back_pain_looked_at", D, TRUE),
    ("adult_and_alone", D, TRUE),
    ("oxygen_ecg_metal", P, HERE),
    ("own_pads", P, WILL),
    ("lying_and_strength", P, WILL),
]


def ids(catalogue: Catalogue, *, full_list: bool, clock_trusted: bool) -> list[str]:
    due = statements_due(catalogue.statements, full_list=full_list, clock_trusted=clock_trusted)
    return [statement.id for statement in due]


def test_the_session_list_is_these_statements(catalogue: Catalogue) -> None:
    found = [(s.id, s.remedy, s.heading) for s in catalogue.statements if not s.full_list]
    assert found == [(id_, remedy, TRUE) for id_, remedy in SESSION]


def test_the_full_list_is_these_cards(catalogue: Catalogue) -> None:
    found = [(s.id, s.remedy, s.heading) for s in catalogue.statements if s.full_list]
    assert found == FULL


def test_only_two_cards_may_be_agreed_by_a_doctor(catalogue: Catalogue) -> None:
    agreed = [s.id for s in catalogue.statements if s.heading is NONE_D]
    assert agreed == ["heart", "bone_metal_insulin_illness"]


def test_no_usual_warning_is_left_out(catalogue: Catalogue) -> None:
    covered = {number for statement in catalogue.statements for number in statement.covers}
    assert covered == set(range(1, 30))


def test_before_a_session_there_are_eight_statements(catalogue: Catalogue) -> None:
    session = [id_ for id_, _ in SESSION]
    assert ids(catalogue, full_list=False, clock_trusted=True) == session[:8]
    assert ids(catalogue, full_list=False, clock_trusted=False) == session


def test_the_full_list_is_the_session_list_and_fourteen_cards(catalogue: Catalogue) -> None:
    cards = [id_ for id_, _, _ in FULL]
    session = [id_ for id_, _ in SESSION]
    assert ids(catalogue, full_list=True, clock_trusted=True) == session[:8] + cards
    assert ids(catalogue, full_list=True, clock_trusted=False) == session + cards
