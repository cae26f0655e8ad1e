"""A household and its box in virtual time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.journey import Box, Home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A household. However the test ends, nothing was broken at the board's end."""
    home = Home(tmp_path / "home")
    yield home
    home.close()
    assert not list(home.broken())


@pytest.fixture
def box(home: Home) -> Box:
    """Switched on by someone who went through the full list last week."""
    return home.knows().boot()
