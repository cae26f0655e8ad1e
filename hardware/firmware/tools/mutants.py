"""Takes the core's rules out, one by one: each time a test has to fail.

`python mutants.py CC BUILD`, in the folder of the firmware; BUILD has `golden.h`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

FLAGS = ("-std=gnu99", "-O1", "-w", "-I.", "-Icore", "-Itest")
SECONDS_AT_MOST = 20


class Mutant(NamedTuple):
    rule: str
    file: str
    code: str
    instead: str


def in_file(file: str, *rows: tuple[str, str, str]) -> list[Mutant]:
    return [Mutant(rule, f"core/{file}.c", code, instead) for rule, code, instead in rows]


MUTANTS = [
    *in_file(
        "frame",
        ("a damaged frame is no message", " && reader->crc == 0", ""),
        ("a CRC alone is no message", " && reader->count >= SHORTEST", ""),
        ("a block ends within its frame", "reader->left == 0 && ", ""),
        ("no frame is longer than its room", "reader->count == sizeof reader->bytes", "0"),
        ("what is too long is thrown away whole", "reader->in_excess = true;", ""),
        ("a zero ends every frame", "reader->in_excess = false;", ""),
        ("empty frames mean nothing", "!had_begun || was_in_excess", "was_in_excess"),
        ("COBS puts the zeros back", "return keep(reader, 0);", "return FRAME_NOTHING;"),
    ),
    *in_file(
        "limits",
        ("ceiling of amplitude, lowered", "lower(ceilings.codes, asked->ceiling_codes)", "3200"),
        ("ceiling of width, lowered", "lower(ceilings.width_us, asked->ceiling_us)", "400"),
        (
            "ceiling of frequency, lowered",
            "lower(ceilings.centihz, asked->ceiling_centihz)",
            "12000",
        ),
        ("own cap of amplitude", "        EMS_MAX_AMPLITUDE_CODES,\n", "        0xFFFF,\n"),
        ("own cap of width", "        EMS_MAX_WIDTH_US,\n", "        0xFFFF,\n"),
        ("own cap of frequency", "        EMS_MAX_FREQUENCY_CENTIHZ,\n", "        0xFFFF,\n"),
        ("width under the ceiling", "if (width_us > ceilings.width_us)", "if (0)"),
        ("amplitude under the ceiling", "codes <= ceilings.codes", "1"),
        ("no pulse shorter than 50 us", "width_us >= EMS_MIN_WIDTH_US", "1"),
        ("40 uC a phase", "(uint32_t)codes * width_us <= EMS_MAX_CHARGE_CODES_US", "1"),
        ("charge in 32 bits", "(uint32_t)codes * width_us", "(uint16_t)(codes * width_us)"),
        ("no frequency below 1 Hz", "centihz >= EMS_MIN_FREQUENCY_CENTIHZ", "1"),
        ("no lease above 500 ms", "asked->lease_ms <= EMS_MAX_LEASE_MS", "1"),
        ("frequency under the ceiling", "centihz <= ceilings.centihz", "1"),
        ("no bursts means none", "return ms == 0;", "return true;"),
        ("no burst of one pulse", "pulses >= 2", "1"),
        ("no burst of more than 25 pulses", "pulses <= EMS_MAX_BURST_PULSES", "1"),
        ("no more than 10 bursts a second", "ms >= EMS_MIN_BURST_MS", "1"),
        ("no gap longer than a second", "ms <= EMS_MAX_BURST_MS", "1"),
        ("a gap between bursts", "(pulses + 1U) * UINT32_C(100000)", "UINT32_C(100000)"),
    ),
    *in_file(
        "stage",
        ("first pulse at most 1 mA", "return EMS_FIRST_PULSE_CODES;", "return 200;"),
        (
            "rise of 40 mA/s",
            "(uint16_t)us / (uint16_t)US_PER_CODE",
            "(uint16_t)us / (uint16_t)US_PER_CODE + 1",
        ),
        (
            "no rise beyond the target",
            "lower(due->target, most(stage, due, due->slot))",
            "most(stage, due, due->slot)",
        ),
        ("a pause earns one period", "if (elapsed > stage->period)", "if (0)"),
        (
            "in force falls at once",
            "channel->in_force = lower(channel->in_force, most);\n",
            "if (most == 0) channel->in_force = 0;\n",
        ),
        ("in force is what was delivered", "lower(pulse->codes, channel->target)", "pulse->codes"),
        ("nothing measured in rest", "        channel->measured = 0;\n", ""),
        ("nothing measured in rest, negative", "        channel->negative = 0;\n", ""),
        (
            "nothing measured of a pulse that was taken back",
            "    if (channel->target == 0)\n        return;\n",
            "",
        ),
        ("rest stops the pulses", "stage->runs = false;\n    } else", "} else"),
        ("a new frequency holds at once", "if (is_new || !stage->runs)", "if (!stage->runs)"),
        (
            "set-points move no edge",
            "if (!stage->runs || stage->asked_period > stage->period)",
            "if (1)",
        ),
        ("a channel at zero delivers nothing", "if (due->target == 0) {", "if (0) {"),
        ("B half a period after A", "first + stage->period / 2;", "first + stage->period / 3;"),
        (
            "a period between a channel's pulses, A",
            "channel->last + least, first))",
            "channel->last + least, first) && i == 1)",
        ),
        (
            "a period between a channel's pulses, B",
            "channel->last + least, first))",
            "channel->last + least, first) && i == 0)",
        ),
        ("not one tick less for B", "least -= stage->period / 2;", "least /= 2;"),
        (
            "the last edge is within the lease",
            "if (!has_come(end, due->slot + pulse_ticks(due->width_us)))",
            "if (0)",
        ),
        (
            "the whole pulse is within the lease",
            "due->slot + pulse_ticks(due->width_us)",
            "due->slot",
        ),
        (
            "off stops the pulses",
            "stage->runs = false;\n    stage->centihz = 0;",
            "stage->centihz = 0;",
        ),
        ("off shows in the report", "stage->centihz = 0;", ""),
        ("off takes the amplitudes", "apply_channel(&stage->channels[i], 0, 0);", "{}"),
        ("a late pulse moves the others", "stage->channels[i].slot += late;", "{}"),
        ("old pulses are forgotten", "channel->has_last = false;", "{}"),
        ("pulses come one by one", "!has_come(now + STAGE_AHEAD_TICKS, due->slot)", "0"),
        ("the period is rounded", "+ centihz / 2U)", ")"),
        ("a burst has its pulses", "channel->place < stage->burst_pulses", "1"),
        ("bursts begin anew", "        channel->place = 0;\n", ""),
        (
            "another form is noticed by its pulses",
            "asked->burst_pulses != stage->burst_pulses",
            "0",
        ),
        ("another form is noticed by its time", "asked->burst_ms != stage->burst_ms", "0"),
        (
            "another form is noticed by its frequency",
            "(has_bursts(stage) && asked->frequency_centihz != stage->centihz)",
            "0",
        ),
        ("another form begins small", "|| channel->is_fresh)", ")"),
        ("only its first pulse", "    due->is_fresh = false;\n", ""),
        ("another form begins at once", "if (is_other || !stage->runs ||", "if (!stage->runs ||"),
        (
            "a gap is no rest",
            "channel->delivered + longest(stage)",
            "channel->delivered + stage->period",
        ),
        (
            "a burst that did not come is a rest",
            "channel->delivered + longest(stage) +",
            "channel->delivered + TICKS_PER_S +",
        ),
        ("off ends bursts", "    stage->burst_pulses = 0;\n", ""),
        ("and their time", "    stage->burst_ms = 0;\n", ""),
    ),
    *in_file(
        "board",
        ("hello first", "if (!board->greeted)", "if (0)"),
        ("the layout must be the board's", "hello->layout == EMS_LAYOUT", "true"),
        (
            "no set-point in a fault",
            "if (board->state == EMS_STATE_FAULT)\n        return",
            "if (0)\n        return",
        ),
        ("arming number", "if (asked->arming != board->arming)", "if (0)"),
        ("newer than the newest", "newer_by == 0 || ", ""),
        ("no replay", "newer_by == 0 || newer_by > EMS_SEQUENCE_WINDOW", "newer_by == 0"),
        ("belief", "if (asked->belief != board->state)", "if (0)"),
        (
            "arms with zero only, A",
            "(asked->amplitude_a_codes || asked->amplitude_b_codes))\n        r",
            "asked->amplitude_b_codes)\n        r",
        ),
        (
            "arms with zero only, B",
            "(asked->amplitude_a_codes || asked->amplitude_b_codes))\n        r",
            "asked->amplitude_a_codes)\n        r",
        ),
        ("limits", "!limits_allow(ceilings, asked) ||", ""),
        ("ceilings hold", "board->ceilings = ceilings;", ""),
        (
            "ceilings hold until the next off only",
            "board->ceilings = limits_own();",
            "if (!board->ceilings.codes) board->ceilings = limits_own();",
        ),
        ("the sequence moves on", "board->sequence = asked->sequence;", ""),
        ("off sets the sequence", "board->sequence = sequence;", ""),
        ("the third wrong belief", "++board->wrong_beliefs >= EMS_WRONG_BELIEFS", "0"),
        (
            "three in a row, not in all",
            "    board->wrong_beliefs = 0;\n    board->sequence",
            "    board->sequence",
        ),
        (
            "off forgives beliefs",
            "    board->wrong_beliefs = 0;\n    board->ceilings",
            "    board->ceilings",
        ),
        ("refusals are counted", "board->refusals[refusal]++;", ""),
        ("damage is counted", "board->refusals[EMS_REFUSAL_DAMAGED]++;", "{}"),
        ("unknown messages are counted", "board->refusals[EMS_REFUSAL_UNKNOWN]++;", ""),
        ("the lease", "if (is_live(board) && has_come(now, board->lease_end))", "if (0)"),
        (
            "the lease of an armed board",
            "if (is_live(board) && has_come",
            "if (board->state == EMS_STATE_ON && has_come",
        ),
        (
            "the lease is renewed",
            "        board->lease_end = lease_end;\n    } else if",
            "    } else if",
        ),
        ("a deaf host makes no lease longer", "board->state == EMS_STATE_OFF || has_heard", "1"),
        ("a deaf host may make it shorter", "if (has_come(board->lease_end, lease_end))", "if (0)"),
        ("a frame may have waited", " - BOARD_WAIT_TICKS;", ";"),
        ("a new arming number with every off", "    renew_arming(board);\n", ""),
        (
            "arming numbers go round",
            "number ^= (uint16_t)(number >> 9);",
            "number = board->random;",
        ),
        ("never zero", "beginning->seed ? beginning->seed : 1", "beginning->seed"),
        (
            "the power-up decides the number",
            "(uint32_t)board->beginning.power_ups << 16 | number",
            "number",
        ),
        ("off stops the stage", "    stage_stop(&board->stage);\n", ""),
        ("faults are latched", "board->faults ? EMS_STATE_FAULT : EMS_STATE_OFF", "EMS_STATE_OFF"),
        ("a second fault takes no number", "if (board->state != EMS_STATE_FAULT)\n", ""),
        ("off clears what is gone", "board->faults = 0;", ""),
        (
            "off clears only what is gone",
            "switch_off(board, reason, now);\n    supervise(board, now);",
            "switch_off(board, reason, now);",
        ),
        ("off forgets contacts", "board->contacts[i] = EMS_CONTACT_UNKNOWN;", "{}"),
        ("emergency stop", "if (board->senses.emergency)", "if (0)"),
        ("empty supply", "if (board->senses.supply_mv < EMS_SUPPLY_EMPTY_MV)", "if (0)"),
        ("inputs are watched", "    supervise(board, now);\n    if", "    if"),
        ("old pulses are forgotten in time", "    stage_age(&board->stage, now);\n", ""),
        ("over-current", "if (larger > most)", "if (0)"),
        (
            "over-current in either phase",
            "bool is_larger = measured.positive > measured.negative;",
            "bool is_larger = true;",
        ),
        (
            "unbalanced",
            "    else if (is_unbalanced)\n",
            "    else if (0)\n",
        ),
        ("a pad may come off between two phases", "is_apart && *was_apart;", "is_apart;"),
        ("phases apart are off at once", "!is_open && !is_apart, now", "!is_open, now"),
        ("phases apart are off below 2 mA", "(shows_contact || is_apart)", "shows_contact"),
        ("a good pulse forgets that they were", "        board->was_apart[channel] = false;\n", ""),
        ("over-current: 20 %", "asked / (100U / EMS_OVER_CURRENT_PERCENT)", "asked / 4U"),
        ("over-current: 1 mA", "+ EMS_OVER_CURRENT_CODES)", "+ EMS_OVER_CURRENT_CODES + 1)"),
        ("open lead", "        switch_off(board, EMS_REASON_OPEN_LEAD, now);\n", ""),
        (
            "open lead: half",
            "(uint32_t)measured.positive * 2U < asked",
            "(uint32_t)measured.positive * 3U < asked",
        ),
        ("open lead: from 2 mA", "asked >= EMS_OPEN_LEAD_FROM_CODES", "1"),
        ("no contact of a pulse after off", "is_live(board) && (shows", "(shows"),
        ("high voltage while live", "return is_live(board);", "return true;"),
        (
            "no pulse of a board that is off",
            "return is_live(board) && stage_next",
            "return stage_next",
        ),
        (
            "a pulse to come follows down",
            "target < pulse->codes ? target : pulse->codes",
            "pulse->codes",
        ),
        ("current means on", "board->state = EMS_STATE_ON;", "{}"),
        ("zero means armed", "board->state = EMS_STATE_ARMED;", "{}"),
        (
            "hello switches off",
            "    obey_off(board, hello->sequence, EMS_REASON_HELLO, now);\n",
            "",
        ),
        ("set-points have their length", "&& length == sizeof message.set_point", ""),
        ("offs have their length", "&& length == sizeof message.off", ""),
        ("hellos have their length", "&& length == sizeof message.hello", ""),
        ("a reset's cause is a fault", "board->faults = beginning->faults;", ""),
    ),
    *in_file(
        "reply",
        ("no contact without current", "return EMS_CONTACT_UNKNOWN;", "return contact;"),
        ("open stays", "contact == EMS_CONTACT_OPEN ||", ""),
        ("greeted is told", "board->greeted ? EMS_FLAG_GREETED : 0", "0"),
        ("low supply is told", "board->senses.supply_mv < EMS_SUPPLY_LOW_MV", "0"),
        ("one answer each", "        board->owes_report = false;\n", ""),
        (
            "one identity each",
            "board->owes_identity = false;",
            "board->owes_identity = board->owes_report;",
        ),
    ),
]


def compiled(cc: str, source: Path, folder: Path) -> Path:
    target = folder / f"{source.stem}.o"
    subprocess.run(
        [cc, *FLAGS, f"-I{sys.argv[2]}", "-c", str(source), "-o", str(target)], check=True
    )
    return target


def passes(cc: str, objects: dict[str, Path], folder: Path) -> bool:
    """Whether all tests pass with these objects."""
    program = folder / "tests"
    subprocess.run([cc, *map(str, objects.values()), "-o", str(program)], check=True)
    try:
        run = subprocess.run([program], stdout=subprocess.DEVNULL, timeout=SECONDS_AT_MOST)
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


def survives(mutant: Mutant, cc: str, objects: dict[str, Path], folder: Path) -> bool:
    """Whether all tests pass without the rule."""
    text = Path(mutant.file).read_text()
    if text.count(mutant.code) != 1:
        raise SystemExit(f"{mutant.file}: not exactly once: {mutant.code!r}")
    source = folder / "mutant.c"
    source.write_text(text.replace(mutant.code, mutant.instead))
    return passes(cc, objects | {mutant.file: compiled(cc, source, folder)}, folder)


def main() -> int:
    cc = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = sorted([*Path("core").glob("*.c"), *Path("test").glob("*.c")])
        sources.remove(Path("test/library.c"))
        objects = {str(source): compiled(cc, source, folder) for source in sources}
        if not passes(cc, objects, folder):
            raise SystemExit("the tests fail already with all rules in place")
        survivors = 0
        for mutant in MUTANTS:
            lives = survives(mutant, cc, objects, folder)
            survivors += lives
            verdict = "NO TEST FAILS" if lives else "a test fails"
            print(f"{Path(mutant.file).name:9} without: {mutant.rule:48} {verdict}", flush=True)
    print(f"{len(MUTANTS)} rules taken out, {survivors} unnoticed")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
