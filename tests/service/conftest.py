"""A household whose box runs in virtual time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.journey import Home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    home.close()
