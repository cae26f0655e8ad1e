"""Every limit of one value, with the values round it to try.

The numbers are written out here: a limit that is wrong in the program is not in the table as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite, nan

HUGE = 1e300
U16 = 0xFFFF
NEAR = range(-10, 11)
"""So many of the smallest differences on either side of each end are tried, one by one."""
FAR = 30_000
"""More than a board ever senses, and no sum of 16 bits runs over."""


@dataclass(frozen=True)
class Limit:
    """From `least` to `most` is allowed; `step` is the smallest difference on the wire."""

    name: str
    least: float
    most: float
    step: float
    field: str
    """Of a set-point on the wire."""
    per_unit: int = 1
    ceilings: tuple[tuple[str, int], ...] = ()
    """Those of the session, where they are the limit; the hard limits hold without any."""
    besides: tuple[tuple[str, int], ...] = ()
    """Other fields of the set-point."""
    largest: int = U16
    """What the field can say at most."""

    @property
    def said(self) -> dict[str, int]:
        """The ceilings that a set-point brings: as high as the wire carries, but for these."""
        return dict.fromkeys(("ceiling_codes", "ceiling_us", "ceiling_centihz"), U16) | dict(
            self.ceilings
        )

    def values(self) -> Iterator[float]:
        """Round both ends, and what is no such value at all."""
        for end in (self.least, self.most):
            yield from (end + steps * self.step for steps in NEAR)
        yield from (self.most / 2, 2 * self.most, 0.0, -self.step)
        yield from (-self.most, -HUGE, HUGE, inf, -inf, nan)

    @property
    def on_the_wire(self) -> list[int]:
        """The values as the wire carries them, without those that it cannot."""
        finite = [value for value in self.values() if isfinite(value) and abs(value) <= U16]
        return sorted({round(value * self.per_unit) & self.largest for value in finite})


OF_250_US = (("ceiling_us", 250),)
LIMITS = (
    Limit("current of A, mA", 0.0, 80.0, 0.025, "amplitude_a_codes", 40),
    Limit("current of B, mA", 0.0, 80.0, 0.025, "amplitude_b_codes", 40),
    Limit("pulse width of A, us", 50, 400, 1, "width_a_us"),
    Limit("pulse width of B, us", 50, 400, 1, "width_b_us"),
    Limit("frequency, Hz", 1.0, 120.0, 0.01, "frequency_centihz", 100),
    Limit("lease, ms", 50, 500, 1, "lease_ms"),
    Limit(
        *("this session's current of A, mA", 0.0, 20.0, 0.025, "amplitude_a_codes", 40),
        ceilings=(("ceiling_codes", 800),),
    ),
    Limit(
        *("this session's current of B, mA", 0.0, 20.0, 0.025, "amplitude_b_codes", 40),
        ceilings=(("ceiling_codes", 800),),
    ),
    Limit("this session's width of A, us", 50, 250, 1, "width_a_us", ceilings=OF_250_US),
    Limit("this session's width of B, us", 50, 250, 1, "width_b_us", ceilings=OF_250_US),
    Limit(
        *("this session's frequency, Hz", 1.0, 50.0, 0.01, "frequency_centihz", 100),
        ceilings=(("ceiling_centihz", 5000),),
    ),
    Limit(
        *("pulses of a burst", 2, 25, 1, "burst_pulses"),
        besides=(("burst_ms", 1000), ("frequency_centihz", 10_000)),
        largest=0xFF,
    ),
    Limit(
        *("from burst to burst, ms", 100, 1000, 1, "burst_ms"),
        besides=(("burst_pulses", 2), ("frequency_centihz", 10_000)),
    ),
    Limit(
        # A period more than between two pulses: 26 of 10 ms.
        *("from one long burst to the next, ms", 260, 1000, 1, "burst_ms"),
        besides=(("burst_pulses", 25), ("frequency_centihz", 10_000)),
    ),
)
FIRST_MA, RISE_MA_S = 1.0, 40.0
CODES_PER_MA = 40
