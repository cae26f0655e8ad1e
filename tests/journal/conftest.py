"""A household's days with the journal: real files, both clocks in the test's hands."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from appliance.journal.database import open_for_reading
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.notes import (
    Answered,
    ChecklistCompleted,
    Note,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
)
from appliance.therapy.history import History, StageLeft
from appliance.therapy.plan import GUEST

ZONE = timezone(timedelta(hours=1))
MONDAY_EVENING = datetime(2026, 3, 2, 18, 0, tzinfo=ZONE)

WHOLE = (
    StageLeft("hip_flexors", "work", 20.0),
    StageLeft("lower_back", "work", 20.0),
    StageLeft("glutes", "work", 20.0),
)


class Household:
    """Time passes only when a test says so; `off` is what pulling the plug leaves."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.at = 1000.0
        self.wall = MONDAY_EVENING
        self.trusted = True
        self.boots = 0
        self._left_behind: list[Recorder] = []
        self.recorder = self._boot()

    def _boot(self) -> Recorder:
        self.boots += 1
        source = Source(
            self.path,
            wall_clock=lambda: self.wall,
            trust=lambda wall, newest: self.trusted,
            boot_id=f"boot {self.boots}",
        )
        return Recorder(source, threaded=False)

    def off(self, wait: timedelta = timedelta(minutes=1)) -> None:
        """Pull the plug: nothing is closed. Then switch on again after `wait`."""
        self._left_behind.append(self.recorder)
        self.wall += wait
        self.at = 20.0
        self.recorder = self._boot()

    def crash(self) -> None:
        """The program dies and starts again; the machine stays up."""
        self._left_behind.append(self.recorder)
        self.boots -= 1
        self.recorder = self._boot()

    def close(self) -> None:
        for recorder in (*self._left_behind, self.recorder):
            recorder.close()

    def wait(self, **how_long: float) -> None:
        passed = timedelta(**how_long)
        self.wall += passed
        self.at += passed.total_seconds()

    def put(self, *entries: Note) -> None:
        self.recorder.put(entries)

    def history(self, person: str = "Me") -> History:
        self.recorder.request_histories(("Me", "Other"), self.at)
        histories = self.recorder.take_histories()
        assert histories is not None
        return histories[person]

    def guest(self) -> History:
        return self.history(GUEST)

    def answer(
        self, question: str, answer: str, *, person: str = "Me", remedy: str | None = None
    ) -> None:
        self.put(Answered(self.at, person, question, answer, remedy))

    def complete_list(self, *, full: bool, person: str = "Me") -> None:
        self.put(ChecklistCompleted(self.at, person, full))

    def begin(
        self,
        stages: Sequence[StageLeft] = WHOLE,
        *,
        person: str = "Me",
        continues: int | None = None,
    ) -> None:
        planned_s = sum(stage.minutes for stage in stages) * 60.0
        self.put(
            SessionBegan(self.at, person, "routine", True, planned_s, continues, tuple(stages))
        )

    def deliver(
        self,
        index: int,
        stage: StageLeft,
        minutes: float,
        *,
        kind: str = "contracting",
        levels: Sequence[tuple[float, float]] = ((12.0, 14.0),),
    ) -> None:
        """Begin a stage and deliver `minutes` of it, one sample for each of `levels`."""
        self.put(
            StageBegan(self.at, index, stage.placement, stage.program, kind, stage.minutes * 60.0)
        )
        for number, level in enumerate(levels, start=1):
            self.wait(minutes=minutes / len(levels))
            delivered_s = minutes * 60.0 * number / len(levels)
            self.put(Sample(self.at, delivered_s, level, level))

    def end_stage(self, minutes: float, why: str = "delivered") -> None:
        self.put(StageEnded(self.at, minutes * 60.0, why))

    def end(self, why: str = "delivered") -> None:
        self.put(SessionEnded(self.at, why))

    def whole_session(
        self,
        stages: Sequence[StageLeft] = WHOLE,
        *,
        person: str = "Me",
        kind: str = "contracting",
        continues: int | None = None,
    ) -> None:
        self.begin(stages, person=person, continues=continues)
        for index, stage in enumerate(stages):
            self.deliver(index, stage, stage.minutes, kind=kind)
            self.end_stage(stage.minutes)
        self.end()

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What a look into the file from outside finds."""
        connection = open_for_reading(self.path)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    household = Household(tmp_path / "journal.sqlite3")
    yield household
    household.close()
