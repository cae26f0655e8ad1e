"""Mock pins for the tests of the controls."""

from collections.abc import Iterator

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from tests.controls.rig import Rig


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    factory = MockFactory(pin_class=MockPWMPin)
    yield factory
    factory.reset()


@pytest.fixture
def rig(factory: MockFactory) -> Iterator[Rig]:
    rig = Rig(factory)
    yield rig
    rig.controls.close()
