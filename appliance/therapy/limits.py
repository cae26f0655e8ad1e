"""The limits, and the arithmetic of current on skin.

The hard limits are constants: no setting, program or board may exceed them.
Sources: design rules of this project, FDA guidance 2246 (1999) and the 2 mA/cm2
of IEC 60601-2-10 as secondary texts give it.
"""

import math
from dataclasses import dataclass

HARD_CURRENT_MA = 80.0
HARD_PULSE_WIDTH_US = 400
HARD_FREQUENCY_HZ = 120.0
HARD_PHASE_CHARGE_UC = 40.0
HARD_DENSITY_MA_CM2 = 2.0
HARD_MINUTES_PER_DAY = 90.0
HARD_MINUTES_PER_SITE = 30.0
HARD_SESSIONS_PER_DAY = 2
SMALLEST_PAD_CM2 = 25.0
OUTPUT_RISE_MA_S = 40.0
LEVEL_RISE_MA_S = 2.0
COMFORT_MINUTES_PER_DAY = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force: settings, never beyond the hard ones. Currents in mA or percent."""

    current_ma: float = 60.0
    gentle_current_ma: float = 30.0
    minutes_per_day: float = 75.0
    minutes_per_site: float = 30.0
    sessions_per_day: int = 1


def rms_ma(current_ma: float, pulse_width_us: float, frequency_hz: float) -> float:
    """Root mean square of symmetric biphasic pulses, mA."""
    return current_ma * math.sqrt(2.0 * pulse_width_us * 1e-6 * frequency_hz)


def phase_charge_uc(current_ma: float, pulse_width_us: float) -> float:
    """Charge of one phase, microcoulomb."""
    return current_ma * pulse_width_us * 1e-3
