"""What becomes of a board's answers in the report of its driver, field by field."""

import pytest

from appliance.session.board import BoardState, Contact, Link, Output, Report
from appliance.stimulator.link import LinkKeeper
from appliance.stimulator.reference import protocol, reporting
from appliance.stimulator.reference.conversation import Conversation
from appliance.stimulator.reference.protocol import Fault, Flag
from appliance.stimulator.serial_port import Line, SerialPort

SAID = protocol.Identity(
    1, protocol.LAYOUT, protocol.BOARD_NAME, 2, 1, 3, 2400, 350, 10_000, 7, 0, 0, 2,
    protocol.Capability.CURRENT, 0,
)  # fmt: skip
ANSWER = protocol.Report(
    1, 5, 0, protocol.State.ON, 0, Flag.GREETED, 1, 0, 0, protocol.Contact.GOOD,
    protocol.Contact.UNKNOWN, 400, 300, 250, 250, 5000, 0, 0, 404, 296, 400, 300, 0, 0, 9, 8,
    1100, 0, 0, 7400, bytes(len(protocol.Refusal)),
)  # fmt: skip


def composed(
    *answers: protocol.Report,
    output: Output = Output.ON,
    is_up: bool = True,
    said: protocol.Identity = SAID,
) -> Report:
    link = LinkKeeper(SerialPort("none", Line(250_000)), 0.4)
    if is_up:
        link.up()
    else:
        link.lose("board_silent", 1.0)
    talk = Conversation(3.0)
    talk.asked_at, talk.agreed_at, talk.refusals = 2.9, 2.95, 6
    return reporting.compose(link, reporting.identity(said, "reference"), talk, answers, output)


def test_an_identity_is_in_milliamperes_and_hertz() -> None:
    board = reporting.identity(SAID, "simulated")
    assert (board.driver, board.firmware, board.serial) == ("simulated", "2.1.3", "7")
    assert (board.amplitude_step, board.maximum) == (0.025, 60)
    assert (board.max_pulse_width_us, board.max_frequency_hz) == (350, 100)
    assert board.measures_current
    assert board.delivers_bursts
    other = reporting.identity(SAID._replace(serial=0, capabilities=0), "reference")
    assert other.serial == ""
    assert not other.measures_current


def test_a_report_has_each_channel_s_own() -> None:
    report = composed(ANSWER)
    assert report.in_force == (10, 7.5)
    assert report.measured == (10.1, 7.4)
    assert report.contact == (Contact.GOOD, Contact.UNKNOWN)
    assert report.battery_v == 7.4
    assert (report.at, report.asked_at, report.agreed_at) == (3.0, 2.9, 2.95)
    assert report.refusals == 6
    assert (report.link, report.output) == (Link.UP, Output.ON)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (protocol.State.OFF, BoardState.OFF),
        (protocol.State.ARMED, BoardState.ARMED),
        (protocol.State.ON, BoardState.ON),
        (protocol.State.FAULT, BoardState.FAULT),
        (77, BoardState.UNKNOWN),
    ],
)
def test_the_state_is_the_board_s_while_the_link_is_up(said: int, state: BoardState) -> None:
    assert composed(ANSWER._replace(state=said)).state is state
    assert composed(ANSWER._replace(state=said), is_up=False).state is BoardState.UNKNOWN


def test_without_a_link_nothing_that_was_said_is_believed_but_what_is_in_force() -> None:
    report = composed(ANSWER, is_up=False, output=Output.UNKNOWN)
    assert report.link is Link.DOWN
    assert report.contact == (Contact.UNKNOWN, Contact.UNKNOWN)
    assert report.measured == (None, None)
    assert report.agreed_at is None
    assert report.in_force == (10, 7.5)
    assert report.faults == {"board_silent"}


def test_with_the_output_off_nothing_is_in_force() -> None:
    assert composed(ANSWER, output=Output.OFF).in_force == (0, 0)


def test_a_board_that_cannot_measure_has_measured_nothing() -> None:
    assert composed(ANSWER, said=SAID._replace(capabilities=0)).measured == (None, None)


def test_before_any_answer_there_is_the_link_and_its_faults() -> None:
    report = composed(is_up=False, output=Output.UNKNOWN)
    assert (report.link, report.output) == (Link.DOWN, Output.UNKNOWN)
    assert report.faults == {"board_silent"}
    assert report.identity is not None


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (Fault.OVER_CURRENT, "over_current"),
        (Fault.SUPPLY_EMPTY, "supply_empty"),
        (Fault.EMERGENCY_STOP, "emergency_stop"),
        (Fault.WATCHDOG, "board_watchdog"),
        (Fault.BROWN_OUT, "board_brown_out"),
        (Fault.INTERNAL, "board_stopped_itself"),
        (Fault.UNBALANCED, "over_current"),
        (Fault.HIGH_VOLTAGE, "board_high_voltage"),
        (Fault.SELF_TEST, "board_defect"),
        (Fault.WORN_OUT, "board_defect"),
        (1024, "board_stopped_itself"),
    ],
)
def test_each_fault_has_a_name_and_one_of_a_later_board_has_one_too(fault: int, name: str) -> None:
    assert composed(ANSWER._replace(faults=fault)).faults == {name}
    both = composed(ANSWER._replace(faults=fault | Fault.SUPPLY_EMPTY))
    assert both.faults == {name, "supply_empty"}


def test_no_fault_is_none() -> None:
    report = composed(ANSWER)
    assert report.faults == frozenset()
    assert not report.battery_low


def test_a_low_supply_is_told_by_itself_and_beside_a_fault() -> None:
    low = ANSWER._replace(flags=Flag.GREETED | Flag.SUPPLY_LOW)
    assert composed(low).faults == {"supply_low"}
    assert composed(low).battery_low
    assert composed(low._replace(faults=1)).faults == {"supply_low", "over_current"}


def test_of_several_answers_no_fault_and_no_open_lead_is_lost_and_the_newest_tells_the_rest() -> (
    None
):
    bad = ANSWER._replace(
        faults=1, flags=Flag.GREETED | Flag.SUPPLY_LOW, contact_b=protocol.Contact.OPEN
    )
    newest = ANSWER._replace(amplitude_a_codes=200, contact_b=protocol.Contact.GOOD)
    report = composed(bad, newest)
    assert report.faults == {"over_current", "supply_low"}
    assert report.contact == (Contact.GOOD, Contact.OPEN)
    assert report.in_force == (5, 7.5)
    assert not report.battery_low


def test_contact_is_that_of_the_newest_answer() -> None:
    unknown = ANSWER._replace(contact_a=protocol.Contact.UNKNOWN)
    assert composed(unknown, ANSWER).contact[0] is Contact.GOOD
    assert composed(ANSWER, unknown).contact[0] is Contact.UNKNOWN
