"""Board cards: they import no driver, they name what exists, and their faults have words."""

import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.errors import UsageError
from appliance.session import view_of_record
from appliance.session.faults import FAULTS
from appliance.session.lease import LEASE_S
from appliance.settings.keys import find
from appliance.settings.words import Words, languages
from appliance.simulator.boards.device import SimulatedDevice
from appliance.simulator.boards.models import make_device
from appliance.simulator.pulse_witness import REFERENCE_STEP_MA
from appliance.stimulator import reference
from appliance.stimulator.boards import CARDS, MODELS, open_board
from appliance.stimulator.card import BoardCard, Use
from appliance.stimulator.openemsstim import grammar, rise
from appliance.stimulator.reference import protocol

DRIVERS = Path(reference.__file__).parents[1]
FAULT_ID = re.compile(r'"((?:board|supply|over|emergency|loop)_[a-z_]+)"')
"""How the sources of drivers write the id of a fault."""


@pytest.fixture(params=CARDS.values(), ids=lambda card: card.name)
def card(request: pytest.FixtureRequest) -> BoardCard:
    one: BoardCard = request.param
    return one


def test_the_registry_imports_no_driver_no_simulator_and_no_serial_port() -> None:
    code = "import sys, appliance.settings.keys, appliance.cli.board; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    modules = found.stdout.split()
    of_drivers = [name for name in modules if re.match(r"appliance\.stimulator\.\w+\.\w+", name)]
    assert {name.rsplit(".", 1)[1] for name in of_drivers} == {"card"}
    assert [name for name in modules if name.startswith("appliance.simulator")] == []
    assert "serial" not in modules


def test_opening_a_driver_imports_no_other_driver(card: BoardCard) -> None:
    code = (
        "import sys; from appliance.stimulator.boards import open_board;"
        f"open_board({card.name!r}, '/dev/null', lambda: 0.0); print(*sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    loaded = {name.split(".")[2] for name in found.stdout.split() if name.endswith(".driver")}
    assert loaded == {card.opens.split(".")[2]}


def test_a_driver_that_does_not_exist_is_a_clear_error() -> None:
    with pytest.raises(UsageError, match="there are reference, simulated"):
        open_board("none", "/dev/null", lambda: 0.0)


def test_each_simulated_device_names_the_driver_whose_card_names_it() -> None:
    for model in MODELS:
        device = make_device(model)
        assert isinstance(device, SimulatedDevice)
        card = CARDS[device.driver]
        assert model in card.models or model == card.runs_model


def test_the_settings_take_every_driver(card: BoardCard) -> None:
    assert card.name in find("stimulator.driver").kind.allowed


def test_every_card_says_what_the_documents_need(card: BoardCard) -> None:
    assert card.boards and card.measuring and card.makers_say
    assert card.silence_off_s > 0
    assert card.rise_at_once >= card.amplitude_step > 0
    assert card.needs_relay or card.silence_off_s <= LEASE_S
    assert pkgutil.resolve_name(card.opens)


def test_every_fault_that_a_driver_names_is_known_and_has_words_in_every_language() -> None:
    named = {
        name
        for path in DRIVERS.rglob("*.py")
        for name in FAULT_ID.findall(path.read_text("utf-8"))
        if name not in ("board_card", "board_table")
    }
    assert {"board_silent", "board_lost", "loop_stalled", "over_current"} <= named
    assert named <= FAULTS.keys()
    for language in languages():
        words = Words.load(language)
        assert [name for name in named if f"fault.{name}.text" not in words] == []
        assert [name for name in named if f"fault.{name}.next" not in words] == []


def test_a_card_lists_the_faults_that_its_own_folder_names(card: BoardCard) -> None:
    folder = DRIVERS / card.opens.split(".")[2]
    sources = "".join(
        path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "card.py"
    )
    shared = (DRIVERS / "hasomed" / "leased_driver.py").read_text("utf-8")
    assert card.faults <= FAULTS.keys()
    assert card.faults <= set(FAULT_ID.findall(sources + shared))


def test_a_fault_without_words_has_those_of_an_internal_one() -> None:
    words = Words.load()
    assert words.fault("never_heard_of") == words.fault("internal")


def test_the_facts_of_the_cards_are_those_of_the_wires() -> None:
    """What a generated or closed protocol says as well, and a card may not contradict."""
    assert CARDS["reference"].amplitude_step == 1 / protocol.CODES_PER_MA == REFERENCE_STEP_MA
    assert CARDS["reference"].silence_off_s == protocol.LEASE_MS / 1000 == LEASE_S == 0.3
    assert protocol.SUPPLY_EMPTY_MV == view_of_record.EMPTY_V * 1000
    assert CARDS["openemsstim"].maximum == grammar.MAX_PERCENT
    assert CARDS["openemsstim"].rise_at_once == pytest.approx(rise.RISE_PERCENT_S * rise.LONGEST_S)


def test_what_the_makers_allow_follows_from_one_word() -> None:
    allowed = {card.name: card.use for card in CARDS.values()}
    assert allowed["sciencemode"] is Use.RESEARCH
    assert allowed["openemsstim"] is Use.BENCH
    bench = CARDS["openemsstim"].identity("A")
    assert (bench.on_body, bench.research_only) == (False, True)
    research = CARDS["sciencemode"].identity("1")
    assert (research.on_body, research.research_only) == (True, True)
