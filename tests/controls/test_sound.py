"""Patterns and their playing, in the loop's own time."""

import math
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Any

import pytest

from appliance.controls.outputs import Output, WaveOutput
from appliance.controls.patterns import AFTER_S, BEAT_S, PATTERNS, Loudness, Rank
from appliance.controls.sound import Sound, render
from appliance.session.cues import Cue
from appliance.session.stage_run import COMING_S

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

    def play(self, *cues: Cue, now: float = 0.0) -> list[tuple[int, float]]:
        """Play them and return what was heard, until silence."""
        self.sound.play(cues, now)
        return self._heard(now)

    def rest(self, now: float) -> list[int]:
        """The pitches that are still to come, 0 between them."""
        return [pitch for pitch, _ in self._heard(now)]

    def _heard(self, now: float) -> list[tuple[int, float]]:
        heard: list[tuple[int, float]] = []
        while (due := self.sound.next_deadline) is not None:
            assert due > now, "time does not stand still"
            assert self.shakes() or not self.pitch_hz(), "it shakes as it sounds"
            heard.append((self.pitch_hz(), self.duty()))
            now = due
            self.sound.tick(now)
        assert (self.pitch_hz(), self.shakes()) == (0, False)
        self.time = now
        return heard


@pytest.fixture
def room(factory: Any) -> Iterator[Room]:
    room = Room(factory)
    yield room
    # Closed by hand: a forgotten gpiozero device that is collected while another is being
    # made waits for a lock that its own thread holds.
    room.buzzer.close()
    room.motor.close()


def beats(notes: Iterable[tuple[int, float]]) -> tuple[float, ...]:
    """Sound and silence in turn, as a motor knows them: without a pitch."""
    return tuple(seconds for _, seconds in notes)


def test_every_cue_has_a_pattern() -> None:
    assert set(PATTERNS) == set(Cue)


def test_rhythm_alone_tells_every_cue_from_every_other() -> None:
    assert len({pattern.rhythm for pattern in PATTERNS.values()}) == len(Cue)
    assert len({beats(pattern.notes) for pattern in PATTERNS.values()}) == len(Cue)


def test_a_beat_is_at_least_twice_as_long_as_the_next_shorter_one() -> None:
    lengths = sorted(BEAT_S.values())
    assert all(longer >= 2 * shorter for shorter, longer in pairwise(lengths))


def test_the_silence_between_two_cues_is_longer_than_any_within_one() -> None:
    within = (
        seconds for pattern in PATTERNS.values() for pitch, seconds in pattern.notes if not pitch
    )
    assert max(within) < AFTER_S - 0.1


@pytest.mark.parametrize("cue", list(Cue))
def test_pitches_are_where_a_buzzer_is_loud_and_old_ears_hear(cue: Cue) -> None:
    pattern = PATTERNS[cue]
    pitches = {pitch for pitch, _ in pattern.notes} - {0}
    assert pitches
    assert all(520 <= pitch <= 1050 for pitch in pitches)
    assert pattern.rank is Rank.ALARM or len(pattern.tune) == len(pattern.rhythm)


def test_what_matters_is_long_enough_to_be_heard_and_to_turn_a_motor() -> None:
    """An ear adds up loudness over some 0.2 s, a small motor takes some 0.1 s to get going."""
    for pattern in PATTERNS.values():
        if pattern.rank > Rank.TICK:
            assert min(BEAT_S[beat] for beat in pattern.rhythm) >= 0.1


def test_a_contraction_is_announced_and_that_is_over_before_it_begins() -> None:
    assert PATTERNS[Cue.CONTRACTION_COMING].seconds <= COMING_S / 2


@pytest.mark.parametrize("cue", sorted(ALARMS, key=lambda cue: cue.value))
@pytest.mark.parametrize("volume", [0, 1, 10])
def test_an_alarm_is_a_pulsed_520_hz_square_wave_at_any_volume(
    room: Room, cue: Cue, volume: int
) -> None:
    room.with_sound(volume)
    heard = room.play(cue)
    assert set(heard) == {(520, 0.5), (0, 0.0)}
    assert [pitch for pitch, _ in heard] == [pitch for pitch, _ in PATTERNS[cue].notes]


def test_only_faults_stop_and_a_lost_pad_are_alarms() -> None:
    assert {cue for cue, pattern in PATTERNS.items() if pattern.rank is Rank.ALARM} == ALARMS
    full = {cue for cue, pattern in PATTERNS.items() if pattern.loudness is Loudness.FULL}
    assert full == ALARMS


def test_what_is_played_is_the_pattern(room: Room) -> None:
    heard = room.play(Cue.LEVEL_HALVED)
    pitches = [pitch for pitch, _ in PATTERNS[Cue.LEVEL_HALVED].notes]
    assert [pitch for pitch, _ in groupby(pitch for pitch, _ in heard)] == pitches


@pytest.mark.parametrize("cue", list(Cue))
def test_every_pattern_comes_to_its_end_in_virtual_time(room: Room, cue: Cue) -> None:
    for began in (0.1, 37.83, 123456.789):
        assert room.play(cue, now=began)


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
    room.sound.play([Cue.STARTED], 0.0)
    assert room.shakes()
    assert room.pitch_hz() == 0


def test_detents_can_be_left_out(room: Room) -> None:
    room.with_sound(detents=False)
    assert room.play(Cue.DETENT) == []
    assert room.play(Cue.NOT_NOW) != []


def test_nothing_cuts_an_alarm_short_but_an_alarm(room: Room) -> None:
    room.sound.play([Cue.STOPPED], 0.0)
    room.sound.play([Cue.STARTED], 0.01)
    room.sound.play([Cue.DETENT], 0.02)
    assert (room.pitch_hz(), room.duty()) == (520, 0.5)
    room.sound.play([Cue.FAULT], 0.03)
    assert room.sound.next_deadline == pytest.approx(0.03 + PATTERNS[Cue.FAULT].notes[0][1])


def test_what_is_asked_during_an_alarm_is_heard_after_it(room: Room) -> None:
    """STOP, and OK at once: the person has to hear that the box stands at `ready` now."""
    room.sound.play([Cue.STOPPED], 0.0)
    room.sound.play([Cue.PAUSED], 0.1)
    room.sound.play([Cue.READY], 0.2)
    room.sound.play([Cue.DETENT], 0.3)
    assert room.rest(0.3)[-5:] == [pitch for pitch, _ in PATTERNS[Cue.READY].notes]


def test_several_cues_of_one_step_are_heard_one_after_the_other(room: Room) -> None:
    heard = room.play(Cue.PAD_OFF, Cue.TWO)
    pitches = [pitch for pitch, _ in heard]
    assert pitches == [
        *(pitch for pitch, _ in PATTERNS[Cue.PAD_OFF].notes),
        0,
        *(pitch for pitch, _ in PATTERNS[Cue.TWO].notes),
    ]
    assert room.time == pytest.approx(
        PATTERNS[Cue.PAD_OFF].seconds + AFTER_S + PATTERNS[Cue.TWO].seconds
    )


def test_a_hand_that_goes_on_cuts_a_message_and_what_waits_behind_it(room: Room) -> None:
    room.sound.play([Cue.DO, Cue.ONE], 0.0)
    room.sound.play([Cue.NUMBER], 0.1)
    assert len(room.rest(0.1)) == len(PATTERNS[Cue.NUMBER].notes)


def test_an_alarm_does_not_wait_for_what_came_before_it_in_its_step(room: Room) -> None:
    room.sound.play([Cue.CONTRACTION_COMING, Cue.PAD_OFF, Cue.ONE], 0.0)
    assert (room.pitch_hz(), room.duty()) == (520, 0.5)


@pytest.mark.parametrize("pressed_at", [1.5, 2.5, 2.9])
def test_no_press_takes_the_side_from_the_alarm_of_a_lost_pad(
    room: Room, pressed_at: float
) -> None:
    """While the alarm sounds, in the silence after it, and while the count sounds."""
    room.sound.play([Cue.PAD_OFF, Cue.TWO], 0.0)
    room.sound.tick(pressed_at)
    room.sound.play([Cue.NOT_NOW], pressed_at)
    count, answer = ([p for p, _ in PATTERNS[one].notes] for one in (Cue.TWO, Cue.NOT_NOW))
    heard = room.rest(pressed_at)
    assert heard[-len(answer) :] == answer
    if pressed_at < PATTERNS[Cue.PAD_OFF].seconds + AFTER_S:
        assert heard[-len(count) - 2 : -2] == count
    ended = PATTERNS[Cue.PAD_OFF].seconds + PATTERNS[Cue.TWO].seconds
    assert room.time == pytest.approx(ended + PATTERNS[Cue.NOT_NOW].seconds + 2 * AFTER_S)


def test_another_alarm_cuts_the_count_as_well(room: Room) -> None:
    room.sound.play([Cue.PAD_OFF, Cue.TWO], 0.0)
    room.sound.tick(2.9)
    room.sound.play([Cue.STOPPED], 2.9)
    assert room.rest(2.9) == [pitch for pitch, _ in PATTERNS[Cue.STOPPED].notes]


def test_a_press_that_does_nothing_takes_the_place_of_no_cue_that_waits(room: Room) -> None:
    room.sound.play([Cue.STOPPED], 0.0)
    room.sound.play([Cue.READY], 0.2)
    room.sound.play([Cue.NOT_NOW], 0.4)
    ready = [pitch for pitch, _ in PATTERNS[Cue.READY].notes]
    assert room.rest(0.4)[-len(ready) :] == ready


def test_what_follows_an_alarm_is_cut_by_a_hand_that_goes_on(room: Room) -> None:
    room.sound.play([Cue.STOPPED], 0.0)
    room.sound.play([Cue.DO, Cue.ONE], 0.2)
    began = PATTERNS[Cue.STOPPED].seconds + AFTER_S
    room.sound.tick(began)
    room.sound.play([Cue.NUMBER], began + 0.1)
    assert len(room.rest(began + 0.1)) == len(PATTERNS[Cue.NUMBER].notes)


def test_a_tick_does_not_cut_a_message_short(room: Room) -> None:
    room.sound.play([Cue.CONTRACTION_COMING], 0.0)
    before = room.pitch_hz()
    room.sound.play([Cue.DETENT], 0.01)
    assert room.pitch_hz() == before


def test_a_tick_beside_a_message_is_lost_in_it(room: Room) -> None:
    room.sound.play([Cue.DETENT, Cue.READY], 0.0)
    assert room.pitch_hz() == PATTERNS[Cue.READY].notes[0][0]
    assert len(room.rest(0.0)) == len(PATTERNS[Cue.READY].notes)


def test_a_volume_counts_from_the_next_beat_on_and_moves_no_alarm(room: Room) -> None:
    room.with_sound(volume=2)
    room.sound.play([Cue.READY], 0.0)
    quiet = room.duty()
    room.sound.set_volume(9)
    room.sound.tick(0.3)
    room.sound.tick(0.5)
    assert room.duty() > quiet
    room.sound.set_volume(0)
    room.sound.play([Cue.FAULT], 0.6)
    assert (room.pitch_hz(), room.duty()) == (520, 0.5)


def test_what_is_soft_is_softer_than_the_rest_but_not_mute(room: Room) -> None:
    for volume in range(2, 11):
        room.with_sound(volume)
        soft = max(duty for _, duty in room.play(Cue.FAINTER))
        assert 0 < soft < max(duty for _, duty in room.play(Cue.READY))


def test_a_loop_that_comes_late_goes_on_where_the_pattern_is(room: Room) -> None:
    room.sound.play([Cue.READY], 0.0)
    room.sound.tick(0.45)
    assert room.pitch_hz() == PATTERNS[Cue.READY].notes[2][0]
    room.sound.tick(60.0)
    assert (room.pitch_hz(), room.shakes(), room.sound.next_deadline) == (0, False, None)


def test_silence_ends_everything(room: Room) -> None:
    room.sound.play([Cue.FAULT], 0.0)
    room.sound.silence()
    assert (room.pitch_hz(), room.shakes(), room.sound.next_deadline) == (0, False, None)


@pytest.mark.parametrize("cue", list(Cue))
def test_a_rendered_pattern_has_its_length_and_nothing_but_a_square(cue: Cue) -> None:
    rate = 8000
    samples = memoryview(render(PATTERNS[cue], rate)).cast("h")
    seconds = sum(seconds for _, seconds in PATTERNS[cue].notes)
    assert len(samples) == pytest.approx(seconds * rate, abs=len(PATTERNS[cue].notes))
    assert len(set(samples) - {0}) == 2


def test_a_rendered_alarm_has_the_pitch_of_an_alarm() -> None:
    rate = 48000
    samples = memoryview(render(PATTERNS[Cue.STOPPED], rate)).cast("h")[: rate // 2]
    rises = sum(a < b for a, b in pairwise(samples))
    assert math.isclose(rises, 260, abs_tol=1)
