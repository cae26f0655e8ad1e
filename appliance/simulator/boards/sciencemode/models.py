"""The devices that speak ScienceMode 3 and 4, and what each of them takes."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from appliance.simulator.boards.reply_queue import WireTroubles
from appliance.simulator.boards.sciencemode.output import BETWEEN_PULSES_US
from appliance.stimulator.sciencemode.messages import (
    DEVICE_MAX_MA,
    ChannelState,
    Command,
    Result,
    Selection,
)
from appliance.stimulator.sciencemode.pulses import Train, Update

COMPLIANCE_V = 150.0
LONGEST_PERIOD_QUARTER_MS = 4 * 16383
STAGE_BUSY_MS_PER_S = 1000

_EVERY_MODEL = {
    Command.LOW_STOP,
    Command.INIT,
    Command.UPDATE,
    Command.STOP,
    Command.GET_CURRENT_DATA,
    Command.GET_DEVICE_ID,
    Command.RESET,
    Command.GET_STATUS,
}


class Model(NamedTuple):
    """One kind of device."""

    name: str
    channels: int
    period_step_quarter_ms: int
    selection: Selection
    commands: frozenset[Command]
    acknowledges_reset: bool

    def takes(self, update: Update) -> bool:
        """Whether the device carries out this update, all of it or nothing."""
        busy_ms = sum(_busy_ms_per_s(train) for train in update.trains if train.period_quarter_ms)
        return math.ceil(busy_ms) < STAGE_BUSY_MS_PER_S and all(
            self._takes_train(train) for train in update.trains
        )

    def _takes_train(self, train: Train) -> bool:
        quarters = train.period_quarter_ms
        return (
            train.channel <= self.channels
            and 0 < quarters <= LONGEST_PERIOD_QUARTER_MS
            and quarters % self.period_step_quarter_ms == 0
            and all(abs(point.current_ma) <= DEVICE_MAX_MA for point in train.points)
        )


def _busy_ms_per_s(train: Train) -> float:
    pulse_us = sum(point.duration_us for point in train.points) + BETWEEN_PULSES_US
    return pulse_us / (train.period_quarter_ms / 4)


P24 = Model(
    "P24",
    channels=8,
    period_step_quarter_ms=1,
    selection=Selection.P24,
    commands=frozenset(_EVERY_MODEL | {Command.GET_EXTENDED_VERSION}),
    acknowledges_reset=True,
)
REHAMOVE3 = Model(
    "RehaMove3",
    channels=4,
    period_step_quarter_ms=2,
    selection=Selection.REHAMOVE3,
    commands=frozenset(_EVERY_MODEL | {Command.GET_MAIN_VERSION, Command.GET_BATTERY}),
    acknowledges_reset=False,
)


@dataclass(slots=True)
class Troubles(WireTroubles):
    """Switches that make the simulated device misbehave. All off: an honest device."""

    junk: bytes = b""
    """Says this before each answer."""
    refuses: Result | None = None
    """Answers init, update, stop and current data with this result, and obeys none of them."""
    claimed: tuple[ChannelState, ...] | None = None
    """Claims these states of its first channels, whatever they really are."""
    stuck: bool = False
    """Takes updates but keeps what was in force."""
    extra_ma: float = 0.0
    """The output stage delivers this much more than it was asked for."""
    measures_only: bool = False
    """Is a device of the same maker that cannot stimulate: it says its version, no more."""
