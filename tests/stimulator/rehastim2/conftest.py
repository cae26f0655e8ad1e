"""A RehaStim2 that has a list, or runs, without a wire."""

import pytest

from tests.stimulator.rehastim2.turns import LIST, REST, Talk, start
from tests.stimulator.rigs import set_point


@pytest.fixture
def ready() -> Talk:
    """The device has a list since 10.01 s; nothing flows."""
    talk = Talk()
    assert talk.exchange(REST, 10.0) == LIST
    return talk


@pytest.fixture
def running(ready: Talk) -> Talk:
    """Since 10.1 s both channels flow, with 1 mA."""
    assert ready.exchange(set_point(1, 1), 10.1) == start(1, 1)
    return ready
