"""The speech process, real: espeak-ng renders, ALSA's null device plays, faults are told."""

import io
import os
import selectors
import shutil
import signal
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.screen.examples.views import a_view
from appliance.session.board import Output
from appliance.session.state import State
from appliance.settings.words import Words
from appliance.voice.announcer import Announcer
from appliance.voice.clips import Clip, clip_path
from appliance.voice.known_texts import known_texts
from appliance.voice.speaker import ANSWER_S, RESTART_S, START_S, Speaker
from tests.full_disk import full_disk, let_espeak_meet_it

pytestmark = pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("aplay")),
    reason="NOT TESTED: espeak-ng or aplay is not installed",
)


RATE = 160
AGAIN = 100.1 + RESTART_S
"""When a process that was lost may be started again."""


def speaker(folder: Path, device: str = "null") -> Speaker:
    return Speaker(Announcer(Words.load, lambda cues: 0.0), folder, device, RATE)


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


def hear_until(voice: Speaker, holds: Callable[[], bool], now: float = 100.1) -> None:
    """Let the speaker read answers until something holds. Real processes take their time."""
    deadline = time.monotonic() + 60.0
    while not holds():
        assert time.monotonic() < deadline
        with selectors.DefaultSelector() as selector:
            selector.register(voice.answers_fileno(), selectors.EVENT_READ)
            selector.select(timeout=0.05)
        voice.tick(now)


def test_a_text_is_rendered_once_into_the_cache(voice: Speaker, tmp_path: Path) -> None:
    clip = clip_path(tmp_path, "en", Words.load("en")("spoken.ready.start"), RATE)
    voice.show(a_view(State.READY), (), 100.0)
    hear_until(voice, clip.exists)
    made = clip.stat()
    voice.show(a_view(State.PAUSED), (), 101.0)
    voice.show(a_view(State.READY, volume=3), (), 102.0)
    hear_answer(voice, 102.0)
    assert (clip.stat().st_ino, clip.stat().st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    assert voice.faults(102.0) == frozenset()


def test_in_locked_all_texts_of_the_language_are_rendered_ahead(
    voice: Speaker, tmp_path: Path
) -> None:
    first = clip_path(tmp_path, "de", known_texts(Words.load("de"))[0], RATE)
    voice.show(a_view(State.LOCKED, page_name="plan", language="de", volume=0), (), 100.0)
    hear_until(voice, first.exists)


def test_a_process_that_was_killed_is_a_fault_that_only_tells_and_is_started_again(
    voice: Speaker,
) -> None:
    voice.show(a_view(State.READY), (), 100.0)
    hear_answer(voice, 100.1)
    os.kill(voice.pid(), signal.SIGKILL)
    os.waitid(os.P_PID, voice.pid(), os.WEXITED | os.WNOWAIT)
    voice.show(a_view(State.PAUSED), (), 101.0)
    assert voice.faults(101.0) == {"voice_dead"}
    voice.show(a_view(State.READY), (), AGAIN)
    hear_until(voice, lambda: not voice.faults(AGAIN), AGAIN)


def test_a_process_that_hangs_is_a_fault(voice: Speaker) -> None:
    voice.show(a_view(State.READY), (), 100.0)
    hear_answer(voice, 100.1)
    os.kill(voice.pid(), signal.SIGSTOP)
    voice.show(a_view(State.PAUSED), (), 101.0)
    assert voice.faults(101.0) == frozenset()
    assert voice.faults(101.1 + ANSWER_S) == {"voice_dead"}
    voice.tick(101.1 + ANSWER_S)
    assert voice.faults(101.2 + ANSWER_S) == {"voice_dead"}


def test_a_process_has_longer_for_its_first_answer_than_for_others(voice: Speaker) -> None:
    voice.show(a_view(State.READY), (), 100.0)
    os.kill(voice.pid(), signal.SIGSTOP)
    assert voice.faults(100.1 + ANSWER_S) == frozenset()
    assert voice.faults(100.1 + START_S) == {"voice_dead"}


def test_no_process_is_started_while_current_may_flow(voice: Speaker) -> None:
    voice.show(a_view(State.STIMULATING), (), 100.0)
    assert voice.pid() is None


def test_a_device_that_does_not_exist_is_a_fault_until_it_is_heard_again(tmp_path: Path) -> None:
    voice = speaker(tmp_path, "no_such_device")
    voice.show(a_view(State.READY), (), 100.0)
    hear_until(voice, lambda: bool(voice.faults(100.1)))
    voice.tick(100.1)
    assert voice.faults(100.1) == {"voice_dead"}
    voice.close()


def test_a_device_that_is_plugged_in_again_ends_the_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices = tmp_path / "asound.conf"
    devices.write_text("pcm.other { type null }")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(devices))
    voice = speaker(tmp_path, "usb")
    voice.show(a_view(State.READY), (), 100.0)
    hear_until(voice, lambda: bool(voice.faults(100.1)))
    devices.write_text("pcm.usb { type null }")
    voice.show(a_view(State.PAUSED, output=Output.OFF), (), 100.1)
    hear_until(voice, lambda: not voice.faults(100.1))
    voice.close()


def test_a_player_that_hangs_is_killed_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody reads this pipe, so that the program that opens the device stays in the call.
    os.mkfifo(tmp_path / "nobody")
    devices = tmp_path / "asound.conf"
    sink = f'type file, slave.pcm {{ type null }}, file "{tmp_path}/nobody", format raw'
    devices.write_text(f"pcm.hung {{ {sink} }}")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(devices))
    voice = speaker(tmp_path, "hung")
    voice.show(a_view(State.SELF_TEST), (), 100.0)
    hear_until(voice, lambda: bool(voice.faults(100.1)))
    voice.close()


def test_a_text_that_a_full_card_cuts_is_a_fault_and_is_rendered_again_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_espeak_meet_it(tmp_path, monkeypatch)
    folder = tmp_path / "voice"
    clip = clip_path(folder, "en", Words.load("en")("spoken.paused.paused"), RATE)
    voice = speaker(folder)
    voice.show(a_view(State.READY), (), 100.0)
    hear_answer(voice, 100.1)
    with full_disk(voice.pid()):
        voice.show(a_view(State.PAUSED, output=Output.OFF), (), 100.1)
        hear_until(voice, lambda: bool(voice.faults(100.1)))
    assert not clip.exists()
    voice.show(a_view(State.READY), (), 100.2)
    voice.show(a_view(State.PAUSED, output=Output.OFF), (), 100.3)
    hear_until(voice, lambda: not voice.faults(100.3), 100.3)
    assert Clip(clip).seconds > 1.0
    voice.close()


@pytest.mark.parametrize("left", [0, 20, 44, 5001], ids=["empty", "no header", "silent", "cut"])
def test_a_broken_file_is_rendered_again(voice: Speaker, tmp_path: Path, left: int) -> None:
    clip = clip_path(tmp_path, "en", Words.load("en")("spoken.paused.paused"), RATE)
    clip.write_bytes(silence(60000)[:left])
    with pytest.raises(wave.Error):
        Clip(clip)
    voice.show(a_view(State.PAUSED, output=Output.OFF), (), 100.0)
    hear_until(voice, lambda: size_of(clip) > left)
    assert Clip(clip).seconds > 1.0
    assert voice.faults(100.1) == frozenset()


def size_of(path: Path) -> int:
    """The size of a file that another process may delete at any moment; 0 without it."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def silence(samples: int) -> bytes:
    """A whole WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(22050)
        sound.writeframes(bytes(2 * samples))
    return file.getvalue()
