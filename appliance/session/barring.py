"""Boards that are not used again: one that once gave more than was asked stays off.

The bar belongs to the board and not to the box. It outlasts restarts, because the journal's
recorder keeps it in a file of its own, and ends only when somebody clears it over SSH.
"""

from appliance.session.faults import barring
from appliance.session.notes import BoardBarred
from appliance.session.record import Record

BARRED = "board_barred"
EVERY_BOARD = "every board"
"""The name that bars all boards, if the file of barred boards cannot be read."""
TOLD_WITHIN_S = 1.0
"""After STOP is let go: an off goes out every 100 ms, and its answer says that the stop is over."""


def held(record: Record) -> frozenset[str]:
    """All faults that hold now, the bar of the connected board among them."""
    faults = record.present | record.report.faults
    return faults if why_barred(record) is None else faults | {BARRED}


def causes(record: Record) -> frozenset[str]:
    """Those of them that lead to `fault`.

    Where STOP is wired to the board's emergency stop, it opens that as well. So the fault
    `emergency_stop` is left out while STOP is pressed and for `TOLD_WITHIN_S` after its release.
    """
    is_ours = record.stop_open or record.now - record.stop_closed_at < TOLD_WITHIN_S
    return held(record) - {"emergency_stop"} if is_ours else held(record)


def why_barred(record: Record) -> str | None:
    """What the connected board did when it was barred; None where it is not barred."""
    identity = record.report.identity
    if not record.barred or identity is None:
        return None
    return record.barred.get(identity.board) or record.barred.get(EVERY_BOARD)


def detail_of_bar(record: Record) -> dict[str, str]:
    """The detail of the fault: which board is barred, why, and which command shows more."""
    identity, why = record.report.identity, why_barred(record)
    if identity is None or why is None:
        return {}
    return {BARRED: f"{identity.board}, {why}; `ems-appliance board barred` tells more"}


def bar(record: Record, faults: frozenset[str]) -> Record:
    """The record, with the board barred where one of these faults asks for it.

    A fault takes the link down, so the fault is about the board that was connected last.
    """
    reasons, board = barring(faults), record.board_met
    if not reasons or board is None or board.board in record.barred:
        return record
    note = BoardBarred(record.now, board.board, reasons[0])
    return record.but(
        barred={**record.barred, board.board: reasons[0]}, notes=(*record.notes, note)
    )
