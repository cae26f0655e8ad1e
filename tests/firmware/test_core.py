"""The part of the firmware that decides, on this machine: its own tests, and their coverage."""

import re
import runpy
import shutil
from pathlib import Path

import pytest

from appliance.stimulator.reference.protocol import Check
from tests.firmware.core_tools import FIRMWARE, REPOSITORY, make, need

MIN_FUZZ_BYTES = 10_000_000
MOST_PERCENT = 60.0


def test_the_core_passes_its_tests_and_ten_million_bytes_of_fuzz(tmp_path: Path) -> None:
    need("make", "gcc")
    done = make(tmp_path, "test")
    assert done.returncode == 0, done.stdout + done.stderr
    tests = re.search(r"(\d+) tests, 0 failed checks", done.stdout)
    fuzz = re.search(r"fuzz: (\d+) bytes, .* all within the rules", done.stdout)
    assert tests and int(tests[1]) > 70
    assert fuzz and int(fuzz[1]) >= MIN_FUZZ_BYTES


def test_every_line_and_branch_of_the_core_is_covered(tmp_path: Path) -> None:
    need("make", "gcc", "gcov")
    done = make(tmp_path, "coverage")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"(\w+)\.c: (\d+) of (\d+) lines, (\d+) of (\d+) branches", done.stdout)
    deciding = {path.stem for path in FIRMWARE.glob("core/*.c")} | {"bench_stage", "stage_test"}
    assert {row[0] for row in rows} == deciding
    for _, hit_lines, lines, hit_branches, branches in rows:
        assert (hit_lines, hit_branches) == (lines, branches)


def test_the_build_prints_flash_and_ram_and_both_are_below_60_percent(tmp_path: Path) -> None:
    need("make", "avr-gcc")
    done = make(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "stimulator.elf").is_file()
    assert (tmp_path / "stimulator.hex").is_file()
    used = dict(re.findall(r"(flash|RAM): \d+ of \d+ bytes, ([\d.]+) %", done.stdout))
    assert used.keys() == {"flash", "RAM"}
    assert all(float(percent) < MOST_PERCENT for percent in used.values())


@pytest.mark.parametrize(
    ("where", "before", "after"),
    [
        ("protocol.py", 'lease_ms: Annotated[int, U16, "how', 'lease_ms: Annotated[int, U32, "how'),
        ("enumerations.py", "GOOD = 1", "GOOD = 3"),
        ("protocol.py", "] = 3200", "] = 3201"),
    ],
    ids=["a field", "an enumeration", "a constant"],
)
def test_one_changed_field_breaks_the_build_until_the_header_is_new(
    tmp_path: Path, where: str, before: str, after: str
) -> None:
    need("make", "avr-gcc")
    copy = tmp_path / "copy"
    firmware = copy / "hardware/firmware"
    ignored = shutil.ignore_patterns("build", "__pycache__")
    shutil.copytree(REPOSITORY / "appliance", copy / "appliance", ignore=ignored)
    shutil.copytree(FIRMWARE, firmware, ignore=ignored)
    assert make(tmp_path / "build", "fresh", firmware=firmware).returncode == 0

    declaration = copy / "appliance/stimulator/reference" / where
    text = declaration.read_text()
    assert text.count(before) == 1
    declaration.write_text(text.replace(before, after))
    done = make(tmp_path / "build", firmware=firmware)
    assert done.returncode != 0
    assert "protocol.h is stale" in done.stderr


def test_each_rule_that_is_taken_out_of_the_core_stands_there_once() -> None:
    mutants = runpy.run_path(str(FIRMWARE / "tools/core_mutants.py"))["MUTANTS"]
    found = {m.rule: (FIRMWARE / m.file).read_text().count(m.code) for m in mutants}
    assert {rule: times for rule, times in found.items() if times != 1} == {}


def test_every_check_that_the_protocol_declares_is_told_by_the_firmware() -> None:
    texts = [path.read_text() for path in FIRMWARE.glob("[ac]*/*.c")]
    told = {name for text in texts for name in re.findall(r"EMS_CHECK_([A-Z_]+)", text)}
    told |= {name for text in texts for name in re.findall(r"EXPECT\(.*, ([A-Z]+)\);", text)}
    assert told == {check.name for check in Check}
