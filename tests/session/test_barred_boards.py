"""A board that once gave more than was asked is not used again, whatever the box does next."""

import pytest

from appliance.session.barring import EVERY_BOARD, detail_of_bar
from appliance.session.board import Link
from appliance.session.faults import FAULTS
from appliance.session.notes import BoardBarred
from appliance.session.state import State
from tests.session.core import Core

BARRING = sorted(fault.id for fault in FAULTS.values() if fault.bars_board)


def numbered(serial: str, barred: dict[str, str] | None = None) -> Core:
    """A session with a board of this number; `barred` is what the file said at the start."""
    core = Core()
    core.identity = core.identity.but(serial=serial)
    core.record = core.record.but(barred=barred or {})
    return core


def test_the_faults_that_say_never_again_are_those_that_bar() -> None:
    assert BARRING == ["board_too_strong", "over_current"]


@pytest.mark.parametrize("fault", BARRING)
def test_the_same_board_stays_off_when_its_fault_is_gone(fault: str) -> None:
    core = numbered("7").to_stimulating(2)
    core.with_report(faults=frozenset({fault}))
    assert core.notes_of(BoardBarred) == [BoardBarred(core.now, "reference 7", fault)]
    core.wait(5.0)
    core.confirm()
    assert core.record.state is State.FAULT
    assert core.record.latched == (fault, "board_barred")


def test_it_is_barred_when_its_fault_took_the_link_down() -> None:
    core = numbered("7").to_stimulating(2)
    core.with_report(faults=frozenset({"board_too_strong"}), link=Link.DOWN, identity=None)
    assert core.record.barred == {"reference 7": "board_too_strong"}


def test_another_board_is_used() -> None:
    core = numbered("7").to_stimulating(2)
    core.with_report(faults=frozenset({"over_current"}))
    core.identity = core.identity.but(serial="8")
    core.wait(2.0)
    core.confirm()
    core.wait(2.0)
    assert core.record.state is State.LOCKED


@pytest.mark.parametrize(
    ("serial", "barred"),
    [("7", "reference 7"), ("", "reference without a number"), ("7", EVERY_BOARD)],
)
def test_a_board_that_the_file_bars_never_passes_the_self_test(serial: str, barred: str) -> None:
    core = numbered(serial, {barred: "over_current"}).to_locked()
    assert core.record.state is State.FAULT
    assert core.record.latched == ("board_barred",)
    core.wait(5.0)
    core.confirm()
    assert core.record.state is State.FAULT


def test_a_board_that_is_not_barred_passes() -> None:
    core = numbered("8", {"reference 7": "over_current", "sciencemode 7": "over_current"})
    assert core.to_locked().record.state is State.LOCKED
    assert detail_of_bar(core.record) == {}


def test_it_says_which_board_is_barred_for_what() -> None:
    core = numbered("7", {"reference 7": "over_current"}).to_locked()
    said = detail_of_bar(core.record)
    assert said == {
        "board_barred": "reference 7, over_current; `ems-appliance board barred` tells more"
    }
    core.with_report(identity=None)
    assert detail_of_bar(core.record) == {}


def test_the_gate_lets_nothing_through_to_a_barred_board() -> None:
    core = numbered("7").to_stimulating(2)
    core.record = core.record.but(barred={"reference 7": "over_current"})
    core.step()
    assert core.record.set_point is None
    assert "fault" in core.record.withheld or core.record.state is State.FAULT
