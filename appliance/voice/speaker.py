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
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from appliance.session.cues import Cue
from appliance.session.state import State
from appliance.session.view import View
from appliance.therapy.units import LONG_AGO
from appliance.voice.announcer import Announcer, Utterance

ANSWER_S = 3.0
"""A command that is not taken within this time means that the process hangs."""
RESTART_S = 30.0
"""Between two starts of the process."""
CLOSE_S = 0.2
"""At the end a killed process is waited for this long."""
_log = logging.getLogger(__name__)


class Speaker:
    """The voice as the loop uses it: `show` each view, `tick` at its deadline."""

    def __init__(self, announcer: Announcer, folder: Path, device: str, rate: int) -> None:
        self._announcer = announcer
        self._command = [sys.executable, "-m", "appliance.voice.synthesis_process"]
        self._command += ["--folder", str(folder), "--device", device, "--rate", str(rate)]
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = LONG_AGO
        self._unanswered_since: float | None = None
        self._unanswered = 0
        self._failed = False
        self._pending = b""
        self._may_start = True
        self._gone: list[subprocess.Popen[bytes]] = []
        """Killed, and not yet seen to end: waiting for one that hangs in a driver would block."""

    def show(self, view: View, cues: tuple[Cue, ...], now: float) -> None:
        """Take note of what the person sees and hears. Never waits, never raises."""
        self._announcer.show(view, cues, now)
        # Starting a process costs milliseconds, which the loop does not have while current flows.
        self._may_start = view.state is not State.STIMULATING
        self.tick(now)

    def next_deadline(self) -> float:
        """When `tick` has something to do, seconds."""
        return self._announcer.next_deadline

    def tick(self, now: float) -> None:
        """Say what is due, hear what the process answers, start it where it is gone."""
        cut, utterance = self._announcer.take(now)
        if cut:
            self._send({"cut": True}, now)
        if utterance is not None:
            self._send(_as_command(utterance), now)
        self._listen(now)
        self._gone = [process for process in self._gone if process.poll() is None]
        if self._hangs(now):
            self._lose("it does not answer")

    def render_ahead(self, texts: Iterable[str], language: str, volume: int, now: float) -> None:
        """Ask the process to render these texts while nobody speaks."""
        self._send({"render": list(texts), "language": language, "volume": volume}, now)

    def faults(self, now: float) -> frozenset[str]:
        """`voice_dead` while nothing can be heard."""
        return frozenset({"voice_dead"}) if self._failed or self._hangs(now) else frozenset()

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

    def _hangs(self, now: float) -> bool:
        since = self._unanswered_since
        return since is not None and now - since > ANSWER_S

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

    def _send(self, command: dict[str, object], now: float) -> None:
        process = self._running(now)
        if process is None or process.stdin is None:
            return
        line = (json.dumps(command) + "\n").encode()
        try:
            os.write(process.stdin.fileno(), line)
        except (BlockingIOError, BrokenPipeError):
            self._lose("it does not read")
            return
        self._unanswered += 1
        if self._unanswered_since is None:
            self._unanswered_since = now

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
        self._process = process
        self._unanswered, self._unanswered_since, self._failed = 0, None, False
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
            self._answered(json.loads(line), now)

    def _answered(self, answer: dict[str, object], now: float) -> None:
        if "failed" in answer:
            self._failed = True
            _log.warning("voice: %s", answer["failed"])
            return
        self._unanswered = max(0, self._unanswered - 1)
        self._unanswered_since = now if self._unanswered else None

    def _lose(self, why: str) -> None:
        if not self._failed:
            _log.warning("the speech process is lost: %s", why)
        self._failed = True
        self._unanswered_since = None
        self._end_process()


def _as_command(utterance: Utterance) -> dict[str, object]:
    return {
        "say": list(utterance.texts),
        "language": utterance.language,
        "volume": utterance.volume,
    }
