"""The observer of a virtual box: compares the board's pulses and the screen with the rules."""

from appliance.session.board import Output
from appliance.session.record import Record
from appliance.session.state import State
from appliance.simulator.pulse_witness import Witness
from appliance.stimulator.boards import card_of
from appliance.virtual_box.box import VirtualBox

AGREE_S = 0.2
"""Within this time the screen has heard what the board delivers."""
SCREEN_RULE = "the screen never says off while the board delivers"


class Observer:
    """Listens to every pulse and looks at every step. `broken` is what was against a rule."""

    def __init__(self, box: VirtualBox) -> None:
        card = card_of(box.board.driver)
        self.witness = Witness(self._limit_ma, self._allowed, card.rise_at_once)
        self.grace_s = card.last_pulse_s
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
