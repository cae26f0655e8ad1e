"""What a chip can notice from its ADC alone: the rules that the tables call `shown by`.

They say why; what the real firmware does is measured (`python -m tests.firmware.stage_faults`). Its
own thresholds are in `firmware/core/board.c` and, for what lies between pulses, in
`firmware/bench_stage/`. Those of the phases here are tighter: 5 % where the firmware allows 10 %.
"""

from collections.abc import Callable
from dataclasses import dataclass

MV_PER_MA = 40
OVER_SHARE, OVER_MA = 1.10, 1.0
"""As between pulses in `firmware/bench_stage/`; within one the protocol allows 20 %."""
OPEN_SHARE, OPEN_FROM_MA = 0.5, 2.0
UNEQUAL_SHARE, UNEQUAL_MA = 0.05, 0.5
IDLE_MA = 0.5
NODE_MV = 500
"""16 V at a node of the bridge, 5 ms after a pulse."""
APART_MV = 60
"""2 V between the nodes: what stays on the series capacitors, 2.35 uF, went one way: 4.7 uC."""
HIGH_LEAST_MV, HIGH_MOST_MV = 2780, 3590
"""90 V and 116 V behind the relay."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What the chip's ADC reads around one pulse, in millivolts at its pins.

    Current in the middle of either phase; the rest 5 ms after the pulse began.
    """

    positive_mv: int
    negative_mv: int
    idle_mv: int
    high_mv: int
    node_1_mv: int
    node_2_mv: int


Rule = Callable[[Readings, float], bool]
"""Whether it fires, by the readings and the milliamperes that were asked."""


def _over(current_mv: int, asked_ma: float) -> bool:
    return current_mv / MV_PER_MA > OVER_SHARE * asked_ma + OVER_MA


def _open(current_mv: int, asked_ma: float) -> bool:
    return asked_ma >= OPEN_FROM_MA and current_mv / MV_PER_MA < OPEN_SHARE * asked_ma


def _are_unequal(readings: Readings, asked_ma: float) -> bool:
    difference_ma = abs(readings.positive_mv - readings.negative_mv) / MV_PER_MA
    return difference_ma > UNEQUAL_SHARE * asked_ma + UNEQUAL_MA


RULES: tuple[tuple[str, Rule], ...] = (
    ("too much in the positive phase", lambda r, ma: _over(r.positive_mv, ma)),
    ("too little in the positive phase", lambda r, ma: _open(r.positive_mv, ma)),
    ("too much in the negative phase", lambda r, ma: _over(r.negative_mv, ma)),
    ("too little in the negative phase", lambda r, ma: _open(r.negative_mv, ma)),
    ("phases unequal", _are_unequal),
    ("current between pulses", lambda r, _: r.idle_mv / MV_PER_MA > IDLE_MA),
    ("bridge node 1 between pulses", lambda r, _: r.node_1_mv > NODE_MV),
    ("bridge node 2 between pulses", lambda r, _: r.node_2_mv > NODE_MV),
    ("charge left on the leads", lambda r, _: abs(r.node_1_mv - r.node_2_mv) > APART_MV),
    ("high voltage too low", lambda r, _: r.high_mv < HIGH_LEAST_MV),
    ("high voltage too high", lambda r, _: r.high_mv > HIGH_MOST_MV),
)
"""In the order in which a chip comes to them."""

ONLY_POSITIVE = RULES[:2]
"""What a chip sees that looks at the positive phase alone."""


def seen(
    pulses: list[Readings], asked_ma: list[float], rules: tuple[tuple[str, Rule], ...] = RULES
) -> tuple[int, str] | None:
    """Number of the first pulse, from 1, at which a rule fires, and the rule."""
    for number, (readings, ma) in enumerate(zip(pulses, asked_ma, strict=True), start=1):
        for name, fires in rules:
            if fires(readings, ma):
                return number, name
    return None
