"""The journal, kept going: opened when it can be, set aside and begun anew when damaged."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from appliance.errors import JournalError
from appliance.journal.clock_trust import ClockTrust
from appliance.journal.database import JournalDamagedError, set_aside
from appliance.journal.journal import Journal, Told
from appliance.journal.moment import Moment, local_time, read_boot_id
from appliance.session.notes import Sample, SessionBegan, SessionEnded, StageBegan, StageEnded
from appliance.therapy.history import History

log = logging.getLogger(__name__)

Trust = Callable[[datetime, datetime | None], bool]
"""Whether a wall-clock time is to be believed, given the newest trusted one of the journal."""
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the journal is, and by which clocks it is kept."""

    path: Path
    settings: str = "{}"
    """The settings in force, as JSON text."""
    wall_clock: Callable[[], datetime] = local_time
    """Local time with its offset."""
    trust: Trust = field(default_factory=ClockTrust)
    boot_id: str | None = None
    """None is this machine's. Virtual time needs one of its own for each start from zero."""


class Keeper:
    """One thread's journal. Where a verb raises JournalError, a later call tries again."""

    def __init__(self, source: Source, *, durable: bool) -> None:
        self._source = source
        self._boot_id = source.boot_id or read_boot_id()
        self._durable = durable
        self._journal: Journal | None = None
        self._clock_trusted = False
        self._story: list[Told] = []
        self.was_set_aside = False

    def open(self) -> None:
        """Open the journal, where it is not open yet."""
        self._insist(lambda journal: None)

    def write(self, told: Sequence[Told]) -> None:
        """Keep `told` in one commit."""
        if told:
            self._insist(lambda journal: journal.write(told, clock_trusted=self._clock_trusted))
            self._remember(told)

    def histories(self, people: Sequence[str], at: float) -> dict[str, History]:
        """What each of `people`, and Guest, has done, as of `at` seconds."""
        wall = self._source.wall_clock()
        self._insist(lambda journal: self._judge_clock(journal, wall))
        now = Moment(at, wall, self._boot_id, self._clock_trusted)
        told = self._insist(lambda journal: journal.histories(people, now))
        return {person: self._doubted(history) for person, history in told.items()}

    def close(self) -> None:
        if self._journal is not None:
            journal, self._journal = self._journal, None
            journal.close()

    def _insist(self, act: Callable[[Journal], Answer]) -> Answer:
        try:
            return act(self._opened())
        except JournalDamagedError as error:
            self._set_aside(error)
            return act(self._opened())

    def _opened(self) -> Journal:
        if self._journal is None:
            journal = Journal(
                self._source.path,
                boot_id=self._boot_id,
                settings=self._source.settings,
                durable=self._durable,
            )
            try:
                self._judge_clock(journal, self._source.wall_clock())
                journal.write(self._story, clock_trusted=self._clock_trusted)
            except JournalError:
                journal.close()
                raise
            self._journal = journal
        return self._journal

    def _set_aside(self, error: JournalDamagedError) -> None:
        """Move the damaged file away, once a run: twice is not the file's fault but the disk's."""
        if self.was_set_aside:
            raise error
        try:
            self.close()
        except JournalError as at_close:
            log.warning("%s", at_close)
        target = set_aside(self._source.path, self._source.wall_clock())
        self.was_set_aside = True
        log.error("%s; it was set aside as %s, and a new one is begun", error, target)

    def _judge_clock(self, journal: Journal, wall: datetime) -> None:
        self._clock_trusted = self._source.trust(wall, journal.newest_trusted())

    def _doubted(self, history: History) -> History:
        """After damage nobody knows what was done today, so the person is asked."""
        return replace(history, clock_trusted=False) if self.was_set_aside else history

    def _remember(self, told: Sequence[Told]) -> None:
        """Keep what a new file has to be told of the session that is open. Never long."""
        for one in told:
            match one.entry:
                case SessionBegan():
                    self._story = [one]
                case SessionEnded():
                    self._story = []
                case StageBegan() | StageEnded() | Sample() if self._story:
                    # Each sample says all that its stage has delivered: the last one is enough.
                    if isinstance(one.entry, Sample) and isinstance(self._story[-1].entry, Sample):
                        self._story.pop()
                    self._story.append(one)
