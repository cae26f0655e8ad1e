"""What a RehaStim2 is asked next, without a wire."""

import pytest

from appliance.session.board import BoardState, SetPoint
from appliance.stimulator.rehastim2.lists import InitList
from appliance.stimulator.rehastim2.messages import (
    Ack,
    GetMode,
    Mode,
    Result,
    StopList,
    command_of,
)
from tests.stimulator.rehastim2.turns import ANSWERS_S, LIST, REST, Talk, start
from tests.stimulator.rigs import set_point

KEEP_ALIVE_S = 0.3
LOST_S = 0.11
OFF_LOOK_S = 0.1


def test_while_off_it_asks_for_the_mode_ten_times_a_second() -> None:
    talk = Talk(0.0)
    assert talk.say(None, OFF_LOOK_S - 0.01) is None
    assert talk.exchange(None, OFF_LOOK_S, Mode.START) == GetMode()
    assert talk.say(None, 0.15) is None
    assert talk.exchange(None, 0.21, Mode.START) == GetMode()


def test_a_zero_set_point_makes_a_list_and_looks_after_it(ready: Talk) -> None:
    assert ready.told.state is BoardState.ARMED
    assert ready.told.agreed_at == 10.0 + ANSWERS_S
    assert ready.exchange(REST, 10.3, Mode.INITIALISED) == GetMode()
    assert ready.say(REST, 10.3 + KEEP_ALIVE_S - 0.01) is None
    assert ready.say(REST, 10.61) == GetMode()


def test_amplitudes_that_do_not_count_yet_start_nothing(ready: Talk) -> None:
    assert ready.say(set_point(20), 10.1, flows=False) == GetMode()
    ready.agree(GetMode(), 10.11, Mode.INITIALISED)
    assert ready.say(set_point(20), 10.2, flows=False) is None
    assert ready.say(set_point(20), 10.25) == start(1)


def test_one_request_is_out_at_a_time_and_an_answer_is_lost_after_110_ms(running: Talk) -> None:
    assert running.say(set_point(0, 1), 10.2) == start(0, 1)
    assert running.told.lost_at() == 10.2 + LOST_S
    assert running.say(REST, 10.2 + LOST_S - 0.01) is None
    assert running.say(REST, 10.2 + LOST_S + 0.01) == StopList(for_rest=True)


def test_an_answer_is_lost_at_the_very_end_of_its_time() -> None:
    talk = Talk(-1.0)
    assert talk.say(REST, 0.0) == LIST
    assert talk.say(REST, LOST_S) == StopList(for_rest=True)


def test_a_change_whose_answer_is_lost_is_said_again(running: Talk) -> None:
    assert running.say(set_point(0, 1), 10.2) == start(0, 1)
    assert running.say(set_point(0, 1), 10.32) == start(0, 1)


def test_a_busy_device_is_asked_again_at_the_very_end_of_its_time() -> None:
    talk = Talk(-1.0)
    assert talk.say(REST, -0.01) == LIST
    talk.hear(Ack(command_of(LIST), Result.BUSY), 0.0)
    assert talk.say(REST, 0.02) == StopList(for_rest=True)


@pytest.mark.parametrize("wanted", [REST, None])
def test_a_list_whose_answer_is_lost_is_followed_by_a_stop(wanted: SetPoint | None) -> None:
    talk = Talk()
    assert talk.say(REST, 10.0) == LIST
    assert talk.say(wanted, 10.12) == StopList(for_rest=wanted is not None)
    assert talk.say(wanted, 10.24) == StopList(for_rest=wanted is not None)


def test_the_same_is_said_once_and_the_mode_asked_for_after_a_while(running: Talk) -> None:
    assert running.exchange(set_point(1, 1), 10.2) == GetMode()
    assert running.say(set_point(1, 1), 10.2 + KEEP_ALIVE_S - 0.01) is None
    assert running.say(set_point(1, 1), 10.51) == GetMode()


def test_a_question_whose_answer_is_lost_is_asked_again(running: Talk) -> None:
    assert running.say(set_point(1, 1), 10.2) == GetMode()
    assert running.say(set_point(1, 1), 10.32) == GetMode()


def test_without_a_set_point_nothing_is_asked_of_a_device_that_goes(running: Talk) -> None:
    # The driver sends the stop.
    assert running.say(None, 12.0) is None


def test_a_rest_and_another_frequency_stop_the_list(ready: Talk, running: Talk) -> None:
    assert running.exchange(set_point(1, 1, hz=20), 10.2) == StopList(for_rest=True)
    assert running.exchange(set_point(1, 1, hz=20), 10.3) == InitList(0b11, 100)
    assert running.exchange(set_point(1, 1, hz=20), 10.4) == start(1, 1)
    assert running.exchange(set_point(0, hz=20), 10.5) == StopList(for_rest=True)
    assert running.told.agreed_at == 10.4 + ANSWERS_S
    assert running.told.state is BoardState.ON
    assert running.told.in_force == (0, 0)
    assert running.exchange(set_point(0, hz=50), 10.6) == InitList(0b11, 40)
    assert running.exchange(set_point(0, hz=20), 10.7) == StopList(for_rest=True)


def test_each_list_begins_with_1_ma_and_rises_by_40_a_second(running: Talk) -> None:
    assert running.exchange(set_point(20, 20), 10.14) == start(2, 2)
    assert running.exchange(set_point(20, 20), 10.17) == start(3, 3)
    assert running.exchange(REST, 10.2) == StopList(for_rest=True)
    assert running.exchange(REST, 10.22) == LIST
    assert running.exchange(set_point(20, 20), 10.24) == start(1, 1)


def test_less_than_a_step_of_a_rise_is_saved_up(running: Talk) -> None:
    for step in range(8):
        running.exchange(set_point(20, 20), 10.11 + 0.01 * step)
    assert running.told.in_force == (4, 4)


def test_a_rise_goes_on_from_what_was_agreed_to_where_an_answer_is_lost(running: Talk) -> None:
    assert running.say(set_point(20, 20), 10.14) == start(2, 2)
    assert running.say(set_point(20, 20), 10.26) == start(2, 2)
    assert running.say(set_point(1, 1), 10.38) == start(1, 1)


def test_the_next_list_makes_up_for_the_pulses_of_the_one_before() -> None:
    talk, wanted = Talk(), set_point(1, 1, hz=35)
    assert talk.exchange(wanted, 10.0) == InitList(0b11, 57)
    assert talk.exchange(wanted, 10.1) == start(1, 1)
    assert talk.exchange(wanted, 10.2) == GetMode()
    assert talk.exchange(wanted, 20.2) == GetMode()
    assert talk.exchange(set_point(0, hz=35), 20.3) == StopList(for_rest=True)
    assert talk.exchange(set_point(0, hz=35), 20.4) == InitList(0b11, 58)


def test_a_change_that_came_sooner_than_a_pulse_is_said_again_after_one() -> None:
    talk = Talk()
    slow = set_point(1, 1, hz=5)
    assert talk.exchange(slow, 10.0) == InitList(0b11, 400)
    assert talk.exchange(slow, 10.1) == start(1, 1)
    assert talk.exchange(set_point(0, 1, hz=5), 10.2) == start(0, 1)
    assert talk.exchange(set_point(0, 1, hz=5), 10.31) == GetMode()
    assert talk.say(set_point(0, 1, hz=5), 10.39) is None
    assert talk.exchange(set_point(0, 1, hz=5), 10.41) == start(0, 1)
    # That came a pulse after the one before.
    assert talk.exchange(set_point(0, 1, hz=5), 10.7) == GetMode()
