"""The speech process, real: espeak-ng renders, ALSA's null device plays, faults are told."""

import os
import selectors
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.screen.examples.views import a_view
from appliance.session.state import State
from appliance.settings.words import Words
from appliance.voice.announcer import Announcer
from appliance.voice.speaker import ANSWER_S, RESTART_S, Speaker

pytestmark = pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("aplay")),
    reason="NOT TESTED: espeak-ng or aplay is not installed",
)


def speaker(folder: Path, device: str = "null") -> Speaker:
    return Speaker(Announcer(Words.load, lambda cues: 0.0), folder, device, 160)


@pytest.fixture
def voice(tmp_path: Path) -> Iterator[Speaker]:
    speaking = speaker(tmp_path)
    yield speaking
    speaking.close()


def hear_answer(voice: Speaker, now: float) -> None:
    """Wait until the process has written something, and let the speaker read it."""
    with selectors.DefaultSelector() as selector:
        selector.register(voice.answers_fileno(), selectors.EVENT_READ)
        assert selector.select(timeout=60.0)
    voice.tick(now)


def test_a_text_is_rendered_once_into_the_cache(voice: Speaker, tmp_path: Path) -> None:
    voice.show(a_view(State.READY), (), 100.0)
    hear_answer(voice, 100.1)
    voice.render_ahead(["Rest."], "en", 7, 100.2)
    hear_answer(voice, 100.3)
    assert voice.faults(100.3) == frozenset()


def test_a_process_that_was_killed_is_a_fault_that_only_tells_and_is_started_again(
    voice: Speaker,
) -> None:
    voice.show(a_view(State.READY), (), 100.0)
    hear_answer(voice, 100.1)
    os.kill(voice.pid(), signal.SIGKILL)
    os.waitid(os.P_PID, voice.pid(), os.WEXITED | os.WNOWAIT)
    voice.show(a_view(State.PAUSED), (), 101.0)
    assert voice.faults(101.0) == {"voice_dead"}
    voice.show(a_view(State.READY), (), 100.0 + RESTART_S)
    hear_answer(voice, 100.1 + RESTART_S)
    assert voice.faults(100.1 + RESTART_S) == frozenset()


def test_a_process_that_hangs_is_a_fault(voice: Speaker) -> None:
    voice.show(a_view(State.READY), (), 100.0)
    hear_answer(voice, 100.1)
    os.kill(voice.pid(), signal.SIGSTOP)
    voice.show(a_view(State.PAUSED), (), 101.0)
    assert voice.faults(101.0) == frozenset()
    assert voice.faults(101.1 + ANSWER_S) == {"voice_dead"}
    voice.tick(101.1 + ANSWER_S)
    assert voice.faults(101.2 + ANSWER_S) == {"voice_dead"}


def test_no_process_is_started_while_current_may_flow(voice: Speaker) -> None:
    voice.show(a_view(State.STIMULATING), (), 100.0)
    assert voice.pid() is None


def test_a_device_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    voice = speaker(tmp_path, "no_such_device")
    voice.show(a_view(State.READY), (), 100.0)
    while not voice.faults(100.1):
        hear_answer(voice, 100.1)
    assert voice.faults(100.1) == {"voice_dead"}
    voice.close()
