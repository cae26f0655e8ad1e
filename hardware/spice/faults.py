"""Every single fault of every part: open, short, each pin lifted, each neighbour bridged.

Which faults there are follows from the netlist alone: a part that is added brings its own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hardware.spice.netlist import Package, Part, packages, pin_names

SHORT_OHM = 0.1
STUCK_OHM = 25
"""A CMOS output's transistor that conducts for ever."""
FLOATING_OHM = 1e6
"""What pulls a lifted input: each is tried at both levels."""
SUPPLY = "v5"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that broke. Where several pins bridge the same two nets, `also` names the rest."""

    name: str
    parts: tuple[Part, ...]
    extra: str = ""
    also: tuple[str, ...] = ()

    def body(self) -> str:
        return "\n".join(part.line() for part in self.parts) + f"\n{self.extra}\n"


def label(part: Part) -> str:
    """The reference as on the board: SPICE wants a letter of its own before some."""
    return part.ref[1:] if part.ref[1].isalpha() else part.ref


def single_faults(parts: tuple[Part, ...]) -> list[Fault]:
    known = packages()
    uses = Counter(net for part in parts for net in part.nets)
    faults: list[Fault] = []
    bridges: dict[frozenset[str], list[str]] = {}
    for part in parts:
        faults += _opens(part, parts, known, uses)
        faults += _stuck(part, parts, known)
        for name, nets in _bridges(part, known, uses):
            bridges.setdefault(nets, []).append(name)
    for nets, names in bridges.items():
        one, other = sorted(nets)
        extra = f"Rfault {one} {other} {SHORT_OHM}"
        faults.append(Fault(names[0], parts, extra, tuple(names[1:])))
    return faults


def _without(part: Part, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(other for other in parts if other is not part)


def _instead(part: Part, new: Part, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(new if other is part else other for other in parts)


def _opens(
    part: Part, parts: tuple[Part, ...], known: dict[str, Package], uses: Counter[str]
) -> Iterator[Fault]:
    names = pin_names(part, known)
    if len(part.nets) == 2:
        yield Fault(f"{label(part)} open", _without(part, parts))
        return
    for pin, (name, net) in enumerate(zip(names, part.nets, strict=True)):
        if uses[net] == 1 and net.startswith("nc"):
            continue
        lifted = _instead(part, part.with_pin_on(pin, "lifted"), parts)
        base = f"{label(part)} {name} lifted"
        if part.value.startswith("HC") and name not in known[part.value].outputs and net != "0":
            if name == "VCC":
                yield Fault(base, lifted, f"Rfault lifted 0 {FLOATING_OHM:g}")
                continue
            yield Fault(f"{base}, reads low", lifted, f"Rfault lifted 0 {FLOATING_OHM:g}")
            yield Fault(f"{base}, reads high", lifted, f"Rfault lifted {SUPPLY} {FLOATING_OHM:g}")
        else:
            yield Fault(base, lifted, "Rfault lifted 0 1g")


def _stuck(part: Part, parts: tuple[Part, ...], known: dict[str, Package]) -> Iterator[Fault]:
    if part.ref[0] != "X":
        return
    package = known[part.value]
    for pin, (name, net) in enumerate(zip(package.pins, part.nets, strict=True)):
        if name in package.outputs and not net.startswith("nc"):
            cut = _instead(part, part.with_pin_on(pin, "lifted"), parts)
            for level, at in (("high", SUPPLY), ("low", "0")):
                extra = f"Rfault {net} {at} {STUCK_OHM}\nRlift lifted 0 1g"
                yield Fault(f"{label(part)} {name} stuck {level}", cut, extra)


def _pairs(part: Part) -> Iterable[tuple[int, int]]:
    """Pins that lie side by side. All of three-legged parts; no pair across an IC's two rows."""
    count = len(part.nets)
    if count <= 3:
        return [(one, other) for one in range(count) for other in range(one + 1, count)]
    return [(pin, pin + 1) for pin in range(count - 1) if pin + 1 != count // 2]


def _bridges(
    part: Part, known: dict[str, Package], uses: Counter[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    names = pin_names(part, known)
    for one, other in _pairs(part):
        nets = frozenset((part.nets[one], part.nets[other]))
        if len(nets) == 1 or any(uses[net] == 1 and net.startswith("nc") for net in nets):
            continue
        if len(part.nets) == 2:
            yield f"{label(part)} short", nets
        else:
            yield f"{label(part)} {names[one]}-{names[other]} bridged", nets
