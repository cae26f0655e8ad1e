"""The speech process: renders texts with espeak-ng into a cache and plays them through ALSA.

Started by `speaker` as `python -m appliance.voice.synthesis_process`. It reads one JSON
object a line: `{"say": [text, ...], "language": "en", "volume": 7}`, `{"cut": true}` or
`{"render": "en"}`, which renders all known texts of a language. It answers each with
`{"taken": true}`, and tells `{"said": true}` or `{"failed": why}` for what was to be said.
A program that hangs is killed: espeak-ng after `RENDER_S`, aplay `GRACE_S` after the text's end.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import wave
from collections.abc import Iterable
from pathlib import Path

from appliance.session.cues import DEFAULT_VOLUME
from appliance.settings.words import Words
from appliance.voice.clips import (
    WORDS_A_MINUTE,
    Clip,
    clip_path,
    synthesis_command,
    write_clip,
)
from appliance.voice.known_texts import known_texts

RENDER_S = 20.0
"""A text is rendered within this time, also on a slow computer."""
GRACE_S = 2.0
"""Playing may take this much longer than the text: the device opens, and plays out its buffer."""
LEAVE_S = 0.5
"""A player that was killed lets go of the device within this; one stuck in a driver never does."""


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
        if "render" in command:
            if self._ahead is not None:
                self._ahead.cancel()
            self._ahead = asyncio.create_task(self._render_ahead(str(command["render"])))
            return
        before, self._speaking = self._speaking, None
        if before is not None:
            before.cancel()
        texts = command.get("say")
        volume = int(str(command.get("volume", DEFAULT_VOLUME)))
        if isinstance(texts, list) and volume > 0:
            language = str(command.get("language", "en"))
            told = self._say([str(text) for text in texts], language, volume, before)
            self._speaking = asyncio.create_task(told)

    async def _say(
        self, texts: list[str], language: str, volume: int, before: asyncio.Task[None] | None
    ) -> None:
        """Say the texts as soon as the player `before` has let go of the device."""
        if before is not None:
            await asyncio.wait([before], timeout=LEAVE_S)
        try:
            for text in texts:
                await self._play(await self._clip(text, language), volume)
            _answer({"said": True})
        except (OSError, RuntimeError, wave.Error) as error:
            _answer({"failed": str(error)})

    async def _play(self, clip: Clip, volume: int) -> None:
        limit_s = clip.seconds + GRACE_S
        await _run(clip.play_command(self._device), limit_s, clip.chunks(volume))

    async def _render_ahead(self, language: str) -> None:
        with contextlib.suppress(OSError, RuntimeError, wave.Error):
            for text in known_texts(Words.load(language)):
                if not self._path(text, language).exists():
                    await self._render(text, language)

    async def _clip(self, text: str, language: str) -> Clip:
        """The rendered text. A file that is missing or broken is rendered again."""
        path = self._path(text, language)
        try:
            return Clip(path)
        except (OSError, wave.Error):
            path.unlink(missing_ok=True)
        await self._render(text, language)
        return Clip(path)

    async def _render(self, text: str, language: str) -> None:
        said = await _run(synthesis_command(language, text, self._rate), RENDER_S)
        # Commands are answered while a slow card takes its time.
        await asyncio.to_thread(write_clip, self._path(text, language), said)

    def _path(self, text: str, language: str) -> Path:
        return clip_path(self._folder, language, text, self._rate)

    async def _stop(self) -> None:
        for task in (self._speaking, self._ahead):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def _run(command: list[str], limit_s: float, chunks: Iterable[bytes] = ()) -> bytes:
    """Run a program to its end, `chunks` on its input; what it writes to standard output.

    Raises RuntimeError where it fails.

    It is killed where this task is cancelled and where it takes longer than `limit_s` seconds.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(limit_s):
            output, errors = await _feed(process, chunks)
            await process.wait()
    except TimeoutError:
        raise RuntimeError(f"{command[0]}: it hangs") from None
    finally:
        # A program that is stuck in a driver does not end even so: nobody waits for it.
        if process.returncode is None:
            process.kill()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), LEAVE_S)
    if process.returncode:
        lines = errors.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise RuntimeError(f"{command[0]}: {lines[-1]}")
    return output


async def _feed(
    process: asyncio.subprocess.Process, chunks: Iterable[bytes]
) -> tuple[bytes, bytes]:
    """Give the program its input; what it then says on standard output and standard error."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        return b"", b""
    # One that ends early says why on standard error.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for chunk in chunks:
            process.stdin.write(chunk)
            await process.stdin.drain()
    process.stdin.close()
    output, errors = await asyncio.gather(process.stdout.read(), process.stderr.read())
    return output, errors


def _answer(fields: dict[str, object]) -> None:
    # One write for a whole line, also where Python's output has no buffer.
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


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
