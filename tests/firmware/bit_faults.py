"""Bits of the running chip that flip or stay: what each does to a body, and whether it is told.

`python -m tests.firmware.bit_faults --count N --seed S` tries N faults, writes one line of JSON
for each and goes on where it was stopped. `--readme` tries none, and writes the table of all that
were tried into the README of the firmware. Each fault is tried on a copy of a bench that is at
work, in a rise or at rest, so the same seed and number are always the same fault.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from appliance.stimulator.reference.codec import Decoder, encode
from appliance.stimulator.reference.protocol import Report, State
from tests.firmware.bench import Bench
from tests.firmware.board import BUILD, ELF, FIRMWARE, build
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_US

HZ, US, MA = 100.0, 300, 60.0
PULSE_UC = MA * US / 1000
FRAMES = 13
PIECE = 1000
"""So many faults are tried on the same benches."""
FRAME_MS = 20
MOST_BEYOND_UC = 40.0
OFF_WITHIN_MS = 50
VOLTS_TIMES_MICROFARADS = 110 * 2.35
"""So much the capacitors in series let through one way, in uC: those of `harness/trial.c`."""
UNANSWERED = 3
"""So many frames without an answer: the link is silent, which the host takes for off."""
JAM_CYCLES = 1000 * CYCLES_PER_MS
PROGRAM_COUNTER = 0x10000

REGISTERS = {
    "PINB": 0x23,
    "DDRB": 0x24,
    "PORTB": 0x25,
    "DDRC": 0x27,
    "PORTC": 0x28,
    "DDRD": 0x2A,
    "PORTD": 0x2B,
    "TIFR0": 0x35,
    "TIFR1": 0x36,
    "EIFR": 0x3C,
    "EIMSK": 0x3D,
    "GPIOR0": 0x3E,
    "GTCCR": 0x43,
    "TCCR0A": 0x44,
    "TCCR0B": 0x45,
    "TCNT0": 0x46,
    "OCR0A": 0x47,
    "GPIOR1": 0x4A,
    "GPIOR2": 0x4B,
    "SPCR": 0x4C,
    "SPSR": 0x4D,
    "SMCR": 0x53,
    "MCUCR": 0x55,
    "WDTCSR": 0x60,
    "CLKPR": 0x61,
    "PRR": 0x64,
    "PCICR": 0x68,
    "EICRA": 0x69,
    "TIMSK0": 0x6E,
    "TIMSK1": 0x6F,
    "TIMSK2": 0x70,
    "ADCSRA": 0x7A,
    "ADCSRB": 0x7B,
    "ADMUX": 0x7C,
    "DIDR0": 0x7E,
    "TCCR1A": 0x80,
    "TCCR1B": 0x81,
    "OCR1AL": 0x88,
    "OCR1AH": 0x89,
    "OCR1BL": 0x8A,
    "OCR1BH": 0x8B,
    "TCCR2A": 0xB0,
    "TCCR2B": 0xB1,
    "TCNT2": 0xB2,
    "UCSR0A": 0xC0,
    "UCSR0B": 0xC1,
    "UCSR0C": 0xC2,
    "UBRR0L": 0xC4,
    "UBRR0H": 0xC5,
}
CORE = {f"r{number}": number for number in range(32)}
CORE |= {"SPL": 0x5D, "SPH": 0x5E, "SREG": 0x5F, "PC": PROGRAM_COUNTER}
ENGINE = ("edges", "upcoming", "second_middle", "is_busy", "begins_at", "pulse", "phases")
ENGINE += ("phase_at", "cut_above", "handed_over_at", "is_at_rest")
OTHERS = ("board", "tail", "is_unheard", "sensed", "supply", "turn", "is_watching", "place")
OTHERS += ("next_byte", "bytes_left")
MOMENTS = ("rest", "phase", "gap", "between", "ramp")


class Fault(NamedTuple):
    """What happens to the chip, and when."""

    group: str
    name: str
    address: int
    bit: int
    stays: bool
    moment: str
    offset: int

    def __str__(self) -> str:
        verb = "stuck" if self.stays else "flipped"
        return f"{self.name} bit {self.bit} {verb} in {self.moment}"


def memory(names: tuple[str, ...]) -> dict[str, int]:
    """The address of each byte of these variables."""
    table = subprocess.run(["avr-nm", "-S", str(ELF)], capture_output=True, text=True, check=True)
    bytes_at: dict[str, int] = {}
    for line in table.stdout.splitlines():
        words = line.split()
        if len(words) == 4 and words[3] in names and words[2] in "bBdD":
            at, size = int(words[0], 16) & 0xFFFF, int(words[1], 16)
            bytes_at |= {f"{words[3]}[{i}]": at + i for i in range(size)}
    return bytes_at


def faults(seed: int, count: int) -> Iterator[Fault]:
    """The first `count` faults of a seed."""
    groups = {
        "register": REGISTERS,
        "core": CORE,
        "pulse engine": memory(ENGINE),
        "main loop": memory(OTHERS),
    }
    for index in range(count):
        dice = random.Random(f"{seed}:{index}")
        group = dice.choice(list(groups))
        name = dice.choice(list(groups[group]))
        moment = dice.choice(MOMENTS)
        is_counter = name == "PC"
        yield Fault(
            group,
            name,
            groups[group][name],
            dice.randrange(13 if is_counter else 8),
            not is_counter and dice.random() < 0.5,
            moment,
            offset(dice, moment),
        )


def offset(dice: random.Random, moment: str) -> int:
    """Cycles from the end of a pulse of B to the fault. The next pulse of A begins 5 ms after
    that of B did."""
    first_us = 5000 - (2 * US + 50)
    second_us = first_us + US + 50
    within = {
        "phase": dice.choice([(first_us, first_us + US), (second_us, second_us + US)]),
        "gap": (first_us + US, second_us),
        "between": (0, first_us),
    }.get(moment, (0, 10_000))
    return round(dice.uniform(*within) * CYCLES_PER_US)


class Outcome(NamedTuple):
    """What one fault did."""

    verdict: str
    beyond_uc: float
    beyond_held_uc: float
    off_ms: float
    is_told: bool

    def breaks(self) -> str:
        """What of the aim it breaks; nothing where it holds."""
        broken = {
            "not followed": self.verdict == "not followed",
            f"{self.beyond_uc:.0f} uC": self.beyond_uc > MOST_BEYOND_UC,
            f"off after {self.off_ms:.0f} ms": self.off_ms > OFF_WITHIN_MS,
            "not told": not self.is_told,
        }
        return ", ".join(what for what, is_so in broken.items() if is_so)


class Chips:
    """Benches that are at work, in a rise and at rest, each just after a pulse."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp())
        self._benches = {name: Bench(folder / name) for name in ("work", "ramp", "rest")}
        self._frames: dict[str, str] = {}
        self._first: dict[str, int] = {}
        self._right: dict[str, dict[str, int]] = {}
        for name, bench in self._benches.items():
            bench.arm(HZ, US)
            bench.keep({"work": 1800, "ramp": 800, "rest": 60}[name], MA, HZ, US)
            asked = 0.0 if name == "rest" else MA
            if name == "rest":
                bench.keep(60, asked, HZ, US)
            else:
                bench.run_to_edge("D7", False)
            assert bench.report.state == State.ON
            self._first[name] = bench.sequence + 1
            self._frames[name] = " ".join(self._coming(bench, asked))
            self._right[name] = self._ask(name, PROGRAM_COUNTER - 1, -1, 0, 0)

    def _coming(self, bench: Bench, ma: float) -> Iterator[str]:
        """Frames of the host to come: each has heard the answer to the one before."""
        for _ in range(FRAMES):
            asked = bench.set_point(ma, HZ, US)
            yield encode(asked).hex()
            bench.report = bench.report._replace(sequence=asked.sequence)

    def _ask(self, name: str, address: int, bit: int, jam: int, cycles: int) -> dict[str, int]:
        command = f"trial {address:x} {bit} {jam} {cycles} {self._frames[name]}"
        return self._benches[name].ask(command)

    def try_one(self, fault: Fault) -> Outcome:
        bench = {"ramp": "ramp", "rest": "rest"}.get(fault.moment, "work")
        jam = JAM_CYCLES if fault.stays else 0
        did = self._ask(bench, fault.address, fault.bit, jam, fault.offset)
        if "stopped" in did:
            return Outcome("not followed", 0, 0, 0, True)
        report = next(reversed(reports_of(did["said"])), None)
        beyond, held = (max(did[n] / 1000 - PULSE_UC, 0) for n in ("open", "held"))
        if not did["is_on"]:
            said = self._first[bench] + did["frames"] - UNANSWERED
            told = (
                report is None
                or report.sequence <= said
                or report.state not in (State.ON, State.ARMED)
            )
            return Outcome("off", beyond, held, did["alive"] / CYCLES_PER_MS, told)
        right = self._right[bench]
        is_same = all(abs(did[n] - right[n]) <= 2 for n in ("pulses_a", "pulses_b"))
        if is_same and all(did[n] <= right[n] for n in ("longest", "strongest")):
            return Outcome("no effect", beyond, held, 0, True)
        return Outcome("goes on within limits", beyond, held, 0, True)

    def close(self) -> None:
        for bench in self._benches.values():
            bench.close()


def reports_of(told: int) -> list[Report]:
    """The reports in these bytes, behind a one that keeps their zeros."""
    data = told.to_bytes((told.bit_length() + 7) // 8, "big")[1:]
    return [message for message in Decoder().feed(data) if isinstance(message, Report)]


def try_all(numbered: list[tuple[int, Fault]], results: Path) -> int:
    """Try these, and write a line for each as soon as it is known."""
    chips = Chips()
    with results.open("a", buffering=1) as file:
        for number, fault in numbered:
            line = {"number": number, "fault": fault, "outcome": chips.try_one(fault)}
            file.write(json.dumps(line) + "\n")
    chips.close()
    return len(numbered)


def read(results: Path) -> dict[int, tuple[Fault, Outcome]]:
    """What has been tried so far, by number."""
    lines = results.read_text().splitlines() if results.exists() else []
    found = (json.loads(line) for line in lines if line.endswith("}"))
    return {row["number"]: (Fault(*row["fault"]), Outcome(*row["outcome"])) for row in found}


def table(tried: list[tuple[Fault, Outcome]]) -> Iterator[str]:
    """Lines of Markdown: what was tried, and every exception by name."""
    yield "| what | tried | no effect | goes on | off | not followed | worst beyond the pulse |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for group in ("register", "core", "pulse engine", "main loop"):
        rows = [(f, o) for f, o in tried if f.group == group]
        counts = [
            sum(o.verdict == verdict for _, o in rows)
            for verdict in ("no effect", "goes on within limits", "off", "not followed")
        ]
        worst, held = (
            max((getattr(o, name) for _, o in rows), default=0.0)
            for name in ("beyond_uc", "beyond_held_uc")
        )
        cells = [group, len(rows), *counts, f"{worst:.0f} uC; with capacitors {held:.0f} uC"]
        yield "| " + " | ".join(map(str, cells)) + " |"
    broken = [(f, o) for f, o in tried if o.breaks()]
    yield ""
    yield f"{len(broken)} of {len(tried)} break the aim or could not be followed" + ":" * bool(
        broken
    )
    yield ""
    for what, outcomes in by_name(broken).items():
        yield f"* {what}: {len(outcomes)}, e.g. {outcomes[0]}"


def by_name(broken: list[tuple[Fault, Outcome]]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for fault, outcome in broken:
        variable = fault.name.partition("[")[0]
        named.setdefault(variable, []).append(f"{fault}: {outcome.breaks()}")
    return dict(sorted(named.items()))


def campaign(count: int, seed: int, results: Path, workers: int) -> None:
    """Try what has not been tried yet of the first `count` faults of this seed."""
    done = read(results)
    left = [(n, f) for n, f in enumerate(faults(seed, count)) if n not in done]
    pieces = [left[i : i + PIECE] for i in range(0, len(left), PIECE)]
    finished = count - len(left)
    with ProcessPoolExecutor(workers) as pool:
        for number in pool.map(try_all, pieces, [results] * len(pieces)):
            finished += number
            print(f"\r{finished} of {count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def write_readme(text: str) -> None:
    """Put this between the marks in the README of the firmware."""
    page = FIRMWARE / "README.md"
    before, begin, rest = page.read_text().partition("<!-- bit faults -->\n")
    _, end, after = rest.partition("<!-- end of bit faults -->\n")
    if not (begin and end):
        raise ValueError(f"{page} has no place for the bit faults")
    page.write_text(before + begin + text + end + after)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--readme", action="store_true", help="write the table of what was tried")
    arguments = parser.parse_args()
    build()
    results = BUILD / f"bit-faults-{arguments.seed}.jsonl"
    if not arguments.readme:
        campaign(arguments.count, arguments.seed, results, arguments.workers)
    tried = [pair for n, pair in sorted(read(results).items()) if n < arguments.count]
    lines = "\n".join(table(tried))
    print(lines)
    if arguments.readme:
        named = f"`--count {arguments.count} --seed {arguments.seed}`"
        write_readme(f"{len(tried):,} of the {arguments.count:,} faults of {named}:\n\n{lines}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
