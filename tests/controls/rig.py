"""A rig for the controls: the real gpiozero stack on mock pins, and a clock to turn."""

from collections.abc import Callable
from typing import Any

from appliance.controls.inputs import Controls
from appliance.session.events import Event
from appliance.settings.model import Controls as Pins


class Rig:
    """Controls on mock pins, with fingers on them. Nothing touched, STOP closed."""

    def __init__(self, factory: Any) -> None:
        self.pins = Pins()
        self.factory = factory
        self.time = 100.0
        self.clock_works = True
        self.controls = Controls(self.pins, factory, self.now)
        self.move("stop", closed=True)
        self.read()

    def now(self) -> float:
        if not self.clock_works:
            raise RuntimeError
        return self.time

    def pin(self, name: str) -> Any:
        return self.factory.pin(getattr(self.pins, name))

    def move(self, name: str, closed: bool) -> None:
        if closed:
            self.pin(name).drive_low()
        else:
            self.pin(name).drive_high()

    def move_in_silence(self, name: str, closed: bool) -> None:
        """The level moves and its edge is lost."""
        pin = self.pin(name)
        pin.edges = "none"
        self.move(name, closed)
        pin.edges = "both"

    def late_edge(self, name: str, closed: bool, happened_at: float) -> None:
        """An edge comes now that happened then."""
        self.time, here = happened_at, self.time
        self.pin(name).when_changed(0.0, int(not closed))
        self.time = here

    def pass_time(self, seconds: float) -> None:
        self.time += seconds

    def read(self) -> list[Event]:
        return self.controls.read(self.time)

    def faults(self) -> frozenset[str]:
        return self.controls.faults(self.time)


def clock_that(happens: Callable[[], None]) -> Callable[[], float]:
    """A clock that stands at 5 s; this happens whenever somebody looks at it."""

    def now() -> float:
        happens()
        return 5.0

    return now
