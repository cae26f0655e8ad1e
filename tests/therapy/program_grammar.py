"""Programs of the whole grammar of the program files, as tables that a file would hold."""

from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appliance.errors import TherapyError
from appliance.therapy.program_file import program_from
from appliance.therapy.program_rules import check_program
from appliance.therapy.programs import Program

SECONDS = st.sampled_from((0.2, 0.5, 1.0, 1.5, 2.0, 3.0))
WIDTHS_US = st.integers(50, 400)
FRACTIONS = st.sampled_from((1.0, 0.5, 0.25))
Table = dict[str, Any]
BURSTS = st.fixed_dictionaries({"pulses": st.integers(2, 12), "rate_hz": st.floats(1, 6)})


@st.composite
def contracting_phases(draw: st.DrawFn, lasting: bool) -> Table:
    """Contractions with rests, and what may be said of them. `lasting` says how long."""
    phase: Table = {
        "name": draw(st.sampled_from(("work", "warm_up", "own"))),
        "frequency_hz": draw(st.floats(1, 120)),
        "pulse_width_us": draw(WIDTHS_US),
        "ramp_up_s": draw(SECONDS),
        "hold_s": draw(st.sampled_from((1.0, 1.5, 4.0))),
        "ramp_down_s": draw(st.sampled_from((0.0, 0.5, 2.0))),
        "off_s": draw(st.sampled_from((1.0, 2.5, 9.0))),
        "fraction": draw(FRACTIONS),
    }
    match draw(st.sampled_from(("together", "active_rest", "alternating", "b", "bursts"))):
        case "active_rest":
            rest_hz = draw(st.floats(1, 10))
            phase["active_rest"] = {"frequency_hz": rest_hz, "fraction": draw(FRACTIONS)}
        case "alternating":
            phase["alternating"] = True
        case "bursts":
            phase["bursts"] = draw(BURSTS)
        case "b":
            phase["b"] = {"delay_s": draw(st.floats(0, 9)), "hold_s": draw(st.floats(1, 4))}
    if lasting:
        key, most = draw(st.sampled_from((("contractions", 4), ("duration_s", 60))))
        phase[key] = draw(st.integers(1 if key == "contractions" else 20, most))
    return phase


@st.composite
def continuous_phases(draw: st.DrawFn, lasting: bool, most_hz: float) -> Table:
    phase: Table = {
        "name": draw(st.sampled_from(("tap", "tingle", "cool_down"))),
        "frequency_hz": draw(st.floats(1, most_hz)),
        "pulse_width_us": draw(WIDTHS_US),
        "ramp_up_s": draw(SECONDS),
        "ramp_down_s": draw(st.sampled_from((0.0, 0.5, 2.0))),
        "off_s": 0,
        "fraction": draw(FRACTIONS),
    }
    form = draw(st.sampled_from(("even", "modulated", "bursts")))
    if form == "bursts":
        phase["bursts"] = draw(BURSTS)
    if form == "modulated":
        top_s = draw(st.sampled_from((1.0, 2.0)))
        phase["modulation"] = {
            "form": draw(st.sampled_from(("sweep", "random"))),
            "least_frequency_hz": draw(st.floats(1, phase["frequency_hz"])),
            "least_pulse_width_us": draw(st.integers(50, phase["pulse_width_us"])),
            "top_s": top_s,
            "period_s": top_s + draw(st.sampled_from((1.0, 3.0))),
        }
    if lasting:
        phase["duration_s"] = draw(st.integers(12, 60))
    return phase


@st.composite
def tables(draw: st.DrawFn, *kinds: str) -> Table:
    """A program's table. Some of them break a rule."""
    kind = draw(st.sampled_from(kinds))

    def phase(lasting: bool) -> Table:
        if kind == "comfort":
            return draw(continuous_phases(lasting, 120.0))
        if draw(st.integers(0, 3)):
            return draw(contracting_phases(lasting))
        return draw(continuous_phases(lasting, 10.0))

    def item(first: bool) -> Table:
        match draw(st.sampled_from(("phase", "phase", "group", "pause", "wait"))):
            case "group":
                group = [phase(lasting=True) for _ in range(draw(st.integers(1, 2)))]
                if draw(st.booleans()):
                    group.append({"pause_s": draw(st.integers(1, 20))})
                return {"repeat": draw(st.integers(1, 3)), "phases": group}
            case "pause" if not first:
                return {"pause_s": draw(st.integers(1, 20))}
            case "wait" if not first:
                return {**phase(lasting=True), "wait": True}
        return phase(lasting=True)

    phases = [item(first=not number) for number in range(draw(st.integers(0, 3)))]
    fills = phase(lasting=False)
    phases.insert(draw(st.integers(0, len(phases))), fills)
    return {"kind": kind, "phases": phases}


def keeps_every_rule(table: Table) -> Program | None:
    """The program of a table, or None where it is refused."""
    try:
        program = program_from("grammar: [own]", "own", table)
        check_program(program)
    except TherapyError:
        return None
    return program


def programs(*kinds: str) -> st.SearchStrategy[Program]:
    """Programs that are not refused, of these kinds or of those for a body."""
    made = tables(*(kinds or ("contracting", "contracting", "comfort")))
    return made.map(keeps_every_rule).filter(bool)  # type: ignore[return-value]


@cache
def drawn(count: int) -> tuple[Program, ...]:
    """The same programs in every run, by chance, of all forms."""
    found: list[Program] = []

    @settings(
        max_examples=6 * count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def collect(program: Program) -> None:
        if program not in found:
            found.append(program)

    collect()
    return tuple(found[:: len(found) // count][:count])
