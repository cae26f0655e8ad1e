"""The package, built and installed once, and a machine for each test or each file of tests."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.machine import emulation, image, nspawn, package, qemu
from tests.machine.box import Board, Box
from tests.machine.nspawn import Machine


@cache
def missing(needed: str) -> str:
    """What keeps tests that need `needed` from running here; empty if nothing does."""
    if not nspawn.is_wanted(needed):
        return f"EMS_APPLIANCE_MACHINE={needed} is not set"
    if why := nspawn.missing_tools():
        return why
    if needed == "arm64":
        return emulation.missing(needed)
    if needed == "image":
        return image.missing()
    if needed == "qemu":
        return qemu.missing()
    return nspawn.refusal(nspawn.releases()[0])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        assert isinstance(item, pytest.Function)
        if why := missing(getattr(item.module, "NEEDS", nspawn.EVERY_RELEASE)):
            item.add_marker(
                pytest.mark.skip(reason=f"NO MACHINE WAS BOOTED, THE PACKAGE IS NOT TESTED: {why}")
            )


@pytest.fixture(scope="session")
def built() -> Path:
    return package.build(nspawn.CACHE, "--arch", "amd64")


@pytest.fixture(scope="session", params=nspawn.releases())
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def machine(tmp_path: Path, release: str) -> Iterator[Machine]:
    """A bare release, without the package."""
    machine = Machine(tmp_path / "machine", nspawn.bare_root(release))
    yield machine
    machine.remove()


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    board = Board(tmp_path_factory.mktemp("board") / "board")
    yield board
    board.unplug()


@pytest.fixture
def box(tmp_path: Path, release: str, built: Path, board: Board) -> Iterator[Box]:
    """A machine of this test's own with the package in it, not booted yet."""
    box = lay_out(tmp_path, release, built, board)
    yield box
    box.remove()


def lay_out(folder: Path, release: str, built: Path, board: Board) -> Box:
    bare = nspawn.bare_root(release)
    installed = package.installed_layer(release, built, bare)
    return Box(folder / "box", bare, installed, board=board)
