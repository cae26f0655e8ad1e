#!/usr/bin/env python3
"""Write `sbom.cdx.json`, the parts of the package as a CycloneDX bill of materials.

Run it when `wheels.txt` or `tools.txt` changed. It needs `pip install -e '.[test]'`. The file
follows from the two lists alone: no time, no random number.
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

HERE = Path(__file__).parent
PATH = HERE / "sbom.cdx.json"
COMPILED = ("lgpio",)
"""Of the tools, what ends up in the package: compiled from its source."""
_PIN = re.compile(r"^(\S+)==(\S+)((?:\s+\\\n\s+--hash=sha256:\w+)+)", re.MULTILINE)


def parts_list() -> str:
    """The bill of materials as JSON."""
    parts = sorted(_components(), key=lambda one: one.name)
    pins = "".join(f"{one.purl} " for one in parts)
    program = Component(
        name="ems-appliance", type=ComponentType.APPLICATION, bom_ref="ems-appliance"
    )
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, pins), components=parts)
    bom.metadata.timestamp = datetime.fromtimestamp(0, UTC)
    bom.metadata.component = program
    bom.register_dependency(program, parts)
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def _components() -> Iterator[Component]:
    for name, version, hashes in _PIN.findall((HERE / "wheels.txt").read_text()):
        yield _component(name, version, hashes)
    for name, version, hashes in _PIN.findall((HERE / "tools.txt").read_text()):
        if name in COMPILED:
            yield _component(name, version, hashes)


def _component(name: str, version: str, hashes: str) -> Component:
    url = PackageURL("pypi", None, name, version)
    return Component(
        name=name,
        version=version,
        purl=url,
        bom_ref=url.to_string(),
        hashes=[
            HashType(alg=HashAlgorithm.SHA_256, content=one)
            for one in re.findall(r"sha256:(\w+)", hashes)
        ],
    )


if __name__ == "__main__":
    PATH.write_text(parts_list())
    sys.exit(0)
