"""The whole box in virtual time: mock pins, real bytes on a pseudo-terminal, a simulated board.

The same service as on the Pi, with the same rooms. `demo`, `simulate` and the journeys of
the tests run it; nothing in it sleeps.
"""

import io
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self, TextIO

from msgspec import field

from appliance.clock import Wakeup
from appliance.controls.pins import mock_pins
from appliance.journal import barred_boards
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.log import Tailed, TextLines
from appliance.records import Fixed
from appliance.service.assembly import chosen_at_the_box
from appliance.service.box_choices import with_chosen
from appliance.service.box_power import BoxPower
from appliance.service.control_socket import ControlServer
from appliance.service.loop import Service
from appliance.service.missing_parts import NoVoice
from appliance.service.parts import controls_on, settings_as_json
from appliance.service.ports import Ports, Voice
from appliance.session.events import Button
from appliance.session.machine.pages import PLACING
from appliance.session.record import Record, Rules
from appliance.session.state import State
from appliance.session.view import View
from appliance.settings import library
from appliance.settings.model import Settings
from appliance.settings.words import Words, languages
from appliance.simulator import scripted_hands
from appliance.simulator.boards.device import SimulatedDevice
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.scripted_hands import Hands
from appliance.simulator.virtual_clock import VirtualClock
from appliance.simulator.wire import Wire
from appliance.stimulator.boards import open_board
from appliance.stimulator.port import Driver
from appliance.virtual_box.agenda import Agenda
from appliance.virtual_box.last_view import LastView

A_MONDAY = datetime(2026, 3, 2, 18, 0).astimezone()
START_S = 1000.0
PRESS_S = 0.1
READ_S = 1.7
"""Longer than a statement has to be on the screen before a hold counts."""


class World(Fixed, frozen=True):
    """Where and when a virtual box lives."""

    folder: Path
    settings: Settings = field(default_factory=Settings)
    began: datetime = A_MONDAY
    clock_trusted: bool = True
    boot_id: str = "virtual"
    log: TextIO | None = None
    settings_path: Path = Path(os.devnull)
    """The settings file; programs and routines of one's own lie beside it."""
    voice: Voice = field(default_factory=NoVoice)
    journal: Path | None = None
    """Where the record is kept, if not in the folder."""
    runtime_dir: Path | None = None
    """Where the control socket is opened; None for no socket."""
    forgets: bool = False
    """The record is on storage that keeps nothing over a power cut."""


class VirtualBox(AbstractContextManager["VirtualBox"]):
    """A box to press. Every verb moves virtual time on, and leaves the box where it then is."""

    def __init__(self, world: World, board: SimulatedDevice | None = None) -> None:
        self.world, settings = world, world.settings
        # First: what is refused leaves nothing open.
        catalogue = library.load_catalogue(world.settings_path, settings)
        socket = ControlServer(world.runtime_dir) if world.runtime_dir else None
        self.board: Any = board or Board()
        # A name of its own, so that the port is the same one after the cable was out.
        world.folder.mkdir(parents=True, exist_ok=True)
        self.wire = Wire(self.board, world.folder / "board")
        self.wire.on_opened.append(self.board.port_opened)
        self.driver = self._driver()
        self.agenda = Agenda()
        self.clock = VirtualClock(self.wire, self.driver.port, (self.agenda,), START_S)
        self.factory: Any = mock_pins()
        # At rest the contact of STOP is closed.
        self.factory.pin(settings.controls.stop).drive_low()
        pins = controls_on(self.factory, settings, self.clock)
        self.hands = Hands(settings.controls, self.factory)
        self.agenda.hands = self.hands
        self.screen = LastView()
        self.log = world.log or io.StringIO()
        in_force = with_chosen(settings, chosen_at_the_box(settings, self._journal_path))
        barred, standing = barred_boards.at_start(self._journal_path)
        self.diary = self._recorder()
        self.wakeup = Wakeup()
        self.words = Words.load(in_force.language)
        self.service = Service(
            Ports(
                clock=self.clock,
                rules=Rules(settings.plan, settings.limits, catalogue, languages()),
                words=self.words,
                board=self.driver,
                controls=pins.controls,
                indicators=pins.indicators,
                screen=self.screen,
                journal=self.diary,
                wakeup=self.wakeup,
                power=BoxPower(world.folder, sensors=world.folder / "hwmon"),
                voice=world.voice,
                socket=socket,
                driver=self.board.driver,
                volume=in_force.sound.volume,
                standing_faults=standing,
                barred=barred,
                log=Tailed(TextLines(self.log)),
            )
        )
        self.watchers: list[Callable[[Record], None]] = []
        self._is_closed = False
        self.service.begin()

    @property
    def _journal_path(self) -> Path:
        return self.world.journal or self.world.folder / "journal.sqlite3"

    def _driver(self) -> Driver:
        accepts = self.world.settings.stimulator.accept_research_board
        return open_board(self.board.driver, self.wire.path, lambda: self.now, accepts)

    def _recorder(self) -> Recorder:
        source = Source(
            self._journal_path,
            settings=settings_as_json(self.world.settings),
            wall_clock=self.wall_clock,
            trust=lambda wall, newest: self.world.clock_trusted,
            forgets=self.world.forgets,
            boot_id=self.world.boot_id,
        )
        return Recorder(source, threaded=False, monotonic=lambda: self.now)

    def wall_clock(self) -> datetime:
        return self.world.began + timedelta(seconds=self.now - START_S)

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Switch the box off as SIGTERM does. Can be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        self.service.finish()
        self.wire.unplug()
        self.factory.reset()

    # Looking

    @property
    def now(self) -> float:
        return self.clock.now()

    @property
    def record(self) -> Record:
        return self.service.record

    @property
    def state(self) -> State:
        return self.service.record.state

    @property
    def view(self) -> View:
        if self.screen.view is None:
            raise LookupError("nothing has been shown yet")
        return self.screen.view

    def status(self) -> dict[str, Any]:
        return self.service.answer({"verb": "status"})

    # Time

    def step(self) -> None:
        """One wait and one step of the loop."""
        self.board.body.advance(self.now)
        self.service.wait_and_step()
        for watcher in self.watchers:
            watcher(self.service.record)

    def wait(self, seconds: float) -> Self:
        until = self.now + seconds
        self.agenda.at(until, lambda now: None)
        while self.now < until:
            self.step()
        return self

    def wait_for(self, *states: State, within_s: float) -> Self:
        """Wait until the box is in one of these states. Raises TimeoutError."""
        return self.wait_until(lambda: self.state in states, within_s, f"{states}")

    def wait_until(self, holds: Callable[[], bool], within_s: float, what: str = "it") -> Self:
        until = self.now + within_s
        while not holds():
            if self.now >= until:
                raise TimeoutError(f"{what} did not come within {within_s} s; now {self.state}")
            self.step()
        return self

    def live_until(self, until: float, may_go_on: Callable[[], bool] = lambda: True) -> Self:
        """Run to exactly this moment; stop earlier if `may_go_on` is false."""
        self.agenda.at(until, lambda now: self.wakeup.wake())
        while self.now < until and may_go_on():
            self.step()
        return self

    # What happens to a box

    def freeze(self, seconds: float) -> Self:
        """Let the process hang, and then go on as if nothing had happened."""
        self.clock.freeze(seconds)
        self.step()
        return self

    def unplug(self) -> Self:
        """Pull the cable to the board."""
        self.wire.unplug()
        return self.wait(0.05)

    def plug(self) -> Self:
        """Put the cable in again, and give the box the time to notice."""
        self.wire.plug()
        return self.wait(1.0)

    def cut_power(self) -> None:
        """Cut the power: nothing more reaches the board, not even an off."""
        self.wire.unplug()
        self.board.advance(self.now + 1.0)
        self.close()

    def shift_wall_clock(self, by: timedelta) -> None:
        """Set the time of day, as a person or the network does."""
        self.world = self.world.but(began=self.world.began + by)

    def instruct_journal(self, pragma: str) -> None:
        """Make the journal's disk full or read-only, by a PRAGMA."""
        self.diary.instruct(pragma)

    # Hands

    def press(self, button: Button, for_s: float = PRESS_S) -> Self:
        """Press and let go, and a moment after."""
        self.hands.do(scripted_hands.Press(self.now, button, for_s))
        return self.wait(for_s + 0.05)

    def confirm(self) -> Self:
        return self.press(Button.CONFIRM)

    def back(self) -> Self:
        return self.press(Button.BACK)

    def hold_confirm(self, seconds: float = 1.1) -> Self:
        return self.press(Button.CONFIRM, seconds)

    def hold_back(self) -> Self:
        return self.press(Button.BACK, 1.1)

    def press_knob(self) -> Self:
        return self.press(Button.KNOB)

    def press_stop(self) -> Self:
        self.hands.do(scripted_hands.Press(self.now, "stop", scripted_hands.FOR_GOOD))
        return self.wait(0.05)

    def release_stop(self) -> Self:
        self.hands.do(scripted_hands.Release(self.now, "stop"))
        return self.wait(0.05)

    def turn(self, detents: int, every_s: float = 0.55) -> Self:
        """Turn the knob a detent at a time, slowly enough for the level to follow."""
        for _ in range(abs(detents)):
            self.hands.do(scripted_hands.Turn(self.now, 1 if detents > 0 else -1))
            self.wait(every_s)
        return self

    def spin(self, detents: int, detent_s: float = 0.02) -> Self:
        """Turn the knob fast, all detents in one go."""
        self.hands.do(scripted_hands.Turn(self.now, detents, detent_s))
        return self.wait(abs(detents) * detent_s + 0.1)

    # Ways that many stories share

    def switched_on(self) -> Self:
        """From power-on to `locked`, with the history read and presses heard."""
        self.wait_for(State.LOCKED, within_s=5.0)
        return self.wait(1.1)

    def agree_to_all(self) -> Self:
        """Read and agree to every statement of the checklist."""
        while self.state is State.CHECKLIST:
            self.wait(READ_S).hold_confirm(0.7)
        return self

    def prepared(self) -> Self:
        """From `preparing` to `placing`: skin, pads, and the test of STOP."""
        self.confirm().confirm()
        self.press_stop().release_stop()
        return self.wait(1.1)

    def past_pictures(self) -> Self:
        """CONFIRM through the pictures of `placing`, to `ready` where that is allowed."""
        for _ in PLACING:
            if self.state is State.PLACING:
                self.wait(0.3).confirm()
        return self

    def start(self) -> Self:
        """Hold CONFIRM in `ready` until the board has agreed."""
        self.wait(1.1).hold_confirm(1.1)
        return self.wait(0.2)


def with_limits(settings: Settings, **limits: float) -> Settings:
    """The settings with other limits, for stories about them."""
    return settings.but(limits=settings.limits.but(**limits))
