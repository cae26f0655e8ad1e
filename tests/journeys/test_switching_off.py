"""Switching off from the box: hold BACK, agree, wait until the screen is dark."""

from appliance.service.box_power import REQUEST
from appliance.session.machine.guards import MISTAKE_S, SWITCH_OFF_S
from appliance.session.machine.pages import LOCKED
from appliance.session.state import State
from tests.journeys.journey import Box, Home


def asked(box: Box) -> bool:
    """Whether systemd has been asked."""
    return (box.world.folder / REQUEST).exists()


def test_hold_back_and_agree(box: Box) -> None:
    box.switched_on().hold_back().reads("Switch the box off now?", "NO", "OFF")
    assert not asked(box)
    box.wait(0.3).confirm().reads("Wait until the screen is dark.")
    assert asked(box)
    assert "switching off, asked for at the box" in box.told
    # Nothing begins any more, whatever is pressed.
    box.confirm().back().hold_back().sees(State.LOCKED, step="switching_off")
    # systemd did not listen: the screen says what to do, and the box goes on.
    box.wait(SWITCH_OFF_S).reads("It is still on.")
    box.back().sees(State.LOCKED, step="plan").confirm().sees(State.CHECKLIST)


def test_no_is_no_and_an_old_question_goes_away(box: Box) -> None:
    box.switched_on().hold_back().back().sees(State.LOCKED, step="plan")
    box.wait(0.3).hold_back().sees(State.LOCKED, step="switch_off")
    box.wait(MISTAKE_S + 1.0).sees(State.LOCKED, step="plan")
    box.confirm().sees(State.CHECKLIST)
    assert not asked(box)


def test_a_short_back_turns_the_page_as_ever(box: Box) -> None:
    box.switched_on()
    for page in (*LOCKED[1:], LOCKED[0]):
        box.back().sees(State.LOCKED, step=page)
    box.back().wait(0.3).hold_back().sees(State.LOCKED, step="switch_off")
    assert not asked(box)


def test_a_broken_stop_lead_does_not_keep_the_box_on(box: Box) -> None:
    box.switched_on().press_stop().hold_back().reads("Switch the box off now?")
    box.wait(0.3).confirm()
    assert asked(box)


def test_a_supply_that_dips_is_told_in_locked(home: Home) -> None:
    sensor = home.folder / "hwmon" / "hwmon0"
    sensor.mkdir(parents=True)
    (sensor / "name").write_text("rpi_volt\n")
    (sensor / "in0_lcrit_alarm").write_text("1\n")
    box = home.knows().boot().switched_on()
    box.reads("The box's power was low.").confirm().sees(State.CHECKLIST)
