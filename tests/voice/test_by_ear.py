"""A sample of the prompts by ear. `python -m tests.voice.by_ear` hears them all."""

import random
import shutil

import pytest

pytest.importorskip("pocketsphinx", reason="NOT TESTED: pocketsphinx is not installed")
pytestmark = pytest.mark.skipif(
    not shutil.which("espeak-ng"), reason="NOT TESTED: espeak-ng is not installed"
)

SAMPLE = 6


def test_a_sample_of_the_prompts_is_told_apart_in_noise() -> None:
    # Imported here: it imports the recogniser, which may not be installed.
    from tests.voice import by_ear

    known = by_ear.prompts()
    ear = by_ear.Ear(known, seed=1)
    sample = random.Random(1).sample(by_ear.cases(known.values(), seed=1), SAMPLE)
    told = [ear.hear(prompt) for prompt in sample]
    assert sum(one.is_right for one in told) >= SAMPLE - 1, [
        one for one in told if not one.is_right
    ]


def test_what_is_understood_counts_as_the_nearest_prompt_or_as_none() -> None:
    from tests.voice.by_ear import nearest_of

    known = (("press", "stop"), ("press", "ok"), ("rest",))
    assert nearest_of(("press", "stop", "now"), known) == ("press", "stop")
    assert nearest_of(("press",), known) is None
    assert nearest_of((), known) is None
