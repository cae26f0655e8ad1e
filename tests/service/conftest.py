from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.journeys.story")

from tests.journeys.story import Home  # noqa: E402


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    home.close()
