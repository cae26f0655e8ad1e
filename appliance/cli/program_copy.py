"""`programs new`: a copy of a program under another name, in the user's own file."""

import os
import re
from functools import partial
from importlib import resources
from pathlib import Path

from appliance.cli.editor import edit
from appliance.errors import UsageError
from appliance.settings import editing
from appliance.therapy.catalogue import Catalogue

_OWN = "programs.toml"
_SHIPPED = ("programs.toml", "published.toml")


def copy(settings_path: Path, name: str, source: str, catalogue: Catalogue) -> int:
    """Copy the program `source` to `name` and open the editor. Returns the exit code."""
    if re.fullmatch(r"[a-z][a-z0-9_]*", name) is None:
        asked = " ".join(name.split())
        raise UsageError(
            f"programs new {asked}: allowed are small letters, digits and _, a letter first"
        )
    if name in catalogue.programs:
        raise UsageError(f"programs new {name}: this name is taken; choose another")
    own = settings_path.parent / _OWN
    before = editing.text_in(own)
    table = _table_of(source, before)
    first = (before or editing.first_line(own)).rstrip("\n")
    text = f"{first}\n\n# Copied from {source}.\n{_renamed(table, source, name)}"
    check = partial(editing.check_beside, settings_path, _OWN)
    if not edit(own, check, os.environ, offered=text):
        print("Nothing was changed.")
        return 1
    print(f"{own}: a routine in routines.toml can use it by its name; `programs check` tells more")
    return 0


def _table_of(source: str, own: str) -> str:
    """The lines of a program, as its file has them. Its publication is not copied."""
    texts = [(resources.files("appliance.therapy") / name).read_text("utf-8") for name in _SHIPPED]
    for text in (own, *texts):
        found = re.search(rf"^\[{re.escape(source)}\]\n.*?(?=^\[|^#|\Z)", text, re.M | re.S)
        if found is not None:
            return found[0].rstrip() + "\n"
    raise UsageError(f"program {source}: its file does not have it as a table of its own")


def _renamed(table: str, source: str, name: str) -> str:
    return table.replace(f"[{source}]", f"[{name}]", 1)
