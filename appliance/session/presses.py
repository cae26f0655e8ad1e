"""Presses and holds of the buttons, and which of them count on this screen.

One press, one event. Where a button also has a hold on a screen, its short press
counts when it is let go; elsewhere it acts at once. A hold counts only if its press
began on this screen, some time after it appeared, and has to be let go before the next.
"""

from appliance.records import Fixed
from appliance.session.events import Button
from appliance.session.state import State

CONFIRM_HOLD_S = {State.CHECKLIST: 0.6, State.READY: 1.0}
BACK_HOLD_S = 1.0
STATEMENT_READ_S = 1.5
"""A hold on a statement counts only if it began this long after the statement appeared."""
SCREEN_READ_S = 0.2
"""Likewise on every other screen."""
NO_HAND_S = 1.0
"""After a change of screen without a hand, presses are ignored for this long."""


class Press(Fixed, frozen=True):
    """A button that is down."""

    button: Button
    at: float
    screen: int
    """Number of the screen that it began on."""
    used: bool = False
    """It has had its effect, or began while presses are ignored."""


def hold_s(state: State, button: Button) -> float:
    """How long a hold takes here, seconds."""
    return CONFIRM_HOLD_S.get(state, BACK_HOLD_S) if button is Button.CONFIRM else BACK_HOLD_S


def read_s(state: State) -> float:
    """How long after its screen appeared a hold may begin, seconds."""
    return STATEMENT_READ_S if state is State.CHECKLIST else SCREEN_READ_S


def ignored(button: Button, at: float, shown_at: float, shown_by_hand: bool) -> bool:
    """Whether a press does nothing because the screen changed under the finger."""
    if button is Button.KNOB:
        return False
    return at < shown_at or (not shown_by_hand and at - shown_at < NO_HAND_S)


def hold_fraction(
    press: Press, state: State, screen: int, shown_at: float, now: float
) -> float | None:
    """How far a hold has come, 1 when it counts; None when this press is no hold here."""
    if press.used or press.screen != screen or press.at - shown_at < read_s(state):
        return None
    takes_s = hold_s(state, press.button)
    # Compared in the way that the loop computes its deadline: a quotient could stay below 1.
    return 1.0 if now >= press.at + takes_s else (now - press.at) / takes_s
