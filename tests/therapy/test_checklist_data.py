"""The shipped checklist: every statement, in order, with what to do when it is not true."""

from appliance.therapy.catalogue import Catalogue
from appliance.therapy.checklist import Heading, Remedy, When, statements_due

D, N, P = Remedy.DOCTOR, Remedy.NOT_TODAY, Remedy.PUT_RIGHT
TRUE, NONE, NONE_D = Heading.IS_THIS_TRUE, Heading.NONE_TRUE, Heading.NONE_OR_DOCTOR
HERE, WILL = Heading.NONE_HERE, Heading.I_WILL

SESSION = [
    ("no_active_implant", D, NONE),
    ("not_pregnant_no_seizures", D, NONE),
    ("feel_well", N, TRUE),
    ("skin_whole", N, TRUE),
    ("skin_looked_at", N, TRUE),
    ("burn_seen", D, TRUE),
    ("feel_touch_and_pain", D, TRUE),
    ("awake_sober_dry", N, TRUE),
    ("on_battery", P, TRUE),
    ("pads_where_shown", P, TRUE),
    ("no_session_today", N, TRUE),
]
FULL = [
    ("heart", D, NONE_D),
    ("bones_metal", D, NONE_D),
    ("long_illness", D, NONE_D),
    ("cancer", D, NONE),
    ("infection", D, NONE),
    ("clot_circulation", D, NONE),
    ("bleeding", D, NONE),
    ("surgery_hernia", D, NONE),
    ("fall_bladder_bowel", D, NONE),
    ("numb_or_weak", D, NONE),
    ("weight_and_night_pain", D, NONE),
    ("cortisone_or_drugs", D, NONE),
    ("muscle_kidney", D, NONE),
    ("birth", N, NONE),
    ("coil_period", N, NONE),
    ("back_pain_looked_at", D, TRUE),
    ("adult_and_alone", D, TRUE),
    ("oxygen_ecg", P, HERE),
    ("metal_or_patch", P, HERE),
    ("own_pads", P, TRUE),
    ("leads_and_level", P, WILL),
    ("lying", P, WILL),
    ("strength", P, WILL),
]


NOT_ALWAYS = {
    "skin_looked_at": When.SKIN_WAS_RED,
    "burn_seen": When.BURNED,
    "no_session_today": When.CLOCK_NOT_TRUSTED,
}
ALWAYS = [id_ for id_, _, _ in SESSION if id_ not in NOT_ALWAYS]


def ids(catalogue: Catalogue, *the_case: When, full_list: bool) -> list[str]:
    due = statements_due(catalogue.statements, full_list=full_list, the_case=the_case)
    return [statement.id for statement in due]


def test_the_session_list_is_these_statements(catalogue: Catalogue) -> None:
    found = [(s.id, s.remedy, s.heading) for s in catalogue.statements if not s.full_list]
    assert found == SESSION


def test_the_full_list_is_these_cards(catalogue: Catalogue) -> None:
    found = [(s.id, s.remedy, s.heading) for s in catalogue.statements if s.full_list]
    assert found == FULL


def test_only_these_cards_may_be_agreed_by_a_doctor(catalogue: Catalogue) -> None:
    agreed = [s.id for s in catalogue.statements if s.heading is NONE_D]
    assert agreed == ["heart", "bones_metal", "long_illness"]


def test_no_usual_warning_is_left_out(catalogue: Catalogue) -> None:
    covered = {number for statement in catalogue.statements for number in statement.covers}
    assert covered == set(range(1, 30))


def test_before_a_session_there_are_eight_statements(catalogue: Catalogue) -> None:
    assert ids(catalogue, full_list=False) == ALWAYS
    assert len(ALWAYS) == 8


def test_the_others_are_asked_where_they_are_the_case(catalogue: Catalogue) -> None:
    for id_, when in NOT_ALWAYS.items():
        assert set(ids(catalogue, when, full_list=False)) == {*ALWAYS, id_}


def test_the_full_list_is_the_session_list_and_the_cards(catalogue: Catalogue) -> None:
    cards = [id_ for id_, _, _ in FULL]
    assert ids(catalogue, full_list=True) == ALWAYS + cards
