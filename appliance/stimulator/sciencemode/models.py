"""P24 and RehaMove3: how the two models differ."""

from appliance.records import Fixed
from appliance.session.board import Identity
from appliance.stimulator.sciencemode.card import CARD
from appliance.stimulator.sciencemode.messages import (
    GetExtendedVersion,
    GetMainVersion,
    Selection,
)
from appliance.stimulator.sciencemode.replies import Version


class Model(Fixed, frozen=True):
    """What the driver has to know of a model."""

    name: str
    who: GetExtendedVersion | GetMainVersion
    """The request that identifies this model."""
    selection: Selection
    period_step_quarter_ms: int
    """Smallest change of the period from pulse to pulse."""
    stop_all_on_error: bool
    """Whether it supports `Init.stop_all_on_error`."""
    has_battery: bool


P24 = Model("P24", GetExtendedVersion(), Selection.P24, 1, True, False)
REHAMOVE3 = Model("RehaMove3", GetMainVersion(), Selection.REHAMOVE3, 2, False, True)


def identity(model: Model, firmware: Version) -> Identity:
    """What the board is and can do, within the appliance's limits and not the device's."""
    return CARD.identity(f"{model.name} {'.'.join(map(str, firmware))}")
