"""What an openEMSstim is told next, and what its echoes are taken for, without a wire."""

import pytest

from appliance.session.board import BoardState, SetPoint
from appliance.stimulator.link import WrongAnswerError
from appliance.stimulator.openemsstim.conversation import (
    Conversation,
)
from appliance.stimulator.openemsstim.hearing import Echo, Firmware, Sign
from appliance.stimulator.openemsstim.rise import next_percent, percent_of
from appliance.therapy.units import NEVER
from tests.stimulator.rigs import set_point

CHECK_S = 0.5
OPENING_S = 0.25
OVERDUE_S = 0.5
RENEW_S = 0.4
SILENCE_S = 0.3
SPACING_S = 0.15

REST = set_point(0)
IDLE_SILENCE_S = 2.0
ECHO_S = 0.12


class Talk:
    """A conversation with a board that repeats everything, until it is told not to."""

    def __init__(self, now: float = 0.0) -> None:
        self.told = Conversation(Firmware.MASTER, now)

    def say(self, wanted: SetPoint | None, now: float) -> str | None:
        """What is said now, with no answer yet."""
        text = self.told.next_command(wanted, now)
        if text is not None:
            self.told.expect(text, now)
        return text

    def echo(self, text: str, now: float) -> None:
        self.told.hear(Firmware.MASTER if text == "?" else Echo(text), now)

    def exchange(self, wanted: SetPoint | None, now: float) -> str | None:
        """What is said now, and repeated a moment later."""
        text = self.say(wanted, now)
        if text is not None:
            self.echo(text, now + ECHO_S)
        return text


@pytest.fixture
def talk() -> Talk:
    """From 10.0 s on both channels go, at 1 %; B was told last, at 10.5 s."""
    talk = Talk(9.0)
    assert talk.exchange(REST, 10.0) == "G"
    assert talk.exchange(set_point(1), 10.3) == "C0I1T800G"
    assert talk.exchange(set_point(1, 1), 10.5) == "C1I1T800G"
    return talk


# What is said


def test_nothing_flows_before_an_all_stop_was_repeated() -> None:
    talk = Talk()
    assert talk.say(set_point(20), 1.0) == "G"
    assert talk.say(set_point(20), 1.05) is None
    talk.echo("G", 1.0 + ECHO_S)
    assert talk.say(set_point(20), 1.0 + SPACING_S) == "C0I1T800G"


def test_one_command_is_out_at_a_time_and_the_next_keeps_its_distance(talk: Talk) -> None:
    assert talk.say(set_point(1, 0), 11.0) == "C0I1T800G"
    assert talk.say(set_point(1, 0), 11.2) is None
    talk.echo("C0I1T800G", 11.2)
    assert talk.say(set_point(1, 0), 11.2) == "C1I1T1G"
    talk.echo("C1I1T1G", 11.21)
    assert talk.say(set_point(2, 0), 11.2 + SPACING_S - 0.01) is None


def test_a_channel_is_renewed_at_half_its_on_time_and_not_sooner(talk: Talk) -> None:
    both = set_point(1, 1)
    assert talk.exchange(both, 10.69) is None
    assert talk.exchange(both, 10.71) == "C0I1T800G"
    assert talk.exchange(both, 10.91) == "C1I1T800G"


def test_times_are_reached_at_their_very_end() -> None:
    talk = Talk(-1.0)
    assert talk.exchange(REST, -0.5) == "G"
    assert talk.exchange(set_point(1), 0.0) == "C0I1T800G"
    assert talk.exchange(set_point(9), SPACING_S) == "C0I7T800G"
    talk = Talk(-1.0)
    talk.exchange(REST, -0.5)
    talk.exchange(set_point(1), 0.0)
    assert talk.exchange(set_point(1), RENEW_S - 0.0001) is None
    assert talk.exchange(set_point(1), RENEW_S) == "C0I1T800G"


def test_the_end_of_a_channel_goes_before_the_renewal_of_the_other(talk: Talk) -> None:
    assert talk.exchange(set_point(1, 0), 10.3 + OVERDUE_S - 0.01) == "C1I1T1G"


def test_a_channel_that_is_overdue_goes_before_the_end_of_the_other(talk: Talk) -> None:
    assert talk.exchange(set_point(1, 0), 10.3 + OVERDUE_S) == "C0I1T800G"
    assert talk.exchange(set_point(1, 0), 11.0) == "C1I1T1G"


def test_down_goes_before_up_and_the_end_before_down(talk: Talk) -> None:
    assert talk.exchange(set_point(10, 1), 10.8) == "C0I10T800G"
    assert talk.exchange(set_point(10, 1), 11.0) == "C1I1T800G"
    assert talk.exchange(set_point(5, 9), 11.2) == "C0I5T800G"
    assert talk.exchange(set_point(4, 0), 11.4) == "C1I1T1G"
    assert talk.exchange(set_point(4, 0), 11.6) == "C0I4T800G"


def test_of_two_channels_that_go_down_the_one_that_has_waited_longer_goes_first(
    talk: Talk,
) -> None:
    assert talk.exchange(set_point(9, 1), 10.68) == "C0I9T800G"
    assert talk.exchange(set_point(9, 9), 10.85) == "C1I9T800G"
    assert talk.exchange(set_point(5, 5), 11.02) == "C0I5T800G"
    assert talk.exchange(set_point(5, 5), 11.19) == "C1I5T800G"


def test_a_channel_that_was_off_for_long_begins_after_the_other_went_down() -> None:
    talk = Talk(9.0)
    assert talk.exchange(REST, 10.0) == "G"
    assert talk.exchange(set_point(10), 10.3) == "C0I1T800G"
    assert talk.exchange(set_point(10), 10.6) == "C0I10T800G"
    assert talk.exchange(set_point(5, 30), 11.0) == "C0I5T800G"
    assert talk.exchange(set_point(5, 30), 11.2) == "C1I1T800G"


def test_a_channel_that_ended_is_not_ended_again_and_begins_at_1_percent(talk: Talk) -> None:
    assert talk.exchange(set_point(1, 0), 10.7) == "C1I1T1G"
    assert talk.exchange(set_point(1, 0), 10.9) == "C0I1T800G"
    assert talk.exchange(set_point(1, 0), 11.1) is None
    assert talk.exchange(set_point(1, 30), 11.1) == "C1I1T800G"


def test_of_two_channels_the_one_that_has_waited_longer_is_told_first(talk: Talk) -> None:
    assert talk.exchange(set_point(1, 9), 10.68) == "C1I8T800G"
    assert talk.exchange(set_point(9, 9), 10.85) == "C0I9T800G"
    assert talk.exchange(set_point(9, 9), 11.01) == "C1I9T800G"


def test_a_rest_is_one_all_stop_at_once_and_then_a_question_now_and_then(talk: Talk) -> None:
    assert talk.say(set_point(1, 1), 10.8) == "C0I1T800G"
    assert talk.say(REST, 10.81) == "G"
    assert talk.say(REST, 10.82) is None
    talk.echo("C0I1T800G", 10.9)
    talk.echo("G", 11.0)
    assert talk.say(REST, 11.0 + CHECK_S - 0.01) is None
    assert talk.say(REST, 11.0 + CHECK_S) == "?"
    assert talk.say(REST, 20.0) is None


def test_a_question_waits_for_the_time_since_the_last_was_said_as_well() -> None:
    talk = Talk(1.0)
    assert talk.say(None, 1.0 + CHECK_S - 0.01) is None
    assert talk.say(None, 1.0 + CHECK_S) == "?"
    talk.echo("?", 1.6)
    assert talk.say(None, 2.05) is None
    assert talk.say(None, 2.1) == "?"


def test_after_off_the_next_start_begins_with_an_all_stop_again(talk: Talk) -> None:
    assert talk.exchange(None, 11.0) == "G"
    assert talk.told.agreed_at is None
    assert talk.say(set_point(20), 11.2) == "G"


# What is heard


@pytest.mark.parametrize("rest", ["C0I", "C0?", None])
def test_what_an_all_stop_left_of_a_command_is_no_wrong_echo(talk: Talk, rest: str | None) -> None:
    talk.say(set_point(2, 1), 11.0)
    assert talk.say(REST, 11.01) == "G"
    if rest is not None:
        talk.echo(rest, 11.05)
    talk.echo("G", 11.1)
    assert not talk.told.may_flow(11.1 + OPENING_S)


@pytest.mark.parametrize("said", ["C0I2T800G", "C1I1T800G", "G"])
def test_another_echo_than_what_was_said_is_a_fault(talk: Talk, said: str) -> None:
    talk.say(set_point(1, 1), 10.8)
    with pytest.raises(WrongAnswerError, match="board_disagrees") as caught:
        talk.echo(said, 10.9)
    assert caught.value.why == f"the board repeats {said!r} for 'C0I1T800G'"


def test_an_echo_of_nothing_is_a_fault(talk: Talk) -> None:
    with pytest.raises(WrongAnswerError, match="board_disagrees") as caught:
        talk.echo("G", 10.9)
    assert "unasked" in caught.value.why


def test_an_answer_of_another_firmware_is_a_fault() -> None:
    talk = Talk()
    assert talk.say(None, 1.0) == "?"
    with pytest.raises(WrongAnswerError, match="board_disagrees"):
        talk.told.hear(Firmware.FIRST, 1.1)


@pytest.mark.parametrize("sign", Sign)
def test_a_board_that_starts_is_a_fault(talk: Talk, sign: Sign) -> None:
    with pytest.raises(WrongAnswerError, match="board_reset"):
        talk.told.hear(sign, 11.0)


# What is told


def test_in_force_is_what_was_repeated_and_not_what_was_said(talk: Talk) -> None:
    assert talk.told.in_force == (1, 1)
    assert talk.say(set_point(9, 1), 10.8) == "C0I9T800G"
    assert talk.told.in_force == (1, 1)
    talk.echo("C0I9T800G", 10.9)
    assert talk.told.in_force == (9, 1)
    assert (talk.told.heard_at, talk.told.agreed_at) == (10.9, 10.9)
    talk.exchange(REST, 11.0)
    assert talk.told.in_force == (0, 0)


def test_the_relays_count_as_open_a_while_after_an_all_stop_was_repeated(talk: Talk) -> None:
    assert talk.say(REST, 10.8) == "G"
    assert talk.told.may_flow(10.85)
    talk.echo("G", 10.9)
    assert talk.told.may_flow(10.9 + OPENING_S - 0.01)
    assert not talk.told.may_flow(10.9 + OPENING_S)
    # That of the next start opens nothing that is not open already.
    assert talk.say(None, 11.3) is None
    assert talk.exchange(REST, 11.3) == "G"
    assert not talk.told.may_flow(11.3 + ECHO_S)


def test_the_state_follows_what_was_said_and_repeated() -> None:
    talk = Talk(1.0)
    assert talk.told.state(1.0) is BoardState.OFF
    talk.say(REST, 1.0)
    assert talk.told.state(1.0) is BoardState.OFF
    assert talk.told.is_live
    talk.echo("G", 1.1)
    assert talk.told.state(1.1) is BoardState.ARMED
    talk.say(set_point(20), 1.2)
    assert talk.told.state(1.2) is BoardState.ON
    talk.echo("C0I1T800G", 1.3)
    talk.exchange(REST, 1.4)
    assert talk.told.state(1.9) is BoardState.ON
    # Nothing more is said: the all-stop of the rest has opened the relays.
    assert talk.say(None, 1.9) is None
    assert not talk.told.is_live
    assert talk.told.state(1.9) is BoardState.OFF
    assert talk.exchange(REST, 2.0) == "G"
    assert talk.told.state(2.2) is BoardState.ARMED


def test_an_echo_that_comes_after_off_agrees_to_nothing(talk: Talk) -> None:
    assert talk.say(set_point(9, 1), 10.8) == "C0I9T800G"
    assert talk.say(None, 10.85) == "G"
    talk.echo("C0I9T800G", 10.9)
    assert talk.told.agreed_at is None
    talk.echo("G", 10.95)
    assert talk.told.agreed_at is None


def test_a_start_before_the_all_stop_was_repeated_is_on_until_then(talk: Talk) -> None:
    assert talk.say(None, 10.8) == "G"
    assert talk.say(REST, 10.85) is None
    assert talk.told.state(10.85) is BoardState.ON
    assert talk.told.agreed_at is None
    talk.echo("G", 10.9)
    assert talk.told.agreed_at == 10.9


def test_off_within_a_contraction_is_on_until_the_relays_are_open(talk: Talk) -> None:
    talk.say(None, 10.8)
    talk.echo("G", 10.9)
    assert talk.told.state(10.9 + OPENING_S - 0.01) is BoardState.ON
    assert talk.told.state(10.9 + OPENING_S) is BoardState.OFF
    talk.exchange(REST, 11.2)
    assert talk.told.state(11.4) is BoardState.ARMED


def test_silence_is_a_fault_sooner_while_a_set_point_is_wanted(talk: Talk) -> None:
    assert talk.told.silent_at() == NEVER
    talk.say(set_point(1, 1), 10.8)
    assert talk.told.silent_at() == 10.8 + SILENCE_S
    talk.say(None, 10.85)
    # The oldest that was not repeated counts.
    assert talk.told.silent_at() == 10.8 + IDLE_SILENCE_S
    talk.echo("C0I1T800G", 10.9)
    assert talk.told.silent_at() == 10.85 + IDLE_SILENCE_S


def test_it_is_called_again_when_it_may_say_or_has_to_report_something(talk: Talk) -> None:
    assert talk.told.next_at(10.62) == 10.5 + SPACING_S
    assert talk.told.next_at(10.5 + SPACING_S) == NEVER
    talk.say(REST, 10.8)
    assert talk.told.next_at(10.8) == 10.8 + SPACING_S
    assert talk.told.next_at(10.8 + SPACING_S) == 10.8 + SILENCE_S
    talk.echo("G", 10.96)
    assert talk.told.next_at(10.96) == 10.96 + OPENING_S
    assert talk.told.next_at(10.96 + OPENING_S) == NEVER


# Percent


@pytest.mark.parametrize(
    ("wanted", "percent"), [(0, 0), (0.99, 0), (1, 1), (1.99, 1), (2.0, 2), (60, 60), (90, 60)]
)
def test_whole_percent_rounded_down_within_the_ceiling(wanted: float, percent: int) -> None:
    assert percent_of(set_point(wanted), 0) == percent
    assert percent_of(set_point(7, wanted), 1) == percent


def test_without_a_set_point_and_for_what_is_no_number_it_is_nothing() -> None:
    assert percent_of(None, 0) == 0
    assert percent_of(set_point(float("nan")), 0) == 0
    assert percent_of(set_point(-20), 0) == 0


@pytest.mark.parametrize(
    ("reached", "passed_s", "percent"),
    [(0, 9.0, 1), (1, 0.1, 5), (10, 0.27, 20), (10, 0.3, 22), (10, 9.0, 22)],
)
def test_the_rise_is_40_percent_a_second_and_a_pause_allows_no_leap(
    reached: int, passed_s: float, percent: int
) -> None:
    assert next_percent(reached, 90, passed_s) == percent
    assert next_percent(reached, 1, passed_s) == 1
