"""What flows through the simulated body, judged by what was asked and by what went wrong.

The pulse witness and the safe set of the wire judge every pulse and every byte besides. The
numbers are those of the design, not of the program.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appliance.session.record import Record
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.pulses import Pulse
from appliance.therapy.units import LONG_AGO, NEVER, Pair
from tests.journeys.journey import Box

RELAY_HOLDS_S = 0.2
"""After the last edge of the enable line the charge pump has let the relay go by then."""
ASKED_FOR_S = {"simulated": 0.35}
OTHERS_ASKED_FOR_S = 1.22
"""The set-point before may flow for this long: a lease and a frame on its way; or the silence after
which a board that answers seldom is given up, and the relay's time."""
REMEMBERED_S = 3.0
MORE_THAN_ASKED_MA = 1.03
"""The largest amplitude step of a board, and rounding."""
HELD_S = 0.03
"""A knob pressed for longer is known to be; after a release its contact is not looked at for 20 ms.
"""
SURE_MA = 3.0
"""A pulse that was to have this much shows what is wrong with pads or stage."""


@dataclass
class Sign:
    """What shows one fault: the first pulse like this from it on, in its channel."""

    since: float
    channel: int | None = None
    """The channel of the fault; None if the fault is in no single channel."""
    shows: Callable[[Pulse], bool] = lambda pulse: pulse.amplitude_ma >= SURE_MA
    takes_s: Callable[[Pulse], float] | None = None
    """For how long current has to flow from there on without a rest until the host can tell."""
    hides_below_ma: float = 0.0
    """The host discards what it has seen if no more than this is asked for."""
    ends_s: float = 0.0
    """Time from then until the current must have ended."""
    at: float = NEVER
    told_at: float = NEVER
    """When the host can tell."""
    seen_in: int = 0

    def see(self, pulse: Pulse) -> None:
        is_in_it = pulse.at >= self.since and self.channel in (None, pulse.channel)
        if self.at == NEVER and is_in_it and self.shows(pulse):
            self.at, self.seen_in = pulse.at, pulse.channel
            self.told_at = pulse.at + (self.takes_s(pulse) if self.takes_s else 0.0)

    def ask(self, now: float, amplitude: Pair) -> None:
        """What is asked for now. In a rest, what the host has not told until then begins anew."""
        is_open = self.takes_s is not None and now < self.told_at + self.ends_s
        if is_open and amplitude[self.seen_in] <= self.hides_below_ma:
            self.at = self.told_at = NEVER


class Watch:
    """Listens to the pulses of a box and looks at each of its steps."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.broken: list[str] = []
        self.fault_at = NEVER
        self.signs: list[Sign] = []
        """Of each fault that has happened."""
        self.last_flow_at = LONG_AGO
        """The newest pulse that flowed through the body from the fault on."""
        self.last_unraised_at = LONG_AGO
        """The newest of them before a hand raised the level from zero again."""
        self.hands_turned = False
        self._is_raised = False
        self.more_ma = 0.0
        """What the fault itself adds to a pulse."""
        self.asked_for_s = ASKED_FOR_S.get(box.board.driver, OTHERS_ASKED_FOR_S)
        """A set-point that is so old may still flow."""
        self._has_relay_in_leads = not isinstance(box.board, Board)
        self._enable: Any = box.factory.pin(box.world.settings.indicators.enable_line)
        self._enable_was = self._enable.states[-1]
        self._edge_at = box.now
        self._asked: deque[tuple[float, float]] = deque()
        self._note_asked(box.record)
        self._highest_target = self._target_was = self._target(box.record)
        self._knob: Any = box.factory.pin(box.world.settings.controls.knob_press)
        self._pressed_at = NEVER
        """Since when the knob has been seen pressed; never while it is not."""
        box.board.output.on_pulse.append(self._see)
        box.watchers.append(self._look)

    def begin(self) -> None:
        """The fault happens now."""
        self.fault_at = self.box.now

    def sign(self, ends_s: float) -> Sign:
        """That of a fault that happens now."""
        self.signs.append(Sign(self.box.now, ends_s=ends_s))
        return self.signs[-1]

    def _see(self, pulse: Pulse) -> None:
        if self.fault_at == NEVER or pulse.at < self.fault_at:
            return
        for sign in self.signs:
            sign.see(pulse)
        if pulse.measured_ma <= 0.0 or not self._is_closed(pulse.at):
            return
        self.last_flow_at = max(self.last_flow_at, pulse.at)
        if not self._is_raised:
            self.last_unraised_at = self.last_flow_at
        asked = [ma for at, ma in self._asked if pulse.at - at <= self.asked_for_s]
        most = max(asked, default=0.0) + MORE_THAN_ASKED_MA + self.more_ma
        if pulse.measured_ma > most:
            self.broken.append(f"{pulse.measured_ma:.1f} mA flow, asked were {most:.1f}")

    def _is_closed(self, at: float) -> bool:
        """Whether the relay in the leads is. That of the reference board is behind its supply."""
        return not self._has_relay_in_leads or at - self._edge_at <= RELAY_HOLDS_S

    def _look(self, record: Record) -> None:
        # Not its `state`, which is a fault of the campaign to read.
        if self._enable.states[-1] is not self._enable_was:
            self._enable_was, self._edge_at = self._enable.states[-1], record.now
        self._note_asked(record)
        while self._asked and record.now - self._asked[0][0] > REMEMBERED_S:
            self._asked.popleft()
        self._look_at_target(record.now, self._target(record))
        if record.set_point is not None:
            for sign in self.signs:
                sign.ask(record.now, record.set_point.amplitude)

    def _look_at_target(self, now: float, target: float) -> None:
        if target > self._highest_target and not self.hands_turned:
            self.broken.append(f"the target is {target} and no hand has turned")
        self._highest_target = max(target, self._highest_target)
        self._pressed_at = min(self._pressed_at, now) if not self._knob.states[-1].state else NEVER
        if target > self._target_was and now - self._pressed_at > HELD_S:
            self.broken.append("the target rises while the knob is pressed")
        if self._target_was == 0.0 < target and self.hands_turned and self.fault_at != NEVER:
            self._is_raised = True
        self._target_was = target

    def _note_asked(self, record: Record) -> None:
        if record.set_point is not None:
            self._asked.append((record.now, max(record.set_point.amplitude)))

    @staticmethod
    def _target(record: Record) -> float:
        return max(record.run.levels.target) if record.run is not None else 0.0

    def all_broken(self, excuses: tuple[str, ...]) -> list[str]:
        """Everything that was against a rule since the box began."""
        box = self.box
        found = [*self.broken, *box.observer.broken, *box.wrong, *box.safe_set.broken]
        return [text for text in found if not any(excuse in text for excuse in excuses)]
