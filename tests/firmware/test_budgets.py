"""What only a simulator can measure: interrupts, the main loop, the stack."""

import random
from collections.abc import Callable, Iterator

import pytest

from tests.firmware.bench import Bench
from tests.firmware.edges import CYCLES_PER_US
from tests.firmware.rules import INTERRUPT_US, PASS_US, broken_rules, over_budget

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
    for hz, us in ((80.0, 180), (99.99, (333, 77)), (35.0, (400, 50))):
        bench.crowd(200, 20.0, hz, us)
    bench.ask("contact A open")
    bench.crowd(50, 20.0, 120.0, 50)
    bench.put(random.Random(1).randbytes(3000) + b"\0" * 500)
    bench.run_ms(150)
    bench.hello()
    bench.ask("stop 1")
    bench.off()
    bench.ask("stop 0")
    bench.off()
    bench.wait_for_cool_down()
    bench.arm(1.0, 400)
    bench.keep(200, 3.0, 1.0, 400)


def test_the_budgets_are_printed(
    measured: dict[str, int], record_property: Callable[[str, object], None]
) -> None:
    """At the end of the run, by `tests/conftest.py`."""
    vectors = {int(n[7:]): v for n, v in measured.items() if n.startswith("vector_")}
    longest = max(vectors, key=lambda vector: vectors[vector])
    record_property(
        "summary",
        f"firmware: longest interrupt {vectors[longest] / CYCLES_PER_US:.1f} us (vector "
        f"{longest}; {INTERRUPT_US} allowed), longest pass of the main loop "
        f"{measured['pass'] / CYCLES_PER_US:.0f} us ({PASS_US} allowed), "
        f"stack {measured['stack']} bytes",
    )


def test_interrupts_and_main_loop_keep_to_their_time(measured: dict[str, int]) -> None:
    """As on every other bench; this one is the busiest."""
    assert measured["pass"] and any(name.startswith("vector_") for name in measured)
    assert not over_budget(measured)


def test_the_stack_stays_small(measured: dict[str, int]) -> None:
    assert 0 < measured["stack"] <= STACK_BYTES


def test_no_byte_of_a_full_line_is_lost(worked: Bench) -> None:
    assert not worked.recording.find("lost")
