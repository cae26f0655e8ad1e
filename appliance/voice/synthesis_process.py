"""The speech process: renders texts with espeak-ng into a cache and plays them through ALSA.

Started by `speaker` as `python -m appliance.voice.synthesis_process`. It reads one JSON
object a line: `{"say": [text, ...], "language": "en", "volume": 7}`, `{"cut": true}` or
`{"render": [text, ...], "language": ..., "volume": ...}`, and answers each with one line: what
it has taken, or what failed. espeak-ng is offline, in Debian, small, and has every language
that the words have.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path

from appliance.session.cues import DEFAULT_VOLUME, LOUDEST

WORDS_A_MINUTE = 165
LOUDEST_AMPLITUDE = 180
"""espeak-ng's amplitude, 0 to 200, at volume 10."""


def clip_path(folder: Path, language: str, volume: int, text: str, rate: int) -> Path:
    """Where the rendered text is kept."""
    name = hashlib.sha256(f"{language}|{volume}|{rate}|{text}".encode()).hexdigest()[:32]
    return folder / f"{name}.wav"


def synthesis_command(language: str, volume: int, text: str, rate: int, out: Path) -> list[str]:
    """The command that renders a text. Text is passed behind `--`, so it is never an option."""
    amplitude = round(LOUDEST_AMPLITUDE * max(0, min(volume, LOUDEST)) / LOUDEST)
    options = ["-v", language, "-a", str(amplitude), "-s", str(rate), "-w", str(out)]
    return ["espeak-ng", *options, "--", text]


class SpeechProcess:
    """Says the newest texts; renders ahead while nobody speaks."""

    def __init__(self, folder: Path, device: str, rate: int) -> None:
        self._folder = folder
        self._device = device
        self._rate = rate
        self._speaking: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Read commands until standard input ends."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        while line := await reader.readline():
            self._take(json.loads(line))
            _answer({"taken": True})
        await self._stop()

    def _take(self, command: dict[str, object]) -> None:
        texts = command.get("say") or command.get("render") or []
        language, volume = (
            str(command.get("language", "en")),
            int(str(command.get("volume", DEFAULT_VOLUME))),
        )
        names = [str(text) for text in texts] if isinstance(texts, list) else []
        if "render" in command:
            self._ahead = asyncio.create_task(self._render_ahead(names, language, volume))
            return
        if self._speaking is not None:
            self._speaking.cancel()
        self._speaking = None
        if "say" in command and volume > 0:
            self._speaking = asyncio.create_task(self._say(names, language, volume))

    async def _say(self, texts: list[str], language: str, volume: int) -> None:
        try:
            for text in texts:
                clip = await self._clip(text, language, volume)
                await _run("aplay", "-q", "-D", self._device, str(clip))
        except (OSError, RuntimeError) as error:
            _answer({"failed": str(error)})

    async def _render_ahead(self, texts: list[str], language: str, volume: int) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            for text in texts:
                await self._clip(text, language, volume)

    async def _clip(self, text: str, language: str, volume: int) -> Path:
        clip = clip_path(self._folder, language, volume, text, self._rate)
        if not clip.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            half = clip.with_suffix(f".{os.getpid()}.part")
            await _run(*synthesis_command(language, volume, text, self._rate, half))
            half.replace(clip)
        return clip

    async def _stop(self) -> None:
        for task in (self._speaking, self._ahead):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def _run(*command: str) -> None:
    """Run a program to its end; kill it where this task is cancelled."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise RuntimeError(f"{command[0]}: {lines[-1]}")


def _answer(fields: dict[str, object]) -> None:
    print(json.dumps(fields), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--device", default="default")
    parser.add_argument("--rate", type=int, default=WORDS_A_MINUTE)
    arguments = parser.parse_args()
    os.nice(5)
    asyncio.run(SpeechProcess(arguments.folder, arguments.device, arguments.rate).serve())


if __name__ == "__main__":
    main()
