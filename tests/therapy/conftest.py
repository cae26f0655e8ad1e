"""The catalogue as it ships."""

from pathlib import Path

import pytest

from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.therapy.catalogue import Catalogue


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    nothing_of_ones_own: Path = tmp_path_factory.mktemp("settings")
    return load_catalogue(nothing_of_ones_own / "config.toml", Settings())
