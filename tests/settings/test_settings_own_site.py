"""A placement of one's own at a place of the body that has its limit already."""

from pathlib import Path

import pytest

from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History
from appliance.therapy.limits import Limits
from appliance.therapy.offers import options
from tests.ledgers import ledger_of

PADS = """
    {{ site = "beside_spine", from_midline_cm = {0}, above_landmark_cm = {1}, {size} }},
    {{ site = "beside_spine", from_midline_cm = {0}, above_landmark_cm = {2}, {size} }},
"""
SIZE = "width_cm = 5, height_cm = 5"
PLACEMENT = f"""
[lower_back_again]
on_body = true
A = [{PADS.format(-4.5, 0, 11, size=SIZE)}]
B = [{PADS.format(4.5, 0, 11, size=SIZE)}]
"""
ROUTINE = """
[mine]
stages = [
    { placement = "lower_back", program = "lower_back", minutes = 20 },
    { placement = "lower_back_again", program = "lower_back", minutes = 20 },
]
"""
SEASONED = {
    "sessions_counted": 9,
    "days_since_full_list": 1.0,
    "clock_trusted": True,
    "readable": True,
}


@pytest.fixture
def own(tmp_path: Path) -> Catalogue:
    (tmp_path / "placements.toml").write_text(PLACEMENT)
    (tmp_path / "routines.toml").write_text(ROUTINE)
    return load_catalogue(tmp_path / "config.toml", Settings())


def _minutes(own: Catalogue, **past: object) -> list[float]:
    history = History(**SEASONED, **past)  # type: ignore[arg-type]
    offered = options("Me", history, Settings().plan, Limits(), own, None)
    return [stage.minutes for option in offered if option.id == "mine" for stage in option.stages]


def test_a_second_name_for_a_place_gives_it_no_more_minutes(own: Catalogue) -> None:
    assert _minutes(own) == [20.0, 10.0]


def test_what_was_delivered_under_one_name_counts_under_the_other(own: Catalogue) -> None:
    assert _minutes(own, ledger=ledger_of(("lower_back_again", 25.0))) == [5.0]
