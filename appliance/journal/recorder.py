"""The journal's recorder: takes notes from the control loop and writes them in a thread."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from appliance.errors import JournalError
from appliance.journal.journal import DatedNote
from appliance.journal.reopening import ReopeningJournal, Source
from appliance.records import Fixed
from appliance.session.notes import Booked, Note, SessionEnded, StageBegan
from appliance.therapy.history import History
from appliance.therapy.plan import GUEST

log = logging.getLogger(__name__)

COMMIT_S = 0.8
"""In a session one commit takes the notes of this time. With the duration of the commit, a power
cut then loses at most a second."""
RETRY_S = 1.0
STUCK_S = 5.0
"""A note or request that waits longer than this makes the journal count as dead."""
SLOW_S = 1.0
"""A commit that takes longer than this is told: a power cut then loses more than a second."""
MOST_WAITING = 5000
"""Most notes that wait, over an hour of samples; while the journal is dead, more are lost."""


class _Request(Fixed, frozen=True):
    at: float
    people: tuple[str, ...]
    ahead_s: float
    """How far the clock of `at` is ahead of the recorder's own."""


def _nobody_waits() -> None:
    pass


class Recorder:
    """Writes notes and reads histories in its own thread; only the control loop calls it.

    The thread calls `wake` after it has read histories or its faults changed; `wake` must not
    raise. Without a thread, for virtual time, every method does its work before it returns.
    """

    def __init__(
        self,
        source: Source,
        *,
        wake: Callable[[], None] = _nobody_waits,
        threaded: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._wall_clock = source.wall_clock
        self._forgets = source.forgets
        self._wake = wake
        self._journal = ReopeningJournal(source, durable=threaded)
        # Notes that are not on the disk yet: a note leaves only after its commit.
        self._waiting: deque[DatedNote] = deque()
        self._request: _Request | None = None
        # A request that was answered with the strictest history only. Only the thread uses it.
        self._unread: _Request | None = None
        self._histories: Mapping[str, History] | None = None
        self._bookings: tuple[Booked, ...] = ()
        self._problem: str | None = None
        self._set_aside = False
        self._slow = False
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

    def put(self, notes: Iterable[Note]) -> None:
        """Queue notes. They are on the disk at once outside a session, within a second in one."""
        wall = self._wall_clock()
        dated = [DatedNote(note, wall) for note in notes]
        if not dated:
            return
        with self._changed:
            room = MOST_WAITING - len(self._waiting)
            self._waiting.extend(dated[:room])
            self._follow_session(dated)
            self._changed.notify()
        if len(dated) > room:
            log.error("the journal keeps nothing, and no more can wait: %d lost", len(dated) - room)
        self._work_unless_threaded()

    def request_histories(self, people: Iterable[str], now: float) -> None:
        """Request the histories of `people` and Guest, including all notes put so far."""
        with self._changed:
            self._request = _Request(now, tuple(people), now - self._monotonic())
            self._changed.notify()
        self._work_unless_threaded()

    def take_histories(self) -> Mapping[str, History] | None:
        """The answer to the last request, once; None until it is there.

        A journal that cannot be read answers with the strictest history, and once more when it
        can be read again.
        """
        with self._changed:
            histories, self._histories = self._histories, None
            return histories

    def take_bookings(self) -> tuple[Booked, ...]:
        """The bookings of the ledger that are on the disk since the last call."""
        with self._changed:
            bookings, self._bookings = self._bookings, ()
            return bookings

    def faults(self, now: float) -> frozenset[str]:
        """Ids of the journal's faults that hold at `now`, seconds."""
        with self._changed:
            dead = self._problem is not None or self._stuck(now)
            held = {
                "journal_dead": dead,
                "journal_set_aside": self._set_aside,
                "journal_slow": self._slow and not dead,
                "journal_forgets": self._forgets,
            }
            return frozenset(name for name, holds in held.items() if holds)

    def instruct(self, pragma: str) -> None:
        """Give SQLite this PRAGMA, only without a thread: to simulate a full or read-only disk.

        Raises sqlite3.Error.
        """
        self._journal.instruct(pragma)

    @property
    def problem(self) -> str | None:
        """The error and its remedy in one line; None where no error is known."""
        with self._changed:
            return self._problem

    def close(self, timeout_s: float = 2.0) -> bool:
        """Write the queued notes and close the file. Return whether all were written in time."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout_s)
        else:
            self._finish()
        with self._changed:
            return not self._waiting and not (self._thread and self._thread.is_alive())

    def _follow_session(self, dated: Sequence[DatedNote]) -> None:
        for one in dated:
            if isinstance(one.note, StageBegan):
                self._in_session = True
            elif isinstance(one.note, SessionEnded):
                self._in_session = False
                self._not_before = 0.0

    def _stuck(self, now: float) -> bool:
        since = [self._waiting[0].note.at] if self._waiting else []
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
            # No error may end this thread unseen.
            log.exception("the journal's thread died")
            with self._changed:
                self._problem = f"the journal stopped working: {error}"
            self._wake()

    def _wait_for_work(self) -> bool:
        """Return True when there is something to do, False to close."""
        with self._changed:
            while not self._closing and self._request is None:
                # Every try does again all that failed: the bars that wait for their file, the
                # opening, the notes and the reading. So no problem is over before it is mended.
                to_do = self._waiting or self._problem
                wait_s = self._not_before - self._monotonic() if to_do else None
                if wait_s is not None and wait_s <= 0:
                    break
                self._changed.wait(wait_s)
            return not self._closing

    def _work(self) -> None:
        """Write the queued notes, answer the request, and wake the loop if anything changed."""
        with self._changed:
            waiting, request = tuple(self._waiting), self._request or self._unread_until_now()
        slow = self._slow
        problem = self._keep(waiting)
        if request is not None:
            problem = self._answer(request, problem)
        changed = self._keep_health(problem)
        if changed or slow != self._slow or request is not None or self._bookings:
            self._wake()

    def _keep(self, waiting: Sequence[DatedNote]) -> str | None:
        """Write `waiting` to the disk; return the error's text if that fails."""
        began = self._monotonic()
        problem = self._bar(waiting)
        try:
            self._journal.open()
            self._journal.write(waiting)
        except JournalError as error:
            return str(error)
        if waiting:
            self._keep_pace(self._monotonic() - began)
        with self._changed:
            for _ in waiting:
                self._waiting.popleft()
            self._bookings += tuple(one.note for one in waiting if isinstance(one.note, Booked))
        return problem

    def _bar(self, waiting: Sequence[DatedNote]) -> str | None:
        """Write the bars among `waiting` to their own file; return the error's text if it fails."""
        try:
            self._journal.bar(waiting)
        except JournalError as error:
            return str(error)
        return None

    def _keep_pace(self, took_s: float) -> None:
        """Note whether the disk is slow, from how long the newest commit took."""
        slow = took_s > SLOW_S
        if slow:
            log.warning("the disk is slow: the journal's commit took %.1f s", took_s)
        with self._changed:
            self._slow = slow

    def _answer(self, request: _Request, problem: str | None) -> str | None:
        # While notes still wait the history is not known, even if the file can be read.
        histories: Mapping[str, History] | None = None
        if problem is None:
            try:
                histories = self._journal.histories(request.people, request.at)
            except JournalError as error:
                problem = str(error)
        self._unread = request if problem else None
        with self._changed:
            if histories is not None:
                self._histories = histories
            elif self._request is request:
                self._histories = {person: History() for person in (*request.people, GUEST)}
            if self._request is request:
                self._request = None
        return problem

    def _unread_until_now(self) -> _Request | None:
        """The request to try again, for the present moment."""
        unread = self._unread
        return unread and unread.but(at=self._monotonic() + unread.ahead_s)

    def _keep_health(self, problem: str | None) -> bool:
        """Store the journal's present error or None; return whether that changed."""
        if problem != self._problem:
            log.log(logging.ERROR if problem else logging.INFO, problem or "the journal is well")
        with self._changed:
            changed = (problem, self._journal.was_set_aside) != (self._problem, self._set_aside)
            self._problem, self._set_aside = problem, self._journal.was_set_aside
            pause_s = RETRY_S if problem else COMMIT_S if self._in_session else 0.0
            self._not_before = self._monotonic() + pause_s
        return changed

    def _finish(self) -> None:
        self._work()
        try:
            self._journal.close()
        except JournalError as error:
            log.error("%s", error)
