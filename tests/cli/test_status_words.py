"""`status` in words: what a person over SSH has to know, from real records of a session."""

import pytest

from appliance.cli.status_words import headline, in_a_line, in_words
from appliance.service.status import status_of
from appliance.session.barring import detail_of_bar
from appliance.session.board import Link
from appliance.session.events import Button
from appliance.session.state import State
from appliance.settings.words import Words
from tests.session.core import Core
from tests.session.states import at

WORDS = Words.load()


def said(core: Core, **details: str) -> list[str]:
    details |= detail_of_bar(core.record)
    return in_words(status_of(core.record, "reference", WORDS, details)).splitlines()


def test_stop_and_how_long_it_has_been_pressed() -> None:
    core = at(State.LOCKED)
    assert not any("STOP" in line for line in said(core))
    core.stop()
    assert "STOP is pressed" in said(core)
    core.wait(10.5)
    assert "STOP is pressed, for long: check its lead and its plug" in said(core)


def test_levels_with_the_signs_of_the_leads_and_what_the_knob_moves() -> None:
    core = Core().to_stimulating(4)
    core.press(Button.BACK)
    lines = said(core)
    assert any("knob moves the left side, ○" in line for line in lines)
    assert any(line.startswith("○  A left: level 4 of 4 mA") for line in lines)
    assert any(line.startswith("○○ B right: level 4 of 4 mA") for line in lines)


def test_the_hint_of_the_moment_in_the_words_of_the_screen() -> None:
    core = at(State.READY)
    core.turn(1, every_s=0.1)
    assert f"hint: {WORDS('hint.more')}" in said(core)


def test_the_battery_of_the_board() -> None:
    core = at(State.LOCKED)
    core.with_report(battery_v=7.4)
    assert "board reference 1, link up, battery 50% (7.4 V)" in said(core)


def test_the_battery_of_a_board_that_is_gone_is_not_told() -> None:
    core = at(State.LOCKED)
    core.with_report(battery_v=7.4, link=Link.DOWN)
    (line,) = (line for line in said(core) if line.startswith("board "))
    assert line.endswith("link down")


def test_of_a_board_that_has_not_answered_yet_nothing_is_known() -> None:
    assert status_of(Core().record, "reference", WORDS)["board"] == {
        "driver": "reference",
        "firmware": None,
        "link": "down",
        "battery_v": None,
        "battery": None,
        "refusals": 0,
        "research_only": False,
    }


def test_each_fault_with_its_own_detail() -> None:
    core = at(State.LOCKED)
    core.faults("pins_failed", "screen_dead")
    lines = said(core, pins_failed="GPIO 17 is taken", journal_dead="not this one")
    assert [line for line in lines if line.startswith(("fault ", "  "))][1:] == [
        "fault pins_failed: The pins do not work. Ask your builder: the log says why.",
        "  GPIO 17 is taken",
        "fault screen_dead: The screen is silent. Check its wires.",
    ]


@pytest.mark.parametrize("fault", ["settings_wrong", "pins_failed"])
def test_a_service_without_pins_says_nothing_of_stop_and_of_the_board(fault: str) -> None:
    core = at(State.LOCKED)
    core.stop()
    core.faults(fault)
    assert "STOP is pressed" in said(core), "a pin that fails later"
    answer = status_of(core.record, "reference", WORDS, {fault: "why"})
    told = [in_words(answer), headline(answer), in_a_line(answer)]
    assert not any("STOP" in text or "board" in text or "link" in text for text in told)
    assert "why" in told[0]


def test_what_is_only_told_and_a_board_that_is_barred() -> None:
    core = at(State.LOCKED)
    core.faults("journal_slow")
    told = "note journal_slow: The memory card is slow."
    assert any(line.startswith(told) for line in said(core))
    core.identity = core.identity.but(serial="7")
    core.record = core.record.but(barred={"reference 7": "over_current"})
    core.step()
    assert "  reference 7, over_current; `ems-appliance board barred` tells more" in said(core)


def in_line(core: Core) -> str:
    return in_a_line(status_of(core.record, "reference", WORDS))


def test_a_line_that_changes_with_a_level_and_a_state_and_not_with_time() -> None:
    core = Core().to_stimulating(4)
    line = in_line(core)
    assert line.startswith("stimulating  Me  output on; hip_flexors ")
    assert "A 4 mA" in line
    core.wait(3.0)
    assert in_line(core) == line
    core.turn(-1)
    assert "A 3 mA" in in_line(core)
    core.stop()
    assert in_line(core).startswith("stopped  Me  ") and "; STOP is pressed; " in in_line(core)
