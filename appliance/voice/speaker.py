"""The speaker: passes utterances to the speech process and never waits for it.

The loop writes at most one short line into a pipe that does not block. A process that is dead,
hangs or cannot play is the fault `voice_dead`, which only tells; it is started again after a
while.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from appliance.session.cues import Cue
from appliance.session.state import State
from appliance.session.view import View
from appliance.therapy.units import LONG_AGO
from appliance.voice.announcer import Announcer, Utterance

ANSWER_S = 3.0
"""A command that is not taken within this time means that the process hangs."""
START_S = 20.0
"""Likewise for its first one: a small computer that boots takes seconds to start it."""
RESTART_S = 30.0
"""Between two starts of the process."""
CLOSE_S = 1.0
"""At the end a killed process is waited for this long."""
_GOOD: frozenset[str] = frozenset()
_DEAD = frozenset({"voice_dead"})
_log = logging.getLogger(__name__)


class Speaker:
    """The voice as the loop uses it: `show` each view, `tick` at its deadline."""

    def __init__(
        self,
        announcer: Announcer,
        folder: Path,
        device: str,
        rate: int,
        real_time: Callable[[], float] | None = None,
    ) -> None:
        """`real_time` is given where the loop's own time runs at another pace, seconds."""
        self._announcer = announcer
        self._real_time = real_time
        self._command = [sys.executable, "-m", "appliance.voice.synthesis_process"]
        self._command += ["--folder", str(folder), "--device", device, "--rate", str(rate)]
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = LONG_AGO
        self._unanswered_since: float | None = None
        self._unanswered = 0
        self._has_answered = False
        self._lost = False
        """The process is gone, hangs, or has not answered since it was started again."""
        self._unheard = False
        """The last text could not be rendered or played."""
        self._pending = b""
        self._may_start = True
        self._rendered: str | None = None
        """The language whose texts the process has been asked to render."""
        self._gone: list[subprocess.Popen[bytes]] = []
        """Killed, and not yet seen to end: waiting for one that hangs in a driver would block."""

    def show(self, view: View, cues: tuple[Cue, ...], now: float) -> None:
        """Take note of what the person sees and hears. Never waits, never raises."""
        self._announcer.show(view, cues, now)
        # Starting a process costs milliseconds, which the loop does not have while current flows.
        self._may_start = view.state is not State.STIMULATING
        self.tick(now)
        if view.state is State.LOCKED and view.language != self._rendered:
            self._render_ahead(view.language, self._for_process(now))

    def next_deadline(self) -> float:
        """When `tick` has something to do, seconds."""
        return self._announcer.next_deadline

    def tick(self, now: float) -> None:
        """Say what is due, hear what the process answers, start it where it is gone."""
        cut, utterance = self._announcer.take(now)
        now = self._for_process(now)
        if cut:
            self._send({"cut": True}, now)
        if utterance is not None:
            self._send(_as_command(utterance), now)
        self._listen(now)
        self._gone = [process for process in self._gone if process.poll() is None]
        if self._hangs(now):
            self._lose("it does not answer")

    def _render_ahead(self, language: str, now: float) -> None:
        """Ask the process to render all known texts while nobody speaks."""
        if self._send({"render": language}, now):
            self._rendered = language

    def faults(self, now: float) -> frozenset[str]:
        """`voice_dead` while nothing can be heard."""
        if self._unanswered_since is not None:
            now = self._for_process(now)
            if self._hangs(now):
                # The answer may have come in time and not been read, because the loop was late.
                self._listen(now)
            if self._hangs(now):
                return _DEAD
        return _DEAD if self._lost or self._unheard else _GOOD

    def pid(self) -> int | None:
        """The process's number, None while there is none."""
        return self._process.pid if self._process else None

    def answers_fileno(self) -> int | None:
        """Descriptor of the process's answers; readable means that `tick` has work."""
        stdout = self._process.stdout if self._process else None
        return stdout.fileno() if stdout else None

    def close(self) -> None:
        self._end_process()
        for process in self._gone:
            with suppress(subprocess.TimeoutExpired):
                process.wait(CLOSE_S)

    def _for_process(self, now: float) -> float:
        """The time by which the process answers or not."""
        return self._real_time() if self._real_time else now

    def _hangs(self, now: float) -> bool:
        since, limit_s = self._unanswered_since, ANSWER_S if self._has_answered else START_S
        return since is not None and now - since > limit_s

    def _end_process(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self._gone.append(self._process)
        self._process = None

    def _send(self, command: dict[str, object], now: float) -> bool:
        """Write the command, a line shorter than the pipe; whether the process has it."""
        process = self._running(now)
        if process is None or process.stdin is None:
            return False
        line = (json.dumps(command) + "\n").encode()
        try:
            written = os.write(process.stdin.fileno(), line)
        except (BlockingIOError, BrokenPipeError):
            written = 0
        if written < len(line):
            self._lose("it does not read")
            return False
        self._unanswered += 1
        if self._unanswered_since is None:
            self._unanswered_since = now
        return True

    def _running(self, now: float) -> subprocess.Popen[bytes] | None:
        if self._process is not None and self._process.poll() is not None:
            self._lose(f"it ended with {self._process.returncode}")
        if self._process is None and self._may_start and now - self._started_at >= RESTART_S:
            self._start(now)
        return self._process

    def _start(self, now: float) -> None:
        self._started_at = now
        try:
            process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            self._lose(str(error))
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)
        self._process, self._has_answered = process, False
        self._unanswered, self._unanswered_since, self._rendered = 0, None, None
        self._pending = b""

    def _listen(self, now: float) -> None:
        process = self._process
        if process is None or process.stdout is None:
            return
        try:
            heard = os.read(process.stdout.fileno(), 65536)
        except BlockingIOError:
            return
        *lines, self._pending = (self._pending + heard).split(b"\n")
        for line in lines:
            try:
                self._answered(json.loads(line), now)
            except ValueError:
                self._lose(f"it answers {line[:80]!r}")

    def _answered(self, answer: dict[str, object], now: float) -> None:
        self._lost, self._has_answered = False, True
        if "failed" in answer:
            if not self._unheard:
                _log.warning("voice: %s", answer["failed"])
            self._unheard = True
            return
        if "said" in answer:
            # A device that was unplugged may be in again.
            self._unheard = False
            return
        self._unanswered = max(0, self._unanswered - 1)
        self._unanswered_since = now if self._unanswered else None

    def _lose(self, why: str) -> None:
        if not self._lost:
            _log.warning("the speech process is lost: %s", why)
        self._lost = True
        self._unanswered_since = None
        self._end_process()


def _as_command(utterance: Utterance) -> dict[str, object]:
    return {
        "say": list(utterance.texts),
        "language": utterance.language,
        "volume": utterance.volume,
    }
