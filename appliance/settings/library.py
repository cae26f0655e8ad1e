"""Load the catalogue: the programs, placements, routines and checklist that can be used.

It holds the files that ship with the package and the user's own files beside the settings.
"""

import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from appliance.errors import SettingsError, TherapyError
from appliance.records import Fixed
from appliance.settings import dry_report, lock
from appliance.settings.glyphs import as_drawn, look_alike
from appliance.settings.model import Settings
from appliance.settings.reading import OWN_FILES, load, parse, parse_text, settings_path, text_of
from appliance.stimulator.boards import card_of
from appliance.therapy.catalogue import Catalogue, Source, catalogue_from
from appliance.therapy.plan import planned_routine
from appliance.therapy.programs import Kind

_PACKAGE = "appliance.therapy"
_ALIKE = 0.85
"""Similarity from which a name counts as a misspelling of another one."""


class Validated(Fixed, frozen=True):
    """The result of `validate` for settings that are allowed."""

    warnings: tuple[str, ...]
    delivered: tuple[str, ...]
    """What a person would get of everything that can be chosen, a line for each stage."""


def validate(explicit: Path | None, environ: Mapping[str, str]) -> Validated:
    """Judge the settings and the files beside them.

    Raises SettingsError or TherapyError where the settings, or files beside them, are wrong.
    """
    settings = load(explicit, environ)
    catalogue = load_catalogue(settings_path(explicit, environ), settings)
    return Validated(
        tuple(dry_report.warnings(settings, catalogue)),
        tuple(dry_report.report(settings, catalogue)),
    )


def found(path: Path) -> Iterator[str]:
    """What was read and where, a line for each file; those that are not there are named too."""
    if path.is_file():
        values = sum(len(one) if isinstance(one, dict) else 1 for one in parse(path).values())
        yield f"{path}: {values} settings, all others as they come"
    else:
        yield f"{path}: not there, so all settings are as they come"
    for name in OWN_FILES:
        own = path.parent / name
        if own.is_file():
            yield f"{own}: {', '.join(parse(own)) or 'empty'}"
        else:
            yield f"{own}: not there, so only what comes with the program"


NOTHING: Mapping[str, str] = MappingProxyType({})


def load_catalogue(
    path: Path, settings: Settings, instead: Mapping[str, str] = NOTHING
) -> Catalogue:
    """Load programs, placements, routines and checklist: shipped ones and those of the user.

    The user's files are `programs.toml`, `placements.toml` and `routines.toml`, beside the settings
    file; each may be missing. Raises TherapyError or SettingsError with one line: file, table,
    key, value, what is allowed; also where `[plan] routine` names none of the routines.
    `instead` are texts by the name of a file of the user, to be judged in its place.
    """
    folder = path.parent
    _check_slips(folder, path.name)
    own = {name: _own_tables(folder / name, instead) for name in OWN_FILES}
    programs, placements, routines = (_sources(name, folder, own[name]) for name in OWN_FILES)
    try:
        catalogue = catalogue_from(
            programs=(_shipped("published.toml"), *programs),
            placements=placements,
            routines=routines,
            checklist=_shipped("checklist.toml"),
        )
    except TherapyError as error:
        raise TherapyError(_with_line(str(error), folder, instead)) from None
    _check_own_names(folder, own)
    try:
        planned = planned_routine(settings.plan, catalogue)
    except TherapyError as error:
        raise SettingsError(f"{path}: {error}") from None
    driver = settings.stimulator.driver
    if planned.kind is Kind.BENCH and card_of(driver).on_body:
        raise SettingsError(
            f'{path}: [plan] routine = "{planned.id}": allowed is a routine for a body, because'
            f" [stimulator] driver is {driver}; a dummy load is for openemsstim"
        )
    dry_report.check(settings, catalogue, str(folder / "routines.toml"))
    in_force = lock.read(path)
    return catalogue if in_force is None else lock.permitted(in_force, settings, catalogue, path)


def _with_line(message: str, folder: Path, instead: Mapping[str, str]) -> str:
    """The message, and the line that it is about in a file of the user's own."""
    for name in OWN_FILES:
        own = folder / name
        if message.startswith(f"{own}: "):
            # Imported here because only a mistake needs it.
            from appliance.settings.error_lines import line_of

            text = instead[name] if name in instead else text_of(own)
            line = line_of(text, message.removeprefix(f"{own}: "))
            return message if line is None else f"{message} (line {line})"
    return message


def _check_slips(folder: Path, settings_name: str) -> None:
    """Raise SettingsError for what would be ignored silently: a folder, or a misspelt name."""
    for name in OWN_FILES:
        if (folder / name).is_dir():
            raise SettingsError(f"{folder / name}: it is a folder; it has to be a file")
    for name in _names_in(folder):
        meant = [] if name in (*OWN_FILES, settings_name) else _meant_by(name)
        if meant:
            raise SettingsError(
                f"{folder / name}: nothing reads a file of this name; rename it to {meant[0]},"
                " or move it away"
            )


def _meant_by(name: str) -> list[str]:
    """The file of `OWN_FILES` that this name is a slip of, or none."""
    alike = name.casefold().removesuffix(".txt")
    if not alike.endswith(".toml"):
        return []
    # Imported here because it is slow and few folders have such a file.
    from difflib import get_close_matches

    return get_close_matches(alike, OWN_FILES, 1, _ALIKE)


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []


def _check_own_names(folder: Path, tables: Mapping[str, Mapping[str, object]]) -> None:
    """Raise SettingsError for an id of one's own that the screen cannot show, or shows twice."""
    for name, ids in tables.items():
        own = folder / name
        seen: list[str] = []
        for id_ in ids:
            if not as_drawn(id_).strip():
                raise SettingsError(
                    f"{own}: [{id_}]: the screen cannot draw this name; allowed are Latin letters,"
                    " digits, spaces and signs"
                )
            for other in seen:
                if look_alike(id_, other):
                    raise SettingsError(
                        f"{own}: [{id_}]: on the screen it looks like [{other}]; choose another"
                    )
            seen.append(id_)


def _sources(name: str, folder: Path, own: Mapping[str, object]) -> tuple[Source, ...]:
    """The tables that ship, and the user's own where there are any."""
    return (_shipped(name), *((Source(str(folder / name), own),) if own else ()))


def _own_tables(own: Path, instead: Mapping[str, str]) -> Mapping[str, object]:
    if own.name in instead:
        return parse_text(instead[own.name], str(own))
    return parse(own) if own.is_file() else {}


def _shipped(name: str) -> Source:
    text = (resources.files(_PACKAGE) / name).read_text("utf-8")
    return Source(f"appliance/therapy/{name}", tomllib.loads(text))
