"""`sound`: the list, a file anywhere, and the box's own buzzer where nobody else has it."""

import os
import signal
import threading
import wave
from collections.abc import Collection
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.cli import main
from appliance.cli.sound import RATE_HZ, play
from appliance.clock import SystemClock
from appliance.controls import pins
from appliance.controls.outputs import WaveOutput
from appliance.controls.patterns import PATTERNS
from appliance.controls.sound import Sound
from appliance.service.control_socket import ControlServer
from appliance.session.cues import Cue
from tests.full_disk import full_disk


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    path = tmp_path / "config.toml"
    path.write_text(f'[service]\nruntime_dir = "{tmp_path / "run"}"\n')
    return path


class Jumping:
    """Time that jumps to whatever is waited for."""

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        return self.time

    def wait(self, descriptors: Collection[int], until: float) -> Collection[int]:
        self.time = until
        return ()


def line_of(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert said.out == ""
    return line


def test_the_list_names_every_cue_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sound"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        cue.value for cue in PATTERNS
    ]


def test_a_file_has_the_cues_beats_in_its_samples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ready.wav"
    assert main(["sound", "ready", "--out", str(path)]) == 0
    assert capsys.readouterr().out.strip() == str(path)
    with wave.open(str(path), "rb") as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE_HZ)
        samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
    beats = [(bool(loud), len(list(run))) for loud, run in groupby(samples, bool)]
    assert beats == [
        (bool(pitch), round(seconds * RATE_HZ)) for pitch, seconds in PATTERNS[Cue.READY].notes
    ]


def test_a_file_that_a_full_disk_cuts_is_told_and_the_older_one_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ready.wav"
    path.write_bytes(b"older")
    with full_disk(os.getpid()):
        assert main(["sound", "ready", "--out", str(path)]) == 1
    assert f"sound --out {path}: it cannot be written there (" in line_of(capsys)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_cue_is_played_to_its_end() -> None:
    factory: Any = MockFactory(pin_class=MockPWMPin)
    buzzer, clock = WaveOutput(18, "buzzer", factory), Jumping()
    play(Cue.STOPPED, Sound(buzzer, None), clock)
    assert clock.time == pytest.approx(100.0 + PATTERNS[Cue.STOPPED].seconds)
    assert max(state.state for state in factory.pin(18).states) == 0.5
    assert factory.pin(18).state == 0
    buzzer.close()
    factory.reset()


def test_on_the_box_it_plays_and_lets_go_of_the_pins(settings: Path) -> None:
    for _ in range(2):
        assert main(["sound", "detent", "--config", str(settings)]) == 0


def test_a_terminal_that_hangs_up_leaves_the_buzzer_low(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[MockFactory] = []
    make_pins = pins.mock_pins
    monkeypatch.setattr(pins, "mock_pins", lambda: made.append(make_pins()) or made[-1])
    buzzer: list[Any] = []

    def hang_up(*_: object) -> None:
        buzzer.append(made[0].pin(18))
        signal.raise_signal(signal.SIGHUP)

    monkeypatch.setattr(SystemClock, "wait", hang_up)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with pytest.raises(SystemExit) as ended:
            main(["sound", "stopped", "--config", str(settings)])
    finally:
        signal.signal(signal.SIGHUP, before)
    assert ended.value.code == 129
    (pin,) = buzzer
    levels = [state.state for state in pin.states]
    assert max(levels) == 0.5
    assert levels[-1] == 0


def test_while_the_service_runs_the_pins_are_its_own(
    settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = ControlServer(tmp_path / "run")
    clock, served = SystemClock(), threading.Event()

    def serve() -> None:
        while not served.is_set():
            clock.wait(server.descriptors(), clock.now() + 0.05)
            server.serve(lambda request: {"state": "ready"})

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert main(["sound", "ready", "--config", str(settings)]) == 1
    finally:
        served.set()
        thread.join()
        server.close()
    assert "the service is running (ready)" in line_of(capsys)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["raedy"], 'no such cue (did you mean "ready"?)'),
        (["?"], "lists them"),
        (["ready", "--out", "ready.mp3"], "a name in .wav"),
        (["ready", "--out", "/nowhere/ready.wav"], "/nowhere is no folder"),
        (["--out", "ready.wav"], "name the cue"),
        (["ready", "--config", "/nowhere.toml"], "no such file"),
    ],
)
def test_bad_input_is_one_clear_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["sound", *arguments]) == 2
    assert words in line_of(capsys)
    assert list(tmp_path.iterdir()) == []


def test_without_a_buzzer_and_a_motor_it_says_so(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.write_text(settings.read_text() + '[indicators]\nbuzzer = "off"\n')
    assert main(["sound", "ready", "--config", str(settings)]) == 2
    assert "neither [indicators] buzzer nor vibration" in line_of(capsys)


def test_without_pins_it_leads_to_the_file(
    settings: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY")
    settings.write_text(settings.read_text() + "[controls]\nchip = 250\n")
    assert main(["sound", "ready", "--config", str(settings)]) == 1
    assert "--out FILE.wav" in line_of(capsys)
