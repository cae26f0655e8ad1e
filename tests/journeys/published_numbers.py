"""What the sources of the published programs say, written down apart from the programs' file.

A phase is a row: pulses with rests as `Contracting`, twitches and TENS
as `Steady`, burst TENS as `Bursts`. Times are
in seconds. `on_s` is that of the source, or what its ramps and hold add up to.
"""

from typing import NamedTuple


class Contracting(NamedTuple):
    hz: float
    us: int
    on_s: float
    off_s: float
    ramp_up_s: float | None = None
    """None where the source does not say."""
    rest_hz: float | None = None
    """Of the twitches in the off time."""
    count: int | None = None
    lasts_s: float | None = None


class Steady(NamedTuple):
    hz: float
    us: int
    least_us: int | None = None
    """Where the width is modulated."""
    lasts_s: float | None = None


class Bursts(NamedTuple):
    """Continuous, in bursts."""

    hz: float
    us: int
    pulses: int
    rate_hz: float
    lasts_s: float | None = None


Row = Contracting | Steady | Bursts


def _compex(
    hz: float, up: float, hold: float, down: float, rest: float, work_s: float
) -> list[Row]:
    return [
        Steady(6, 300, lasts_s=120),
        Contracting(hz, 300, up + hold + down, rest, up, rest_hz=4, lasts_s=work_s),
        Steady(3, 300, lasts_s=180),
    ]


PUBLISHED: dict[str, list[Row]] = {
    "kemmler_2017": [Contracting(85, 350, 6, 4, lasts_s=1200)],
    "bewell_lower_back": [
        Steady(5, 300, lasts_s=300),
        Contracting(55, 300, 10, 8, 1.5, rest_hz=6, lasts_s=780),
        Steady(3, 300, lasts_s=600),
    ],
    "bewell_abdomen": [
        Contracting(30, 200, 25, 5, 10, lasts_s=120),
        Contracting(45, 200, 15, 5, 5, lasts_s=540),
        Contracting(60, 200, 20, 5, 6, lasts_s=540),
        Contracting(30, 200, 25, 5, 10, lasts_s=120),
    ],
    "neotek_waist": [Steady(hz, 250) for hz in (80, 75, 10, 70, 65)],
    "neotek_back": [Steady(80, 330, 200, lasts_s=1800)],
    "cefar_conventional": [Steady(80, 180, lasts_s=1800)],
    "cefar_burst": [Bursts(80, 180, 8, 2, lasts_s=1800)],
    "chattanooga_hip_1": [Contracting(35, 300, 8.25, 7, 1.5, lasts_s=1200)],
    "chattanooga_hip_2": [Contracting(45, 300, 8.25, 5, 1.5, lasts_s=1200)],
    "neotek_buttock": [Steady(100, 330, 200, lasts_s=1800)],
    "neotek_knee": [Bursts(100, 150, 9, 2, lasts_s=1800)],
    "feil_2011_kneehab": [Contracting(50, 300, 5, 10, 2)],
    "feil_2011_polystim": [Contracting(50, 300, 10, 20, 1.5)],
    "lieber_1996": [Contracting(50, 250, 10, 20, 2)],
    "sisk_1987": [Contracting(40, 300, 10, 30, 0.5)],
    "stevens_lapsley_2012": [Contracting(50, 250, 15, 45, 3, count=15)],
    "wigerstad_lossing_1988": [Contracting(30, 300, 6, 10, 2)],
    "neder_2002_week_1": [Contracting(50, 300, 2, 18, lasts_s=900)],
    "neder_2002_week_2": [Contracting(50, 300, 5, 25, lasts_s=1800)],
    "neder_2002_week_3": [Contracting(50, 300, 10, 30, lasts_s=1800)],
    "maddocks_2016_first": [Contracting(50, 350, 2, 15, lasts_s=1800)],
    "maddocks_2016_last": [Contracting(50, 350, 10, 15, lasts_s=1800)],
    "mekki_2018_first": [Contracting(50, 400, 5, 15, lasts_s=1200)],
    "mekki_2018_later": [Contracting(50, 400, 10, 30, lasts_s=1200)],
    "aldayel_2021": [Contracting(75, 400, 5, 15, count=60)],
    "nussbaum_2017_knee": [Contracting(50, 300, 10, 50, count=20)],
    "cefarcompex_disuse_1": _compex(35, 1.5, 6, 0.75, 7, 1200),
    "cefarcompex_disuse_2": _compex(45, 1.5, 6, 0.75, 5, 1200),
    "cefarcompex_prevention_1": _compex(30, 3, 5, 1.5, 14, 1500),
    "cefarcompex_prevention_2": _compex(40, 3, 6, 0.75, 12, 1500),
}
