"""A sample of the published programs on the chip's pins; `tests.firmware.published` runs all."""

import pytest

from tests.firmware.bench import Bench
from tests.firmware.published import Case, cases, tried

SAMPLE = (
    "kemmler_2017, work",
    "bewell_lower_back, warm_up",
    "neotek_back, comfort",
    "neotek_waist, hz_10",
    "cefar_burst, comfort",
    "neotek_knee, comfort",
)
"""A contraction with its rest, twitches, a modulation, a slow TENS, and bursts."""


@pytest.mark.parametrize(
    "case", [one for one in cases() if one.name in SAMPLE], ids=lambda case: case.name
)
def test_the_pins_show_what_the_source_says(bench: Bench, case: Case) -> None:
    assert tried(case, bench) == []


def test_every_phase_of_the_sample_is_known() -> None:
    assert set(SAMPLE) <= {case.name for case in cases()}
