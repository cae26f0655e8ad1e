"""A desk with the front panel on it, and real time that passes only when it is told to."""

from pathlib import Path

from textual.widgets import OptionList

from appliance.front_panel.app import FrontPanel, Log
from appliance.front_panel.pace import Pace
from appliance.session.state import State
from appliance.virtual_box.box import VirtualBox, World
from tests.textual_desk import TextualDesk

TICK_S = 0.2
READ_S = 1.7
HELD_S = 1.5


class RealTime:
    """Seconds that pass when somebody says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Desk(TextualDesk[FrontPanel]):
    """The front panel, somebody's fingers, and the box behind it."""

    def __init__(self, app: FrontPanel, box: VirtualBox, real: RealTime) -> None:
        super().__init__(app)
        self.box = box
        self.real = real

    def live(self, virtual_s: float) -> None:
        """Let real time pass, a tick at a time, until so much of virtual time is over."""
        until = self.box.now + virtual_s
        while self.box.now < until - 1e-9:
            self.real.seconds += min(TICK_S, (until - self.box.now) / self.app.pace.speed)
            self.app.tick()

    async def keys(self, *keys: str, then_s: float = 0.3) -> None:
        """Press each key, and let some virtual time pass after it."""
        for key in keys:
            await self.pilot.press(key)
            self.live(then_s)

    async def agree_to_all(self) -> None:
        while self.box.state is State.CHECKLIST:
            self.live(READ_S)
            await self.keys("C", then_s=HELD_S)

    async def to_first_placing(self) -> None:
        """From power-on, by keys alone, to the pictures of the first stage."""
        self.live(2.0)
        await self.keys("c")
        await self.agree_to_all()
        await self.keys("c", "c", "c")
        await self.keys("space", "space", then_s=1.2)

    async def start_stage(self, level: int) -> None:
        """From the pictures of a stage to current that flows."""
        while self.box.state is State.PLACING:
            await self.keys("c", then_s=1.2)
        await self.keys("C", then_s=HELD_S)
        await self.keys(*["right"] * level, then_s=0.7)

    async def whole_stage(self, level: int) -> None:
        """One stage from its pictures to its end, its minutes in quick motion."""
        await self.start_stage(level)
        faster = ["greater_than_sign"] * 3
        await self.keys(*faster)
        while self.box.state is State.STIMULATING:
            self.live(20.0)
        await self.keys(*["less_than_sign"] * len(faster))

    async def choose(self, option: str) -> None:
        """Open the menu of troubles and choose a line."""
        await self.pilot.press("f")
        await self.pilot.pause()
        menu = self.app.screen.query_one("#troubles", OptionList)
        menu.highlighted = menu.get_option_index(option)
        await self.pilot.press("enter")
        await self.pilot.pause()


def desk_in(folder: Path, speed: float = 10.0) -> Desk:
    log, real = Log(), RealTime()
    box = VirtualBox(World(folder, log=log))
    return Desk(FrontPanel(box, Pace(box, speed, real), log), box, real)


def start_stage(box: VirtualBox, level: int = 10) -> None:
    """From power-on to a stage that runs, without the panel."""
    box.switched_on().confirm().agree_to_all().confirm()
    box.prepared().past_pictures().start()
    box.turn(level)
