"""Each way to be refused, and the ways out of it."""

import pytest

from appliance.session.state import State
from appliance.therapy.checklist import Remedy
from appliance.virtual_box.box import READ_S
from tests.journeys.journey import Box, Home


@pytest.mark.parametrize(
    ("statement", "remedy"),
    [
        ("no_active_implant", Remedy.DOCTOR),
        ("feel_well", Remedy.NOT_TODAY),
        ("on_battery", Remedy.PUT_RIGHT),
    ],
)
def test_each_way_to_be_refused(home: Home, statement: str, remedy: Remedy) -> None:
    box = home.knows().boot()
    box.switched_on().confirm().to_statement(statement).back()
    box.sees(State.REFUSED, output="off", checklist={"confirmed": False, "item": None})
    assert box.view.refusal is not None
    assert (box.view.refusal.statement, box.view.refusal.remedy) == (statement, remedy)
    box.confirm().sees(State.LOCKED)


def test_after_a_refusal_of_the_doctor_kind_the_full_list_is_due(box: Box) -> None:
    box.switched_on()
    assert box.view.due is not None and not box.view.due.full_list
    box.confirm().back().sees(State.REFUSED).confirm().wait(0.1).sees(State.LOCKED)
    assert box.view.due is not None and box.view.due.full_list
    box.confirm().sees(State.CHECKLIST)
    assert box.view.statement is not None and box.view.statement.count == 31


def test_pressed_by_mistake_the_same_statement_comes_again(box: Box) -> None:
    box.switched_on().confirm().to_statement("feel_well").back().sees(State.REFUSED)
    box.wait(55.0).back().sees(State.CHECKLIST)
    assert box.statement == "feel_well"
    box.agree_to_all().sees(State.CHOOSING)


def test_after_a_minute_it_was_no_mistake(box: Box) -> None:
    box.switched_on().confirm().to_statement("feel_well").back().sees(State.REFUSED)
    box.wait(61.0).back().sees(State.REFUSED).confirm().sees(State.LOCKED)


def test_a_statement_that_was_not_read_is_not_agreed_to(box: Box) -> None:
    box.switched_on().confirm().sees(State.CHECKLIST)
    first = box.statement
    box.wait(0.5).hold_confirm(1.0)
    assert box.statement == first
    # Held on and on, one hold agrees to one statement.
    box.wait(READ_S).hold_confirm(5.0)
    box.sees(State.CHECKLIST)
    assert box.view.statement is not None and box.view.statement.number == 2
    # A short press agrees to nothing.
    box.wait(READ_S).confirm()
    assert box.view.statement.number == 2


@pytest.mark.parametrize(
    ("answer", "hint"), [(3, None), (5, "rest_day first"), (8, "nothing but rest")]
)
def test_muscles_that_are_still_sore(home: Home, answer: int, hint: str | None) -> None:
    box = home.knows(sessions=1, days_ago=2).boot()
    box.to_choosing().sees(State.CHOOSING, step="soreness_before")
    box.turn(answer, every_s=0.2)
    assert box.view.question is not None and box.view.question.value == answer
    box.confirm().sees(State.CHOOSING, step="choice")
    offers = [option.offer.value for option in box.view.options]
    if hint is None:
        assert "rest_day" not in offers
        box.confirm().sees(State.PREPARING)
    elif hint == "rest_day first":
        assert offers[:2] == ["rest_day", "routine"]
        box.confirm().sees(State.LOCKED)
    else:
        assert offers == ["rest_day"]
        box.confirm().sees(State.LOCKED)
