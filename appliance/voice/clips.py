"""Clips: the rendered texts, each once in a file, and the commands that make and play them.

espeak-ng renders: it is offline, in Debian, small, and has every language that the words have.
A clip is rendered at full loudness and made softer while it is played, so that a change of the
volume costs no synthesis.
"""

import hashlib
import math
import sys
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path

from appliance.session.cues import LOUDEST

WORDS_A_MINUTE = 165
AMPLITUDE = 180
"""espeak-ng's own, 0 to 200; above this its loudest syllables are clipped."""
STEP_DB = 3.0
"""One step of the volume. Equal steps in decibels are heard as equal steps of loudness."""
CHUNK_S = 0.1

_VOICES = {"en": "en-us"}
"""espeak-ng's voice where it is not named like the language: an independent recogniser tells the
American one's texts apart more often than the British one's."""


def clip_path(folder: Path, language: str, text: str, rate: int) -> Path:
    """Where the rendered text is kept."""
    voice = _VOICES.get(language, language)
    name = hashlib.sha256(f"{voice}|{AMPLITUDE}|{rate}|{text}".encode()).hexdigest()[:32]
    return folder / f"{name}.wav"


def synthesis_command(language: str, text: str, rate: int, out: Path) -> list[str]:
    """The command that renders a text. Text is passed behind `--`, so it is never an option."""
    voice = _VOICES.get(language, language)
    options = ["-v", voice, "-a", str(AMPLITUDE), "-s", str(rate), "-w", str(out)]
    return ["espeak-ng", *options, "--", text]


class Clip:
    """A rendered text: 16 bits, one channel. Raises OSError or wave.Error for a broken file."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file, wave.open(file) as sound:
            self.rate_hz: int = sound.getframerate()
            self._samples = array("h", sound.readframes(sound.getnframes()))
        if sys.byteorder == "big":
            self._samples.byteswap()

    @property
    def seconds(self) -> float:
        return len(self._samples) / self.rate_hz

    def play_command(self, device: str) -> list[str]:
        """The command that plays what `chunks` gives it on its standard input."""
        form = ["-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(self.rate_hz)]
        return ["aplay", "-q", "-D", device, *form]

    def chunks(self, volume: int) -> Iterator[bytes]:
        """The samples, little-endian, at `volume` from 1 to `LOUDEST`."""
        gain = round(256 * math.pow(10, -STEP_DB * (LOUDEST - min(volume, LOUDEST)) / 20))
        size = round(CHUNK_S * self.rate_hz)
        for start in range(0, len(self._samples), size):
            softer = array("h", [s * gain >> 8 for s in self._samples[start : start + size]])
            if sys.byteorder == "big":
                softer.byteswap()
            yield softer.tobytes()
