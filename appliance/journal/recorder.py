"""The control loop's side of the journal: it tells, and never waits for a disk."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from appliance.errors import JournalError
from appliance.journal.journal import Told
from appliance.journal.reopening import Keeper, Source
from appliance.session.notes import Note, SessionEnded, StageBegan
from appliance.therapy.history import History
from appliance.therapy.plan import GUEST

log = logging.getLogger(__name__)

COMMIT_S = 0.8
"""In a session one commit takes in what came within this time. With the commit's own time a
power cut costs a second."""
RETRY_S = 1.0
STUCK_S = 5.0
"""A journal that has not kept for so long what it was told counts as dead."""
MOST_WAITING = 5000
"""Over an hour of samples. What is told to a dead journal past this is lost."""


@dataclass(frozen=True, slots=True)
class _Request:
    at: float
    people: tuple[str, ...]


def _nobody_waits() -> None:
    pass


class Recorder:
    """Keeps what it is told, in a thread of its own; only the control loop calls it.

    `wake` is called from that thread when histories were read or faults changed; it must
    not raise. Without a thread, for virtual time, every verb works before it returns.
    """

    def __init__(
        self, source: Source, *, wake: Callable[[], None] = _nobody_waits, threaded: bool = True
    ) -> None:
        self._wall_clock = source.wall_clock
        self._wake = wake
        self._keeper = Keeper(source, durable=threaded)
        # What is not on the disk yet: an entry leaves only after its commit.
        self._waiting: deque[Told] = deque()
        self._request: _Request | None = None
        self._histories: Mapping[str, History] | None = None
        self._problem: str | None = None
        self._set_aside = False
        self._in_session = False
        self._closing = False
        self._not_before = 0.0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        if threaded:
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        else:
            self._work()

    def put(self, entries: Iterable[Note]) -> None:
        """Tell the journal. On the disk at once outside a session, within a second in one."""
        wall = self._wall_clock()
        told = [Told(entry, wall) for entry in entries]
        if not told:
            return
        with self._changed:
            room = MOST_WAITING - len(self._waiting)
            self._waiting.extend(told[:room])
            self._follow_session(told)
            self._changed.notify()
        if len(told) > room:
            log.error("the journal keeps nothing, and no more can wait: %d lost", len(told) - room)
        self._work_unless_threaded()

    def request_histories(self, people: Iterable[str], now: float) -> None:
        """Ask what `people`, and Guest, have done, all that was put so far included."""
        with self._changed:
            self._request = _Request(now, tuple(people))
            self._changed.notify()
        self._work_unless_threaded()

    def take_histories(self) -> Mapping[str, History] | None:
        """The answer to the last request, once; None until it is there.

        A journal that cannot be read answers too, with the strictest of everything.
        """
        with self._changed:
            histories, self._histories = self._histories, None
            return histories

    def faults(self, now: float) -> frozenset[str]:
        """Ids of the journal's faults that hold at `now`, seconds."""
        with self._changed:
            dead = self._problem is not None or self._stuck(now)
            return frozenset({"journal_dead"} if dead else ()) | (
                frozenset({"journal_set_aside"} if self._set_aside else ())
            )

    @property
    def problem(self) -> str | None:
        """What is wrong and what to do, in one line; None when nothing is, or nobody knows."""
        with self._changed:
            return self._problem

    def close(self, timeout_s: float = 2.0) -> bool:
        """Write what waits and let go of the file. Whether all was kept in time."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)
        else:
            self._finish()
        with self._changed:
            return not self._waiting and not (self._thread and self._thread.is_alive())

    def _follow_session(self, told: Sequence[Told]) -> None:
        for one in told:
            if isinstance(one.entry, StageBegan):
                self._in_session = True
            elif isinstance(one.entry, SessionEnded):
                self._in_session = False
                self._not_before = 0.0

    def _stuck(self, now: float) -> bool:
        since = [self._waiting[0].entry.at] if self._waiting else []
        if self._request is not None:
            since.append(self._request.at)
        return any(now - at > STUCK_S for at in since)

    def _work_unless_threaded(self) -> None:
        if self._thread is None:
            self._work()

    def _run(self) -> None:
        try:
            self._work()
            while self._wait_for_work():
                self._work()
            self._finish()
        except BaseException as error:
            # Nothing may end this thread unseen, whatever it is.
            log.exception("the journal's thread died")
            with self._changed:
                self._problem = f"the journal stopped working: {error}"
            self._wake()

    def _wait_for_work(self) -> bool:
        """Return True when there is something to do, False to close."""
        with self._changed:
            while not self._closing and self._request is None:
                wait_s = self._not_before - time.monotonic() if self._waiting else None
                if wait_s is not None and wait_s <= 0:
                    break
                self._changed.wait(wait_s)
            return not self._closing

    def _work(self) -> None:
        """Keep what waits, answer what was asked, and say so where anything changed."""
        with self._changed:
            waiting, request = tuple(self._waiting), self._request
        problem = self._keep(waiting)
        if request is not None:
            problem = self._answer(request, problem)
        changed = self._note(problem)
        if changed or request is not None:
            self._wake()

    def _keep(self, waiting: Sequence[Told]) -> str | None:
        """Put `waiting` on the disk; what is wrong, where that fails."""
        try:
            self._keeper.open()
            self._keeper.write(waiting)
        except JournalError as error:
            return str(error)
        with self._changed:
            for _ in waiting:
                self._waiting.popleft()
        return None

    def _answer(self, request: _Request, problem: str | None) -> str | None:
        # Without what still waits the past is not known, even where the file can be read.
        histories: Mapping[str, History] = {
            person: History() for person in (*request.people, GUEST)
        }
        if problem is None:
            try:
                histories = self._keeper.histories(request.people, request.at)
            except JournalError as error:
                problem = str(error)
        with self._changed:
            self._histories = histories
            if self._request is request:
                self._request = None
        return problem

    def _note(self, problem: str | None) -> bool:
        """Keep how the journal is; return whether that changed."""
        if problem != self._problem:
            log.log(logging.ERROR if problem else logging.INFO, problem or "the journal is well")
        with self._changed:
            changed = (problem, self._keeper.was_set_aside) != (self._problem, self._set_aside)
            self._problem, self._set_aside = problem, self._keeper.was_set_aside
            pause_s = RETRY_S if problem else COMMIT_S if self._in_session else 0.0
            self._not_before = time.monotonic() + pause_s
        return changed

    def _finish(self) -> None:
        self._work()
        try:
            self._keeper.close()
        except JournalError as error:
            log.error("%s", error)
