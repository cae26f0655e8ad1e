"""The package, built once, and a machine for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import box, nspawn
from tests.machine.nspawn import Machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    why = nspawn.missing()
    for item in items:
        if Path(__file__).parent in item.path.parents and why:
            item.add_marker(
                pytest.mark.skip(reason=f"NO MACHINE WAS BOOTED, THE PACKAGE IS NOT TESTED: {why}")
            )


@pytest.fixture(scope="session")
def package() -> Path:
    return box.build(nspawn.CACHE, "--arch", "amd64")


@pytest.fixture(params=nspawn.RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def machine(tmp_path: Path, release: str) -> Iterator[Machine]:
    machine = Machine(tmp_path / "root", release)
    yield machine
    machine.remove()
