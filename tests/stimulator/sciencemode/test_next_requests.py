"""What a P24 or RehaMove3 is asked next, without a wire."""

from appliance.session.board import BoardState, SetPoint
from appliance.stimulator.sciencemode.messages import (
    GetBattery,
    GetStatus,
    Init,
    Stop,
)
from appliance.stimulator.sciencemode.models import REHAMOVE3
from appliance.stimulator.sciencemode.pulses import Update
from appliance.stimulator.sciencemode.replies import (
    Battery,
)
from tests.stimulator.rigs import CEILINGS, set_point
from tests.stimulator.sciencemode.turns import LOOK, REST, Talk, told

BATTERY_S = 30.0
KEEP_ALIVE_S = 0.4
LOOK_S = 0.1
LOST_S = 0.08
STATUS_S = 0.1
TOLD_S = 0.1


def test_while_off_it_asks_for_the_status_ten_times_a_second() -> None:
    talk = Talk(0.0)
    assert talk.say(None, STATUS_S - 0.01) is None
    assert talk.exchange(None, STATUS_S) == GetStatus()
    assert talk.say(None, 0.15) is None
    assert talk.say(None, 0.21) == GetStatus()
    assert talk.say(None, 0.21 + LOST_S - 0.01) is None
    # That answer is lost, and the next question is due at once.
    assert talk.say(None, 0.21 + LOST_S + 0.001) == GetStatus()


def test_the_battery_is_asked_for_every_30_s_where_there_is_one() -> None:
    talk = Talk(-1.0, REHAMOVE3)
    assert talk.say(None, 0.0) == GetBattery()
    talk.hear(Battery(80, 7400), 0.01)
    assert talk.exchange(None, 10.0) == GetStatus()
    assert talk.exchange(None, BATTERY_S - 0.01) == GetStatus()
    assert talk.say(None, BATTERY_S) == GetBattery()


def test_a_start_is_init_and_an_update_that_enables_nothing() -> None:
    talk = Talk()
    assert talk.talk.state is BoardState.OFF
    assert talk.say(set_point(20), 10.0) == Init(stop_all_on_error=True)
    assert talk.talk.state is BoardState.OFF
    assert talk.talk.is_live
    assert talk.say(set_point(20), 10.05) is None
    talk.obey(Init(), 10.06)
    assert talk.say(set_point(20), 10.1) == Update()
    assert talk.talk.agreed_at is None
    talk.obey(Update(), 10.11)
    assert talk.talk.agreed_at == 10.11
    assert talk.talk.state is BoardState.ARMED


def test_a_rehamove3_is_not_told_to_stop_all_on_an_error() -> None:
    talk = Talk(model=REHAMOVE3)
    assert talk.say(REST, 10.0) == Init(stop_all_on_error=False)


def test_an_init_whose_answer_is_lost_is_followed_by_a_stop_and_an_update_by_itself() -> None:
    talk = Talk(-1.0)
    talk.say(REST, 0.0)
    assert talk.say(REST, LOST_S) == Stop()
    talk = Talk(-1.0)
    talk.exchange(REST, 0.0)
    assert talk.say(REST, 0.05) == Update()
    assert talk.say(REST, 0.14) == Update()


def test_a_stop_whose_answer_is_lost_is_said_again(running: Talk) -> None:
    running.send(Stop(), 10.3)
    assert running.say(None, 10.3 + LOST_S - 0.01) is None
    assert running.say(REST, 10.3 + LOST_S + 0.01) == Stop()


def test_amplitudes_that_do_not_count_yet_start_nothing(live: Talk) -> None:
    for step in range(1, 10):
        live_said = live.say(set_point(20), 10.06 + step * 0.1, flows=False)
        assert live_said in (None, LOOK)
        if live_said:
            live.obey(LOOK, 10.07 + step * 0.1)


def test_the_channels_are_looked_at_right_before_an_update_that_lets_any_go_on() -> None:
    talk = Talk(-1.0)
    talk.exchange(REST, -0.5)
    talk.exchange(REST, -0.4)
    assert talk.say(set_point(1), -0.1) == LOOK
    talk.obey(LOOK, 0.0)
    # That answer is exactly a tenth of a second old now.
    assert talk.say(set_point(1), TOLD_S) == told(1)


def test_a_look_that_is_too_old_by_then_is_made_again(live: Talk) -> None:
    assert live.exchange(set_point(1), 10.1) == LOOK
    assert live.exchange(set_point(1), 10.12 + TOLD_S) == LOOK
    assert live.exchange(set_point(1), 10.14 + TOLD_S) == told(1)
    # Each update needs a look of its own.
    assert live.exchange(set_point(2), 10.16 + TOLD_S) == LOOK


def test_a_look_that_no_update_followed_at_once_is_not_enough_for_a_later_one(
    running: Talk,
) -> None:
    assert running.exchange(set_point(1, 1), 10.55) == LOOK
    assert running.say(set_point(1, 1), 10.57) is None
    assert running.say(set_point(0.5, 1), 10.58) == LOOK


def test_each_update_rises_by_40_ma_a_second_from_the_last(running: Talk) -> None:
    assert running.exchange(set_point(20, 20), 10.2) == LOOK
    assert running.exchange(set_point(20, 20), 10.23) == told(2.5, 2.5)
    assert running.exchange(set_point(20, 20), 10.25) == LOOK
    assert running.exchange(set_point(20, 20), 10.26) == told(3.5, 3.5)


def test_a_new_start_begins_with_1_ma_again(running: Talk) -> None:
    running.send(Stop(), 10.2)
    running.obey(Stop(), 10.21)
    assert running.exchange(REST, 10.22) == Init(stop_all_on_error=True)
    assert running.exchange(REST, 10.23) == Update()
    assert running.exchange(set_point(20, 20), 10.24) == LOOK
    assert running.exchange(set_point(20, 20), 10.25) == told(1, 1)


def test_the_same_is_said_once_and_the_channels_looked_at_after_a_while() -> None:
    talk = Talk(-1.0)
    talk.exchange(REST, -0.5)
    talk.exchange(REST, -0.4)
    talk.exchange(set_point(1), -0.2)
    assert talk.exchange(set_point(1), -0.1) == told(1)
    talk.send(LOOK, 0.0)
    talk.obey(LOOK, 0.01)
    assert talk.say(set_point(1), KEEP_ALIVE_S - 0.01) is None
    assert talk.say(set_point(1), KEEP_ALIVE_S) == LOOK
    # That answer is lost, and the next look is due at once.
    assert talk.say(set_point(1), KEEP_ALIVE_S + LOST_S + 0.01) == LOOK


def test_a_rest_waits_for_a_look_unless_the_last_is_fresh_or_lost(running: Talk) -> None:
    assert running.exchange(REST, 10.19) == Update()


def test_a_rest_waits_for_a_look_where_the_last_is_old() -> None:
    talk = Talk(-1.0)
    talk.exchange(REST, -0.5)
    talk.exchange(REST, -0.4)
    assert talk.exchange(set_point(1), 0.0) == LOOK
    assert talk.exchange(set_point(1), 0.05) == told(1)
    assert talk.say(REST, LOOK_S) == LOOK
    # It does not wait for another where that answer is lost.
    assert talk.say(REST, LOOK_S + LOST_S + 0.03) == Update()


def test_an_update_whose_answer_is_lost_is_said_again_and_nothing_leaps(running: Talk) -> None:
    running.exchange(set_point(20, 20), 10.2)
    assert running.say(set_point(20, 20), 10.25) == told(2.5, 2.5)
    assert running.talk.in_force == (1, 1)
    assert running.say(set_point(20, 20), 10.34) == LOOK
    running.obey(LOOK, 10.35)
    assert running.say(set_point(20, 20), 10.36) == told(2.5, 2.5)


def test_the_frequency_stays_within_the_session_s_ceiling(live: Talk) -> None:
    low = SetPoint(50.0, (1.0, 0.0), 250, CEILINGS.but(frequency_hz=20.0))
    assert live.exchange(low, 10.1) == LOOK
    assert live.exchange(low, 10.15) == told(1, period=200)


def test_without_a_set_point_nothing_is_asked_of_a_device_that_goes(running: Talk) -> None:
    # The driver sends the stop.
    assert running.say(None, 12.0) is None
