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
_PUBLICATION = "publication"


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
    first = editing.in_unix_lines(before or editing.first_line(own)).rstrip("\n")
    text = f"{first}\n\n# Copied from {source}.\n{_table_of(source, first, name)}"
    check = partial(editing.check_beside, settings_path, _OWN)
    if not edit(own, check, os.environ, offered=editing.in_lines_of(before, text)):
        print("Nothing was changed.")
        return 1
    print(f"{own}: a routine in routines.toml can use it by its name; `programs check` tells more")
    return 0


def _table_of(source: str, own: str, name: str) -> str:
    """The table of a program as its file has it, but called `name`, and without publication."""
    import tomlkit
    from tomlkit.items import InlineTable

    texts = [(resources.files("appliance.therapy") / file).read_text("utf-8") for file in _SHIPPED]
    found = next(table for text in (own, *texts) if (table := tomlkit.parse(text).get(source)))
    if isinstance(found, InlineTable):
        items, found = found, tomlkit.table()
        found.update(items)
    if _PUBLICATION in found:
        del found[_PUBLICATION]
    copied = tomlkit.document()
    copied.append(name, found)
    return _without_what_follows(tomlkit.dumps(copied))


def _without_what_follows(table: str) -> str:
    """The table without the comments and empty lines after it, which belong to the next one."""
    lines = table.splitlines()
    while not lines[-1].strip() or lines[-1].startswith("#"):
        lines.pop()
    return "\n".join(lines) + "\n"
