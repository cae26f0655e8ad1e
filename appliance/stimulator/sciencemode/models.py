"""The two devices behind one protocol, and what each of them differs in."""

from dataclasses import dataclass

from appliance.session.board import Identity
from appliance.stimulator.sciencemode.card import CARD
from appliance.stimulator.sciencemode.messages import (
    GetExtendedVersion,
    GetMainVersion,
    Selection,
)
from appliance.stimulator.sciencemode.replies import Version


@dataclass(frozen=True, slots=True)
class Model:
    """What the driver has to know of a device."""

    name: str
    who: GetExtendedVersion | GetMainVersion
    """The question that only this device answers."""
    selection: Selection
    period_step_quarter_ms: int
    """Its finest unit of time from pulse to pulse."""
    stop_all_on_error: bool
    """Whether it can be told that an error on one channel stops them all."""
    has_battery: bool


P24 = Model("P24", GetExtendedVersion(), Selection.P24, 1, True, False)
REHAMOVE3 = Model("RehaMove3", GetMainVersion(), Selection.REHAMOVE3, 2, False, True)


def identity(model: Model, firmware: Version) -> Identity:
    """What the board is and can do, within the appliance's limits and not the device's."""
    return CARD.identity(f"{model.name} {'.'.join(map(str, firmware))}")
