"""`say`: speaks one of the voice's texts, or writes it to a file."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.cli.arguments import add_config
from appliance.errors import ApplianceError, UsageError

if TYPE_CHECKING:
    from appliance.settings.words import Words

_PREFIX = "spoken."


def register(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "key", nargs="?", metavar="KEY", help="a text's key; without one, all are listed"
    )
    parser.add_argument("--language", metavar="CODE", help="default: the settings' language")
    parser.add_argument(
        "--out", type=Path, metavar="FILE.wav", help="write it to this file instead"
    )
    add_config(parser)
    parser.set_defaults(run=_say)


def _say(arguments: argparse.Namespace) -> int:
    # Settings take a while to import, which a help text does not need.
    from appliance.settings import reading
    from appliance.settings.words import Words

    settings = reading.load(arguments.config, os.environ)
    words = Words.load(arguments.language or settings.language)
    if arguments.key is None:
        if arguments.out is not None:
            raise UsageError(f"say --out {arguments.out}: name the text; `say` lists them")
        print(_list(words))
        return 0
    text, rate = _text(words, arguments.key), settings.voice.words_per_minute
    if arguments.out is not None:
        render(text, words.language, rate, arguments.out)
        print(arguments.out)
        return 0
    device = settings.voice.device
    _speak(text, words.language, rate, "default" if device == "none" else device)
    return 0


def _keys(words: "Words") -> list[str]:
    return sorted(key.removeprefix(_PREFIX) for key in words.keys if key.startswith(_PREFIX))


def _list(words: "Words") -> str:
    keys = _keys(words)
    width = max(map(len, keys))
    return "\n".join(f"{key:{width}}  {words.raw(_PREFIX + key)}" for key in keys)


def _text(words: "Words", key: str) -> str:
    from appliance.therapy.tables import did_you_mean

    name = _PREFIX + key
    if name not in words:
        hint = did_you_mean(key, _keys(words)) or "; `say` without a key lists them"
        raise UsageError(f"say {key}: there is no such text{hint}")
    return words.raw(name).replace("{", "").replace("}", "")


def render(text: str, language: str, rate: int, out: Path) -> None:
    """Write `text` as a WAV file: all of it, or none. Raises ApplianceError with one line."""
    import wave

    from appliance.cli.sound_file import refuse_no_sound_file, told_of_the_place
    from appliance.voice.clips import synthesis_command, write_clip

    refuse_no_sound_file("say", out)
    said = _run(synthesis_command(language, text, rate))
    try:
        with told_of_the_place("say", out):
            write_clip(out.resolve(), said)
    except wave.Error as error:
        raise ApplianceError(f"say: {error}") from None


def _speak(text: str, language: str, rate: int, device: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "text.wav"
        render(text, language, rate, clip)
        try:
            _run(["aplay", "-q", "-D", device, str(clip)])
        except ApplianceError as error:
            raise ApplianceError(f"{error}; or write it to a file: --out FILE.wav") from None


def _run(command: list[str]) -> bytes:
    """What the program writes to standard output."""
    import re
    import subprocess

    program = command[0]
    try:
        return subprocess.run(command, check=True, capture_output=True).stdout
    except FileNotFoundError:
        package = {"espeak-ng": "espeak-ng", "aplay": "alsa-utils"}[program]
        raise ApplianceError(f"say: {program} is not there; apt install {package}") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        # aplay begins with its name and the place in its source.
        reason = re.sub(rf"^{program}: (\w+:\d+: )?", "", said[-1])
        raise ApplianceError(f"say: {program}: {reason}") from None
