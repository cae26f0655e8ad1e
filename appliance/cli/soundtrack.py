"""The soundtrack of the demo's film: on each picture its cue, then what the voice says.

A picture stays until it has been heard out, so the film with sound is longer than the silent one.
"""

import subprocess
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from shutil import which

from appliance.cli.film import Film, Taken
from appliance.cli.say import render as render_speech
from appliance.controls.patterns import AFTER_S, PATTERNS
from appliance.controls.sound import render as render_cue
from appliance.errors import ApplianceError
from appliance.records import Fixed
from appliance.session.cues import LOUDEST
from appliance.virtual_box.listener import Listener
from appliance.voice.clips import WORDS_A_MINUTE, Clip

RATE_HZ = 22050
"""The sample rate of espeak-ng."""
BYTES = 2
BEFORE_S, AFTER_PICTURE_S = 2.5, 4.0
"""Speech belongs to a picture from this long before it was taken to this long after it."""
PAUSE_S = 0.4
"""Silence after speech, before the next picture."""
FRAME_MS = 10
"""A GIF stores times in hundredths of a second."""


class Heard(Fixed, frozen=True):
    """The sound of one picture: 16-bit mono samples, and how long the picture is shown."""

    samples: bytes
    shown_ms: int


def needs_speech() -> None:
    """Raise ApplianceError where there is no synthesiser, before a session is played."""
    if which("espeak-ng") is None:
        raise ApplianceError("demo --voice: espeak-ng is not there; apt install espeak-ng")


def heard_with(film: Film, listener: Listener) -> list[Heard]:
    """The sound of each picture of the film, in its order."""
    left = list(listener.heard)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for taken in film.taken:
            said = next((one for one in left if _belongs(one.at, taken)), None)
            texts: Sequence[str] = ()
            if said is not None:
                left.remove(said)
                texts = said.texts
            samples = _cues(listener, taken)
            for text in texts:
                samples += _speech(text, listener.language, Path(folder))
            found.append(_padded(samples, taken.moment.shown_ms))
    return found


def write_wav(path: Path, heard: Sequence[Heard]) -> None:
    """Write the sounds one after the other. Raises OSError."""
    with path.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(BYTES)
        sound.setframerate(RATE_HZ)
        for one in heard:
            sound.writeframes(one.samples)


def write_mp4(gif: Path, wav: Path, path: Path) -> bool:
    """Put film and sound into one file; False where ffmpeg is not there or cannot."""
    if which("ffmpeg") is None:
        return False
    command = ["ffmpeg", "-y", "-loglevel", "error", "-i", str(gif), "-i", str(wav)]
    done = subprocess.run([*command, "-pix_fmt", "yuv420p", str(path)], capture_output=True)
    return done.returncode == 0


def _belongs(at: float, taken: Taken) -> bool:
    return taken.at - BEFORE_S <= at <= min(taken.at + AFTER_PICTURE_S, taken.until)


def _cues(listener: Listener, taken: Taken) -> bytes:
    """The cue that opened this picture's screen, and the silence after it."""
    near = [cues for at, cues in listener.sounded if taken.at - AFTER_S <= at <= taken.at]
    silence = _silence(AFTER_S)
    return b"".join(render_cue(PATTERNS[cue], RATE_HZ) + silence for cue in (near or [()])[-1])


def _speech(text: str, language: str, folder: Path) -> bytes:
    out = folder / "text.wav"
    render_speech(text, language, WORDS_A_MINUTE, out)
    return b"".join(Clip(out).chunks(LOUDEST)) + _silence(PAUSE_S)


def _padded(samples: bytes, shown_ms: int) -> Heard:
    """With silence up to the end of the picture, whose time is a whole number of `FRAME_MS`."""
    lasts_ms = len(samples) / BYTES / RATE_HZ * 1000
    shown_ms = max(shown_ms, -int(-lasts_ms // FRAME_MS) * FRAME_MS)
    whole = round(shown_ms / 1000 * RATE_HZ) * BYTES
    return Heard(samples[:whole].ljust(whole, b"\0"), shown_ms)


def _silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE_HZ) * BYTES)
