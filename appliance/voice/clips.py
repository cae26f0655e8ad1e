"""Clips: the rendered texts, each once in a file, and the commands that make and play them.

espeak-ng renders: it is offline, in Debian, small, and has every language that the words have.
A clip is rendered at full loudness and made softer while it is played, so that a change of the
volume costs no synthesis.
"""

import hashlib
import io
import math
import re
import sys
import wave
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from appliance.session.cues import LOUDEST
from appliance.settings.files import write_bytes_and_rename

WORDS_A_MINUTE = 165
AMPLITUDE = 180
"""espeak-ng's own, 0 to 200; above this its loudest syllables are clipped."""
STEP_DB = 3.0
"""One step of the volume. Equal steps in decibels are heard as equal steps of loudness."""
CHUNK_S = 0.1
BYTES_A_SAMPLE = 2

_NAME = re.compile(r"\.?[0-9a-f]{32}\.")
"""How the name of a clip begins, and that of one that is being written."""
_VOICES = {"en": "en-us"}
"""espeak-ng's voice where it is not named like the language: an independent recogniser tells the
American one's texts apart more often than the British one's."""


def folder_beside(journal: Path) -> Path:
    """Where the box with this journal keeps its clips."""
    return journal.with_name("voice")


def delete_clips(folder: Path) -> bool:
    """Delete all clips, also half written ones, and return whether there were any.

    Which of them speak a person's name cannot be told: their own names are hashes, also of
    texts and of a rate that were in use before. Raises OSError.
    """
    clips = [path for path in folder.glob("*") if _NAME.match(path.name)]
    for clip in clips:
        clip.unlink(missing_ok=True)
    return bool(clips)


def clip_path(folder: Path, language: str, text: str, rate: int) -> Path:
    """Where the rendered text is kept."""
    voice = _VOICES.get(language, language)
    name = hashlib.sha256(f"{voice}|{AMPLITUDE}|{rate}|{text}".encode()).hexdigest()[:32]
    return folder / f"{name}.wav"


def synthesis_command(language: str, text: str, rate: int) -> list[str]:
    """The command that renders a text to its standard output, for `write_clip`.

    espeak-ng does not write the file itself: on a full card it leaves a cut one, whose header
    agrees with it, and exits with 0. Text is passed behind `--`, so it is never an option.
    """
    voice = _VOICES.get(language, language)
    options = ["-v", voice, "-a", str(AMPLITUDE), "-s", str(rate), "--stdout"]
    return ["espeak-ng", *options, "--", text]


def write_clip(path: Path, said: bytes) -> None:
    """Make a file of what `synthesis_command` has written, with the length in its header.

    It is whole and on the card before it has its name. Raises OSError where it cannot be written,
    wave.Error where `said` has no sound in it.
    """
    rate_hz, _, samples = _sound_in(io.BytesIO(said), "espeak-ng")
    write_wave(path, rate_hz, samples)


def write_wave(path: Path, rate_hz: int, samples: bytes) -> None:
    """Make a WAV file of 16-bit mono samples: all of it, or none. Raises OSError."""
    whole = io.BytesIO()
    with wave.open(whole, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(BYTES_A_SAMPLE)
        sound.setframerate(rate_hz)
        sound.writeframes(samples)
    write_bytes_and_rename(path, whole.getvalue())


def _sound_in(file: BinaryIO, name: str) -> tuple[int, int, bytes]:
    """Samples a second, their number by the header, and the samples, as far as they go.

    Raises OSError or wave.Error.
    """
    try:
        with wave.open(file) as sound:
            count = sound.getnframes()
            rate_hz, samples = sound.getframerate(), sound.readframes(count)
    except EOFError:
        raise wave.Error(f"{name}: its header is cut") from None
    if not samples:
        raise wave.Error(f"{name}: there is no sound in it")
    return rate_hz, count, samples


class Clip:
    """A rendered text: 16 bits, one channel. Raises OSError or wave.Error for a broken file."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self.rate_hz, count, samples = _sound_in(file, str(path))
        if len(samples) != count * BYTES_A_SAMPLE:
            raise wave.Error(f"{path}: it is cut")
        self._samples = array("h", samples)
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
