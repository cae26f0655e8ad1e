"""What the front panel needs of a box: the doors of `VirtualBox`, which it does not import."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from appliance.session.record import Record
from appliance.session.view import View
from appliance.settings.model import Settings
from appliance.simulator.board import Board
from appliance.simulator.hands import Hands
from appliance.simulator.wire import Wire


class World(Protocol):
    @property
    def settings(self) -> Settings: ...


class Panel(Protocol):
    """The screen's end of the loop."""

    present: frozenset[str]
    """Ids of the screen's faults."""


class Box(Protocol):
    """A whole box whose time passes only when it is told to."""

    board: Board
    wire: Wire
    hands: Hands
    factory: Any
    """gpiozero's mock factory, with every pin of the box."""
    watchers: list[Callable[[Record], None]]
    """Called with the record after each step."""

    @property
    def world(self) -> World: ...
    @property
    def panel(self) -> Panel: ...
    @property
    def now(self) -> float: ...
    @property
    def record(self) -> Record: ...
    @property
    def view(self) -> View: ...

    def wall_clock(self) -> datetime: ...
    def live_until(self, until: float, may_go_on: Callable[[], bool]) -> object: ...
    def freeze(self, seconds: float) -> object: ...
    def shift_wall_clock(self, by: timedelta) -> None: ...
    def instruct_journal(self, pragma: str) -> None: ...
