"""What only a simulator can measure: interrupts, the main loop, the stack."""

import random
from collections.abc import Iterator

import pytest

from tests.firmware.bench import Bench
from tests.firmware.edges import CYCLES_PER_US
from tests.firmware.rules import broken_rules

INTERRUPT_US = 10
PASS_US = 500
STACK_BYTES = 512
"""A quarter of the RAM; the build says what else is in it."""


@pytest.fixture(scope="module")
def worked(firmware: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A board that had everything to do at once."""
    with Bench(tmp_path_factory.mktemp("bench")) as bench:
        give_it_everything(bench)
        yield bench
        assert not broken_rules(bench.recording)


@pytest.fixture
def measured(worked: Bench) -> dict[str, int]:
    return worked.measures()


def give_it_everything(bench: Bench) -> None:
    bench.arm(120.0, 50)
    bench.keep(50, 20.0, 120.0, 50)
    bench.crowd(300, 20.0, 120.0, 50)
    bench.ask("contact A open")
    bench.crowd(50, 20.0, 120.0, 50)
    bench.put(random.Random(1).randbytes(3000) + b"\0" * 500)
    bench.run_ms(150)
    bench.hello()
    bench.ask("stop 1")
    bench.off()
    bench.ask("stop 0")
    bench.off()
    bench.arm(1.0, 400)
    bench.keep(200, 3.0, 1.0, 400)


def test_no_interrupt_takes_longer_than_10_us(measured: dict[str, int]) -> None:
    interrupts = {name: value for name, value in measured.items() if name.startswith("vector_")}
    assert interrupts
    assert max(interrupts.values()) <= INTERRUPT_US * CYCLES_PER_US, interrupts


def test_the_main_loop_comes_round_within_half_a_millisecond(measured: dict[str, int]) -> None:
    assert 0 < measured["pass"] <= PASS_US * CYCLES_PER_US


def test_the_stack_stays_small(measured: dict[str, int]) -> None:
    assert 0 < measured["stack"] <= STACK_BYTES


def test_no_byte_of_a_full_line_is_lost(worked: Bench) -> None:
    assert not worked.recording.find("lost")
