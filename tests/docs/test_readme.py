"""The pages a reader meets first say what the program says, and lead somewhere."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.controls.cue_sheet import table
from appliance.screen.examples.shipped import shipped
from appliance.session.machine.diagram import mermaid
from appliance.settings.showing import reference
from appliance.stimulator import card_table
from appliance.stimulator.boards import MODELS
from appliance.therapy import pad_table
from tests.benchmarks import table as figures

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for folder in (".", "appliance", "appliance/settings", "hardware", "systemd")
    for page in (ROOT / folder).glob("*.md")
)
README = (ROOT / "README.md").read_text("utf-8")
RECORD = bool(os.environ.get("RECORD_PAGES"))
GENERATED: dict[tuple[str, str], Callable[[], str]] = {
    ("README.md", "state diagram"): lambda: f"```mermaid\n{mermaid()}```\n",
    ("README.md", "boards"): card_table.table,
    ("README.md", "cues"): table,
    ("README.md", "figures"): figures.markdown,
    ("appliance/settings/README.md", "settings"): reference,
    ("hardware/parts.md", "pads"): lambda: pad_table.table(shipped().placements),
}
"""What the program writes into a page, by page and name. `RECORD_PAGES=1` accepts it."""
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")
MEMBER = re.compile(r"`((?:[a-z]+\.)+[a-z]+)\.([A-Z]\w+\.\w+)`")
CLAIM = re.compile(r"\btreat|\bcur(e[sd]?|ing)\b|reliev|relief|clinically|proven", re.IGNORECASE)


def anchors(page: Path) -> set[str]:
    """What a heading can be reached by, as code hosts make it of its words."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "name"), GENERATED)
def test_what_is_generated_is_what_the_program_says(page: str, name: str) -> None:
    path, begin, end = ROOT / page, f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    text = path.read_text("utf-8")
    before, shown, after = text[: text.index(begin)], *text.split(begin)[1].split(end)
    made = GENERATED[page, name]()
    if RECORD:
        path.write_text(f"{before}{begin}{made}{end}{after}", "utf-8")
    else:
        assert shown == made, "RECORD_PAGES=1 writes it anew"


def test_the_list_of_simulated_boards_is_the_one_of_the_board_cards() -> None:
    line = next(line for line in README.splitlines() if line.startswith("| `board` |"))
    named = re.findall(r"`(?:--model )?(\w+)`", line.split("the reference board, or")[1])
    assert ["reference", *named] == list(MODELS)


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
    folders = (ROOT / "appliance", ROOT)
    assert {path for path in named if not any((f / path).is_file() for f in folders)} == set()


def test_each_name_that_the_rooms_page_looks_up_is_where_it_says() -> None:
    rooms = (ROOT / "appliance/README.md").read_text("utf-8")
    named = re.findall(r"`([\w.]+)` in\s+`([a-z_/0-9]+\.py)`", rooms)
    named += [(name, f"{module.replace('.', '/')}.py") for module, name in MEMBER.findall(rooms)]
    sources = {path: ROOT / "appliance" / path for _, path in named}
    assert len(named) > 8
    for name, path in named:
        assert sources[path].is_file(), path
        text = sources[path].read_text("utf-8")
        assert all(part in text for part in name.split(".")), (name, path)


@pytest.mark.parametrize("last", [".venv/bin/ems-appliance demo --out demo", ".venv/bin/pytest"])
def test_a_fresh_machine_needs_one_line(last: str) -> None:
    lines = [line for line in README.splitlines() if line.endswith(f" && {last}")]
    assert len(lines) == 1
    assert lines[0].startswith("python3 -m venv .venv && .venv/bin/pip install ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_makes_a_claim(page: Path) -> None:
    assert CLAIM.findall(page.read_text("utf-8")) == []
