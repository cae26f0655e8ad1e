"""Whoever watches a whole virtual box: the board's end of the wire, and the screen beside it."""

from appliance.session.board import Output
from appliance.session.record import Record
from appliance.session.state import State
from appliance.simulator.boards.models import SimulatedDevice
from appliance.simulator.boards.openemsstim.board import OpenEmsStim
from appliance.simulator.boards.rehastim2.device import RehaStim2Device
from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.simulator.pulse_witness import REFERENCE_STEP_MA, Witness
from appliance.stimulator.rehastim2 import lists as rehastim2
from appliance.stimulator.sciencemode import pulses as sciencemode
from appliance.virtual_box.box import VirtualBox

GRACE_S = 0.02
"""The off frame is on its way: the running pulse is finished, no other begins."""
ENDS_S = 0.4
"""The same for openEMSstim: it reads an all-stop, then opens one relay after the other."""
RISE_OF_A_COMMAND = 12.0
"""What openEMSstim may be told at once after 0.3 s, the longest rise that counts."""
AGREE_S = 0.2
"""Within this time the screen has heard what the board delivers."""
SCREEN_RULE = "the screen never says off while the board delivers"


class Observer:
    """Listens to every pulse and looks at every step. `broken` is what was against a rule."""

    def __init__(self, box: VirtualBox) -> None:
        self.witness = Witness(self._limit_ma, self._allowed, _step_ma(box.board))
        self.grace_s = ENDS_S if isinstance(box.board, OpenEmsStim) else GRACE_S
        """How long after `stimulating` a pulse may still come. Without a wire: the lease."""
        self._box = box
        self._left_at = self._agreed_at = box.now
        box.board.output.on_pulse.append(self.witness.see)
        box.watchers.append(self._look)

    @property
    def broken(self) -> list[str]:
        return self.witness.broken

    def _look(self, record: Record) -> None:
        if record.state is State.STIMULATING:
            self._left_at = record.now
        self._compare(record)

    def _compare(self, record: Record) -> None:
        if record.report.output is not Output.OFF or not any(self._box.board.output.in_force):
            self._agreed_at = record.now
        elif record.now - self._agreed_at > AGREE_S:
            self.broken.append(f"{record.now:.2f} s: {SCREEN_RULE}")

    def _limit_ma(self) -> float:
        run = self._box.record.run
        return run.limit if run else 0.0

    def _allowed(self, at: float) -> bool:
        return self._box.state is State.STIMULATING or at - self._left_at <= self.grace_s


def _step_ma(board: SimulatedDevice) -> float:
    match board:
        case ScienceModeDevice():
            return sciencemode.CURRENT_STEP_MA
        case RehaStim2Device():
            return rehastim2.CURRENT_STEP_MA
        case OpenEmsStim():
            return RISE_OF_A_COMMAND
    return REFERENCE_STEP_MA
