"""The building pages: what is generated is fresh, what is linked exists, figures hold."""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from appliance.cli import pin_map
from appliance.settings.model import Settings

ROOT = Path(__file__).parents[2]
HARDWARE = ROOT / "hardware"
PAGES = [
    *sorted(HARDWARE.glob("*.md")),
    *sorted(HARDWARE.glob("guide/*.md")),
    HARDWARE / "box-board/README.md",
    HARDWARE / "build/README.md",
    ROOT / "systemd/INSTALL.md",
]
DRAWINGS = sorted(HARDWARE.glob("*.svg"))


def block(page: str, name: str) -> str:
    """What stands between the markers of a generated block."""
    text = (HARDWARE / page).read_text("utf-8")
    _, _, rest = text.partition(f"<!-- {name}: begin -->\n")
    return rest.partition(f"\n<!-- {name}: end -->")[0]


@pytest.fixture(scope="module")
def pump() -> SimpleNamespace:
    return SimpleNamespace(**runpy.run_path(str(HARDWARE / "enable_pump.py")))


def test_the_wiring_table_is_the_one_that_the_verb_prints():
    assert block("wiring.md", "ems-appliance wiring") == pin_map.table(Settings()), (
        "put the table of `ems-appliance wiring` between the markers of hardware/wiring.md"
    )


def test_the_header_picture_is_the_one_that_the_verb_writes():
    drawing = (HARDWARE / "header.svg").read_text("utf-8")
    assert drawing == pin_map.header_svg(Settings()), (
        "run `ems-appliance wiring --out hardware/header.svg`"
    )


def test_the_pumps_figures_are_those_that_the_calculation_prints(pump: SimpleNamespace):
    assert block("stop-and-enable.md", "enable_pump.py") == pump.table(), (
        "put what `python hardware/enable_pump.py` prints between the markers of "
        "hardware/stop-and-enable.md"
    )


def test_the_pump_holds_100_ms_in_every_corner(pump: SimpleNamespace):
    assert min(corner.lets_go_after_s() for corner in pump.corners()) >= 0.100


def test_the_relay_is_open_200_ms_after_the_last_edge_in_every_corner(pump: SimpleNamespace):
    slowest = max(corner.lets_go_after_s() for corner in pump.corners())
    assert slowest + pump.RELAY_RELEASE_S <= 0.200


def test_the_relay_pulls_in_at_the_lowest_supply(pump: SimpleNamespace):
    assert pump.least_coil_v() >= 0.75 * 5.0


def test_the_transistor_has_gain_to_spare(pump: SimpleNamespace):
    assert pump.most_coil_a() / pump.least_base_a() < 250 / 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.name)
def test_every_drawing_is_well_formed_and_shown_on_a_page(drawing: Path):
    ElementTree.parse(drawing)
    assert any(f"]({drawing.name})" in page.read_text("utf-8") for page in PAGES)


def test_it_is_said_once_that_this_is_not_a_medical_device():
    said = [page.name for page in PAGES if "not a medical device" in page.read_text("utf-8")]
    assert said == ["README.md"]


def test_the_licences_are_whole():
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert "7.4 This Licence shall not be enforceable" in (HARDWARE / "LICENSE").read_text()
