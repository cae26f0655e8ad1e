"""What a journey is told with: a virtual box, its witness, and the household around it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.screen.draw import draw
from appliance.service.missing_parts import NoVoice
from appliance.service.ports import Voice
from appliance.session.notes import (
    ChecklistCompleted,
    Note,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
)
from appliance.session.state import State
from appliance.settings.model import Settings
from appliance.settings.words import Words
from appliance.simulator.boards.device import SimulatedDevice
from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.therapy.history import StageLeft
from appliance.therapy.plan import Plan
from appliance.virtual_box.box import A_MONDAY, VirtualBox, World
from appliance.virtual_box.observer import Observer
from tests import levels_told
from tests.stimulator.reference_safe_set import ReferenceSafeSet
from tests.stimulator.safe_set import SafeSet, watch
from tests.stimulator.sciencemode_safe_set import ScienceModeSafeSet

WHOLE = tuple(StageLeft(place, "gentle", 10.0) for place in ("hip_flexors", "lower_back", "glutes"))
SHORT = Settings().but(plan=Plan(stage_minutes=1.5))
"""Stages of a minute and a half, for stories that see them through."""


def safe_set_of(board: SimulatedDevice) -> SafeSet:
    """What may be said to this board."""
    if isinstance(board, ScienceModeDevice):
        return ScienceModeSafeSet(board.model.name)
    return ReferenceSafeSet()


class Heard:
    """Words that keep what they said."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.said: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._words

    def __call__(self, key: str, **values: object) -> str:
        self.said.append(self._words(key, **values))
        return self.said[-1]


class Box(VirtualBox):
    """A virtual box that is watched, with the words in which journeys are told."""

    def __init__(self, world: World, board: SimulatedDevice | None = None) -> None:
        super().__init__(world, board)
        self.observer = Observer(self)
        self.safe_set = safe_set_of(self.board)
        watch(self.wire, self.safe_set)
        self.watchers.append(self._look)
        self.wrong: list[str] = []

    def _look(self, record: Any) -> None:
        """What holds in every journey, looked at in every step."""
        if record.run is not None:
            levels_told.saw(record.run.levels.level)
        if record.state is State.READY and record.run and not record.run.levels.zero:
            self.wrong.append(f"{record.now:.2f} s: a level in ready")
        if record.set_point is not None and record.state is not State.STIMULATING:
            self.wrong.append(f"{record.now:.2f} s: a set-point in {record.state}")
        if "internal" in record.latched:
            self.wrong.append(f"{record.now:.2f} s: the fault 'internal'")

    def sees(self, state: State, **facts: Any) -> "Box":
        """The state, and facts of `status` or of what the screen shows. The picture is drawn."""
        assert self.state is state, f"{self.state} with {self.record.latched} at {self.now:.2f}"
        found = {name: self._fact(name) for name in facts}
        assert found == facts
        draw(self.view, self.words)
        return self

    def _fact(self, name: str) -> Any:
        if name == "hint":
            return self.view.hint
        status = self.status()
        return status[name] if name in status else getattr(self.view, name)

    def reads(self, *words: str) -> "Box":
        """The screen says this now, in the words of its language."""
        heard = Heard(self.words)
        draw(self.view, heard)
        text = " ".join(" ".join(heard.said).split())
        assert all(one in text for one in words), text
        return self

    def go_home(self) -> "Box":
        """End the stage and the session by hand, without an answer to any question."""
        self._to_aftercare()
        self.wait(0.3).hold_back().wait(0.3)
        return self.sees(State.LOCKED)

    def left_showing(self, skin: int = 0, soreness: int = 0) -> "Box":
        """In `aftercare`, with an answer chosen that no CONFIRM has followed."""
        self._to_aftercare()
        if soreness:
            self.wait(0.3).confirm()
        return self.wait(0.3).turn(skin or soreness, every_s=0.1)

    def tells(self, skin: int = 0, soreness: int = 0) -> "Box":
        """End the session by hand, and answer the questions of `aftercare`."""
        self._to_aftercare()
        self.wait(0.3).turn(skin, every_s=0.1).confirm()
        self.sees(State.AFTERCARE, step="soreness")
        self.wait(0.3).turn(soreness, every_s=0.1).confirm().wait(0.3).hold_back().wait(0.3)
        return self.sees(State.LOCKED)

    def _to_aftercare(self) -> None:
        self.confirm().wait(0.3).hold_back()
        self.sees(State.STAGE_DONE)
        self.wait(1.1).hold_back()
        self.sees(State.AFTERCARE, step="skin")

    def tested_again(self, within_s: float = 3.0) -> "Box":
        """From `fault`, with its cause gone: CONFIRM leads through the self-test to `locked`."""
        self.sees(State.FAULT).wait(1.1).confirm().wait_for(State.LOCKED, within_s=within_s)
        states = [line.split(" ", 1)[1] for line in self.told.splitlines() if " state " in line]
        assert states[-2:] == ["state fault -> self_test", "state self_test -> locked"]
        return self

    @property
    def told(self) -> str:
        """The service's log."""
        assert isinstance(self.log, StringIO)
        return self.log.getvalue()

    @property
    def statement(self) -> str | None:
        """The id of the statement on the screen."""
        item: str | None = self.status()["checklist"]["item"]
        return item

    @property
    def fault(self) -> str | None:
        fault = self.status()["fault"]
        return fault["id"] if fault else None

    @property
    def levels(self) -> tuple[float, float]:
        a, b = (channel["level"] for channel in self.status()["channels"])
        return a, b

    @property
    def targets(self) -> tuple[float, float]:
        a, b = (channel["target"] for channel in self.status()["channels"])
        return a, b

    @property
    def delivers(self) -> bool:
        """Whether current flows at the board, whatever the screen says."""
        return any(self.board.output.in_force)

    def to_statement(self, wanted: str) -> "Box":
        """Agree until this statement is on the screen."""
        for _ in range(40):
            if self.statement == wanted:
                return self
            self.wait(1.7).hold_confirm(0.7)
        raise AssertionError(f"{wanted} was not asked")

    def to_choosing(self) -> "Box":
        self.switched_on().confirm().agree_to_all()
        return self.sees(State.CHOOSING)

    def to_placing(self) -> "Box":
        self.to_choosing()
        if self.status()["step"] == "soreness_before":
            self.confirm().wait(0.3)
        self.confirm().prepared()
        return self.sees(State.PLACING)

    def to_ready(self) -> "Box":
        self.to_placing().past_pictures()
        return self.sees(State.READY, output="off")

    def to_current(self, a: int = 5, b: int = 0) -> "Box":
        """Everything up to levels that flow: the hand turns up A alone, and then B."""
        self.to_ready().start()
        self.sees(State.STIMULATING).back().turn(a)
        if b:
            self.back().turn(b)
        self.sees(State.STIMULATING, output="on")
        assert self.targets == (a, b)
        return self

    def to_both(self, level: int) -> "Box":
        """Everything up to one level on both sides: the hand turns them up together."""
        self.to_ready().start()
        self.sees(State.STIMULATING).turn(level)
        self.sees(State.STIMULATING, output="on")
        assert self.targets == (level, level)
        return self

    def to_step(self, step: str, within_s: float = 60.0) -> "Box":
        self.wait_until(lambda: self.status()["step"] == step, within_s, step)
        return self

    def drowse(self, seconds: float) -> "Box":
        """Nobody moves for a long time, and the loop sleeps through it: a cheap long wait."""
        self.wait(0.2).freeze(seconds)
        return self

    def run_out(self, within_s: float = 2000.0) -> "Box":
        """Let the stage run to its end."""
        self.wait_for(State.STAGE_DONE, within_s=within_s).wait(1.1)
        return self

    def through_aftercare(self) -> "Box":
        while self.state is State.AFTERCARE:
            self.wait(0.3).confirm()
        return self


class Home:
    """A household: one folder with its journal, and the boxes that are switched on in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.boxes: list[Box] = []
        self._boots = 0

    def boot(
        self,
        settings: Settings | None = None,
        began: datetime = A_MONDAY,
        clock_trusted: bool = True,
        boot_id: str | None = None,
        board: SimulatedDevice | None = None,
        voice: Voice | None = None,
        forgets: bool = False,
    ) -> Box:
        """Switch a box on."""
        self._boots += 1
        world = World(
            self.folder,
            settings or Settings(),
            began,
            clock_trusted,
            boot_id or f"boot {self._boots}",
            settings_path=self.folder / "config.toml",
            voice=voice or NoVoice(),
            forgets=forgets,
        )
        box = Box(world, board)
        self.boxes.append(box)
        return box

    def knows(
        self,
        person: str = "Me",
        sessions: int = 0,
        days_ago: int = 7,
        clock_trusted: bool = True,
        boot_id: str | None = None,
    ) -> "Home":
        """This person went through the full list, and had so many sessions until then."""
        for number in reversed(range(sessions)):
            self._tell(_a_session(person), days_ago + number, clock_trusted, boot_id)
        return self._tell(
            [ChecklistCompleted(50.0, person, True)], days_ago, clock_trusted, boot_id
        )

    def _tell(
        self, entries: list[Note], days_ago: int, clock_trusted: bool, boot_id: str | None
    ) -> "Home":
        self._boots += 1
        wall = A_MONDAY - timedelta(days=days_ago)
        source = Source(
            self.folder / "journal.sqlite3",
            wall_clock=lambda: wall,
            trust=lambda wall, newest: clock_trusted,
            boot_id=boot_id or f"boot {self._boots}",
        )
        recorder = Recorder(source, threaded=False)
        recorder.put(entries)
        recorder.close()
        return self

    def owns(self, name: str, text: str) -> "Home":
        """A file of this household's own beside the settings."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)
        return self

    def write_protect(self, box: Box) -> None:
        """From now on nothing more can be written into the journal's file."""
        box.instruct_journal("query_only = ON")

    def close(self) -> None:
        for box in self.boxes:
            box.close()

    def broken(self) -> Iterator[str]:
        for box in self.boxes:
            yield from box.observer.broken
            yield from box.wrong
            yield from box.safe_set.broken


def _a_session(person: str) -> list[Note]:
    told: list[Note] = [SessionBegan(10.0, person, "lower_back_session", True, 1800.0)]
    for index, stage in enumerate(WHOLE):
        told.append(StageBegan(11.0, index, stage.placement, stage.program, "contracting", 600.0))
        told.append(Sample(12.0, 600.0, (12.0, 12.0), (12.0, 12.0)))
        told.append(StageEnded(13.0, 600.0, "delivered"))
    return [*told, SessionEnded(14.0, "delivered")]
