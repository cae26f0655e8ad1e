"""Notes become rows that can be read with SQLite alone."""

import hashlib

import pytest

from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.notes import BoardMet, FaultSeen, PadsFoundDry, Sample, StateEntered
from appliance.therapy.history import StageLeft
from tests.ledgers import minutes_by_placement

BACK = StageLeft("lower_back", "work", 20.0)


def test_a_state_change_is_kept_with_person_and_both_clocks(household):
    household.put(StateEntered(household.at, "Me", "checklist"))
    assert household.rows(
        "SELECT name, state, at_s, wall FROM state_changes JOIN people ON people.id = person_id"
    ) == [("Me", "checklist", 1000.0, "2026-03-02T18:00:00+01:00")]


def test_a_fault_is_kept_with_its_detail_and_its_session(household):
    household.begin()
    household.put(FaultSeen(household.at, "board_lost", "the cable is out"))
    assert household.rows("SELECT session_id, fault, detail FROM faults") == [
        (1, "board_lost", "the cable is out")
    ]


def test_a_board_is_kept_with_what_its_makers_allow(household):
    household.put(BoardMet(household.at, "sciencemode", "P24 1.2.3", True))
    assert household.rows("SELECT driver, firmware, research_only, at_s FROM boards") == [
        ("sciencemode", "P24 1.2.3", 1, 1000.0)
    ]


def test_answers_in_a_session_belong_to_it_and_those_before_do_not(household):
    household.answer("pacemaker", "agreed")
    household.begin()
    household.answer("comfort", "3")
    assert household.rows("SELECT question, session_id FROM answers") == [
        ("pacemaker", None),
        ("comfort", 1),
    ]


def test_samples_keep_one_row_for_a_level_and_the_strongest_in_force_there(household):
    household.begin()
    stage = StageLeft("lower_back", "work", 20.0)
    household.deliver(0, stage, 0.0, levels=())
    for second, (level, in_force) in enumerate(
        [(10.0, 0.0), (10.0, 10.0), (10.0, 4.0), (11.0, 11.0), (10.0, 0.0)], start=1
    ):
        pair = (level, level), (in_force, in_force)
        household.put(Sample(household.at + second, float(second), *pair))
    assert household.rows("SELECT after_s, level_a, in_force_b FROM levels") == [
        (1.0, 10.0, 10.0),
        (4.0, 11.0, 11.0),
        (5.0, 10.0, 0.0),
    ]


def test_more_minutes_at_the_same_place_are_added_to_those_before(household):
    household.begin((BACK,))
    household.deliver(0, BACK, 20.0)
    household.end_stage(20.0)
    household.deliver(0, StageLeft("lower_back", "work", 5.0), 5.0)
    household.end_stage(5.0)
    household.end()
    history = household.history()
    assert history.contracting_minutes_today == pytest.approx(25.0)
    assert minutes_by_placement(history) == {"lower_back": pytest.approx(25.0)}
    assert history.pad_uses == (("lower_back", 1),)


def test_the_stage_after_more_minutes_gets_its_own_samples(household):
    household.begin((BACK, StageLeft("glutes", "work", 20.0)))
    household.deliver(0, BACK, 20.0)
    household.end_stage(20.0)
    household.deliver(0, StageLeft("lower_back", "work", 5.0), 5.0)
    household.end_stage(5.0)
    household.deliver(1, StageLeft("glutes", "work", 20.0), 7.0)
    assert minutes_by_placement(household.history()) == {
        "lower_back": pytest.approx(25.0),
        "glutes": pytest.approx(7.0),
    }


def test_a_stage_that_goes_on_after_its_end_keeps_what_it_delivered(household):
    household.begin((BACK,))
    household.deliver(0, BACK, 20.0)
    household.end_stage(20.0)
    household.put(Sample(household.at + 300.0, 1500.0, (12.0, 14.0), (0.0, 0.0)))
    household.end_stage(25.0)
    household.end()
    assert household.rows("SELECT delivered_s, why FROM stages") == [(1500.0, "delivered")]


def test_a_sample_without_a_session_is_left_out_and_harms_nothing(household, caplog):
    household.put(Sample(household.at, 1.0, (1.0, 1.0), (1.0, 1.0)))
    assert "no session is open" in caplog.text
    assert household.recorder.faults(household.at) == frozenset()


def test_what_flowed_is_kept_and_dry_pads_have_an_entry(household):
    household.begin()
    household.deliver(0, BACK, 0.0, levels=())
    for second, flowed in enumerate(((8.0, None), (9.5, None), (9.0, None)), start=1):
        level = (10.0, 10.0)
        household.put(Sample(household.at + second, float(second), level, level, flowed))
    household.put(PadsFoundDry(household.at + 4, "B", 40.0, 30.0))
    assert household.rows("SELECT measured_a, measured_b FROM levels") == [(9.5, None)]
    assert household.rows("SELECT channel, asked, flowed FROM dry_pads") == [("B", 40.0, 30.0)]


def test_the_settings_in_force_are_kept_once_with_their_hash(tmp_path, household):
    household.recorder.close()
    settings = '{"limits": {"current_ma": 40}}'
    recorder = Recorder(Source(household.path, settings, boot_id="x"), threaded=False)
    household.recorder = recorder
    household.whole_session()
    household.whole_session()
    assert household.rows("SELECT sha256, json FROM settings") == [
        (hashlib.sha256(settings.encode()).hexdigest(), settings)
    ]
    assert household.rows("SELECT DISTINCT settings_id FROM sessions") == [(1,)]


def test_a_clock_fact_is_kept_for_a_boot_a_change_of_trust_and_a_jump(household):
    household.put(StateEntered(household.at, "Me", "locked"))
    household.wait(hours=3)
    household.put(StateEntered(household.at, "Me", "locked"))
    assert len(household.rows("SELECT * FROM clock_facts")) == 1
    household.at += 60.0
    household.put(StateEntered(household.at, "Me", "locked"))
    assert len(household.rows("SELECT * FROM clock_facts")) == 2
    household.trusted = False
    household.off()
    household.put(StateEntered(household.at, "Me", "locked"))
    assert household.rows("SELECT boot_id, trusted FROM clock_facts") == [
        ("boot 1", 1),
        ("boot 1", 1),
        ("boot 2", 0),
    ]
