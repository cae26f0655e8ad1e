"""Courses of a pair of pads' resistance, and how fast the current through them may rise.

`python -m tests.simulator.skin_courses --count N --seed S` runs N courses on the simulated board.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from math import inf
from typing import NamedTuple

from appliance.simulator.pulses import Pulse
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import CODES_PER_MA, Report, State
from tests.simulator.board_rig import BoardBench

LEAST_OHM, MOST_OHM = 200.0, 100_000.0
STEP_S = 0.01
COURSE_S = 3.0
RISE_MA_PER_S = protocol.RISE_CODES_PER_S / CODES_PER_MA
SURE_MA = protocol.OPEN_LEAD_FROM_CODES / CODES_PER_MA
"""Up to this amplitude the rise is counted from the command."""
ROUNDING_MA = 0.15
"""Of codes, and three steps of the ADC."""


class Flow(NamedTuple):
    """One pulse: what was driven, and what flowed through the body."""

    at_s: float
    amplitude_ma: float
    flowed_ma: float


def course(seed: int) -> Iterator[float]:
    """A pair's resistance every 10 ms, ohm: steps, ramps and noise, from 200 ohm to open."""
    dice = random.Random(seed)
    ohm = dice.uniform(500, 6000)
    left = 0
    goal, ratio, noise = ohm, 1.0, 0.0
    for _ in range(round(COURSE_S / STEP_S)):
        if left == 0:
            left = dice.randint(1, 80)
            goal = LEAST_OHM * (MOST_OHM / LEAST_OHM) ** dice.random()
            noise = dice.choice([0.0, 0.0, 0.05, 0.4])
            kind = dice.choice(["step", "ramp", "open"])
            ratio = (goal / ohm) ** (1 / left) if kind == "ramp" else 1.0
            ohm = ohm if kind == "ramp" else goal
            is_open = kind == "open" and dice.random() < 0.5
        left -= 1
        ohm = min(max(ohm * ratio, LEAST_OHM), MOST_OHM)
        spoilt = ohm * (1 + dice.uniform(-noise, noise))
        yield inf if is_open else min(max(spoilt, LEAST_OHM), MOST_OHM)


def asked_ma(seed: int) -> float:
    """What the hand asks for all through a course."""
    return random.Random(f"asked {seed}").uniform(3, 60)


def too_fast(flows: list[Flow], asked: float) -> str:
    """Which pulse rose too fast above any before it, or above what the hand asked; else nothing.

    From any pulse to any later one the current rises by at most 40 mA/s and one pulse's
    tolerance of 5 % + 1 mA, by which the board takes current for what it asked.
    """
    least = inf
    for flow in flows:
        if flow.flowed_ma > asked + ROUNDING_MA:
            return f"{flow} is above the {asked:.2f} mA that were asked for"
        if flow.flowed_ma - RISE_MA_PER_S * flow.at_s > least + ROUNDING_MA:
            return f"{flow} rises too fast"
        tolerance = flow.amplitude_ma * protocol.SHORT_PERCENT / 100 + 1.0
        from_ma = max(flow.flowed_ma, min(flow.amplitude_ma, SURE_MA))
        least = min(least, from_ma + tolerance - RISE_MA_PER_S * flow.at_s)
    return ""


def needs_arming(report: Report) -> bool:
    """Whether the host has to say off, and then to arm, before current flows again."""
    return report.state in (State.OFF, State.FAULT)


def run(seed: int) -> tuple[str, int]:
    """What was wrong in one course on the simulated board, if anything, and its pulses."""
    bench = BoardBench()
    asked = asked_ma(seed)
    flows: list[Flow] = []

    def see(pulse: Pulse) -> None:
        flows.append(Flow(pulse.at, pulse.amplitude_ma, pulse.measured_ma))

    bench.board.output.on_pulse.append(see)
    for number, ohm in enumerate(course(seed)):
        bench.board.body.set_resistance(0, ohm)
        if number % 5 == 0:
            if needs_arming(bench.report):
                bench.off()
                bench.ask(bench.set_point(0))
            if not needs_arming(bench.report):
                bench.ask(bench.set_point(asked, 0))
        bench.pass_time(STEP_S)
    return too_fast(flows, round(asked * CODES_PER_MA) / CODES_PER_MA), len(flows)


def try_courses(course: Callable[[int], tuple[str, int]], about: str | None, most: int) -> int:
    """Run `--count` courses from `--first` on, each with a seed of its own; print what is wrong.

    `course` takes the seed and returns what is wrong and the number of pulses. Returns 1 if any
    course is wrong, else 0.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--count", type=int, default=most)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="to go on where a run ended")
    arguments = parser.parse_args()
    wrong, pulses = 0, 0
    for number in range(arguments.first, arguments.first + arguments.count):
        what, count = course(arguments.seed * 1_000_000 + number)
        pulses += count
        if what:
            wrong += 1
            print(f"\ncourse {number}: {what}")
        done = number + 1 - arguments.first
        print(f"\r{done} of {arguments.count}", end="", file=sys.stderr, flush=True)
    print(f"\n{arguments.count} courses, {pulses} pulses, {wrong} courses wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(try_courses(run, __doc__, 1000))
