"""New settings are taken in `locked` only, whole or not at all."""

import os
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from appliance.cli.status_words import in_words
from appliance.screen.examples.shipped import shipped
from appliance.service.loop import Service
from appliance.service.renewal import UNTOUCHED_S, Runs
from appliance.service.settings_files import SettingsFiles
from appliance.session.events import Button
from appliance.session.machine.date_page import LAPSES_S
from appliance.session.machine.machine import Session
from appliance.session.record import Rules
from appliance.session.state import State
from appliance.settings.reading import OWN_FILES
from appliance.simulator.scripted_hands import Press, Turn
from appliance.therapy.limits import Limits
from appliance.therapy.plan import GUEST, Plan
from tests.journeys.journey import Box, Home

LOOKED_S = 2.5
"""After this the loop has looked twice."""


@pytest.fixture
def file(home: Home) -> Path:
    home.owns("config.toml", "[limits]\ncurrent_ma = 50\n")
    return home.folder / "config.toml"


@pytest.fixture
def files(file: Path) -> SettingsFiles:
    return SettingsFiles(file, {})


@pytest.fixture
def box(home: Home, files: SettingsFiles) -> Box:
    box = home.knows().boot(files.read())
    box.service.ports.files = files
    return box


_newer = iter(range(1, 1000))


def write(file: Path, text: str) -> None:
    """Write the file, later than the clock of the file system can tell apart."""
    file.write_text(text)
    at = file.stat().st_mtime + next(_newer)
    os.utime(file, (at, at))


def test_changed_in_stimulating_they_are_taken_when_the_box_is_locked_again(
    box: Box, file: Path, files: SettingsFiles, home: Home
) -> None:
    box.to_current(4)
    write(file, "[limits]\ncurrent_ma = 42\n")
    box.wait(4.0).sees(State.STIMULATING)
    box.confirm().wait(4.0).sees(State.PAUSED)
    box.hold_back().wait(4.0).sees(State.STAGE_DONE)
    box.hold_back().wait(4.0).sees(State.AFTERCARE)
    assert not box.service.renews
    box.hold_back().wait(UNTOUCHED_S - 1.0).sees(State.LOCKED, limit=50.0)
    assert not box.service.renews
    box.wait(1.0 + LOOKED_S)
    assert box.service.renews
    assert "new settings" in box.told
    box.close()
    settings = files.read()
    renewed = home.boot(settings).switched_on()
    renewed.sees(State.LOCKED, limit=42.0)
    with sqlite3.connect(home.folder / "journal.sqlite3") as connection:
        query = "SELECT name, old_value, new_value FROM setting_changes"
        changes = connection.execute(query).fetchall()
    connection.close()
    assert changes == [("limits.current_ma", "50.0", "42.0")]


def test_a_hand_at_the_box_is_not_disturbed(box: Box, file: Path) -> None:
    box.switched_on()
    write(file, "")
    for _ in range(4):
        box.wait(2.0).back()
    assert not box.service.renews
    box.wait(UNTOUCHED_S + LOOKED_S)
    assert box.service.renews


def test_a_fault_before_anybody_was_led_does_not_hold_a_change_up(box: Box, file: Path) -> None:
    box.switched_on().unplug().wait(1.0).sees(State.FAULT)
    write(file, "")
    box.wait(LOOKED_S)
    assert box.service.renews


def test_a_fault_after_a_checklist_waits_for_a_person(box: Box, file: Path) -> None:
    box.switched_on().confirm().sees(State.CHECKLIST)
    box.unplug().wait(1.0).sees(State.FAULT)
    write(file, "")
    box.wait(UNTOUCHED_S + LOOKED_S)
    assert not box.service.renews
    box.plug().tested_again().wait(UNTOUCHED_S + LOOKED_S)
    assert box.service.renews


def test_wrong_ones_are_told_and_the_old_ones_stay_until_they_are_right(
    box: Box, file: Path
) -> None:
    box.switched_on().wait(UNTOUCHED_S)
    write(file, "[limits]\ncurrent_ma = 500\n[sound]\nvolume = 3\n")
    box.wait(3 * LOOKED_S).sees(State.LOCKED, limit=50.0)
    assert not box.service.renews
    error = box.status()["settings"]["error"]
    assert "[limits] current_ma = 500: allowed is" in error
    assert box.told.count(f"new settings are not taken, the old ones stay: {error}") == 1
    assert f"new settings are not taken, the old ones stay: {error}" in in_words(box.status())
    write(file, "[limits]\ncurrent_ma = 45\n")
    box.wait(LOOKED_S)
    assert box.service.renews


@pytest.mark.parametrize("name", [*OWN_FILES, "lock.toml"])
def test_each_file_beside_the_settings_counts(files: SettingsFiles, file: Path, name: str) -> None:
    files.read()
    assert not files.has_news()
    write(file.parent / name, "[")
    assert [files.has_news() for _ in range(3)] == [False] * 3
    assert name in files.error
    write(file.parent / name, "")
    if name == "lock.toml":
        (file.parent / name).unlink()
    assert [files.has_news() for _ in range(3)] == [False, True, False]


def test_a_file_that_is_still_being_written_waits(files: SettingsFiles, file: Path) -> None:
    files.read()
    for volume in (2, 3, 4):
        write(file, f"[sound]\nvolume = {volume}\n")
        assert not files.has_news()
    assert files.has_news()


def test_what_was_judged_is_what_is_taken(files: SettingsFiles, file: Path) -> None:
    files.read()
    write(file, "[sound]\nvolume = 3\n")
    assert [files.has_news(), files.has_news()] == [False, True]
    write(file, "[sound]\nvolume = 500\n")
    settings = files.read()
    files.catalogue(settings)
    assert settings.sound.volume == 3
    assert [files.has_news() for _ in range(3)] == [False] * 3
    assert "volume = 500" in files.error


def test_a_file_that_is_gone_leaves_the_old_settings(files: SettingsFiles, file: Path) -> None:
    files.read()
    file.unlink()
    assert [files.has_news() for _ in range(3)] == [False] * 3
    assert "there is no such file" in files.error


def test_a_date_that_is_half_set_is_waited_for_longer(
    home: Home, files: SettingsFiles, file: Path
) -> None:
    box = home.knows().boot(files.read(), clock_trusted=False)
    box.service.ports.files = files
    box.switched_on()
    while box.view.page_name != "date":
        box.wait(0.3).back()
    box.turn(1).wait(0.3)
    write(file, "")
    box.wait(UNTOUCHED_S + LOOKED_S)
    assert not box.service.renews
    box.wait(LAPSES_S)
    assert box.service.renews


class Ends(Service):
    """A service that ends at once, in `locked`, with or without new settings.

    `chosen` is whom a hand chooses before that.
    """

    def __init__(
        self, renews: bool, told: list[str], people: tuple[str, ...] = ("Me",), chosen: str = ""
    ) -> None:
        self.renews, self._told, self._chosen = renews, told, chosen
        rules = Rules(Plan(people=people), Limits(), shipped())
        self.record = Session().first(rules, 0.0).but(state=State.LOCKED)

    def run(self) -> None:
        self._told.append(f"run for {self.record.person}")
        if self._chosen:
            chosen = self.record.rules.people.index(self._chosen)
            self.record = self.record.but(person_index=chosen)

    def end(self) -> None:
        self._told.append("end")


def test_one_service_follows_the_other_until_one_ends_for_good() -> None:
    told: list[str] = []
    services: Iterator[Service] = iter([Ends(True, told), Ends(True, told), Ends(False, told)])
    Runs(lambda: next(services)).run()
    assert told == ["run for Me"] * 3


def test_who_was_chosen_stays_chosen_while_there_is_one_of_the_name() -> None:
    told: list[str] = []
    services: Iterator[Service] = iter(
        [
            Ends(True, told, ("Anna", "Ben"), chosen="Ben"),
            Ends(True, told, ("Cleo", "Anna", "Ben")),
            Ends(True, told, ("Anna", "Cleo"), chosen=GUEST),
            Ends(False, told, ("Cleo",)),
        ]
    )
    Runs(lambda: next(services)).run()
    assert told == ["run for Anna", "run for Ben", "run for Anna", f"run for {GUEST}"]


def test_a_fault_between_two_renewals_forgets_nobody() -> None:
    told: list[str] = []
    people = ("Anna", "Ben")
    faulty = Ends(True, told, ("Me",))
    faulty.record = faulty.record.but(state=State.FAULT)
    services: Iterator[Service] = iter(
        [Ends(True, told, people, chosen="Ben"), faulty, Ends(False, told, people)]
    )
    Runs(lambda: next(services)).run()
    assert told[-1] == "run for Ben"


def test_a_box_that_is_made_anew_leads_whoever_is_reading(
    home: Home, files: SettingsFiles, file: Path
) -> None:
    """Ben has turned the knob to his name: with new settings OK still begins his checklist."""
    write(file, '[plan]\npeople = ["Anna", "Ben"]\n')
    boxes: list[Box] = []

    def make() -> Service:
        box = home.boot(files.read())
        box.service.ports.files = files
        box.service.finish = partial(closed, box)  # type: ignore[method-assign]
        boxes.append(box)
        if len(boxes) == 1:
            box.agenda.at(box.now + 4.0, lambda now: box.hands.do(Turn(now, 1)))
            box.agenda.at(box.now + 5.0, lambda now: write(file, file.read_text() + "\n"))
        else:
            box.agenda.at(box.now + 4.0, lambda now: box.hands.do(Press(now, Button.CONFIRM)))
            box.agenda.at(box.now + 5.0, lambda now: box.service.end())
        return box.service

    Runs(make).run()
    before, after = boxes
    assert (before.state, before.record.person) == (State.LOCKED, "Ben")
    assert (after.state, after.record.person) == (State.CHECKLIST, "Ben")


def closed(box: Box) -> None:
    """The whole box, so that the next one can be switched on."""
    del box.service.finish
    box.close()


def test_a_signal_between_two_services_ends_the_next_one_too() -> None:
    told: list[str] = []

    def make() -> Service:
        if told:
            runs.end()
        return Ends(True, told)

    runs = Runs(make)
    runs.run()
    assert told == ["run for Me", "end", "run for Me"]
