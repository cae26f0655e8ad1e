"""Tells English prompts apart by ear: an independent recogniser hears them in household noise.

    python -m tests.voice.by_ear [--seed 1] [--snr 10] [--only WORD ...]

Every text that the English voice can say, of levels and other numbers three each, is rendered
with espeak-ng as the box renders it, mixed with noise, and given to PocketSphinx, which works
offline and brings its American model in its package. Its grammar holds all texts with all
numbers. What it understood counts as the
text that differs from it in the fewest words; two that are equally near count as a miss. The
noise is of three kinds, mixed anew for each text from the seed: voices (German texts over one
another, as from a television), pink noise, and the hum of the mains. The command prints the misses,
and ends with 1 where less than 95 % were told apart.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pocketsphinx import Config, Decoder

from appliance.settings.words import Words
from appliance.voice.clips import WORDS_A_MINUTE, synthesis_command, write_clip
from appliance.voice.known_texts import known_texts

Samples = npt.NDArray[np.float64]
Spoken = tuple[str, ...]
"""A text as its words."""

ENOUGH = 0.95
SNR_DB = 10.0
"""Speech over noise, both as root mean square; of the speech where it sounds."""
RATE_HZ = 16000
SILENCE_S = 0.3
MAINS_HZ = 50
VOICES = 6

# Words that the package's dictionary has not, as its model writes their sounds.
SOUNDS = {
    "unhealed": "AH N HH IY L D",
    "ecg": "IY S IY JH IY",
    "screen's": "S K R IY N Z",
    "stop's": "S T AA P S",
    "bone's": "B OW N Z",
    "thumb's": "TH AH M Z",
    "physiotherapist": "F IH Z IY OW TH EH R AH P IH S T",
    "radiotherapy": "R EY D IY OW TH EH R AH P IY",
    "varicose": "V AE R IH K OW S",
    "prednisolone": "P R EH D N IH S AH L OW N",
}
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number(value: int) -> str:
    """A whole number below 100 in words, or a year of this century."""
    if value > 2000:
        return f"two thousand {number(value - 2000)}"
    if value < len(_ONES):
        return _ONES[value]
    tens, ones = _TENS[value // 10 - 2], value % 10
    return f"{tens} {_ONES[ones]}" if ones else tens


def spoken(text: str) -> Spoken:
    """The words of a text, numbers written out."""
    written = re.sub(r"\d+", lambda found: number(int(found[0])), text.lower())
    return tuple(re.findall(r"[a-z']+", written))


NUMBERS: dict[str, tuple[dict[str, object], ...]] = {
    "level": tuple({"level": level} for level in range(81)),
    "levels": tuple({"left": left, "right": 30 - left} for left in (7, 12, 19)),
    "level_lowered": tuple({"level": level} for level in (2, 7, 12)),
    "levels_lowered": tuple({"left": left, "right": 30 - left} for left in (7, 12, 19)),
    "level_next_part": tuple({"level": level} for level in (2, 7, 12)),
    "levels_next_part": tuple({"left": left, "right": 30 - left} for left in (7, 12, 19)),
    "value": tuple({"value": value, "largest": 10} for value in range(11)),
    "minutes_left": ({"minutes": 10}, {"minutes": 5}),
    "checklist.begin": ({"statements": 8}, {"statements": 31}),
    "preparing.own_pads": ({"pads": 4},),
    **{f"take.{shape}": ({"pads": 4},) for shape in ("long", "square", "mixed")},
    "placing.number": tuple({"place": place, "places": 3} for place in (1, 2, 3)),
    "placing.apart": ({"apart": 5}, {"apart": 6}),
    "stage_done.done": tuple({"place": place, "places": 3} for place in (1, 2, 3)),
    "option.rest": ({"number": 1, "choices": 1}, {"number": 8, "choices": 8}),
    "aftercare.exercises": ({"exercises": 3}, {"exercises": 6}),
    "aftercare.repetitions": ({"repetitions": 6}, {"repetitions": 8}),
    "aftercare.sets": ({"sets": 2, "repetitions": 8}, {"sets": 3, "repetitions": 10}),
    "stimulating.highest": ({"limit": 30}, {"limit": 60}),
    "locked.record": ({"count": 3}, {"count": 14}, {"count": 52}),
    "date.year": ({"value": 2027},),
    "date.month": ({"value": 3}, {"value": 12}),
    "date.day": ({"value": 8}, {"value": 21}),
    "date.hour": ({"value": 7}, {"value": 18}),
    "date.minute": ({"value": 5}, {"value": 40}),
}
"""The numbers that the grammar knows of each text that has some."""
NAMES = ("person", "locked.people", "option.chosen", "option.own")
"""Texts that say a name, which people and settings choose."""
DRAWN = 3
"""So many numbers of a text are heard."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text, its words, and its key: two levels are the same prompt with other numbers."""

    key: str
    text: str
    words: Spoken


def prompts() -> dict[Spoken, Prompt]:
    """All English texts by their words; texts of the same words are one prompt."""
    words, found = Words.load("en"), {}
    for full in sorted(key for key in words.keys if key.startswith("spoken.")):
        key = full.removeprefix("spoken.")
        if key in NAMES:
            continue
        for values in NUMBERS.get(key, ({},)):
            text = words(full, **values)
            found.setdefault(spoken(text), Prompt(key, text, spoken(text)))
    return found


def cases(known: Iterable[Prompt], seed: int) -> list[Prompt]:
    """The prompts that are heard: all of them, but of one text not more than `DRAWN` numbers."""
    by_key: dict[str, list[Prompt]] = {}
    for prompt in known:
        by_key.setdefault(prompt.key, []).append(prompt)
    chance = random.Random(seed)
    drawn = (chance.sample(some, min(DRAWN, len(some))) for some in by_key.values())
    return [prompt for some in drawn for prompt in some]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one prompt: what was said, what was understood, and which prompt that is."""

    said: Prompt
    understood: Spoken
    taken_for: Prompt | None

    @property
    def is_right(self) -> bool:
        """It was told from all other prompts, whatever its number."""
        return self.taken_for is not None and self.taken_for.key == self.said.key

    @property
    def is_exact(self) -> bool:
        return self.taken_for == self.said


class Ear:
    """A recogniser that knows all prompts, and the household in which it listens."""

    def __init__(self, known: Mapping[Spoken, Prompt], seed: int, snr_db: float = SNR_DB) -> None:
        self._known = known
        self._seed = seed
        self._snr_db = snr_db
        self._decoder = Decoder(Config(lm=None, loglevel="FATAL", cmn="batch"))
        for word, sounds in SOUNDS.items():
            self._decoder.add_word(word, sounds, False)
        choices = " | ".join(" ".join(words) for words in known)
        self._decoder.add_jsgf_string("box", f"#JSGF V1.0; grammar box; public <box> = {choices};")
        self._decoder.activate_search("box")
        german = sorted(known_texts(Words.load("de")), key=len)[-VOICES:]
        self._voices = [rendered(text, "de") for text in german]

    def hear(self, said: Prompt) -> Told:
        """Let the recogniser hear this prompt in noise."""
        silence = np.zeros(round(SILENCE_S * RATE_HZ))
        speech = np.concatenate([silence, rendered(said.text, "en"), silence])
        chance = np.random.default_rng([self._seed, *said.text.encode()])
        noise = self._household(chance, len(speech))
        sounding = speech[np.abs(speech) > 0.02 * np.abs(speech).max()]
        heard = speech + noise * _rms(sounding) / _rms(noise) / 10 ** (self._snr_db / 20)
        understood = self._understood(heard)
        nearest = nearest_of(understood, tuple(self._known))
        return Told(said, understood, self._known[nearest] if nearest else None)

    def _household(self, chance: np.random.Generator, count: int) -> Samples:
        """Voices and pink noise alike, and hum at half of that."""
        hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE_HZ), 1.0)
        white = np.fft.rfft(chance.standard_normal(count))
        pink = np.fft.irfft(white / np.sqrt(hertz), count)
        time_s = np.arange(count) / RATE_HZ
        hum = np.zeros(count)
        for harmonic in (1, 2, 3, 4, 6):
            phase = chance.uniform(0, 2 * np.pi)
            hum += np.sin(2 * np.pi * MAINS_HZ * harmonic * time_s + phase) / harmonic
        babble = np.zeros(count)
        for voice in self._voices:
            babble += np.resize(np.roll(voice, chance.integers(len(voice))), count)
        return pink / _rms(pink) + babble / _rms(babble) + 0.5 * hum / _rms(hum)

    def _understood(self, heard: Samples) -> Spoken:
        samples = (heard / np.abs(heard).max() * 20000).astype("<i2").tobytes()
        self._decoder.start_utt()
        self._decoder.process_raw(samples, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return tuple(found.hypstr.split()) if found else ()


def rendered(text: str, language: str) -> Samples:
    """The text as the box says it, at `RATE_HZ`."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.wav"
        command = synthesis_command(language, text, WORDS_A_MINUTE)
        write_clip(clip, subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        with wave.open(str(clip)) as sound:
            own_hz = sound.getframerate()
            samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(float)
    # Everything above half of the new rate is left out.
    count = round(len(samples) * RATE_HZ / own_hz)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return np.fft.irfft(spectrum, count) * count / len(samples)


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def nearest_of(understood: Spoken, known: Sequence[Spoken]) -> Spoken | None:
    """The known prompt that differs in the fewest words; None where there is no one such."""
    if not understood:
        return None
    first, second = sorted((_distance(understood, words), words) for words in known)[:2]
    return first[1] if first[0] < second[0] else None


def _distance(one: Spoken, other: Spoken) -> int:
    """Levenshtein's distance in words."""
    row = list(range(len(other) + 1))
    for i, word in enumerate(one, 1):
        corner, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (word != against))
    return row[-1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.voice.by_ear", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--snr", type=float, default=SNR_DB, metavar="DB")
    parser.add_argument("--only", nargs="*", default=[], help="texts that contain one of these")
    parser.add_argument("--count", type=int, help="so many of them, drawn by the seed")
    arguments = parser.parse_args()
    known = prompts()
    chosen = [one for one in cases(known.values(), arguments.seed) if _has(one, arguments.only)]
    if arguments.count is not None:
        chosen = random.Random(arguments.seed).sample(chosen, min(arguments.count, len(chosen)))
    ear, right, exact = Ear(known, arguments.seed, arguments.snr), 0, 0
    for prompt in chosen:
        told = ear.hear(prompt)
        right += told.is_right
        exact += told.is_exact
        if not told.is_exact:
            what = "another number" if told.is_right else "MISSED"
            heard = " ".join(told.understood)
            print(f"{what}: {prompt.text!r} understood as {heard!r}", flush=True)
    share = right / len(chosen)
    print(f"{right} of {len(chosen)} told from all others ({share:.1%}), seed {arguments.seed};")
    print(f"{exact} with their numbers")
    return 0 if share >= ENOUGH else 1


def _has(prompt: Prompt, parts: Sequence[str]) -> bool:
    return not parts or any(part.lower() in prompt.text.lower() for part in parts)


if __name__ == "__main__":
    sys.exit(main())
