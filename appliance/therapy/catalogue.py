"""The catalogue: reads and checks programs, placements, routines and the checklist."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite
from typing import TypeVar

from appliance.errors import TherapyError
from appliance.records import Fixed
from appliance.therapy.checklist import Heading, Remedy, Statement, When
from appliance.therapy.placements import Pad, Placement, Site, check_placement, with_same_site
from appliance.therapy.program_file import program_from
from appliance.therapy.program_rules import check_program
from appliance.therapy.programs import Kind, Program
from appliance.therapy.routines import Routine, Stage, check_routine
from appliance.therapy.tables import Table
from appliance.therapy.units import CHANNELS

GENTLE_PROGRAM = "gentle"
"""The program of every gentle version."""
STAGE_MINUTES = 20.0
"""The length of a stage without `minutes`, until the plan sets it."""

T = TypeVar("T", Program, Placement, Routine)


class Catalogue(Fixed, frozen=True, eq=False):
    """Programs, placements, routines by id, and the statements in order.

    Compared by identity: it is made once, and is part of the key of cached results.
    """

    programs: Mapping[str, Program]
    placements: Mapping[str, Placement]
    routines: Mapping[str, Routine]
    statements: tuple[Statement, ...]


class Source(Fixed, frozen=True):
    """A parsed file: its name, for errors, and its tables."""

    name: str
    tables: Mapping[str, object]


def catalogue_from(
    programs: Sequence[Source],
    placements: Sequence[Source],
    routines: Sequence[Source],
    checklist: Source,
) -> Catalogue:
    """Everything in these files, checked. Those of the package come first, one's own after.

    Raises TherapyError with one line: file, table, key, value and what is allowed.
    """
    all_programs = _read_all(programs, program_from, check_program)
    if GENTLE_PROGRAM not in all_programs or not _is_contracting(all_programs[GENTLE_PROGRAM]):
        raise TherapyError(f"programs: [{GENTLE_PROGRAM}] has to be there, of kind contracting")
    all_placements = with_same_site(_read_all(placements, _placement, check_placement))

    def routine(where: str, id_: str, values: object) -> Routine:
        return _routine(where, id_, values, all_programs, all_placements)

    return Catalogue(
        programs=all_programs,
        placements=all_placements,
        routines=_read_all(routines, routine, check_routine),
        statements=tuple(_statements(checklist)),
    )


def _is_contracting(program: Program) -> bool:
    return program.kind is Kind.CONTRACTING


def _read_all(
    sources: Sequence[Source], read: Callable[[str, str, object], T], check: Callable[[T], None]
) -> dict[str, T]:
    found: dict[str, T] = {}
    for source in sources:
        for id_, values in source.tables.items():
            where = f"{source.name}: [{id_}]"
            if id_ in found:
                raise TherapyError(f"{where}: this name is taken; choose another")
            item = read(where, id_, values)
            try:
                check(item)
            except TherapyError as error:
                raise TherapyError(f"{source.name}: {error}") from None
            found[id_] = item
    return found


_PAD_KEYS = ("site", "from_midline_cm", "above_landmark_cm", "width_cm", "height_cm")


def _placement(where: str, id_: str, values: object) -> Placement:
    on_body = Table(where, values, ("on_body", "A", "B")).flag("on_body")
    table = Table(where, values, ("on_body", "A", "B") if on_body else ("on_body",))
    if not on_body:
        return Placement(id_, on_body, ((), ()))
    left, right = (
        tuple(_pad(pad) for pad in table.tables(channel.name, _PAD_KEYS)) for channel in CHANNELS
    )
    return Placement(id_, on_body, (left, right))


def _pad(table: Table) -> Pad:
    return Pad(
        site=table.one_of("site", Site),
        from_midline_cm=table.number("from_midline_cm"),
        above_landmark_cm=table.number("above_landmark_cm"),
        width_cm=table.number("width_cm"),
        height_cm=table.number("height_cm"),
    )


def _minutes_of(program: Program) -> float:
    """What a stage without `minutes` lasts: as long as its program, where nothing fills it."""
    return program.longest_s / 60.0 if isfinite(program.longest_s) else STAGE_MINUTES


def _routine(
    where: str,
    id_: str,
    values: object,
    programs: Mapping[str, Program],
    placements: Mapping[str, Placement],
) -> Routine:
    table = Table(where, values, ("stages",))
    stages = tuple(
        Stage(
            placement=stage.item("placement", placements),
            program=stage.item("program", programs),
            minutes=stage.number("minutes", _minutes_of(stage.item("program", programs))),
            own_minutes="minutes" in stage or isfinite(stage.item("program", programs).longest_s),
        )
        for stage in table.tables("stages", ("placement", "program", "minutes"))
    )
    return Routine(id_, stages)


_STATEMENT_KEYS = ("id", "remedy", "heading", "covers", "only_when")


def _statements(source: Source) -> Iterator[Statement]:
    lists = Table(source.name, source.tables, ("session", "full"))
    seen: set[str] = set()
    for name in ("session", "full"):
        for table in lists.tables(name, _STATEMENT_KEYS):
            statement = _statement(table, full_list=name == "full")
            if statement.id in seen:
                raise table.wrong("id", statement.id, "used once")
            seen.add(statement.id)
            yield statement


def _statement(table: Table, *, full_list: bool) -> Statement:
    return Statement(
        id=table.text("id"),
        remedy=table.one_of("remedy", Remedy),
        heading=table.one_of("heading", Heading),
        full_list=full_list,
        only_when=table.one_of("only_when", When) if "only_when" in table else When.ALWAYS,
        covers=table.wholes("covers"),
    )
