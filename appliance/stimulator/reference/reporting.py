"""Conversion of a reference board's messages to the reports and identities of the session."""

from collections.abc import Sequence

from appliance.session.board import BoardState, Contact, Identity, Link, Output, Report
from appliance.stimulator.link import LinkKeeper
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.conversation import Conversation
from appliance.therapy.units import Pair

_STATES = {
    protocol.State.OFF.value: BoardState.OFF,
    protocol.State.ARMED.value: BoardState.ARMED,
    protocol.State.ON.value: BoardState.ON,
    protocol.State.FAULT.value: BoardState.FAULT,
}
_FAULT_IDS = {
    protocol.Fault.OVER_CURRENT.value: "over_current",
    protocol.Fault.SUPPLY_EMPTY.value: "supply_empty",
    protocol.Fault.EMERGENCY_STOP.value: "emergency_stop",
    protocol.Fault.WATCHDOG.value: "board_watchdog",
    protocol.Fault.BROWN_OUT.value: "board_brown_out",
    protocol.Fault.INTERNAL.value: "board_stopped_itself",
    protocol.Fault.UNBALANCED.value: "over_current",
    protocol.Fault.HIGH_VOLTAGE.value: "board_high_voltage",
    protocol.Fault.SELF_TEST.value: "board_defect",
    protocol.Fault.WORN_OUT.value: "board_defect",
}
_NAMED = sum(_FAULT_IDS)
_SUPPLY_LOW = protocol.Flag.SUPPLY_LOW.value
_NO_FAULTS: frozenset[str] = frozenset()


def identity(said: protocol.Identity, driver: str) -> Identity:
    """What the board is and can do."""
    return Identity(
        driver=driver,
        firmware=f"{said.major}.{said.minor}.{said.patch}",
        amplitude_step=1 / protocol.CODES_PER_MA,
        maximum=said.max_codes / protocol.CODES_PER_MA,
        max_pulse_width_us=said.max_us,
        max_frequency_hz=said.max_centihz / 100,
        channels=said.channels,
        measures_current=bool(said.capabilities & protocol.Capability.CURRENT),
        delivers_bursts=True,
        on_body=said.stage != protocol.Stage.BENCH,
        serial=str(said.serial) if said.serial else "",
    )


def compose(
    link: LinkKeeper,
    board: Identity | None,
    talk: Conversation,
    answers: Sequence[protocol.Report],
    output: Output,
) -> Report:
    """The report of the newest answer, with the faults and open leads of all `answers`."""
    if not answers:
        return Report(link=link.state, identity=board, output=output, faults=link.faults)
    newest, is_up = answers[-1], link.state is Link.UP
    return Report(
        at=talk.heard_at,
        link=link.state,
        identity=board,
        state=_STATES.get(newest.state, BoardState.UNKNOWN) if is_up else BoardState.UNKNOWN,
        output=output,
        in_force=_in_force(newest, output),
        contact=_contact(answers) if is_up else (Contact.UNKNOWN, Contact.UNKNOWN),
        measured=_measured(newest, board) if is_up else (None, None),
        battery_v=newest.supply_mv / 1000,
        battery_low=bool(newest.flags & _SUPPLY_LOW),
        faults=link.faults | _faults(answers),
        asked_at=talk.asked_at,
        agreed_at=talk.agreed_at if is_up else None,
        refusals=talk.refusals,
    )


def _milliamperes(codes_a: int, codes_b: int) -> Pair:
    return codes_a / protocol.CODES_PER_MA, codes_b / protocol.CODES_PER_MA


def _measured(newest: protocol.Report, board: Identity | None) -> tuple[float | None, float | None]:
    if board is None or not board.measures_current:
        return None, None
    a, b = _milliamperes(newest.measured_a_codes, newest.measured_b_codes)
    return a, b if board.channels > 1 else None


def _in_force(newest: protocol.Report, output: Output) -> Pair:
    if output is Output.OFF:
        return 0.0, 0.0
    return _milliamperes(newest.amplitude_a_codes, newest.amplitude_b_codes)


def _contact(answers: Sequence[protocol.Report]) -> tuple[Contact, Contact]:
    return (
        _worst([answer.contact_a for answer in answers]),
        _worst([answer.contact_b for answer in answers]),
    )


def _worst(said: list[int]) -> Contact:
    if protocol.Contact.OPEN in said:
        return Contact.OPEN
    return Contact.GOOD if said[-1] == protocol.Contact.GOOD else Contact.UNKNOWN


def _faults(answers: Sequence[protocol.Report]) -> frozenset[str]:
    bits, flags = 0, 0
    for answer in answers:
        bits |= answer.faults
        flags |= answer.flags
    if not bits and not flags & _SUPPLY_LOW:
        return _NO_FAULTS
    low = {"supply_low"} if flags & _SUPPLY_LOW else set()
    # A board of a later minor version may have faults that have no name here.
    unnamed = {"board_stopped_itself"} if bits & ~_NAMED else set()
    return frozenset({name for bit, name in _FAULT_IDS.items() if bits & bit} | low | unnamed)
