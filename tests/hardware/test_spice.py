"""The simulated circuits: the fast subset, and what holds the committed tables together."""

import json
import re
import shutil
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("numpy", reason="numpy is not installed: pip install -e '.[hardware]'")

import numpy as np

from hardware.spice import (
    accepted,
    faults,
    kicad,
    ngspice,
    products,
    pump_faults,
    pump_figures,
    stage_deck,
    stage_faults,
    stage_figures,
    stage_self_test,
    stage_table,
)
from hardware.spice.firmware_rules import RULES, Readings, seen
from hardware.spice.netlist import FOLDER, Part, packages, pin_names, read

needs_ngspice = pytest.mark.skipif(
    not ngspice.is_installed(), reason="ngspice is not installed: apt-get install ngspice"
)


@pytest.fixture(autouse=True)
def no_kept_traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nothing that ran before answers for a test."""
    monkeypatch.setattr(ngspice, "CACHE", tmp_path)


@pytest.mark.parametrize("product", products.PRODUCTS, ids=lambda one: one.name)
def test_committed_tables_are_fresh(product: products.Product):
    reason = products.stale(product)
    assert reason is None, f"{reason}: run python -m hardware.spice {product.name}"


@pytest.mark.parametrize("name", ["pump.cir", "stage.cir"])
def test_every_part_has_faults(name: str):
    parts = read(FOLDER / name)
    broken = [fault.name.split()[0] for fault in faults.single_faults(parts)]
    also = [one.split()[0] for fault in faults.single_faults(parts) for one in fault.also]
    assert {faults.label(part) for part in parts} <= {*broken, *also}


def test_every_fault_of_the_stage_has_its_row():
    told = tomllib.loads((FOLDER / "stage-faults.toml").read_text("utf-8"))
    names = [case.name for case in stage_faults.cases()]
    not_simulated = told["not_simulated"]
    assert [row["name"] for row in told["fault"]] == [n for n in names if n not in not_simulated]
    assert set(not_simulated) <= accepted.reasons("stage").keys() & set(names)


def test_nobody_misses_a_fault_of_the_stage_without_a_reason():
    """What the real firmware was measured to end counts as seen, not what a rule would see."""
    rows = tomllib.loads((FOLDER / "stage-faults.toml").read_text("utf-8"))["fault"]
    chips = json.loads(stage_table.MEASURED.read_text("utf-8"))
    tested = json.loads(stage_table.TESTED.read_text("utf-8"))
    ended = {name for name, did in chips.items() if any(pulse for pulse, _ in did)}
    stopped = {name for name, (step, _) in tested.items() if step}
    unseen = {row["name"] for row in rows} - ended - stopped
    assert unseen - {"none"} <= accepted.reasons("stage").keys()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, "nobody sees it"),
        ({"chip": None}, "not measured"),
        ({"tested": None}, "not tried"),
        ({"self_test": "10 mA in the positive phase"}, "nobody sees it"),
        ({"tested": (2, "self_test (bridge)")}, ""),
        ({"chip": [(1, "open_lead"), (1, "open_lead")]}, ""),
        ({"last_ua": 11.0}, "11 uA lasting"),
        ({"error": "no solution"}, "cannot be simulated"),
    ],
)
def test_a_new_row_without_a_reason_fails_the_build(changed: dict[str, Any], problem: str):
    readings = Readings(1600, 1600, 9, 3400, 64, 65)
    last_ua = changed.pop("last_ua", 0.0)
    sound = stage_faults.Outcome((readings, readings), 40, 10, 10, last_ua, None, ())
    row = stage_table.Row("R99 open", (), sound, chip=[(0, ""), (0, "")], tested=(0, ""))
    row = replace(row, **changed)
    found = [line for line in stage_table.problems([row]) if line.startswith("R99 open")]
    assert bool(found) == bool(problem)
    assert not problem or any(problem in line for line in found)


def test_the_firmware_asks_what_is_simulated():
    """The limits of the self-test stand in C and in Python."""
    source = (FOLDER.parent / "firmware/bench_stage/stage_test.c").read_text("utf-8")
    limits = {name: int(mv) for name, mv in re.findall(r"define (\w+)_MV (\d+)U", source)}
    own = stage_self_test
    for name, (least, most) in (
        ("TEN", own.TEN_MV),
        ("STRONG", own.STRONG_MV),
        ("ACROSS", own.ACROSS_MV),
        ("LEFT", own.LEFT_MV),
    ):
        assert (limits[f"{name}_LEAST"], limits[f"{name}_MOST"]) == (least, most)
    assert (limits["NOTHING"], limits["FALLEN"]) == (own.NOTHING_MV, own.FALLEN_MV)
    assert limits["DROP"] == own.DROP_MV
    least, most = re.findall(r"define LOAD_\w+_SHARE (\d+)U", source)
    assert (int(least), int(most)) == own.LOAD_SHARE
    steps = re.search(r"enum step \{(.*?)\};", source, re.DOTALL)
    assert steps and len(re.findall(r"\w+(?: = 1)?,", steps[1])) == len(own.STEPS)


def test_the_rules_find_in_the_committed_readings_what_the_table_says():
    told = tomllib.loads((FOLDER / "stage-faults.toml").read_text("utf-8"))
    fields = Readings.__dataclass_fields__
    for row in told["fault"]:
        pulses = [
            Readings(*(row[name][number] for name in fields))
            for number in range(len(told["asked_ma"]))
        ]
        found = seen(pulses, told["asked_ma"])
        assert row["seen"] == (f"pulse {found[0]}: {found[1]}" if found else ""), row["name"]


def test_every_fault_of_the_pump_has_its_row():
    table = (FOLDER / "pump-faults.md").read_text("utf-8")
    for case in pump_faults.cases():
        assert f"| {case.name} " in table


def test_a_healthy_pulse_fires_no_rule():
    sound = Readings(1600, 1600, 9, 3400, 64, 65)
    assert not [name for name, fires in RULES if fires(sound, 40)]


def test_pins_and_nets_of_every_package_agree():
    known = packages()
    for name in ("pump.cir", "stage.cir"):
        for part in read(FOLDER / name):
            assert len(pin_names(part, known)) == len(part.nets), part.ref


def test_nothing_but_a_series_capacitor_leads_to_a_lead():
    at_leads = [part for part in read(FOLDER / "stage.cir") if {"l1", "l2"} & set(part.nets)]
    assert {(part.nets, part.value) for part in at_leads} == {
        (("a1", "l1"), "4.7u"),
        (("a2", "l2"), "4.7u"),
    }
    assert all(part.ref.startswith("C") for part in at_leads)


def test_a_line_that_is_no_part_is_refused(tmp_path: Path):
    path = tmp_path / "wrong.cir"
    path.write_text("V1 a 0 5\n", "utf-8")
    with pytest.raises(ValueError, match=r"wrong\.cir: not a part"):
        read(path)


def test_a_bridge_of_two_nets_is_one_fault_however_many_pins_share_them():
    parts = (Part("M1", ("a", "g", "s"), "X"), Part("R1", ("a", "s"), "1k"))
    names = {fault.name: fault.also for fault in faults.single_faults(parts)}
    assert names["M1 D-S bridged"] == ("R1 short",)
    assert "R1 short" not in names


@needs_ngspice
def test_the_pump_lets_go_after_135_ms_in_the_middle():
    middle = pump_figures.measure(pump_figures.Corner())
    assert 125 < middle.off_ms < 145
    assert not pump_figures.missed(middle, [])


@needs_ngspice
@pytest.mark.parametrize("longest", [False, True])
def test_the_pump_lets_go_between_100_and_185_ms_in_its_worst_corners(longest: bool):
    worst = (
        pump_figures.Corner(5.25, 1.1, 1.01, -1, 0.009, -0.2e-6, 50, 0.02)
        if longest
        else pump_figures.Corner(4.6, 0.9, 0.99, 1, -0.009, 0.2e-6, 0, 0.02)
    )
    assert not pump_figures.missed(pump_figures.measure(worst), [])


@needs_ngspice
@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("none", None),
        ("T1 C-E bridged", "off at rest"),
        ("C12 short", "off, pin frozen high"),
        ("IC2 IN1+-GND bridged", "off at rest"),
        ("R11 open", "off, pin frozen low"),
    ],
)
def test_the_self_test_sees_a_pump_that_holds(name: str, step: str | None):
    case = next(case for case in pump_faults.cases() if case.name == name)
    outcome = pump_faults.simulate(case.body())
    assert outcome.seen == step
    assert outcome.stop_opens


@needs_ngspice
def test_the_stage_delivers_what_is_asked():
    bench = stage_deck.Bench(load_ohm=1000.0)
    point = stage_figures.Point("1 kOhm", 80, stage_figures.LONG_WIDTH_S, bench)
    assert not stage_figures.misses(point, stage_figures.measure(point))


@needs_ngspice
@pytest.mark.parametrize(
    ("load_ohm", "step"),
    [
        (950.0, None),
        (1000.0, None),
        (1050.0, None),
        (778.0, "nothing but 1 kOhm takes the current"),
        (1500.0, "nothing but 1 kOhm takes the current"),
    ],
    ids=["5 % less", "sound", "5 % more", "the largest with 3 kOhm beside it", "a person instead"],
)
def test_the_weak_question_tells_the_load_from_one_with_somebody_beside_it(
    load_ohm: float, step: str | None
):
    bench = stage_deck.Bench(load_ohm=load_ohm)
    assert stage_self_test.failing_step(stage_faults.sound_body(), bench) == step


@needs_ngspice
@pytest.mark.parametrize("load_ohm", [1000.0, 500.0, 10.0])
def test_a_weak_phase_sends_a_fifth_of_a_microcoulomb_at_most(load_ohm: float):
    own = stage_self_test
    bench = stage_deck.Bench(load_ohm=load_ohm)
    traces = stage_deck.run(stage_faults.sound_body(), own.script(), bench)
    charge_c = stage_deck.charge_c(traces)
    for begin_s in own.WEAK_S:
        before, after = np.interp((begin_s, begin_s + 100e-6), traces["t"], charge_c)
        assert abs(after - before) < 0.2e-6


@needs_ngspice
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("none", None),
        ("chip: PD5 wire broken", "too little in the negative phase"),
        ("M1 D-S bridged", None),
        ("M3 D-S bridged", None),
        ("chip: DAC told full scale", None),
    ],
)
def test_a_pulse_shows_the_fault_and_stays_within_the_targets(name: str, rule: str | None):
    case = next(case for case in stage_faults.cases() if case.name == name)
    outcome = stage_faults.simulate(case)
    assert (outcome.seen is None) == (name == "none")
    assert rule is None or outcome.seen == (1, rule)
    assert outcome.peak_ma <= 110
    assert outcome.phase_uc <= 40
    assert outcome.one_way_uc <= 50


needs_kicad = pytest.mark.skipif(
    shutil.which("kicad-cli") is None, reason="kicad-cli 9 is not installed"
)


@needs_kicad
@pytest.mark.parametrize(
    ("schematic", "circuit"), [(kicad.PUMP, "pump.cir"), (kicad.STAGE, "stage.cir")]
)
def test_what_is_simulated_is_what_is_drawn(schematic: Path, circuit: str):
    assert not kicad.same(schematic, circuit)


@needs_kicad
def test_the_stages_schematic_has_no_electrical_fault(tmp_path: Path):
    command = ["kicad-cli", "sch", "erc", "--severity-all", "--exit-code-violations"]
    ran = subprocess.run([*command, "-o", str(tmp_path / "erc.txt"), str(kicad.STAGE)], check=False)
    assert ran.returncode == 0, (tmp_path / "erc.txt").read_text("utf-8")


def test_the_bench_stage_says_what_it_is():
    folder = kicad.STAGE.parent
    assert "UNCERTIFIED-BENCH-ONLY" in kicad.STAGE.name
    assert "UNCERTIFIED, BENCH ONLY" in kicad.STAGE.read_text("utf-8")
    assert (folder / "README.md").read_text("utf-8").startswith("# UNCERTIFIED, BENCH ONLY")
