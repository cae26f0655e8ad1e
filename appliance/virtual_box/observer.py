"""The observer of a virtual box: compares the board's pulses and the screen with the rules.

It has its own numbers, so that a wrong number in the program is not repeated here.
"""

from appliance.session.board import Output
from appliance.session.record import Record
from appliance.session.state import State
from appliance.simulator.pulse_witness import REFERENCE_STEP_MA, Witness
from appliance.virtual_box.box import VirtualBox

AGREE_S = 0.2
"""Within this time the screen shows what the board delivers."""
RISE_AT_ONCE = {"sciencemode": 0.5, "rehastim2": 1.0, "openemsstim": 12.0}
"""How far a pulse may exceed what 40 mA/s allows since the pulse before, by driver, where it is not
the reference board's."""
LAST_PULSE_S = 0.02
LATE_LAST_PULSE_S = {"openemsstim": 0.4}
"""After an off a pulse may still come for this time, by driver."""
SCREEN_RULE = "the screen never says off while the board delivers"


class Observer:
    """Listens to every pulse and looks at every step. `broken` is what was against a rule."""

    def __init__(self, box: VirtualBox) -> None:
        driver = box.board.driver
        rise_at_once = RISE_AT_ONCE.get(driver, REFERENCE_STEP_MA)
        self.witness = Witness(self._limit_ma, self._allowed, rise_at_once)
        self.grace_s = LATE_LAST_PULSE_S.get(driver, LAST_PULSE_S)
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
        """The stage's limit, and never more than the settings allow."""
        run, visit = self._box.record.run, self._box.record.visit
        if run is None or visit is None:
            return 0.0
        limits = self._box.record.rules.limits
        gentle_ma = limits.gentle_current_ma if visit.option.gentle else limits.current_ma
        return min(run.limit, limits.current_ma, gentle_ma)

    def _allowed(self, at: float) -> bool:
        return self._box.state is State.STIMULATING or at - self._left_at <= self.grace_s
