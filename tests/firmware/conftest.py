"""The firmware under test: built once, simulated anew for every test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.firmware.bench", "tests.firmware.box")

from tests.firmware.bench import Bench  # noqa: E402
from tests.firmware.board import ELF, build, what_is_missing  # noqa: E402
from tests.firmware.box import Couch  # noqa: E402
from tests.firmware.rules import broken_rules, over_budget  # noqa: E402

NewBench = Callable[..., Bench]


@pytest.fixture(scope="session")
def firmware() -> None:
    """The ELF and the simulator, as `make` builds them."""
    missing = what_is_missing()
    if missing:
        pytest.skip(f"the firmware cannot be simulated here: apt install {missing}")
    build()


@pytest.fixture
def new_bench(firmware: None, tmp_path: Path) -> Iterator[NewBench]:
    """Makes benches; whatever ran on them, the rules of every run held."""
    made: list[Bench] = []

    def make(greet: bool = True, elf: Path = ELF) -> Bench:
        made.append(Bench(tmp_path / f"bench-{len(made)}", greet, elf))
        return made[-1]

    yield make
    measured = [bench.measures() for bench in made]
    for bench in made:
        bench.close()
    for bench, measures in zip(made, measured, strict=True):
        assert not over_budget(measures)
        assert not broken_rules(bench.recording)


@pytest.fixture
def bench(new_bench: NewBench) -> Bench:
    """A board that was greeted and is off."""
    return new_bench()


@pytest.fixture
def metal_bench(firmware: None, tmp_path: Path) -> Iterator[Bench]:
    """A board that was greeted and is off, and may break the rules of every run."""
    with Bench(tmp_path / "bench") as made:
        yield made


@pytest.fixture
def couch(firmware: None, tmp_path: Path) -> Iterator[Couch]:
    """A board in real time. However the test ends, the rules of every run held."""
    couch = Couch(tmp_path)
    yield couch
    couch.close()
