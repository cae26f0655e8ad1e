"""The demo's script: a first session from power-on to aftercare, with a pad off and a STOP."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from appliance.cli.film import Film
from appliance.errors import ApplianceError
from appliance.service.missing_parts import NoVoice
from appliance.service.ports import Voice
from appliance.session.machine.pages import PICTURE_S, PLACING
from appliance.session.record import Record
from appliance.session.state import State
from appliance.settings.model import Settings
from appliance.simulator.body import Pads
from appliance.simulator.pulse_witness import Witness
from appliance.virtual_box.box import VirtualBox, World
from appliance.virtual_box.observer import Observer

SETTINGS = Settings()
LEVEL = 14
BAR = 40


@dataclass
class Delivered:
    """One stage as it was delivered."""

    placement: str
    planned_s: float
    delivered_s: float = 0.0
    pulses: int = 0


@dataclass
class Played:
    """The result of the script."""

    witness: Witness
    stages: dict[int, Delivered] = field(default_factory=dict)
    planned_stages: int = 0
    virtual_s: float = 0.0
    ended_in: State = State.SELF_TEST


def play(folder: Path, film: Film, out: TextIO, voice: Voice | None = None) -> Played:
    """Play the script with its journal in `folder`; write its progress to `out`.

    Raises ApplianceError where the box shows a fault.
    """
    with VirtualBox(World(folder, SETTINGS, voice=voice or NoVoice())) as box:
        watch = Watch(box, film, out)
        begin(box)
        first_stage(box)
        second_stage(box)
        third_stage(box)
        aftercare(box)
        watch.played.virtual_s = box.now - watch.began
        watch.played.ended_in = box.state
        return watch.played


def begin(box: VirtualBox) -> None:
    """Power-on, the checklist, and the choice of today's routine."""
    box.switched_on()
    box.confirm()
    box.agree_to_all()
    box.confirm()


def first_stage(box: VirtualBox) -> None:
    box.prepared()
    look_at_the_pictures(box)
    box.confirm().start()
    deliver(box)


def look_at_the_pictures(box: VirtualBox) -> None:
    """Show every picture of pads and posture once; they change by themselves."""
    box.wait((len(PLACING) - 1) * PICTURE_S + 2.0)


def second_stage(box: VirtualBox) -> None:
    """The right side's pad lifts in the middle, and is pressed flat again."""
    box.confirm()
    look_at_the_pictures(box)
    box.confirm().start()
    raise_level(box)
    box.agenda.at(box.now + 100.0, lambda now: box.board.body.place(1, Pads.OPEN))
    box.wait_for(State.CONTACT_LOST, within_s=300.0)
    box.board.body.place(1, Pads.GOOD)
    box.wait(4.0).confirm().start()
    deliver(box)


def third_stage(box: VirtualBox) -> None:
    """STOP by mistake, then a new start from zero."""
    box.confirm()
    look_at_the_pictures(box)
    box.confirm().start()
    raise_level(box)
    box.wait(60.0).press_stop()
    box.wait(2.0).release_stop().wait(1.1)
    box.confirm().start()
    deliver(box)


def aftercare(box: VirtualBox) -> None:
    box.wait(2.0).confirm()
    while box.state is State.AFTERCARE:
        box.wait(2.0).confirm()


def deliver(box: VirtualBox) -> None:
    """Turn up, turn up again after the level was halved, and let the stage run to its end."""
    while box.state is State.STIMULATING:
        if wants_more(box):
            raise_level(box)
        else:
            box.wait(5.0)
    # After a change that no press made, the box ignores presses for a second.
    box.wait(1.2)


def wants_more(box: VirtualBox) -> bool:
    run, position = box.record.run, box.record.position
    working = position is not None and position.phase.name != "cool_down"
    return run is not None and working and run.levels.target[0] < LEVEL and run.remaining_s > 60.0


def raise_level(box: VirtualBox) -> None:
    """Turn as a person does: while current flows, and one click down where up is locked."""
    while box.state is State.STIMULATING and wants_more(box):
        run = box.record.run
        if run is not None and run.levels.up_locked:
            box.turn(-1)
        box.turn(+1)


class Watch:
    """Watches every step for the film, the terminal and the figures of each stage."""

    def __init__(self, box: VirtualBox, film: Film, out: TextIO) -> None:
        self.began = box.now
        self.played = Played(Observer(box).witness)
        self._box, self._film, self._out = box, film, out
        self._screen, self._bars = (-1, 0), 0
        box.watchers.append(self.look)

    def look(self, record: Record) -> None:
        if record.state is State.FAULT:
            raise ApplianceError(self._fault())
        screen = (record.screen, self._box.view.page)
        if screen != self._screen:
            self._screen = screen
            self._say(record)
        self._film.look(self._box.view, record.now)
        if record.state is State.STIMULATING:
            self._count(record)

    def _fault(self) -> str:
        """The box's fault in one line, with a remedy for its folder: all else is simulated."""
        text = self._box.words(f"fault.{self._box.view.faults[0]}.text")
        folder = self._box.world.folder
        return f"demo: {text} Make room in {folder}, or name another folder with --out"

    def _say(self, record: Record) -> None:
        words = [record.state.value]
        if self._box.view.statement:
            statement = self._box.view.statement
            words.append(f"{statement.number}/{statement.count} {statement.id}")
        elif self._box.view.page_name:
            words.append(self._box.view.page_name)
        elif record.visit:
            words.append(record.visit.stage.placement.id)
        self._tell(f"{self._box.wall_clock():%H:%M:%S}  {' '.join(words)}")

    def _count(self, record: Record) -> None:
        run, visit = record.run, record.visit
        if run is None or visit is None:
            return
        self.played.planned_stages = len(visit.option.stages)
        placement = visit.stage.placement.id
        stage = self.played.stages.setdefault(visit.index, Delivered(placement, run.planned_s))
        stage.delivered_s = run.elapsed_s
        bars = int(BAR * run.elapsed_s / run.planned_s)
        if bars != self._bars:
            self._bars = bars
            bar = "#" * bars + "." * (BAR - bars)
            self._tell(f"          [{bar}] {run.levels.level[0]:4.1f} mA")

    def _tell(self, words: str) -> None:
        print(words, file=self._out, flush=True)
