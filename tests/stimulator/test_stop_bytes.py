"""The bytes that stop each board, as the documents of the makers spell them."""

import pytest

from appliance.stimulator.openemsstim import grammar
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.rehastim2 import messages as rehastim2
from appliance.stimulator.sciencemode import messages as sciencemode

STOPS = {
    # Start, length 12, checksum, number 1 and command 34, end.
    "P24, RehaMove3": (
        sciencemode.ask(1, sciencemode.Stop()),
        "F0 81 55 81 59 81 9D 81 B1 04 22 0F",
    ),
    # Start, checksum, length of the packet 2, number 1 and command 34, end.
    "RehaStim2": (rehastim2.ask(1, rehastim2.StopList()), "F0 81 AE 81 57 01 22 0F"),
    # COBS of message 3, number 1 and the checksum, and a zero.
    "reference": (encode(protocol.Off(1)), "03 03 01 03 A6 FD 00"),
    # `WV,001C,47.` and a line feed: 47 is `G`.
    "openEMSstim": (grammar.frame(grammar.ALL_STOP), "57 56 2C 30 30 31 43 2C 34 37 2E 0A"),
}


@pytest.mark.parametrize("board", STOPS)
def test_a_stop_is_these_bytes(board: str) -> None:
    sent, spelled = STOPS[board]
    assert sent.hex(" ").upper() == spelled
