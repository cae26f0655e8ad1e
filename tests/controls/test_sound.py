"""Patterns and their playing, in the loop's own time."""

import math
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

import pytest

from appliance.controls.outputs import Output, WaveOutput
from appliance.controls.patterns import PATTERNS, Rank
from appliance.controls.sound import Sound, render
from appliance.session.cues import Cue

BUZZER, MOTOR = 18, 25
ALARMS = {Cue.FAULT, Cue.STOPPED, Cue.PAD_OFF}


class Room:
    """A buzzer and a motor, and what comes out of them."""

    def __init__(self, factory: Any) -> None:
        self._factory = factory
        self.buzzer = WaveOutput(BUZZER, "buzzer", factory)
        self.motor = Output(MOTOR, "vibration", factory)
        self.sound = self.with_sound()

    def with_sound(self, volume: int = 7, detents: bool = True) -> Sound:
        self.sound = Sound(self.buzzer, self.motor, volume, detents)
        return self.sound

    def pitch_hz(self) -> int:
        return round(self._factory.pin(BUZZER).frequency or 0)

    def duty(self) -> float:
        return float(self._factory.pin(BUZZER).state)

    def shakes(self) -> bool:
        return bool(self._factory.pin(MOTOR).state)

    def play(self, cue: Cue, now: float = 0.0) -> list[tuple[int, float]]:
        """Play it and return what was heard, until silence."""
        heard: list[tuple[int, float]] = []
        self.sound.play(cue, now)
        while (due := self.sound.next_deadline) is not None:
            assert due > now, "time does not stand still"
            heard.append((self.pitch_hz(), self.duty()))
            now = due
            self.sound.tick(now)
        assert (self.pitch_hz(), self.shakes()) == (0, False)
        return heard


@pytest.fixture
def room(factory: Any) -> Iterator[Room]:
    room = Room(factory)
    yield room
    # Closed by hand: a forgotten gpiozero device that is collected while another is being
    # made waits for a lock that its own thread holds.
    room.buzzer.close()
    room.motor.close()


def test_every_cue_has_a_pattern_of_its_own() -> None:
    assert set(PATTERNS) == set(Cue)
    assert len({pattern.notes for pattern in PATTERNS.values()}) == len(Cue)


def test_rhythm_alone_tells_alarms_apart() -> None:
    def rhythm(cue: Cue) -> tuple[float, ...]:
        return tuple(seconds for _, seconds in PATTERNS[cue].notes)

    assert len({rhythm(cue) for cue in ALARMS}) == len(ALARMS)
    assert len({PATTERNS[cue].vibration for cue in ALARMS}) == len(ALARMS)


@pytest.mark.parametrize("cue", list(Cue))
def test_pitches_are_where_a_buzzer_is_loud_and_old_ears_hear(cue: Cue) -> None:
    pitches = {pitch for pitch, _ in PATTERNS[cue].notes} - {0}
    assert pitches
    assert all(500 <= pitch <= 2000 for pitch in pitches)


@pytest.mark.parametrize("cue", list(Cue))
def test_every_pattern_can_be_felt_too(cue: Cue) -> None:
    assert any(shakes and seconds > 0 for shakes, seconds in PATTERNS[cue].vibration)


@pytest.mark.parametrize("cue", sorted(ALARMS, key=lambda cue: cue.value))
@pytest.mark.parametrize("volume", [0, 1, 10])
def test_an_alarm_is_a_pulsed_520_hz_square_wave_at_any_volume(
    room: Room, cue: Cue, volume: int
) -> None:
    room.with_sound(volume)
    heard = room.play(cue)
    assert set(heard) == {(520, 0.5), (0, 0.0)}


def test_only_faults_stop_and_a_lost_pad_are_alarms() -> None:
    assert {cue for cue, pattern in PATTERNS.items() if pattern.rank is Rank.ALARM} == ALARMS


def test_what_is_played_is_the_pattern(room: Room) -> None:
    heard = room.play(Cue.PHASE_CHANGED)
    pitches = [pitch for pitch, _ in PATTERNS[Cue.PHASE_CHANGED].notes]
    assert [pitch for pitch, _ in groupby(pitch for pitch, _ in heard)] == pitches


@pytest.mark.parametrize("cue", list(Cue))
def test_every_pattern_comes_to_its_end_in_virtual_time(room: Room, cue: Cue) -> None:
    for began in (0.1, 37.83, 123456.789):
        assert room.play(cue, began)


def test_volume_is_the_duty_cycle_and_zero_is_silence(room: Room) -> None:
    duties = []
    for volume in range(11):
        room.with_sound(volume)
        duties.append(max(duty for _, duty in room.play(Cue.STARTED)))
    assert duties[0] == 0.0
    assert duties == sorted(set(duties))
    assert duties[10] == 0.5


def test_the_motor_moves_when_the_sound_is_off(room: Room) -> None:
    room.with_sound(volume=0)
    room.sound.play(Cue.STARTED, 0.0)
    assert room.shakes()
    assert room.pitch_hz() == 0


def test_detents_can_be_left_out(room: Room) -> None:
    room.with_sound(detents=False)
    assert room.play(Cue.STEP) == []
    assert room.play(Cue.REFUSED) != []


def test_nothing_cuts_an_alarm_short_but_an_alarm(room: Room) -> None:
    room.sound.play(Cue.STOPPED, 0.0)
    room.sound.play(Cue.STARTED, 0.01)
    room.sound.play(Cue.STEP, 0.02)
    assert (room.pitch_hz(), room.duty()) == (520, 0.5)
    room.sound.play(Cue.FAULT, 0.03)
    assert room.sound.next_deadline == pytest.approx(0.03 + PATTERNS[Cue.FAULT].notes[0][1])


def test_a_tick_does_not_cut_a_message_short(room: Room) -> None:
    room.sound.play(Cue.CONTRACTION_COMING, 0.0)
    before = room.pitch_hz()
    room.sound.play(Cue.STEP, 0.01)
    assert room.pitch_hz() == before


def test_a_loop_that_comes_late_goes_on_where_the_pattern_is(room: Room) -> None:
    room.sound.play(Cue.SESSION_ENDED, 0.0)
    room.sound.tick(0.45)
    assert room.pitch_hz() == PATTERNS[Cue.SESSION_ENDED].notes[2][0]
    room.sound.tick(60.0)
    assert (room.pitch_hz(), room.shakes(), room.sound.next_deadline) == (0, False, None)


def test_silence_ends_everything(room: Room) -> None:
    room.sound.play(Cue.FAULT, 0.0)
    room.sound.silence()
    assert (room.pitch_hz(), room.shakes(), room.sound.next_deadline) == (0, False, None)


@pytest.mark.parametrize("cue", list(Cue))
def test_a_rendered_pattern_has_its_length_and_nothing_but_a_square(cue: Cue) -> None:
    rate = 8000
    samples = memoryview(render(PATTERNS[cue], rate)).cast("h")
    seconds = sum(seconds for _, seconds in PATTERNS[cue].notes)
    assert len(samples) == pytest.approx(seconds * rate, abs=len(PATTERNS[cue].notes))
    assert set(samples) <= {-16000, 0, 16000}


def test_a_rendered_alarm_has_the_pitch_of_an_alarm() -> None:
    rate = 48000
    samples = memoryview(render(PATTERNS[Cue.STOPPED], rate)).cast("h")[: rate // 2]
    rises = sum(a < b for a, b in pairwise(samples))
    assert math.isclose(rises, 260, abs_tol=1)
