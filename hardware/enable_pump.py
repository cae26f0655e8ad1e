"""The enable pump, calculated: how long it holds, how soon it lets go, what the relay gets.

`python hardware/enable_pump.py` prints the table of stop-and-enable.md. Worst cases are the
corners of all tolerances at once, 0 to 50 degrees.
"""

import itertools
import math
from dataclasses import dataclass

C1_F = 1.0e-6
"""Each of the coupling capacitors C11 and C12. One of them always feeds the reservoir, so it
counts as reservoir too."""
C2_F = 47e-9
R1_OHM = 110e3
"""R11 and R12, two of 220 kOhm side by side: if one breaks, the relay lets go late, which a
check shows; a single one would hold it forever."""
R2_OHM = 28e3
"""R21 and R22, two of 56 kOhm side by side, for the same reason."""
R3_OHM = 10e3
"""With R21 and R22 the comparator's threshold, a fixed share of the supply."""
R_BASE_OHM = 1e3
COIL_OHM = 62.5
C_TOLERANCE = 0.10
R_TOLERANCE = 0.01
COIL_TOLERANCE = 0.10

SUPPLY_V = (4.6, 5.25)
HCT_LOSS_V = 0.1
"""What both output levels of the 74HCT14 together fall short of the supply."""
DIODE_V = (0.30, 0.48)
"""1N4148 at the end of a transfer, warm to cold."""
DIODE_SLOPE_V = 0.0455
"""Change of its drop for each factor e of current."""
OFFSET_V = (-0.009, 0.009)
LEAKAGE_A = (-0.25e-6, 0.2e-6)
"""Out of the reservoir: the LM393's bias current, which flows in, and the diodes."""
GAP_S = (0.020, 0.050)

RELAY_RELEASE_S = 0.015
LEAD_AND_FUSE_OHM = 2.0
SATURATION_V = 0.3
COMPARATOR_LOW_V = 0.4
BASE_EMITTER_V = 0.8


@dataclass(frozen=True, slots=True)
class Corner:
    """One choice of every tolerance. The defaults are the middle."""

    supply_v: float = 5.0
    diode_v: float = 0.39
    offset_v: float = 0.0
    leakage_a: float = 0.0
    capacitors: float = 1.0
    """What C1 and C2 measure, as a share of what is printed on them."""
    r1_ohm: float = R1_OHM
    r2_ohm: float = R2_OHM
    r3_ohm: float = R3_OHM
    gap_s: float = 0.020

    def threshold_v(self) -> float:
        return self.supply_v * self.r3_ohm / (self.r2_ohm + self.r3_ohm) + self.offset_v

    def peak_v(self) -> float:
        """Reservoir just after an edge, once the edges have gone on for a while."""
        full_v = self.supply_v - HCT_LOSS_V - 2 * self.diode_v
        kept = C2_F / (C1_F + C2_F)
        decay = math.exp(-self.gap_s / self._tau_s())
        # Fixed point of: decay for one gap, then one transfer.
        return ((1 - kept) * full_v - kept * self._leak_v() * (1 - decay)) / (1 - kept * decay)

    def lets_go_after_s(self) -> float:
        """From the last edge until the comparator lets the transistor go."""
        peak_v, threshold_v = self.peak_v(), self.threshold_v()
        discharge = math.log((peak_v + self._leak_v()) / (threshold_v + self._leak_v()))
        # The diode's drop shrinks with the current, which draws the end out a little.
        tail = DIODE_SLOPE_V * (1 / threshold_v - 1 / peak_v)
        return self._tau_s() * (discharge + tail)

    def _leak_v(self) -> float:
        return self.leakage_a * self.r1_ohm

    def _tau_s(self) -> float:
        return self.r1_ohm * (C1_F + C2_F) * self.capacitors


def corners() -> list[Corner]:
    """Every tolerance at either end, in every combination."""
    spread = (1 - R_TOLERANCE, 1 + R_TOLERANCE)
    resistors = ([value * part for part in spread] for value in (R1_OHM, R2_OHM, R3_OHM))
    capacitors = (1 - C_TOLERANCE, 1 + C_TOLERANCE)
    ends = (SUPPLY_V, DIODE_V, OFFSET_V, LEAKAGE_A, capacitors, *resistors, GAP_S)
    return [Corner(*values) for values in itertools.product(*ends)]


def most_coil_a() -> float:
    return SUPPLY_V[1] / (COIL_OHM * (1 - COIL_TOLERANCE))


def least_coil_v() -> float:
    """On the coil, at the lowest supply, behind fuse, lead and transistor."""
    current_a = SUPPLY_V[0] / (COIL_OHM * (1 - COIL_TOLERANCE))
    return SUPPLY_V[0] - current_a * LEAD_AND_FUSE_OHM - SATURATION_V


def least_base_a() -> float:
    return (SUPPLY_V[0] - BASE_EMITTER_V - COMPARATOR_LOW_V) / R_BASE_OHM


def table() -> str:
    """The figures in Markdown, as stop-and-enable.md shows them."""
    middle, ends = Corner(), corners()
    peaks_v = [end.peak_v() for end in ends]
    times_ms = [end.lets_go_after_s() * 1e3 for end in ends]
    opens_ms = max(times_ms) + RELAY_RELEASE_S * 1e3
    gain = most_coil_a() / least_base_a()
    rows = (
        ("", "middle", "least", "most"),
        ("---", "---", "---", "---"),
        ("reservoir while edges come", *(f"{v:.1f} V" for v in _spread(middle.peak_v(), peaks_v))),
        ("comparator's threshold", *(f"{v:.2f} V" for v in _spread_of_threshold(ends))),
        ("T1 off after the last edge", *(f"{t:.0f} ms" for t in _spread(_ms(middle), times_ms))),
        ("relay open after the last edge", "", f"{min(times_ms):.0f} ms", f"{opens_ms:.0f} ms"),
        ("coil: voltage", "", f"{least_coil_v():.1f} V", ""),
        ("coil: current", f"{5e3 / COIL_OHM:.0f} mA", "", f"{most_coil_a() * 1e3:.0f} mA"),
        ("T1: base current", "", f"{least_base_a() * 1e3:.1f} mA", ""),
        ("T1: gain it must have", "", f"{gain:.0f}", ""),
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _ms(corner: Corner) -> float:
    return corner.lets_go_after_s() * 1e3


def _spread(middle: float, ends: list[float]) -> tuple[float, float, float]:
    return middle, min(ends), max(ends)


def _spread_of_threshold(ends: list[Corner]) -> tuple[float, float, float]:
    return _spread(Corner().threshold_v(), [end.threshold_v() for end in ends])


if __name__ == "__main__":
    print(table())
