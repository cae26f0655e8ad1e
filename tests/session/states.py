"""Sessions that have come to a state: the session alone, led there by a hand."""

from collections.abc import Callable

from appliance.session.events import Button
from appliance.session.state import State
from tests.session.core import Core


def at(state: State) -> Core:
    """A session that has come to this state, and been there for a second."""
    core = Core()
    straight: dict[State, Callable[[], object]] = {
        State.LOCKED: core.to_locked,
        State.CHOOSING: core.to_choosing,
        State.PREPARING: core.to_preparing,
        State.PLACING: core.to_placing,
        State.READY: core.to_ready,
        State.STIMULATING: lambda: core.to_stimulating(3),
    }
    if state in straight:
        straight[state]()
    else:
        core = _LEADS_ON[state]()
    core.wait(1.2)
    assert core.record.state is state
    return core


def _on(state: State, lead: Callable[[Core], object]) -> Callable[[], Core]:
    def go() -> Core:
        core = at(state)
        lead(core)
        return core

    return go


def _lose_contact(core: Core) -> None:
    core.open_channels.add(1)
    while core.record.state is State.STIMULATING:
        core.step()
    core.open_channels.clear()


_LEADS_ON = {
    State.CHECKLIST: _on(State.LOCKED, Core.confirm),
    State.REFUSED: _on(State.CHECKLIST, Core.back),
    State.PAUSED: _on(State.STIMULATING, Core.confirm),
    State.CONTACT_LOST: _on(State.STIMULATING, _lose_contact),
    State.STOPPED: _on(State.STIMULATING, lambda core: (core.stop(), core.let_go_of_stop())),
    State.STAGE_DONE: _on(State.PAUSED, lambda core: core.hold(Button.BACK, 1.1)),
    State.AFTERCARE: _on(State.STAGE_DONE, lambda core: core.hold(Button.BACK, 1.1)),
    State.FAULT: _on(State.READY, lambda core: (core.faults("pins_failed"), core.faults())),
}
