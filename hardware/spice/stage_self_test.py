"""The stage's self-test: what a chip asks of it at power-up, into the load on the board.

Everything flows through 1 kOhm on the board; nothing of it is for a body. A step is a question
with one right answer at the ADC. It finds what a pulse train does not show: a limit that is
gone, a sense resistor that drifted, a discharge that does not discharge.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.spice import ngspice
from hardware.spice import stage_deck as deck

TEST_MA = 10.0
CUT_MA = 95.0
"""Above the comparator's 92 mA, below what the DAC can ask for."""
CHARGE_MA, CHARGE_WIDTH_S = 88.0, 445e-6
SPACING_S = 0.009
STEP_S = {
    name: 0.002 + SPACING_S * number
    for number, name in enumerate(
        ("positive", "negative", "both", "cut positive", "cut negative", "charge", "discharge")
    )
}
LONG_S = 700e-6
AGAIN_S = 3e-3
SHORT_S = 100e-6
CUT_S = 60e-6
DISCHARGED_S = 0.050
NOTHING_MV = 25
SHARE = 0.10


def _pulses() -> tuple[list[deck.Span], list[deck.Span]]:
    at = STEP_S
    first, second = deck.pulse(at["charge"], CHARGE_WIDTH_S)
    positive, negative = [first], [second]
    for begin, width, pins in (
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
            (0.0, TEST_MA),
            (STEP_S["cut positive"] - before, CUT_MA),
            (STEP_S["charge"] - before, CHARGE_MA),
            (STEP_S["discharge"] - before, 0.0),
        ),
        supply_off_s=STEP_S["discharge"],
        stop_s=STEP_S["discharge"] + DISCHARGED_S + 1e-3,
    )


Look = Callable[[str, float], int]
"""The ADC's millivolts of a vector at a time."""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    reading_mv: Callable[[Look], float]
    least_mv: float
    most_mv: float


def _near(name: str, reading: Callable[[Look], float], mv: float) -> Step:
    return Step(name, reading, mv * (1 - SHARE), mv * (1 + SHARE))


def _nothing(name: str, step: str, after_s: float) -> Step:
    return Step(name, lambda look: look("v(adci)", STEP_S[step] + after_s), -1, NOTHING_MV)


def _current(step: str, after_s: float) -> Callable[[Look], float]:
    return lambda look: look("v(adci)", STEP_S[step] + after_s)


def _across(step: str, sign: int) -> Callable[[Look], float]:
    def read(look: Look) -> float:
        at = STEP_S[step] + LATE_S
        return sign * (look("v(adc1)", at) - look("v(adc2)", at))

    return read


LATE_S = 350e-6
CURRENT_MV = TEST_MA * deck.ADC_MV_PER_MA
POSITIVE_MV, NEGATIVE_MV = 347.0, 286.0
"""Between the nodes: 10 V across the load, and what the series capacitors hold by then."""
BEFORE_S = deck.CLOSES_S - 20e-6

STEPS = (
    Step("no high voltage before K1 closes", lambda look: look("v(adch)", BEFORE_S), -1, 620),
    _near("10 mA in the positive phase", _current("positive", LATE_S), CURRENT_MV),
    _near("10 V at 1 kOhm, positive", _across("positive", 1), POSITIVE_MV),
    _nothing("positive phase of 0.7 ms cut", "positive", 600e-6),
    _nothing("second positive phase after 3 ms refused", "positive", AGAIN_S + 80e-6),
    _near("10 mA in the negative phase", _current("negative", LATE_S), CURRENT_MV),
    _near("10 V at 1 kOhm, negative", _across("negative", -1), NEGATIVE_MV),
    _nothing("negative phase of 0.7 ms cut", "negative", 600e-6),
    _nothing("second negative phase after 3 ms refused", "negative", AGAIN_S + 80e-6),
    _nothing("both directions at once refused", "both", 100e-6),
    _nothing("95 mA positive cut", "cut positive", 40e-6),
    _nothing("95 mA negative cut", "cut negative", 40e-6),
    Step("88 mA flows for 0.3 ms", _current("charge", 300e-6), 3200, 3800),
    _nothing("38 uC positive cut", "charge", 430e-6),
    _nothing("38 uC negative cut", "charge", CHARGE_WIDTH_S + deck.GAP_S + 430e-6),
    Step(
        "high voltage gone 50 ms after PD3",
        lambda look: look("v(adch)", STEP_S["discharge"] + DISCHARGED_S),
        -1,
        620,
    ),
)


def readings(body: str, bench: deck.Bench) -> list[tuple[Step, float]]:
    """Every step and its reading. Raises `ngspice.DeckError`."""
    traces = deck.run(body, script(), bench)
    return [(step, step.reading_mv(_looker(traces))) for step in STEPS]


def _looker(traces: ngspice.Traces) -> Look:
    return lambda vector, time_s: deck.adc_mv(traces, vector, time_s)


def failing_step(body: str, bench: deck.Bench) -> str | None:
    """The first step with a wrong answer. Raises `ngspice.DeckError`."""
    for step, mv in readings(body, bench):
        if not step.least_mv <= mv <= step.most_mv:
            return step.name
    return None
