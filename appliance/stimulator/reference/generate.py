"""Writes what is generated from the protocol, or checks that it is fresh.

`python -m appliance.stimulator.reference.generate [--check]`, in a clone of the repository.
"""

import argparse
import sys
from pathlib import Path

from appliance.errors import UsageError
from appliance.stimulator.reference import document, golden, header

REPOSITORY = Path(__file__).resolve().parents[3]


def outputs() -> dict[Path, str]:
    """Every generated file, relative to the repository, and what it must hold."""
    return {
        Path("hardware/firmware/protocol.h"): header.render(),
        Path("hardware/protocol.md"): document.render(),
        Path("appliance/stimulator/reference/golden.json"): golden.render(),
    }


def stale(repository: Path) -> list[Path]:
    """The generated files that are missing or differ from the declaration."""
    return [
        path
        for path, text in outputs().items()
        if not (repository / path).is_file() or (repository / path).read_text() != text
    ]


def write(repository: Path) -> list[Path]:
    """Write the stale files and say which."""
    wanted = stale(repository)
    for path in wanted:
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_text(outputs()[path])
    return wanted


def main(arguments: list[str] | None = None, repository: Path = REPOSITORY) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if stale")
    check = parser.parse_args(arguments).check
    if not (repository / "pyproject.toml").is_file():
        raise UsageError(f"{repository} is no clone of the repository: run this in one")
    changed = stale(repository) if check else write(repository)
    for path in changed:
        print(f"{path}: {'is stale, run this without --check' if check else 'written'}")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
