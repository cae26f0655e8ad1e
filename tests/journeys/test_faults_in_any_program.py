"""What goes wrong in programs of the whole grammar: zero at the body, whatever was delivered."""

from collections.abc import Callable
from math import isfinite

import pytest

from appliance.session.lease import LEASE_S
from appliance.session.state import State
from appliance.simulator.body import Pads
from tests.journeys.delivery import Delivery
from tests.journeys.journey import Box, Home
from tests.therapy.program_grammar import drawn

Fault = Callable[[Box], object]
LEVEL_MA = 14.0
OFF_WITHIN_S = 0.6
"""Of a board that hears nothing, the lease, and what the link may be late."""
SEEN_WITHIN_S = 14.0
"""What is seen in the next contraction only comes after the longest rest of the grammar."""


def _over_current(box: Box) -> None:
    box.board.troubles.extra_current_codes = 400
    box.observer.witness.defect_ma = 10.0


def _pad_off(box: Box) -> None:
    """A pad of the channel that carries current."""
    assert box.record.run is not None
    box.board.body.place(0 if box.record.run.levels.level[0] else 1, Pads.OPEN)


def _troubles(**wrong: object) -> Fault:
    def cause(box: Box) -> None:
        for name, value in wrong.items():
            setattr(box.board.troubles, name, value)

    return cause


FAULTS: dict[str, Fault] = {
    "too strong": _troubles(claimed_factor=1.5),
    "wrong echo": _troubles(wrong_echo=True),
    "silent": _troubles(silent=True),
    "garbage": _troubles(garbage=True),
    "deaf": _troubles(deaf=True),
    "resets": lambda box: box.board.reset(box.now),
    "over-current": _over_current,
    "runs empty": lambda box: box.board.set_supply(6.2, box.now),
    "emergency stop": lambda box: box.board.set_emergency_stop(True, box.now),
    "cable out": lambda box: box.unplug(),
    "frozen": lambda box: box.freeze(3.0),
    "pad off": _pad_off,
    "STOP": lambda box: box.press_stop(),
}
COUNT = 3 * len(FAULTS)


@pytest.mark.parametrize("number", range(COUNT))
def test_current_ends_in_any_program(home: Home, number: int) -> None:
    delivery = Delivery(home.knows(sessions=9).boot().to_both(2))
    box, program = delivery.box, drawn(COUNT)[number]
    fault = list(FAULTS)[number % len(FAULTS)]
    # One channel alone, each fault with A and with B: what reads one for both is seen.
    delivery.begin(program, level=(LEVEL_MA, 0.0) if number % 2 else (0.0, LEVEL_MA))
    box.wait_until(lambda: box.delivers, within_s=40.0)
    box.wait(0.7)
    box.observer.grace_s = LEASE_S
    FAULTS[fault](box)
    box.wait_until(
        lambda: box.state is not State.STIMULATING, SEEN_WITHIN_S, f"the end after {fault}"
    )
    box.wait(OFF_WITHIN_S)
    assert box.record.set_point is None
    assert not box.delivers
    box.turn(3, every_s=0.1).wait(1.0)
    assert not box.delivers


def test_the_programs_have_every_form() -> None:
    phases = [span.phase for program in drawn(COUNT) for span in program.lay_out(20.0)]
    assert any(phase.bursts for phase in phases)
    assert any(phase.modulation for phase in phases)
    assert any(phase.active_rest for phase in phases)
    assert any(isfinite(phase.off_s) and phase.off_s > 0.0 for phase in phases)
