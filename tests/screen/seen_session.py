"""A whole session as the screen gets it: every view, when, and whether the panel blinks."""

from functools import cache
from typing import NamedTuple

from appliance.session.cues import Cue
from appliance.session.events import Event
from appliance.session.record import Record
from appliance.session.state import State
from appliance.session.view import View
from appliance.session.view_of_record import view_of
from appliance.therapy.plan import Plan
from tests.session.core import EXPERIENCED, STEP_S, Core

VIEW_S = 0.1
LEVEL = 22


class Seen(NamedTuple):
    at: float
    view: View
    blink: bool


class SeenCore(Core):
    """A session that keeps the view of every tenth of a second, and of every cue."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(EXPERIENCED, plan=plan)
        self.seen: list[Seen] = []
        self._next = 0.0

    def step(self, *events: Event, dt: float = STEP_S) -> Record:
        record = super().step(*events, dt=dt)
        blink = any(cue is not Cue.DETENT for cue in record.cues)
        if events or blink or record.now >= self._next:
            self._next = record.now + VIEW_S
            self.seen.append(Seen(record.now, view_of(record), blink))
        return record


@cache
def whole_session(stage_minutes: float) -> tuple[Seen, ...]:
    """From `locked` to `locked`: all three stages, with a break in the second and a STOP."""
    core = SeenCore(Plan(stage_minutes=stage_minutes))
    core.to_placing()
    deliver(core)
    core.confirm()
    deliver(core, with_breaks=True)
    core.confirm()
    deliver(core)
    while core.record.state is not State.LOCKED:
        core.wait(1.2)
        core.confirm()
    return tuple(core.seen)


def deliver(core: SeenCore, *, with_breaks: bool = False) -> None:
    """From `placing` to `stage_done`."""
    core.wait(1.2)
    core.past_pictures()
    core.start()
    core.turn(LEVEL)
    if with_breaks:
        core.open_channels = {1}
        core.wait(3.0)
        core.open_channels = set()
        core.wait(4.0)
        core.confirm()
        core.start()
        core.turn(2)
        core.stop()
        core.wait(2.0)
        core.let_go_of_stop()
        core.wait(1.2)
        core.confirm()
        core.start()
        core.turn(LEVEL)
    while core.record.state is State.STIMULATING:
        wants_more = core.target[0] < LEVEL / 2
        if wants_more:
            core.turn(1)
        core.step(dt=VIEW_S)
    assert core.record.state is State.STAGE_DONE, core.record.state
    core.wait(1.2)
