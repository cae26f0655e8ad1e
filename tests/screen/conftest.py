"""Panels that follow their data sheets, on the bus that luma opens."""

from collections.abc import Callable

import pytest

from tests.screen.controllers import Bus


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Bus]:
    """Put a panel with this controller on the bus, in place of /dev/i2c-1."""

    def plug(driver: str) -> Bus:
        bus = Bus(driver)
        monkeypatch.setattr("smbus2.SMBus", lambda port: bus)
        return bus

    return plug
