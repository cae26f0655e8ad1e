"""The fault campaign itself: what it draws is the same each time, and misses nothing.

`python -m tests.campaign` runs it, `python -m tests.campaign.planted` holds it against errors that
were put into the program on purpose.
"""

from pathlib import Path

from appliance.service.frames import SET_POINT_IN_RAMP_S
from appliance.simulator.pulses import Pulse
from appliance.stimulator.boards import CARDS
from appliance.stimulator.hasomed.slew_limit import whole_steps_ma
from appliance.therapy.limits import OUTPUT_RISE_MA_S
from appliance.therapy.units import NEVER
from tests.campaign.__main__ import done_of
from tests.campaign.kinds import KINDS
from tests.campaign.planted import PATCHES, applies
from tests.campaign.running import faults_of, scene_of
from tests.campaign.scenes import BOARDS, FLOWS, HASOMED_DRIVERS, HASOMED_RISE_MA
from tests.campaign.table import TWO, counted, fault_count, summary
from tests.campaign.trial import ENDED
from tests.campaign.watch import Sign

SCENES = range(400)


def test_a_number_of_a_seed_is_the_same_scene_and_fault_every_time() -> None:
    for number in SCENES:
        scene = scene_of(3, number)
        assert scene == scene_of(3, number)
        assert faults_of(3, number, 7, scene.board) == faults_of(3, number, 7, scene.board)
    assert scene_of(3, 1) != scene_of(4, 1)


def test_every_kind_and_every_board_is_drawn() -> None:
    scenes = [scene_of(1, number) for number in SCENES]
    assert {scene.board for scene in scenes} == set(BOARDS)
    assert sum(scene.place == FLOWS for scene in scenes) > len(scenes) / 2
    hits = [faults_of(1, n, index, "reference") for n in SCENES for index in range(3)]
    assert {fault.kind for hit in hits for fault in hit} == set(KINDS)
    assert 0.1 < sum(len(hit) == 2 for hit in hits) / len(hits) < 0.3


def test_another_board_gets_no_fault_that_only_the_reference_board_can_have() -> None:
    for number in SCENES:
        for fault in faults_of(2, number, 0, "p24"):
            assert not fault.of.only_reference


def test_two_held_up_frames_of_a_ramp_are_what_a_hasomed_device_may_leap() -> None:
    frames_ma = 2 * SET_POINT_IN_RAMP_S * OUTPUT_RISE_MA_S
    for step_ma in (CARDS[driver].amplitude_step for driver in HASOMED_DRIVERS):
        levels = [number / 100 for number in range(1000)]
        leaps = [
            whole_steps_ma(low + frames_ma, step_ma) - whole_steps_ma(low, step_ma)
            for low in levels
        ]
        assert max(leaps) == HASOMED_RISE_MA


def pulse(at: float, ma: float, channel: int = 0) -> Pulse:
    return Pulse(at, channel, ma, ma, 200, 2.0)


def test_a_fault_shows_in_its_channel_from_its_own_time_on() -> None:
    sign = Sign(since=2.0, channel=1)
    for seen in (pulse(1.0, 9.0, 1), pulse(2.1, 9.0, 0), pulse(2.2, 2.9, 1)):
        sign.see(seen)
    assert sign.at == NEVER
    sign.see(pulse(2.3, 3.0, 1))
    sign.see(pulse(2.4, 9.0, 1))
    assert sign.at == sign.told_at == 2.3


def test_what_takes_time_to_tell_begins_anew_after_a_rest_of_its_channel() -> None:
    sign = Sign(since=0.0, takes_s=lambda shown: 2 / shown.frequency_hz, ends_s=0.5)
    sign.see(pulse(1.0, 9.0))
    sign.ask(1.9, (9.0, 0.0))
    assert (sign.at, sign.told_at) == (1.0, 2.0)
    sign.ask(2.4, (0.0, 9.0))
    assert sign.at == NEVER
    sign.see(pulse(5.0, 9.0))
    sign.ask(6.5, (0.0, 0.0))
    assert sign.told_at == 6.0


def test_what_is_too_little_to_tell_begins_anew() -> None:
    sign = Sign(since=0.0, takes_s=lambda shown: 0.1, hides_below_ma=1.5, ends_s=0.5)
    sign.see(pulse(1.0, 9.0))
    sign.ask(1.2, (1.6, 0.0))
    assert sign.at == 1.0
    sign.ask(1.3, (1.5, 0.0))
    assert sign.at == NEVER


def test_a_row_that_broke_no_rule_keeps_what_the_table_counts() -> None:
    row = {"number": 3, "flowed": True, "went_on": False, "broken": [], "zero_ms": 4.0}
    whole = {
        **row, "limit_ms": 30.0, "kinds": ["STOP", "silent"], "state": "locked",
        "scene": {"board": "p24", "at": 0.5},
    }  # fmt: skip
    assert summary([counted(whole)]) == summary([whole])
    assert fault_count([counted(whole)]) == 2


def test_a_fault_that_ends_a_box_may_have_come_alone() -> None:
    two, ended = {"kinds": ["STOP", "silent"], "state": "locked"}, {"state": ENDED}
    assert fault_count([two, {**two, **ended}, {"kinds": ["killed"], **ended}]) == 4


def test_a_run_that_was_stopped_goes_on_behind_the_last_whole_line(tmp_path: Path) -> None:
    results = tmp_path / "rows.jsonl"
    results.write_text('{"number": 1}\n{"number": 9}\n{"number": 2, "s": {}', "utf-8")
    assert list(done_of(results, 4)) == [0, 1, 0, 0]
    assert list(done_of(tmp_path / "none", 2)) == [0, 0]


def test_the_table_has_a_line_for_each_kind_and_one_for_pairs() -> None:
    row = {"flowed": True, "went_on": False, "broken": [], "zero_ms": 4.0, "limit_ms": 30.0}
    here, there = {"board": "reference"}, {"board": "p24"}
    rows = [
        {**row, "kinds": ["STOP"], "scene": here},
        {**row, "kinds": ["STOP"], "scene": here, "zero_ms": 9.0, "broken": ["too late"]},
        {**row, "kinds": ["STOP"], "scene": there, "zero_ms": 12.0, "limit_ms": 220.0},
        {**row, "kinds": ["STOP", "silent"], "scene": here, "zero_ms": None, "limit_ms": None},
    ]
    stop, two = summary(rows)
    assert stop == ["STOP", "hands", "3", "3", "0", "9 ms", "30 ms", "12 ms", "220 ms", "1"]
    assert (two[0], two[2], *two[5:]) == (TWO, "1", "", "", "", "", "0")


def test_every_planted_error_can_still_be_planted() -> None:
    assert [patch.name for patch in PATCHES if not applies(patch)] == []
