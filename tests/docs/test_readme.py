"""The pages a reader meets first say what the program says, and lead somewhere."""

import re
from pathlib import Path

import pytest

from appliance.controls.cue_sheet import table
from appliance.session.machine.diagram import mermaid
from appliance.settings.showing import reference
from appliance.stimulator import card_table
from appliance.stimulator.boards import MODELS

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for folder in (".", "appliance", "appliance/settings", "hardware", "systemd")
    for page in (ROOT / folder).glob("*.md")
)
README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
CLAIM = re.compile(r"\btreat|\bcur(e[sd]?|ing)\b|reliev|relief|clinically|proven", re.IGNORECASE)


def anchors(page: Path) -> set[str]:
    """What a heading can be reached by, as code hosts make it of its words."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_state_diagram_is_the_one_of_the_machine() -> None:
    begin, end = "<!-- state diagram: begin -->\n", "<!-- state diagram: end -->"
    shown = README.split(begin)[1].split(end)[0]
    assert shown == f"```mermaid\n{mermaid()}```\n"


def test_the_table_of_boards_is_the_one_of_the_board_cards() -> None:
    shown = README.split("<!-- boards: begin -->\n")[1].split("<!-- boards: end -->")[0]
    assert shown == card_table.table()


def test_the_list_of_simulated_boards_is_the_one_of_the_board_cards() -> None:
    line = next(line for line in README.splitlines() if line.startswith("| `board` |"))
    named = re.findall(r"`(?:--model )?(\w+)`", line.split("the reference board, or")[1])
    assert ["reference", *named] == list(MODELS)


def test_the_table_of_cues_is_the_one_of_the_program() -> None:
    shown = README.split("<!-- cues: begin -->\n")[1].split("<!-- cues: end -->")[0]
    assert shown == table()


def test_the_table_of_settings_is_the_one_of_the_program() -> None:
    page = (ROOT / "appliance/settings/README.md").read_text("utf-8")
    assert page.split("<!-- settings: begin -->\n")[1].split("<!-- settings: end -->")[0] == (
        reference()
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        if "://" in path:
            continue
        target = page.parent / path if path else page
        assert target.exists(), f"{path} is missing"
        if anchor:
            assert anchor in anchors(target), f"{path}#{anchor} is missing"


def test_each_file_that_the_rooms_page_names_exists() -> None:
    rooms = (ROOT / "appliance/README.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z_/]+\.py)`", rooms))
    assert named
    assert {path for path in named if not (ROOT / "appliance" / path).is_file()} == set()


@pytest.mark.parametrize("last", [".venv/bin/ems-appliance demo --out demo", ".venv/bin/pytest"])
def test_a_fresh_machine_needs_one_line(last: str) -> None:
    lines = [line for line in README.splitlines() if line.endswith(f" && {last}")]
    assert len(lines) == 1
    assert lines[0].startswith("python3 -m venv .venv && .venv/bin/pip install ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_makes_a_claim(page: Path) -> None:
    assert CLAIM.findall(page.read_text("utf-8")) == []
