"""The faults that may stay unseen, with the reason for each."""

import tomllib

from hardware.spice.netlist import FOLDER

FILE = FOLDER / "accepted.toml"


def reasons(circuit: str) -> dict[str, str]:
    """Reason by fault, for `pump` or `stage`.

    Raises `ValueError` where a fault has two.
    """
    found: dict[str, str] = {}
    for group in tomllib.loads(FILE.read_text("utf-8")).get(circuit, []):
        for name in group["faults"]:
            if name in found:
                raise ValueError(f"{FILE.name}: {circuit}: twice: {name}")
            found[name] = group["reason"]
    return found
