"""The conversation with a reference board by itself: what is under way, and what comes first."""

import pytest

from appliance.stimulator.reference.conversation import GAP_S, SILENCE_S, Conversation
from appliance.stimulator.reference.protocol import (
    Flag,
    Off,
    Reason,
    Refusal,
    Report,
    SetPoint,
    State,
)
from appliance.therapy.units import NEVER

NOW = 100.0
ASKED = SetPoint(1, 5, 4, 300, State.ON, 5000, 0, 0, 400, 300, 250, 250, 2400, 400, 12_000)
ZERO = ASKED._replace(amplitude_a_codes=0, amplitude_b_codes=0)
AGREED = Report(
    1, 5, 0, State.ON, Reason.OFF, Flag.GREETED, 1, 0, 0, 1, 1, 0, 0, 250, 250, 5000, 0, 0,
    0, 0, 400, 300, 0, 0, 9, 8, 1100, 0, 0, 7400, bytes(len(Refusal)),
)  # fmt: skip


def heard(asked: SetPoint | Off = ZERO, **said: object) -> Conversation:
    """A conversation in which the board has just answered this frame so."""
    talk = Conversation(NOW - 0.02)
    talk.expect(asked._replace(sequence=5), NOW - 0.02)
    talk.hear(AGREED._replace(sequence=5, **said), NOW)
    return talk


@pytest.mark.parametrize("reason", list(Reason))
def test_a_board_that_went_off_by_itself_is_armed_only_after_an_off_of_ours(reason: Reason) -> None:
    ours = reason in (Reason.OFF, Reason.HELLO)
    talk = heard(Off(5), state=State.OFF, reason=reason)
    assert talk.must_begin_with_off(NOW) is not ours
    for state in (State.ARMED, State.ON):
        assert not heard(state=state, reason=reason).must_begin_with_off(NOW)


def test_nothing_is_sent_before_an_off_at_first_after_a_gap_and_while_one_is_under_way() -> None:
    assert Conversation(NOW).must_begin_with_off(NOW)
    talk = heard()
    assert not talk.must_begin_with_off(NOW - 0.021 + GAP_S)
    assert talk.must_begin_with_off(NOW - 0.019 + GAP_S)
    talk.expect(Off(6), NOW)
    assert talk.must_begin_with_off(NOW)


@pytest.mark.parametrize(
    ("in_force", "under_way", "flows"),
    [
        ((0, 0), (0, 0), False),
        ((1, 0), (0, 0), True),
        ((0, 1), (0, 0), True),
        ((0, 0), (1, 0), True),
        ((0, 0), (0, 1), True),
    ],
)
def test_current_may_flow_that_is_in_force_or_under_way_on_either_channel(
    in_force: tuple[int, int], under_way: tuple[int, int], flows: bool
) -> None:
    talk = heard(ZERO, amplitude_a_codes=in_force[0], amplitude_b_codes=in_force[1])
    a, b = under_way
    talk.expect(ZERO._replace(sequence=6, amplitude_a_codes=a, amplitude_b_codes=b), NOW)
    assert talk.may_flow() is flows


@pytest.mark.parametrize("channel", ["amplitude_a_codes", "amplitude_b_codes"])
def test_current_may_flow_that_was_accepted_and_is_told_to_be_none(channel: str) -> None:
    assert heard(ZERO._replace(**{channel: 40})).may_flow()


def test_a_refusal_takes_nothing_of_what_was_accepted_away() -> None:
    talk = heard(ZERO._replace(amplitude_a_codes=40))
    talk.expect(ZERO._replace(sequence=6, amplitude_a_codes=60), NOW)
    talk.hear(AGREED._replace(sequence=6, answer=Refusal.BELIEF), NOW)
    assert talk.may_flow()
    talk.expect(Off(7), NOW)
    talk.hear(AGREED._replace(sequence=7, state=State.OFF), NOW)
    assert not talk.may_flow()


@pytest.mark.parametrize("state", [State.OFF, State.FAULT])
def test_a_board_that_went_off_agrees_to_nothing_any_more(state: State) -> None:
    talk = heard()
    assert talk.agreed_at == NOW
    talk.expect(ZERO._replace(sequence=6), NOW)
    talk.hear(AGREED._replace(sequence=6, state=state, reason=Reason.OPEN_LEAD, faults=1), NOW)
    assert talk.agreed_at is None


def test_an_off_under_way_is_no_output() -> None:
    talk = heard()
    talk.expect(Off(6), NOW)
    assert not talk.may_flow()


def test_an_answer_settles_all_that_was_sent_before_it() -> None:
    talk = Conversation(NOW)
    for sequence in (4, 5, 6):
        talk.expect(ZERO._replace(sequence=sequence), NOW)
    talk.hear(AGREED._replace(sequence=5), NOW + 0.01)
    still = [talk.is_answer(AGREED._replace(sequence=sequence)) for sequence in (4, 5, 6)]
    assert still == [False, False, True]
    assert talk.silent_at(idle=False) == pytest.approx(NOW + 0.01 + SILENCE_S)
    talk.hear(AGREED._replace(sequence=6), NOW + 0.02)
    assert talk.silent_at(idle=False) == NEVER


@pytest.mark.parametrize(("late_s", "fault"), [(0.3, None), (0.301, "board_silent")])
def test_an_answer_that_is_later_than_the_lease_is_silence(late_s: float, fault: str) -> None:
    talk = Conversation(NOW)
    talk.expect(ZERO._replace(sequence=5), NOW)
    assert talk.hear(AGREED._replace(sequence=5), NOW + late_s) == fault


def test_each_channel_is_followed_by_itself() -> None:
    for weak in ("amplitude_a_codes", "amplitude_b_codes"):
        talk, now, fault = Conversation(NOW), NOW, None
        whole = {"amplitude_a_codes": 400, "amplitude_b_codes": 300}
        for sequence in range(1, 80):
            talk.expect(ASKED._replace(sequence=sequence), now)
            now += 0.05
            said = whole if now < NOW + 2.0 else whole | {weak: 0}
            fault = talk.hear(AGREED._replace(sequence=sequence, **said), now)
            if fault:
                break
        assert fault == "board_too_weak"
        assert now == pytest.approx(NOW + 2.5, abs=0.11)


@pytest.mark.parametrize(
    ("in_force", "fault"), [(400, None), (401, "board_too_strong"), (300, None)]
)
def test_what_was_accepted_before_is_in_force_where_less_is_refused_for_a_lagging_belief(
    in_force: int, fault: str | None
) -> None:
    talk = heard(ZERO)
    talk.expect(ASKED._replace(sequence=6, amplitude_a_codes=400), NOW)  # Its answer is lost.
    for sequence in (7, 8):
        talk.expect(ZERO._replace(sequence=sequence), NOW + 0.05)
        refused = AGREED._replace(
            sequence=sequence, answer=Refusal.BELIEF, amplitude_a_codes=in_force
        )
        assert talk.hear(refused, NOW + 0.06) == fault


def test_a_board_with_more_in_force_than_anything_that_was_sent_is_too_strong_in_a_refusal() -> (
    None
):
    talk = heard(Off(5), state=State.OFF)
    talk.expect(ZERO._replace(sequence=6), NOW)
    refused = AGREED._replace(sequence=6, answer=Refusal.BELIEF, amplitude_a_codes=1)
    assert talk.hear(refused, NOW + 0.01) == "board_too_strong"


def test_a_refusal_is_counted_once_and_over_the_end_of_the_counter() -> None:
    talk = Conversation(NOW)
    counts = bytearray(AGREED.refusals)
    for sequence, count in ((1, 254), (2, 255), (3, 255), (4, 1)):
        counts[0] = count
        talk.expect(ZERO._replace(sequence=sequence), NOW)
        talk.hear(AGREED._replace(sequence=sequence, refusals=bytes(counts)), NOW)
    assert talk.refusals == 3
