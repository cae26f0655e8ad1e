"""The arithmetic of current on skin, and the limits that come from it."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import TherapyError
from appliance.therapy import limits
from appliance.therapy.limits import Limits, Reason, cap, permitted_current_ma

CASES = [
    # mA, us, Hz | rms mA, mA/cm2 on 25 cm2, on half of it, uC, mJ, W/cm2
    (40, 300, 50, 6.9, 0.28, 0.55, 12, 0.48, 0.0010),
    (60, 300, 50, 10.4, 0.42, 0.83, 18, 1.08, 0.0022),
    (80, 350, 50, 15.0, 0.60, 1.20, 28, 2.24, 0.0045),
    (60, 350, 85, 14.6, 0.59, 1.17, 21, 1.26, 0.0043),
    (100, 400, 120, 31.0, 1.24, 2.48, 40, 4.0, 0.019),
]


@pytest.mark.parametrize(
    ("ma", "us", "hz", "rms", "density", "half", "charge", "energy", "power"), CASES
)
def test_the_table_of_known_cases(
    ma: float,
    us: float,
    hz: float,
    rms: float,
    density: float,
    half: float,
    charge: float,
    energy: float,
    power: float,
) -> None:
    assert limits.rms_ma(ma, us, hz) == pytest.approx(rms, abs=0.05)
    assert limits.density_ma_cm2(ma, us, hz, 25) == pytest.approx(density, abs=0.006)
    assert limits.half_pad_density_ma_cm2(ma, us, hz, 25) == pytest.approx(half, abs=0.006)
    assert limits.phase_charge_uc(ma, us) == pytest.approx(charge)
    assert limits.pulse_energy_mj(ma, us) == pytest.approx(energy)
    assert limits.power_density_w_cm2(ma, us, hz, 25) == pytest.approx(power, rel=0.06)


def test_the_hard_limits_together_stay_below_every_figure_of_the_standards() -> None:
    hardest = (
        limits.HARD_CURRENT_MA,
        limits.HARD_PULSE_WIDTH_US,
        limits.HARD_FREQUENCY_HZ,
    )
    assert limits.half_pad_density_ma_cm2(*hardest, limits.SMALLEST_PAD_CM2) < 2.0
    assert limits.phase_charge_uc(hardest[0], hardest[1]) < limits.HARD_PHASE_CHARGE_UC
    assert limits.power_density_w_cm2(*hardest, limits.SMALLEST_PAD_CM2) < 0.25
    assert limits.pulse_energy_mj(hardest[0], hardest[1]) < 300
    assert limits.rms_ma(*hardest) < 50


def test_the_cap_is_permitted_where_nothing_lowers_it() -> None:
    assert permitted_current_ma(300, 50, 25.0, 60.0) == (60.0, Reason.SETTINGS)


def test_the_hard_limit_lowers_a_higher_cap() -> None:
    assert permitted_current_ma(300, 50, 25.0, 100.0) == (80.0, Reason.HARD)


def test_charge_lowers_where_pulses_are_wide() -> None:
    current_ma, reason = permitted_current_ma(800, 1, 100.0, 80.0)
    assert current_ma == pytest.approx(50.0)
    assert reason is Reason.CHARGE


def test_density_lowers_on_a_small_pad() -> None:
    current_ma, reason = permitted_current_ma(400, 120, 10.0, 80.0)
    assert reason is Reason.DENSITY
    assert limits.half_pad_density_ma_cm2(current_ma, 400, 120, 10.0) == pytest.approx(2.0)


def test_a_dummy_load_knows_no_density() -> None:
    assert permitted_current_ma(400, 120, None, 80.0) == (80.0, Reason.SETTINGS)


@pytest.mark.parametrize("nonsense", [math.nan, -1.0, -math.inf])
def test_a_cap_that_makes_no_sense_permits_nothing(nonsense: float) -> None:
    assert permitted_current_ma(300, 50, 25.0, nonsense) == (0.0, Reason.SETTINGS)


@pytest.mark.parametrize(
    ("us", "hz", "pad_cm2"),
    [(0, 50, 25.0), (math.nan, 50, 25.0), (300, 0, 25.0), (300, math.nan, 25.0), (300, 50, 0.0)],
)
def test_pulses_and_pads_that_make_no_sense_permit_nothing(
    us: float, hz: float, pad_cm2: float
) -> None:
    assert permitted_current_ma(us, hz, pad_cm2, 60.0)[0] == 0.0


@given(
    us=st.floats(1, 2000),
    hz=st.floats(1, 1000),
    pad_cm2=st.none() | st.floats(0.1, 200),
    cap_ma=st.floats(0, 500),
)
def test_permitted_only_lowers_and_holds_every_hard_limit(
    us: float, hz: float, pad_cm2: float | None, cap_ma: float
) -> None:
    current_ma, _ = permitted_current_ma(us, hz, pad_cm2, cap_ma)
    assert 0 <= current_ma <= min(cap_ma, limits.HARD_CURRENT_MA)
    assert limits.phase_charge_uc(current_ma, us) <= limits.HARD_PHASE_CHARGE_UC * 1.000001
    if pad_cm2 is not None:
        half = limits.half_pad_density_ma_cm2(current_ma, us, hz, pad_cm2)
        assert half <= limits.HARD_DENSITY_MA_CM2 * 1.000001


def test_the_settings_cap_a_strong_board() -> None:
    assert cap(Limits(), gentle=False, board_maximum=80.0) == (60.0, Reason.SETTINGS)


def test_a_weak_board_caps_the_settings() -> None:
    assert cap(Limits(), gentle=False, board_maximum=40.0) == (40.0, Reason.BOARD)


def test_a_gentle_session_has_its_own_cap() -> None:
    assert cap(Limits(), gentle=True, board_maximum=80.0) == (30.0, Reason.GENTLE)


def test_a_gentle_cap_above_the_other_raises_nothing() -> None:
    low = Limits(current_ma=20.0, gentle_current_ma=30.0)
    assert cap(low, gentle=True, board_maximum=80.0) == (20.0, Reason.SETTINGS)


@pytest.mark.parametrize(
    ("key", "hard"),
    [
        ("current_ma", 80),
        ("gentle_current_ma", 80),
        ("minutes_per_day", 90),
        ("minutes_per_site", 30),
        ("sessions_per_day", 2),
    ],
)
def test_limits_go_up_to_the_hard_ones_and_no_further(key: str, hard: float) -> None:
    allowed: dict[str, Any] = {key: hard}
    Limits(**allowed)
    for beyond in (hard + 1, 0, -1, math.nan):
        with pytest.raises(TherapyError, match=f"limits: {key} = .*: allowed is more than 0, up"):
            Limits(**(allowed | {key: beyond}))


def test_an_error_of_limits_names_the_value() -> None:
    with pytest.raises(TherapyError) as caught:
        Limits(current_ma=80.5)
    assert str(caught.value) == "limits: current_ma = 80.5: allowed is more than 0, up to 80"
