"""The limits of current, charge, density and time, and the arithmetic behind them.

The hard limits are constants that no setting, program or board may exceed.
Sources: design rules of this project, FDA guidance 2246 (1999) and the 2 mA/cm2
of IEC 60601-2-10 as secondary texts give it.
"""

import math
from enum import Enum

from appliance.errors import TherapyError
from appliance.records import Fixed

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
PULSE_RISE_MA = 2.0
"""The output rises by no more from one pulse to the next."""
LEVEL_RISE_MA_S = 2.0
COMFORT_MINUTES_PER_DAY = 60.0
HARD_SITE_CHARGE_MC = 1000.0
"""Charge of one phase that one site may have in a day, millicoulomb. An own value: thirty minutes
at 80 mA, 400 us and 50 Hz with a third of them on. The shipped programs stay below half of it."""
MOST_CHARGE_MC_S = HARD_CURRENT_MA * HARD_PULSE_WIDTH_US * 1e-6 * 50.0
"""The charge that counts for a second whose charge is not known."""
LOAD_OHM = 500.0
"""The load into which energy and power are stated, as the standards do."""


class Reason(Enum):
    """Which rule sets a limit."""

    SETTINGS = "settings"
    GENTLE = "gentle"
    BOARD = "board"
    HARD = "hard"
    CHARGE = "charge"
    DENSITY = "density"
    RISE = "rise"
    """A contraction is too short for more."""


Permitted = tuple[float, Reason]
"""The largest value that may be delivered, and the rule that sets it."""


class Limits(Fixed, frozen=True):
    """The limits in force: settings, never beyond the hard ones. Currents in mA or percent.

    Raises TherapyError for anything beyond a hard limit, so that no such object exists.
    """

    current_ma: float = 60.0
    gentle_current_ma: float = 30.0
    minutes_per_day: float = 75.0
    minutes_per_site: float = 30.0
    sessions_per_day: int = 1

    def __post_init__(self) -> None:
        check_limits(self)


def check_limits(limits: Limits) -> None:
    """Raise TherapyError where a limit is not above zero or goes beyond its hard limit."""
    for key, hard in (
        ("current_ma", HARD_CURRENT_MA),
        ("gentle_current_ma", HARD_CURRENT_MA),
        ("minutes_per_day", HARD_MINUTES_PER_DAY),
        ("minutes_per_site", HARD_MINUTES_PER_SITE),
        ("sessions_per_day", HARD_SESSIONS_PER_DAY),
    ):
        value = getattr(limits, key)
        if not 0 < value <= hard:  # also refuses NaN
            raise TherapyError(f"limits: {key} = {value:g}: allowed is more than 0, up to {hard:g}")


def rms_ma(current_ma: float, pulse_width_us: float, frequency_hz: float) -> float:
    """Root mean square of symmetric biphasic pulses, mA."""
    return current_ma * math.sqrt(2.0 * pulse_width_us * 1e-6 * frequency_hz)


def phase_charge_uc(current_ma: float, pulse_width_us: float) -> float:
    """Charge of one phase, microcoulomb."""
    return current_ma * pulse_width_us * 1e-3


def density_ma_cm2(
    current_ma: float, pulse_width_us: float, frequency_hz: float, area_cm2: float
) -> float:
    """Root mean square current on each square centimetre of `area_cm2`."""
    return rms_ma(current_ma, pulse_width_us, frequency_hz) / area_cm2


def half_pad_density_ma_cm2(
    current_ma: float, pulse_width_us: float, frequency_hz: float, pad_cm2: float
) -> float:
    """Density on a pad of which half has lifted: the one that the hard limit is about."""
    return density_ma_cm2(current_ma, pulse_width_us, frequency_hz, pad_cm2 / 2.0)


def pulse_energy_mj(current_ma: float, pulse_width_us: float) -> float:
    """Energy of one pulse, both phases, into 500 ohm, millijoule."""
    return 2.0 * (current_ma * 1e-3) ** 2 * LOAD_OHM * pulse_width_us * 1e-3


def power_density_w_cm2(
    current_ma: float, pulse_width_us: float, frequency_hz: float, area_cm2: float
) -> float:
    """Mean power into 500 ohm on each square centimetre of `area_cm2`, W/cm2."""
    rms_a = rms_ma(current_ma, pulse_width_us, frequency_hz) * 1e-3
    return rms_a**2 * LOAD_OHM / area_cm2


def cap(limits: Limits, *, gentle: bool, board_maximum: float) -> Permitted:
    """The lowest of the person's, the session's and the board's limits, in the board's unit.

    For a board in percent this is all there is: charge and density do not exist for it.
    """
    bounds = [(limits.current_ma, Reason.SETTINGS), (board_maximum, Reason.BOARD)]
    if gentle:
        bounds.append((limits.gentle_current_ma, Reason.GENTLE))
    return _lowest(bounds)


def permitted_current_ma(
    pulse_width_us: float,
    frequency_hz: float,
    pad_cm2: float | None,
    cap_ma: float,
    cap_reason: Reason = Reason.SETTINGS,
) -> Permitted:
    """The largest current that may flow, and why. Only ever lowers `cap_ma`.

    `pad_cm2` is the smallest pad in use, None for a dummy load. A value that makes no
    sense (negative, NaN) permits nothing. Pulse width and frequency have hard limits of
    their own, which `check_program` and the gate hold.
    """
    bounds = [
        (cap_ma, cap_reason),
        (HARD_CURRENT_MA, Reason.HARD),
        (_charge_bound_ma(pulse_width_us), Reason.CHARGE),
    ]
    if pad_cm2 is not None:
        bounds.append((_density_bound_ma(pulse_width_us, frequency_hz, pad_cm2), Reason.DENSITY))
    return _lowest(bounds)


def _charge_bound_ma(pulse_width_us: float) -> float:
    return (
        HARD_PHASE_CHARGE_UC / phase_charge_uc(1.0, pulse_width_us) if pulse_width_us > 0 else 0.0
    )


def _density_bound_ma(pulse_width_us: float, frequency_hz: float, pad_cm2: float) -> float:
    if not (pulse_width_us > 0 and frequency_hz > 0 and pad_cm2 > 0):
        return 0.0
    per_ma = half_pad_density_ma_cm2(1.0, pulse_width_us, frequency_hz, pad_cm2)
    # A frequency near the smallest float rounds to a density of 0: no pulses, no bound.
    return HARD_DENSITY_MA_CM2 / per_ma if per_ma > 0 else math.inf


def _lowest(bounds: list[Permitted]) -> Permitted:
    for value, reason in bounds:
        if not value >= 0:  # negative or NaN
            return 0.0, reason
    return min(bounds, key=lambda bound: bound[0])
