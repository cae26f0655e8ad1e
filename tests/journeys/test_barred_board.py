"""A board that gave too much: it stays off over restarts, until somebody clears it over SSH."""

from pathlib import Path

import pytest

from appliance.cli import main
from appliance.journal.database import open_for_reading
from appliance.session.state import State
from tests.journeys.journey import Home


def test_a_board_that_gave_too_much_stays_off_until_it_is_cleared(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        f'[journal]\npath = "{home.folder}/journal.sqlite3"\n'
        f'[service]\nruntime_dir = "{tmp_path}/run"\n'
    )

    box = home.knows().boot().to_current(8)
    box.board.troubles.extra_current_codes = 400
    box.observer.witness.defect_ma = 10.0
    box.wait_for(State.FAULT, within_s=5.0)
    box.reads("Do not use this board again.")
    # The trouble is over. The board is not trusted all the same.
    box.board.troubles.extra_current_codes = 0
    box.board.reset(box.now)
    box.wait(3.0).confirm().sees(State.FAULT, can_confirm=False)
    box.close()

    box = home.boot()
    box.wait_for(State.FAULT, within_s=5.0).reads("Not this board again.")
    detail = box.status()["fault"]["detail"]
    assert detail == "simulated 1, over_current; `ems-appliance board barred` tells more"
    box.wait(2.0).confirm().sees(State.FAULT)
    box.close()

    assert main(["board", "barred", "--config", str(config)]) == 0
    assert "barred now: simulated 1" in capsys.readouterr().out
    assert main(["board", "clear", "simulated 2", "--why", "x", "--config", str(config)]) == 2
    assert main(["board", "clear", "simulated 1", "--why", " ", "--config", str(config)]) == 2
    why = "a new sense resistor, measured at 500 ohm"
    assert main(["board", "clear", "simulated 1", "--why", why, "--config", str(config)]) == 0
    capsys.readouterr()
    assert main(["board", "barred", "--config", str(config)]) == 0
    told = capsys.readouterr().out
    assert why in told
    assert "No board is barred." in told

    home.boot().switched_on().sees(State.LOCKED)
    rows = open_for_reading(home.folder / "journal.sqlite3").execute(
        "SELECT detail FROM faults WHERE fault = 'board_barred'"
    )
    assert ("simulated 1: over_current",) in rows.fetchall()


def test_a_bar_that_its_file_does_not_take_is_told_and_outlasts_a_restart(home: Home) -> None:
    box = home.knows().boot().to_current(8)
    file = home.folder / "barred-boards"
    file.mkdir()
    box.board.troubles.extra_current_codes = 400
    box.observer.witness.defect_ma = 10.0
    box.wait_for(State.FAULT, within_s=5.0).wait(1.0)
    assert set(box.record.latched) == {"over_current", "board_barred", "journal_dead"}
    box.close()
    file.rmdir()
    box = home.boot()
    box.wait_for(State.FAULT, within_s=5.0).reads("Not this board again.")


def test_a_record_that_nobody_could_read_at_the_start_lets_nothing_begin_until_the_next(
    home: Home,
) -> None:
    home.knows()
    journal, away = home.folder / "journal.sqlite3", home.folder / "away"
    journal.rename(away)
    journal.mkdir()
    box = home.boot()
    journal.rmdir()
    away.rename(journal)
    box.wait(10.0).confirm().sees(State.FAULT)
    assert box.fault == "journal_dead"
    box.close()
    home.boot().switched_on().sees(State.LOCKED)


def test_another_board_in_its_place_is_used(home: Home) -> None:
    box = home.knows().boot().to_current(8)
    box.board.troubles.claimed_factor = 1.5
    box.wait_for(State.FAULT, within_s=5.0)
    box.board.troubles.claimed_factor = 1.0
    box.board.troubles.serial = 2
    box.board.reset(box.now)
    box.wait(3.0).tested_again()
