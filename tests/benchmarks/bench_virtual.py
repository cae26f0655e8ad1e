"""How fast virtual time runs: the whole box with real bytes at both ends of a pseudo-terminal,
and `therapy` and `session` alone on a perfect board.

    python -m tests.benchmarks.bench_virtual

Prints virtual seconds for a real second and for a second of processor time.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from appliance.session.state import State
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import Decoder, encode
from appliance.virtual_box.box import VirtualBox, World
from tests.session.core import EXPERIENCED, Core

LEVEL = 15
STRETCH_S = 100.0
ROUNDS = 3
STEP_S = 0.05
"""A set-point's cadence in the hold of a contraction."""


class Unwatched:
    """In place of the witness that judges every step of a test."""

    def saw(self, *told: object) -> None:
        return None


def main() -> None:
    print(f"{'':34}{'to real time':>14}{'to processor time':>20}{'aim':>8}")
    with tempfile.TemporaryDirectory() as folder:
        box = stimulating_box(Path(folder))
        row("the whole box, real bytes", box.wait, "200x")
        box.close()
    core = stimulating_core()
    row("therapy and session alone", lambda stretch_s: core.wait(stretch_s, dt=STEP_S), "1500x")
    print(f"a frame there and its answer back, coded and decoded: {exchange_us():.0f} us")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


def row(
    name: str, live: Callable[[float], object], aim: str, stretch_s: float = STRETCH_S
) -> float:
    """Virtual to processor time, the best of some rounds: other programs only ever slow it down."""
    real, processor = [], []
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), time.process_time()
        live(stretch_s)
        real.append(stretch_s / (time.perf_counter() - began))
        processor.append(stretch_s / (time.process_time() - spent))
    print(f"{name:34}{max(real):>13.0f}x{max(processor):>19.0f}x{aim:>8}")
    return max(processor)


def stimulating_box(folder: Path) -> VirtualBox:
    box = VirtualBox(World(folder)).switched_on().confirm().agree_to_all().confirm().prepared()
    box.past_pictures().start().turn(LEVEL)
    if box.state is not State.STIMULATING:
        raise RuntimeError(f"the box is in {box.state}")
    return box


def stimulating_core() -> Core:
    core = Core(EXPERIENCED)
    core.to_stimulating(LEVEL)
    core.witness = Unwatched()  # type: ignore[assignment]
    return core


def exchange_us() -> float:
    """What is unavoidable: both ends of one exchange on the same processor, without a wire."""
    asked = protocol.Off(1)
    board, host, rounds = Decoder(), Decoder(), 5000
    began = time.process_time()
    for _ in range(rounds):
        board.feed(encode(asked))
        host.feed(encode(asked))
    return (time.process_time() - began) / rounds * 1e6


if __name__ == "__main__":
    main()
