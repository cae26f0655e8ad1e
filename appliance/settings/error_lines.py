"""Finds the line of a file that an error about one of its tables is about."""

import re

_TABLE = re.compile(r"\[(?P<id>[^\]]+)\]|(?:program|placement|routine) (?P<name>[^,:]+)")
_PHASE = re.compile(r", phase (?P<name>[^:]+):")
_KEY = re.compile(r": (?P<key>[a-z_]+(?:\.[a-z_]+)*)(?: = (?P<value>[^:\s]+))?")


def line_of(text: str, message: str) -> int | None:
    """The line, from 1, that a message of the catalogue is about; None where none is found.

    The line of the key where the message names one, else that of the table.
    """
    table = _TABLE.search(message)
    if table is None:
        return None
    lines = text.splitlines()
    first = _header(lines, table["id"] or table["name"])
    if first is None:
        return None
    phase = _PHASE.search(message)
    told = message[(phase or table).end() - 1 :] if phase else message[table.end() :]
    found = _KEY.search(told)
    if found is None:
        return first + 1
    candidates = _with_key(lines, first, found["key"].rpartition(".")[2])
    if phase is not None:
        named = f'"{phase["name"]}"'
        candidates = [at for at in candidates if named in lines[at]] or candidates
    if found["value"] is not None:
        said = f"= {found['value']}"
        candidates = [at for at in candidates if said in lines[at]] or candidates
    return (candidates[0] if candidates else first) + 1


def _header(lines: list[str], id_: str) -> int | None:
    for at, line in enumerate(lines):
        if re.match(rf'\s*\[\s*"?{re.escape(id_)}"?\s*[\].]', line):
            return at
    return None


def _with_key(lines: list[str], first: int, key: str) -> list[int]:
    found = []
    for at in range(first + 1, len(lines)):
        if re.match(r"\s*\[\s*[^\[{]+\]\s*$", lines[at]):
            break
        if re.search(rf"\b{key}\b\s*=", lines[at]):
            found.append(at)
    return found


def line_in_settings(text: str, message: str) -> int | None:
    """The line, from 1, that a message about the settings file is about; None where none is."""
    named = re.search(r": (?:\[(?P<section>[a-z_]+)\] )?(?P<key>[a-z_0-9]+)\b", message)
    if named is None:
        return None
    section: str | None = None
    header: int | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        begins = re.match(r"\s*\[([^\[\]]+)\]", line)
        if begins is not None:
            section = begins[1].strip()
            header = number if section == named["section"] else header
        elif section == named["section"] and re.match(rf"\s*{named['key']}\s*=", line):
            return number
    return header
