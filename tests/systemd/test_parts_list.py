import json
import re
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "systemd/package"


def test_the_list_of_parts_has_every_pin_with_its_hashes() -> None:
    listed = json.loads((PACKAGE / "sbom.cdx.json").read_text())["components"]
    parts = {f"{one['name']}=={one['version']}": one for one in listed}
    lock = (PACKAGE / "wheels.txt").read_text()
    pins = set(re.findall(r"^(\S+==\S+)", lock, re.MULTILINE))
    assert set(parts) - pins == set(
        re.findall(r"^(lgpio==\S+)", (PACKAGE / "tools.txt").read_text(), re.MULTILINE)
    )
    assert pins <= set(parts)
    hashes = {one["content"] for part in listed for one in part["hashes"]}
    assert set(re.findall(r"sha256:(\w+)", lock)) <= hashes


def test_the_list_of_parts_follows_from_the_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(PACKAGE), *sys.path])
    import parts_list

    assert parts_list.parts_list() == (PACKAGE / "sbom.cdx.json").read_text(), (
        "stale: python systemd/package/parts_list.py"
    )
