"""The shipped catalogue for the examples: its placements, routines and statements."""

import tomllib
from functools import cache
from importlib import resources

from appliance.therapy.catalogue import Catalogue, Source, catalogue_from


@cache
def shipped() -> Catalogue:
    """What ships with the package, so that a new placement or statement has its pictures too."""
    return catalogue_from(
        programs=(_source("programs.toml"),),
        placements=(_source("placements.toml"),),
        routines=(_source("routines.toml"),),
        checklist=_source("checklist.toml"),
    )


def _source(name: str) -> Source:
    text = (resources.files("appliance.therapy") / name).read_text("utf-8")
    return Source(f"appliance/therapy/{name}", tomllib.loads(text))
