"""Sound, language, people, days, limits, zone and clock: what people decide."""

import shlex

import pytest

from appliance.errors import ControlsError
from appliance.journal.clock_trust import BUILT, LATEST
from appliance.settings import library, lock, reading
from appliance.setup.questions import Write
from tests.setup.rig import Rig


def write(rig: Rig, text: str) -> str:
    """Write a text; what is wrong with it, or nothing where it was taken."""
    question = rig.question
    assert isinstance(question, Write)
    mistake = question.mistake(text)
    if not mistake:
        rig.answer(text)
    return mistake


def test_the_sound_is_played_at_each_volume_until_it_is_good(rig: Rig) -> None:
    rig.begin("sound")
    rig.choose("Go on")
    rig.choose("Louder")
    rig.choose("Louder")
    rig.choose("Softer")
    rig.choose("That is right")
    rig.choose("No")
    rig.choose("Yes")
    assert rig.played == [7, 9, 10, 8]
    assert rig.draft.values == {
        "sound.volume": 8,
        "sound.detents": False,
        "voice.device": "default",
    }


def test_a_buzzer_that_nobody_hears_is_told_with_its_wires(rig: Rig) -> None:
    rig.begin("sound")
    rig.choose("Go on")
    rig.choose("I hear nothing")
    assert "GPIO 18" in rig.words and "passive" in rig.words
    rig.choose("Leave it")
    rig.choose("Yes")
    rig.choose("No")
    assert rig.draft.to_do == ["sound: the buzzer is not heard; see its wires"]


def test_a_box_without_a_buzzer(rig: Rig) -> None:
    rig.begin("sound")
    rig.choose("Go on")
    rig.choose("I hear nothing")
    rig.choose("There is no buzzer")
    rig.choose("Yes")
    rig.choose("No")
    assert rig.draft.values == {"indicators.buzzer": None}


def test_pins_that_cannot_be_had_for_the_buzzer_are_told(rig: Rig) -> None:
    def held(*_: object) -> None:
        raise ControlsError("GPIO 18 (buzzer) is in use")

    rig.machine.play = held
    rig.begin("sound")
    rig.choose("Go on")
    assert "is in use" in rig.words


def test_the_language_is_chosen_by_its_own_name(rig: Rig) -> None:
    rig.begin("language")
    rig.choose("Deutsch")
    assert rig.draft.values == {"language": "de"}


def test_people_are_names_that_the_screen_can_draw(rig: Rig) -> None:
    rig.begin("people")
    assert "a list of 1 to 4 names" in write(rig, "Anna, Anna")
    assert "none of them Guest" in write(rig, "Guest")
    assert write(rig, "Anna, Bert") == ""
    assert rig.draft.settings.plan.people == ("Anna", "Bert")


def test_one_person_needs_no_comma(rig: Rig) -> None:
    rig.begin("people")
    assert write(rig, "Anna") == ""
    assert rig.draft.settings.plan.people == ("Anna",)


def test_days_are_marked(rig: Rig) -> None:
    rig.begin("days")
    rig.mark("tue", "sat")
    assert rig.draft.settings.plan.days == (1, 5)


def test_limits_are_asked_one_by_one_with_what_is_allowed(rig: Rig) -> None:
    rig.begin("limits")
    rig.choose("Go on")
    assert "a number from 1 to 80" in rig.words
    assert "allowed is a number from 1 to 80" in write(rig, "81")
    for text in ("40", "20", "60", "25", "1", "15"):
        assert write(rig, text) == ""
    limits = rig.draft.settings.limits
    assert (limits.current_ma, limits.gentle_current_ma, limits.minutes_per_day) == (40, 20, 60)
    assert (limits.minutes_per_site, rig.draft.settings.plan.stage_minutes) == (25, 15)


def test_limits_that_contradict_each_other_are_told_and_asked_again(rig: Rig) -> None:
    rig.begin("limits")
    rig.choose("Go on")
    for text in ("40", "50", "75", "30", "1", "20"):
        write(rig, text)
    assert "allowed is at most current_ma" in rig.words
    rig.choose("Leave it")
    assert rig.draft.values == {}


def test_a_lock_holds_setup_lets_less_be_set_and_never_more(rig: Rig) -> None:
    settings = reading.load(rig.path, {})
    lock.write(rig.path, lock.lock_of(settings, library.load_catalogue(rig.path, settings)), "1234")
    rig.begin("limits")
    rig.choose("Go on")
    assert "The lock permits up to 60" in rig.words
    for text in ("70", "20", "75", "30", "1", "20"):
        write(rig, text)
    assert "the lock permits 60" in rig.words
    assert rig.draft.values == {}
    rig.choose("Try again")
    rig.choose("Go on")
    for text in ("50", "20", "75", "30", "1", "20"):
        write(rig, text)
    assert rig.draft.settings.limits.current_ma == 50


def test_zone_and_clock_are_set_when_everything_is_written(rig: Rig) -> None:
    rig.begin("time")
    assert "write it as in Europe/Berlin" in write(rig, "Berlin")
    assert write(rig, "Europe/Berlin") == ""
    rig.choose("No: set it")
    assert "write it as" in write(rig, "noon")
    write(rig, "2030-01-31 12:00")
    assert [words for *_, words in rig.commands] == ["NTPSynchronized"]
    rig.time.seconds += 90
    rig.begin("finish")
    assert "* time zone: Europe/Berlin, was UTC" in rig.words
    rig.choose("Write it")
    assert rig.commands[1:] == [
        ("timedatectl", "set-timezone", "Europe/Berlin"),
        ("timedatectl", "set-ntp", "false"),
        ("timedatectl", "set-time", "2030-01-31 12:01:30"),
    ]


def test_a_right_clock_is_left_alone(rig: Rig) -> None:
    rig.begin("time")
    write(rig, "UTC")
    assert "2026-03-02 18:00 in UTC" in rig.words
    rig.choose("Yes")
    assert rig.draft.system == []


def test_the_clock_is_asked_for_in_the_zone_that_it_is_set_in(rig: Rig) -> None:
    rig.begin("time")
    write(rig, "Europe/Berlin")
    assert "2026-03-02 19:00 in Europe/Berlin" in rig.words
    rig.choose("No: set it")
    assert isinstance(rig.question, Write)
    assert "now in Europe/Berlin" in rig.words
    assert rig.question.text == "2026-03-02 19:00"


@pytest.mark.parametrize("text", ["0001-01-01 00:00", "2025-12-31 23:59", "9999-12-31 23:59"])
def test_a_time_that_the_record_would_not_trust_is_refused(rig: Rig, text: str) -> None:
    rig.begin("time")
    write(rig, "UTC")
    rig.choose("No: set it")
    allowed = f"allowed is a time from {BUILT:%Y-%m-%d} to {LATEST:%Y-%m-%d}"
    assert write(rig, text) == allowed
    assert write(rig, f"{LATEST.year}-01-01 00:00") == ""


def test_who_is_not_root_gets_the_commands_to_type(rig: Rig) -> None:
    rig.machine.is_root = False
    rig.begin("time")
    write(rig, "Europe/Berlin")
    rig.choose("Yes")
    rig.begin("finish")
    rig.choose("Write it")
    assert rig.draft.told == ["to do: sudo timedatectl set-timezone Europe/Berlin"]


def test_the_clock_to_set_by_hand_is_one_word_of_a_shell(rig: Rig) -> None:
    rig.machine.is_root = False
    rig.begin("time")
    write(rig, "UTC")
    rig.choose("No: set it")
    write(rig, "2030-01-31 12:01")
    rig.begin("finish")
    rig.choose("Write it")
    typed = [shlex.split(told.removeprefix("to do: ")) for told in rig.draft.told]
    assert any(words[:3] == ["sudo", "timedatectl", "set-time"] for words in typed)
    assert all(len(words) == 4 for words in typed)


def test_a_machine_without_timedatectl_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(words: object) -> str:
        raise ControlsError("timedatectl: no such file")

    rig.machine.command = none
    rig.begin("time")
    assert "cannot be set from here" in rig.words
