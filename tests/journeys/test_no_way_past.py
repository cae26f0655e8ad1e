"""No answer, label, name or restart makes a used day new, and no trick skips a rest.

Each test reproduces a former way past a limit.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.errors import SettingsError
from appliance.session.events import Button
from appliance.session.lease import LEASE_S
from appliance.session.state import State
from appliance.settings.model import Settings
from appliance.simulator import scripted_hands
from appliance.simulator.boards.reference import reporting
from appliance.simulator.boards.reference.limits import Ceilings
from appliance.therapy.plan import DayUsed, Offer, Plan
from appliance.virtual_box.box import A_MONDAY
from tests.journeys.journey import SHORT, Box, Home

ONE_MINUTE = SHORT.but(plan=SHORT.plan.but(stage_minutes=1.0))
PHASE = "frequency_hz = {0}, pulse_width_us = {1}, ramp_up_s = 2, ramp_down_s = 1, {2}"
STRONG = PHASE.format(50, 400, "off_s = 0")
PADS = """
    {{ site = "beside_spine", from_midline_cm = {0}, above_landmark_cm = {1}, {size} }},
    {{ site = "beside_spine", from_midline_cm = {0}, above_landmark_cm = {2}, {size} }},
"""
SIZE = "width_cm = 5, height_cm = 5"
RENAMED = f"""
[under_another_name]
on_body = true
A = [{PADS.format(-4.5, 0, 11, size=SIZE)}]
B = [{PADS.format(4.5, 0, 11, size=SIZE)}]
"""


def _offered(box: Box) -> set[str]:
    """The placements of everything that is on offer."""
    return {stage.placement.id for option in box.record.options for stage in option.stages}


def test_finishing_an_interrupted_session_frees_no_other_one(home: Home) -> None:
    """Row 1: the honest way in was to finish what a power cut had interrupted."""
    home.knows(clock_trusted=False)
    box = home.boot(SHORT, clock_trusted=False).to_current().wait(62.0)
    box.observer.grace_s = LEASE_S
    box.cut_power()
    box = home.boot(SHORT, began=A_MONDAY + timedelta(minutes=5), clock_trusted=False)
    # How long ago that was is not known, so it is not offered, and the day is used.
    box.switched_on().sees(State.LOCKED, day_used=DayUsed.UNDATED).reads("Today is a day of rest.")
    box.confirm().sees(State.REFUSED).reads(
        "Set the date", "OK, then PAGE: date. Or leave it on 24 hours."
    )


def test_nine_sessions_that_end_early_are_one(home: Home) -> None:
    """Row 2: a session uses the day from its first minute, however often it is begun."""
    box = home.knows().boot(SHORT).to_current().wait(25.0).go_home()
    box.sees(State.LOCKED, day_used=None).confirm().agree_to_all().wait(0.3).confirm()
    box.sees(State.CHOOSING).confirm().prepared().past_pictures().start().turn(5).wait(25.0)
    box.go_home().confirm().agree_to_all().wait(0.3).confirm()
    box.sees(State.CHOOSING).confirm().prepared().past_pictures().start().turn(5).wait(25.0)
    box.go_home().sees(State.LOCKED, day_used=DayUsed.SESSIONS)


def test_a_comfort_program_of_ones_own_cannot_contract(home: Home) -> None:
    """Row 3: `kind` was only a word: 50 Hz, 400 us, no rest, full level."""
    home.owns("programs.toml", f'[buzz]\nkind = "comfort"\nphases = [{{ name = "on", {STRONG} }}]')
    stages = '[{ placement = "glutes", program = "buzz", minutes = 10 }]'
    home.owns("routines.toml", f"[buzzing]\nstages = {stages}")
    box = home.knows().boot(SHORT).to_choosing()
    for _ in box.record.options:
        if box.record.options[box.record.option_index].id == "buzzing":
            break
        box.turn(1, every_s=0.2)
    box.confirm().prepared().past_pictures().sees(State.READY, limit=15.0)
    box.start().turn(20).sees(State.STIMULATING)
    assert max(box.targets) == 15.0


def test_a_bench_routine_is_not_for_a_body(home: Home) -> None:
    """Row 4: a bench routine as the plan's routine, on a board that is for a body."""
    home.owns("programs.toml", f'[hard]\nkind = "bench"\nphases = [{{ name = "on", {STRONG} }}]')
    stages = '[{ placement = "bench", program = "hard", minutes = 10 }]'
    home.owns("routines.toml", f"[mine]\nstages = {stages}")
    settings = SHORT.but(plan=SHORT.plan.but(routine="mine"))
    with pytest.raises(SettingsError, match="allowed is a routine for a body"):
        home.knows().boot(settings)


def test_a_renamed_placement_is_the_same_place(home: Home) -> None:
    """Row 7: 58 minutes beside the spine, under two names."""
    home.owns("placements.toml", RENAMED)
    stages = '[{ placement = "under_another_name", program = "lower_back" }]'
    home.owns("routines.toml", f"[again]\nstages = {stages}")
    tight = SHORT.but(limits=SHORT.limits.but(minutes_per_site=2.0, sessions_per_day=2))
    box = home.knows(sessions=4).boot(tight.but(plan=tight.plan.but(stage_minutes=2.0)))
    box.switched_on().confirm().agree_to_all().wait(0.3).confirm().sees(State.CHOOSING)
    while box.record.options[box.record.option_index].id != "lower_back":
        box.turn(1, every_s=0.2)
    box.confirm().prepared().past_pictures().start().turn(5).run_out()
    box.hold_back().wait(0.3).hold_back().sees(State.LOCKED).drowse(5 * 3600.0).wait(0.3)
    box.confirm().agree_to_all().wait(0.3).confirm().sees(State.CHOOSING)
    assert "under_another_name" not in _offered(box)
    assert "glutes" in _offered(box)


def test_gentle_sessions_end_by_work_that_is_felt(home: Home) -> None:
    """Row 8: four sessions of one minute at 1 mA ended the gentle time."""
    box = home.knows().boot(ONE_MINUTE)
    for day in range(5):
        box.to_current(1).run_out()
        for _ in range(2):
            box.confirm().past_pictures().start().turn(1).run_out()
        box.close()
        box = home.boot(ONE_MINUTE, began=A_MONDAY + timedelta(days=day + 1))
    box.switched_on().sees(State.LOCKED, sessions_done=0)
    assert box.view.due is not None and box.view.due.gentle


def test_guests_share_the_minutes_of_the_box(home: Home) -> None:
    """Row 9: Guest was without end."""
    tight = SHORT.but(limits=SHORT.limits.but(minutes_per_day=1.5))
    box = home.knows().boot(tight).to_current().run_out()
    box.hold_back().wait(0.3).hold_back().sees(State.LOCKED).wait(0.3)
    box.turn(1, every_s=0.2).wait(0.1).sees(State.LOCKED, person="Guest", day_used=DayUsed.BOX)
    box.confirm().sees(State.REFUSED).reads("The box gave all its minutes for today.")


def test_a_press_to_zero_and_a_climb_back_skip_no_rest(home: Home) -> None:
    """Row 10: 32 s of work a minute instead of 18. Counted at the board's pulses."""
    ten = SHORT.but(plan=SHORT.plan.but(stage_minutes=10.0))
    box = home.knows(sessions=4).boot(ten)
    box.switched_on().confirm().agree_to_all().wait(0.3).confirm().sees(State.CHOOSING)
    box.confirm().prepared().past_pictures().start().turn(4)
    box.wait_until(lambda: box.status()["phase"] == "work", 200.0, "work")
    seconds: list[float] = []
    box.board.output.on_pulse.append(lambda pulse: seconds.append(pulse.at))
    until = box.now + 180.0
    while box.now < until:
        if box.status()["step"] == "ramp_down":
            box.press_knob()
        elif max(box.levels) < 2.0:
            box.turn(1, every_s=0.2)
        box.wait(0.2)
    worked_s = len({int(at * 10.0) for at in seconds}) / 10.0
    # Six seconds of every eighteen, and at most one contraction more than whole cycles.
    assert 0.0 < worked_s <= 180.0 / 3.0 + 6.0


def test_a_confirm_counts_before_the_turn_that_followed_it(home: Home) -> None:
    """Row 11: CONFIRM on one person and a turn 5 ms later began another one's checklist."""
    two = SHORT.but(plan=SHORT.plan.but(people=("Anna", "Ben")))
    box = home.knows("Anna").boot(two).switched_on().sees(State.LOCKED, person="Anna")
    box.hands.do(scripted_hands.Press(box.now, Button.CONFIRM, 0.1))
    box.hands.do(scripted_hands.Turn(box.now + 0.005, 1))
    box.wait(0.3).sees(State.CHECKLIST, person="Anna")


@pytest.mark.parametrize("key", ["minutes_per_day", "sessions_per_day", "current_ma"])
def test_a_number_of_400_digits_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    """Row 12: it was a traceback, and `run` died."""
    file = tmp_path / "config.toml"
    file.write_text(f"[limits]\n{key} = {'9' * 400}\n")
    assert main(["config", "validate", "--config", str(file)]) == 2
    told = capsys.readouterr()
    assert "Traceback" not in told.err and str(file) in told.err + told.out
    assert len((told.err + told.out).strip().splitlines()) == 1


def test_a_record_on_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    """Row 12: `[journal] path` on a FIFO, and the box waited forever."""
    pipe = tmp_path / "home" / "journal.sqlite3"
    pipe.parent.mkdir()
    os.mkfifo(pipe)
    box = Home(tmp_path / "home").boot()
    box.wait(8.0).sees(State.FAULT)
    assert box.fault == "journal_dead"
    box.close()


@pytest.mark.parametrize("wrong", [Ceilings(width_us=0), Ceilings(centihz=0)])
def test_a_board_that_announces_no_pulse_at_all_delivers_none(
    home: Home, monkeypatch: pytest.MonkeyPatch, wrong: Ceilings
) -> None:
    """Row 12: an identity whose width or frequency makes no sense passed the gate."""
    monkeypatch.setattr(reporting, "OWN_CEILINGS", wrong)
    box = home.knows().boot().to_ready()
    box.wait(1.1).hold_confirm(1.1).wait(0.3).turn(3).wait(1.0)
    assert not box.delivers
    assert box.observer.witness.pulses == 0


def test_two_a_day_are_two_and_not_three(home: Home) -> None:
    """Row 1: five in a row, with a clock that is not trusted."""
    two = SHORT.but(limits=SHORT.limits.but(sessions_per_day=2))
    home.knows(clock_trusted=False)
    box = home.boot(two, clock_trusted=False).to_current().wait(62.0).go_home()
    box.sees(State.LOCKED, day_used=DayUsed.UNDATED).drowse(4 * 3600.0).wait(0.3)
    box.sees(State.LOCKED, day_used=None).confirm().agree_to_all().wait(0.3).confirm()
    session = box.sees(State.CHOOSING, step="choice").view.options[0]
    assert (session.offer, session.gentle) == (Offer.ROUTINE, True)
    box.confirm().prepared().past_pictures().start().turn(5).wait(62.0).go_home()
    for _ in range(3):
        box.sees(State.LOCKED, day_used=DayUsed.UNDATED).drowse(4 * 3600.0).wait(0.3)


def test_a_second_person_is_asked_their_own_list_and_reads_their_own_plan(home: Home) -> None:
    people = Settings().but(plan=Plan(people=("Anna", "Ben"), stage_minutes=1.5))
    box = home.knows("Anna", sessions=1, days_ago=0).boot(people, began=A_MONDAY).switched_on()
    box.sees(State.LOCKED, person="Anna").reads("Done for today.")
    box.turn(1, every_s=0.2).wait(0.1).sees(State.LOCKED, person="Ben")
    box.reads("Gentle 1/4", "Full checklist is due.")
