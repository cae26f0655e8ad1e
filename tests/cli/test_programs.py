"""`programs`: list, show, new, check, plot and diff."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from appliance.cli import main

WORK = (
    '{ name = "work", frequency_hz = 30, pulse_width_us = 200, ramp_up_s = 2, hold_s = 3,'
    " ramp_down_s = 1, off_s = 10 }"
)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "config.toml"
    config.write_text("")
    monkeypatch.setenv("EMS_APPLIANCE_CONFIG", str(config))
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    return tmp_path


def said(capsys, *arguments: str) -> str:
    assert main(["programs", *arguments]) == 0
    return capsys.readouterr().out


def refused(capsys, *arguments: str) -> str:
    assert main(["programs", *arguments]) == 2
    return capsys.readouterr().err


def test_the_list_names_sources_and_what_the_limits_do_not_permit(box, capsys) -> None:
    (box / "config.toml").write_text(
        "[limits]\nminutes_per_site = 15\n[plan]\nstage_minutes = 15\n"
    )
    rows = {row["id"]: row for row in json.loads(said(capsys, "list", "--json"))}
    assert rows["stevens_lapsley_2012"]["permitted"]
    assert not rows["nussbaum_2017_knee"]["permitted"]
    assert rows["gentle"]["source"] is None
    hip = said(capsys, "list", "--muscles", "hip").splitlines()[1:]
    assert len(hip) == 3 and all(" hip " in line for line in hip)
    assert "longer than the limits leave" in hip[0]


def test_a_program_is_shown_with_where_it_was_published(box, capsys) -> None:
    text = said(capsys, "show", "bewell_lower_back")
    assert "active rest at 6 Hz and 50%" in text
    assert "published: Preparation 5 Hz" in text and "adapted: " in text
    told = json.loads(said(capsys, "show", "stevens_lapsley_2012", "--json"))
    assert told["phases"][0]["contractions"] == 15
    assert 'did you mean "gentle"?' in refused(capsys, "show", "gentel")


def test_a_check_tells_every_minute_and_every_cap(box, capsys) -> None:
    told = json.loads(said(capsys, "check", "bewell_lower_back", "--json"))
    assert [minute["number"] for minute in told["by_minute"]] == list(range(1, 29))
    assert sum(minute["contractions"] for minute in told["by_minute"]) == 43
    assert told["level_share"] == 0.5
    assert told["caps"][0] == {"phase": "warm_up", "most": 60.0, "rule": "settings"}
    text = said(capsys, "check", "neotek_back")
    assert "up to 18.2 mA, set by: charge" in text
    assert "200-330" in text


def test_a_plot_of_a_program(box, capsys) -> None:
    pytest.importorskip("plotext")
    assert "frequency, Hz" in said(capsys, "plot", "lower_back", "--minutes", "8")
    assert "frequency within bursts, Hz" in said(capsys, "plot", "cefar_burst")
    said(capsys, "plot", "aldayel_2021", "--out", str(box / "one.svg"))
    assert "<svg" in (box / "one.svg").read_text()
    assert "choose another file" in refused(capsys, "plot", "gentle", "--out", "/no/such/a.svg")


def test_what_differs_between_two_programs(box, capsys) -> None:
    lines = said(capsys, "diff", "hip_flexors", "lower_back").splitlines()
    assert lines[:2] == ["--- hip_flexors", "+++ lower_back"]
    assert any(line.startswith("+work: 50 Hz, 300 us") for line in lines)
    assert said(capsys, "diff", "glutes", "glutes").endswith("deliver the same.\n")


def test_a_new_program_is_a_copy_of_ones_own(box, capsys) -> None:
    out = said(capsys, "new", "my_back", "lower_back")
    assert "a routine in routines.toml can use it" in out
    assert said(capsys, "diff", "my_back", "lower_back").endswith("deliver the same.\n")
    assert (box / "programs.toml").read_text().startswith("#:schema ")
    said(capsys, "new", "my_other", "my_back")
    said(capsys, "new", "my_knee", "stevens_lapsley_2012")
    assert "15 contractions" in said(capsys, "show", "my_knee")
    assert "this name is taken" in refused(capsys, "new", "my_back", "glutes")
    assert "allowed are small letters" in refused(capsys, "new", "My back", "glutes")


OWN = {
    "array of lines": f"""
[mine]  # as it helped
# Twice the same work.
kind = "contracting"
phases = [
# without warm-up
    {{ repeat = 2, phases = [
        {WORK.replace(" }", ", duration_s = 60 }")},
        {{ pause_s = 20 }},
    ] }},
]
[mine.publication]
authors = "A"
year = "2020"
title = "T"
where = "W"
muscles = "hip"
published = "all of it"
adapted = "nothing"

# Not of mine.
[other]
kind = "contracting"
phases = [{WORK}]
""",
    "tables": """
[ "mine" ]
kind = "contracting"
[[mine.phases]]
name = "warm_up"
frequency_hz = 5
pulse_width_us = 200
ramp_up_s = 2
ramp_down_s = 2
off_s = 0
duration_s = 60
# then
[[mine.phases]]
name = "work"
frequency_hz = 30
pulse_width_us = 200
ramp_up_s = 2
hold_s = 3
ramp_down_s = 1
off_s = 10
[mine.phases.active_rest]
frequency_hz = 5
fraction = 0.5
""",
    "inline": f"""
mine = {{ kind = "contracting", phases = [{WORK}] }}
[other]
kind = "contracting"
phases = [{WORK}]
""",
    "dotted": f"""
mine.kind = "contracting"
mine.phases = [{WORK}]
[other]
kind = "contracting"
phases = [{WORK}]
""",
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("own", OWN.values(), ids=OWN)
def test_a_program_is_copied_in_whatever_form_it_is_written(box, capsys, own, end) -> None:
    path = box / "programs.toml"
    path.write_text(own, newline=end)
    said(capsys, "new", "my_copy", "mine")
    assert said(capsys, "diff", "my_copy", "mine").endswith("deliver the same.\n")
    tables = tomllib.loads(path.read_text())
    assert tables["my_copy"] == {k: v for k, v in tables["mine"].items() if k != "publication"}
    assert path.read_bytes().startswith(own.rstrip().replace("\n", end).encode())
    assert {*re.findall(rb"\r?\n", path.read_bytes())} == {end.encode()}
    assert path.read_text().count("# Not of mine") == own.count("# Not of mine")


@pytest.mark.parametrize(
    ("wrong", "line", "words"),
    [
        (WORK.replace("hold_s = 3", "hold_s = 300"), 4, "hold_s = 300: allowed is 1 to 40"),
        (WORK.replace("off_s", "of_s"), 4, "of_s is not known here"),
        (WORK.replace('"work"', "3"), 4, "name = 3: it has to be a text"),
        (WORK.replace(" }", ", carrier_hz = 2500 }"), 4, "a carrier (2,500 Hz in Russian"),
        (WORK.replace(" }", ", doublet_ms = 5 }"), 4, "doublet_ms cannot be delivered: the second"),
        (WORK.replace(" }", ", bursts = { pulses = 9 } }"), 1, "bursts: rate_hz is missing"),
        (WORK.replace(" }", ", bursts = { pulses = 1, rate_hz = 2 } }"), 4, "bursts.pulses = 1: "),
    ],
)
def test_an_error_names_file_key_value_and_line(box, capsys, wrong, line, words) -> None:
    (box / "programs.toml").write_text(f'[own]\nkind = "contracting"\nphases = [\n  {wrong},\n]\n')
    told = refused(capsys, "list")
    assert told.startswith(f"ems-appliance: {box / 'programs.toml'}: ")
    assert words in told
    assert f"(line {line})" in told


@pytest.mark.parametrize("minutes", ["0", "0.001", "nan", "31"])
def test_a_stage_of_no_length_is_refused_in_one_line(box, capsys, minutes: str) -> None:
    told = refused(capsys, "check", "gentle", "--minutes", minutes)
    assert "allowed is 0.1 to 30" in told and told.count("\n") == 1
