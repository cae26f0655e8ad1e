"""Reads a program as a file has it: its groups are written out, a rule of its form is kept."""

from collections.abc import Iterator
from enum import Enum

from appliance.errors import TherapyError
from appliance.therapy.programs import (
    ActiveRest,
    Bursts,
    Kind,
    Modulation,
    Phase,
    Program,
    Timing,
)
from appliance.therapy.publications import Publication
from appliance.therapy.tables import Table

MOST_REPEATS = 50

PROGRAM_KEYS = ("kind", "phases", "publication")
PHASE_KEYS = (
    "name",
    "frequency_hz",
    "pulse_width_us",
    "ramp_up_s",
    "hold_s",
    "ramp_down_s",
    "off_s",
    "short_off_s",
    "fraction",
    "duration_s",
    "contractions",
    "active_rest",
    "alternating",
    "b",
    "modulation",
    "bursts",
    "wait",
)
GROUP_KEYS = ("repeat", "phases")
PAUSE_KEYS = ("name", "pause_s")
ACTIVE_REST_KEYS = ("frequency_hz", "pulse_width_us", "fraction")
B_KEYS = ("delay_s", "ramp_up_s", "hold_s", "ramp_down_s")
MODULATION_KEYS = ("form", "least_frequency_hz", "least_pulse_width_us", "period_s", "top_s")
BURST_KEYS = ("pulses", "rate_hz")
PUBLICATION_KEYS = ("authors", "year", "title", "where", "muscles", "published", "adapted")

REFUSED = {
    "carrier_hz": "a carrier (2,500 Hz in Russian and interferential current) is far above the"
    " 120 Hz that the limits allow, and no board here makes one",
    "doublet_ms": "the second pulse of a doublet comes 5 to 10 ms after the first, 100 to 200 Hz"
    " for one pulse; a board here never lets two pulses come closer than the frequency says",
}
"""Keys of published forms that cannot be delivered here, and why."""


class Form(Enum):
    """How a modulation goes down from its strongest and comes back."""

    SWEEP = "sweep"
    RANDOM = "random"


def program_from(where: str, id_: str, values: object) -> Program:
    """The program of a table. Raises TherapyError: where, key, value, what is allowed."""
    table = Table(where, values, PROGRAM_KEYS)
    kind = table.one_of("kind", Kind)
    phases: list[Phase] = []
    for phase in _phases(table, in_group=False):
        # A pause has the pulses of the phase before it, so that nothing changes in it.
        before = phases[-1] if phases else phase
        phases.append(_paused(phase, before) if phase.is_pause else phase)
    return Program(
        id=id_,
        kind=kind,
        phases=tuple(phases),
        publication=_publication(table),
    )


def _phases(table: Table, *, in_group: bool) -> Iterator[Phase]:
    for item in table.tables("phases", (*PHASE_KEYS, "pause_s", *GROUP_KEYS, *REFUSED)):
        for key, reason in REFUSED.items():
            if key in item:
                raise TherapyError(f"{item.where}: {key} cannot be delivered: {reason}")
        if "repeat" in item:
            if in_group:
                raise TherapyError(f"{item.where}: a group inside of a group; write it out")
            yield from _group(item.only(GROUP_KEYS))
        elif "pause_s" in item:
            yield _pause(item.only(PAUSE_KEYS))
        else:
            yield _phase(item.only(PHASE_KEYS))


def _group(table: Table) -> Iterator[Phase]:
    repeats = table.whole("repeat")
    if not 1 <= repeats <= MOST_REPEATS:
        raise table.wrong("repeat", repeats, f"1 to {MOST_REPEATS}")
    phases = tuple(_phases(table, in_group=True))
    for phase in phases:
        if phase.lasts_s is None:
            raise TherapyError(
                f"{table.where}: phase {phase.name} in a group has neither duration_s nor"
                " contractions; a group that repeats has to say how long each phase lasts"
            )
    for _ in range(repeats):
        yield from phases


def _pause(table: Table) -> Phase:
    pause_s = table.number("pause_s")
    name = table.text("name", "pause")
    return Phase(name, 1.0, 50, 0.0, 0.0, 0.0, pause_s, duration_s=pause_s, is_pause=True)


def _paused(pause: Phase, before: Phase) -> Phase:
    return pause.but(
        frequency_hz=before.frequency_hz,
        pulse_width_us=before.pulse_width_us,
        fraction=before.fraction,
        bursts=before.bursts,
    )


def _phase(table: Table) -> Phase:
    off_s = table.number("off_s")
    phase = Phase(
        name=table.text("name"),
        frequency_hz=table.number("frequency_hz"),
        pulse_width_us=table.whole("pulse_width_us"),
        ramp_up_s=table.number("ramp_up_s"),
        # A continuous phase holds to its end.
        hold_s=table.number("hold_s", 0.0 if off_s == 0 else None),
        ramp_down_s=table.number("ramp_down_s"),
        off_s=off_s,
        fraction=table.number("fraction", 1.0),
        duration_s=table.number("duration_s") if "duration_s" in table else None,
        short_off_s=table.number("short_off_s") if "short_off_s" in table else None,
        contractions=table.whole("contractions") if "contractions" in table else None,
        alternating=table.flag("alternating", False),
        waits=table.flag("wait", False),
    )
    return phase.but(
        active_rest=_active_rest(table, phase),
        b=_b(table, phase),
        modulation=_modulation(table, phase),
        bursts=_bursts(table),
    )


def _active_rest(table: Table, phase: Phase) -> ActiveRest | None:
    if "active_rest" not in table:
        return None
    rest = table.table("active_rest", ACTIVE_REST_KEYS)
    return ActiveRest(
        frequency_hz=rest.number("frequency_hz"),
        pulse_width_us=rest.whole("pulse_width_us", phase.pulse_width_us),
        fraction=rest.number("fraction"),
    )


def _b(table: Table, phase: Phase) -> Timing | None:
    if "b" not in table:
        return None
    b = table.table("b", B_KEYS)
    return Timing(
        delay_s=b.number("delay_s"),
        ramp_up_s=b.number("ramp_up_s", phase.ramp_up_s),
        hold_s=b.number("hold_s", phase.hold_s),
        ramp_down_s=b.number("ramp_down_s", phase.ramp_down_s),
    )


def _modulation(table: Table, phase: Phase) -> Modulation | None:
    if "modulation" not in table:
        return None
    modulation = table.table("modulation", MODULATION_KEYS)
    return Modulation(
        least_frequency_hz=modulation.number("least_frequency_hz", phase.frequency_hz),
        least_pulse_width_us=modulation.whole("least_pulse_width_us", phase.pulse_width_us),
        period_s=modulation.number("period_s"),
        top_s=modulation.number("top_s"),
        is_random=modulation.one_of("form", Form) is Form.RANDOM,
    )


def _bursts(table: Table) -> Bursts | None:
    if "bursts" not in table:
        return None
    bursts = table.table("bursts", BURST_KEYS)
    return Bursts(pulses=bursts.whole("pulses"), rate_hz=bursts.number("rate_hz"))


def _publication(table: Table) -> Publication | None:
    if "publication" not in table:
        return None
    source = table.table("publication", PUBLICATION_KEYS)
    texts = {key: source.text(key) for key in PUBLICATION_KEYS}
    return Publication(**texts)
