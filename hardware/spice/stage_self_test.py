"""The stage's self-test: what its firmware asks of it after a start, into the load on the board.

Everything flows through 1 kOhm on the board; nothing of it is for a body. A step is a question
with one right answer at the ADC. The first that sends a current asks for the load alone, weakly: the
high voltage has fallen to 13 V by then, and no fault can send more. The others find what a pulse train
does not show: a limit that is gone, a sense resistor that drifted. The firmware asks the same
(`hardware/firmware/bench_stage/stage_test.c`); `python -m tests.firmware.stage_self_test` plays these
traces into it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.spice import ngspice
from hardware.spice import stage_deck as deck

WEAK_MA = 14.0
"""No limit of a sound load, into which 13 V send 12 mA, but of one that is shorted."""
TEST_MA = 10.0
CUT_MA = 95.0
"""Above the comparator's 92 mA, below what the DAC can ask for."""
CHARGE_MA, CHARGE_WIDTH_S = 88.0, 445e-6
OFF_S = 2e-3
"""The high voltage goes."""
FALLEN_S = OFF_S + 46.75e-3
"""It has fallen."""
WEAK_S = (FALLEN_S + 370e-6, FALLEN_S + 770e-6)
WEAK_WIDTH_S = 14e-6
ON_S = FALLEN_S + 1.25e-3
REFILLS_S = 0.110
SPACING_S = 0.009
STEP_S = {
    name: ON_S + REFILLS_S + 0.002 + SPACING_S * number
    for number, name in enumerate(
        ("positive", "negative", "both", "cut positive", "cut negative", "charge")
    )
}
LONG_S = 700e-6
AGAIN_S = 3e-3
SHORT_S = 100e-6
CUT_S = 60e-6
NOTHING_MV = 25


def _pulses() -> tuple[list[deck.Span], list[deck.Span]]:
    at = STEP_S
    first, second = deck.pulse(at["charge"], CHARGE_WIDTH_S)
    positive, negative = [first], [second]
    for begin, width, pins in (
        (WEAK_S[0], WEAK_WIDTH_S, (positive,)),
        (WEAK_S[1], WEAK_WIDTH_S, (negative,)),
        (at["positive"], LONG_S, (positive,)),
        (at["positive"] + AGAIN_S, SHORT_S, (positive,)),
        (at["negative"], LONG_S, (negative,)),
        (at["negative"] + AGAIN_S, SHORT_S, (negative,)),
        (at["both"], 200e-6, (positive, negative)),
        (at["cut positive"], CUT_S, (positive,)),
        (at["cut negative"], CUT_S, (negative,)),
    ):
        for pin in pins:
            pin.append((begin, begin + width))
    return sorted(positive), sorted(negative)


def script() -> deck.Script:
    positive, negative = _pulses()
    before = SPACING_S / 4
    return deck.Script(
        positive=tuple(positive),
        negative=tuple(negative),
        asked_ma=(
            (0.0, WEAK_MA),
            (ON_S, TEST_MA),
            (STEP_S["cut positive"] - before, CUT_MA),
            (STEP_S["charge"] - before, CHARGE_MA),
        ),
        supply_off_s=OFF_S,
        supply_on_s=ON_S,
        stop_s=STEP_S["charge"] + 1.5e-3,
    )


Look = Callable[[str, float], int]
"""The ADC's millivolts of a vector at a time."""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    reading: Callable[[Look], float]
    """Millivolts, or what the limits are of."""
    least: float
    most: float


def _nothing(name: str, step: str, after_s: float) -> Step:
    return Step(name, lambda look: look("v(adci)", STEP_S[step] + after_s), -1, NOTHING_MV)


def _ten_ma(name: str, step: str) -> Step:
    return Step(name, _current(step, LATE_S), *TEN_MV)


def _current(step: str, after_s: float) -> Callable[[Look], float]:
    return lambda look: look("v(adci)", STEP_S[step] + after_s)


def _high(at_s: float) -> Callable[[Look], float]:
    return lambda look: look("v(adch)", at_s)


def _across(look: Look) -> float:
    """How far a node falls from the phase in which it feeds the load to the one in which it drains it."""
    first, second = STEP_S["positive"], STEP_S["negative"]
    one = look("v(adc1)", first + NODE_1_S) - look("v(adc1)", second + NODE_1_S)
    return one + look("v(adc2)", second + NODE_2_S) - look("v(adc2)", first + NODE_2_S)


def _conducts(look: Look) -> float:
    """What flows through the load while the high voltage is low, in thousandths of what 1 kOhm takes.

    Of the direction that is further from it.
    """

    def share(at_s: float) -> int:
        sound_mv = look("v(adch)", at_s - LOOK_S) * 5 // 4 - DROP_MV
        return look("v(adci)", at_s + SHORT_LOOK_S) * 1000 // max(1, sound_mv)

    return max((share(at_s) for at_s in WEAK_S), key=lambda share: abs(share - 1000))


def _left(look: Look) -> float:
    at = STEP_S["positive"] + BETWEEN_S
    return look("v(adc1)", at) - look("v(adc2)", at)


NODE_1_S, NODE_2_S = 319e-6, 371e-6
LATE_S = 203e-6
BETWEEN_S = 7.55e-3
BEFORE_S = deck.CLOSES_S - 20e-6
HIGH_LEFT_MV = 620
LOOK_S, SHORT_LOOK_S = 35e-6, 10e-6
"""Before a weak phase and in it."""
FALLEN_MV, DROP_MV = 405, 34
LOAD_SHARE = (860, 1130)
TEN_MV = (360, 440)
STRONG_MV = (3200, 3800)
ACROSS_MV = (540, 730)
LEFT_MV = (45, 85)
"""The limits of `hardware/firmware/bench_stage/stage_test.c`; a test holds them equal."""

STEPS = (
    Step("no high voltage before K1 closes", _high(BEFORE_S), -1, HIGH_LEFT_MV),
    _ten_ma("10 mA in the positive phase", "positive"),
    _nothing("positive phase of 0.7 ms cut", "positive", 613e-6),
    _nothing("second positive phase after 3 ms refused", "positive", AGAIN_S + 53e-6),
    Step("4.5 uC stay on the series capacitors", _left, *LEFT_MV),
    _ten_ma("10 mA in the negative phase", "negative"),
    _nothing("negative phase of 0.7 ms cut", "negative", 613e-6),
    Step("10 V at 1 kOhm", _across, *ACROSS_MV),
    _nothing("second negative phase after 3 ms refused", "negative", AGAIN_S + 53e-6),
    _nothing("both directions at once refused", "both", 53e-6),
    _nothing("95 mA positive cut", "cut positive", 43e-6),
    _nothing("95 mA negative cut", "cut negative", 43e-6),
    Step("88 mA flow", _current("charge", 203e-6), *STRONG_MV),
    _nothing("38 uC positive cut", "charge", 428e-6),
    _nothing("38 uC negative cut", "charge", CHARGE_WIDTH_S + deck.GAP_S + 428e-6),
    Step("high voltage falls to 13 V", _high(WEAK_S[1] - LOOK_S), -1, FALLEN_MV),
    Step("nothing but 1 kOhm takes the current", _conducts, *LOAD_SHARE),
)
"""By the number that the firmware tells where it fails, from 1."""

ASKED = (STEPS[0], *STEPS[15:], *STEPS[1:15])
"""In the order in which the firmware asks: what may only follow once nobody is connected comes last."""


def readings(body: str, bench: deck.Bench) -> list[tuple[Step, float]]:
    """Every step and its reading, as they are asked. Raises `ngspice.DeckError`."""
    traces = deck.run(body, script(), bench)
    return [(step, step.reading(_looker(traces))) for step in ASKED]


def _looker(traces: ngspice.Traces) -> Look:
    return lambda vector, time_s: deck.adc_mv(traces, vector, time_s)


def failing_step(body: str, bench: deck.Bench) -> str | None:
    """The first step with a wrong answer. Raises `ngspice.DeckError`."""
    for step, reading in readings(body, bench):
        if not step.least <= reading <= step.most:
            return step.name
    return None
