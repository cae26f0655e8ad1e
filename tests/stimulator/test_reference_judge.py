"""The verdict on a report: what is in force compared with the frame that it answers."""

from collections.abc import Callable
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.simulator.boards.reference.output import Form, OutputStage
from appliance.simulator.body import Body
from appliance.stimulator.reference.conversation import Conversation
from appliance.stimulator.reference.judge import WEAK_S, Follower, verdict
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

ASKED = SetPoint(1, 5, 4, 300, State.ON, 5000, 0, 0, 400, 300, 250, 250, 2400, 400, 12_000)
AGREED = Report(
    1, 5, 0, State.ON, Reason.OFF, Flag.GREETED, 1, 0, 0, 1, 1, 400, 300, 250, 250, 5000, 0, 0,
    400, 300, 400, 300, 0, 0, 9, 8, 1100, 0, 0, 7400, bytes(len(Refusal)),
)  # fmt: skip


def in_form(centihz: int, burst_pulses: int = 0, burst_ms: int = 0) -> SetPoint:
    return ASKED._replace(frequency_centihz=centihz, burst_pulses=burst_pulses, burst_ms=burst_ms)


def test_an_answer_that_is_as_asked_is_good() -> None:
    assert verdict(AGREED, ASKED) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"amplitude_a_codes": 401},
        {"amplitude_b_codes": 301},
        {"width_a_us": 251},
        {"width_b_us": 251},
        {"frequency_centihz": 5001},
        {"burst_pulses": 9, "burst_ms": 500},
    ],
    ids=str,
)
def test_anything_in_force_above_asked_is_too_strong(changes: dict[str, int]) -> None:
    assert verdict(AGREED._replace(**changes), ASKED) == "board_too_strong"


@pytest.mark.parametrize(("mine", "other"), [("a", "b"), ("b", "a")])
def test_a_channel_alone_is_too_strong_and_the_width_of_one_at_rest_means_nothing(
    mine: str, other: str
) -> None:
    rest = AGREED._replace(**{f"amplitude_{other}_codes": 0, f"width_{other}_us": 400})
    assert verdict(rest, ASKED) is None
    assert verdict(rest._replace(**{f"amplitude_{mine}_codes": 401}), ASKED) == "board_too_strong"
    faint = {f"amplitude_{mine}_codes": 1, f"width_{mine}_us": 251}
    assert verdict(rest._replace(**faint), ASKED) == "board_too_strong"
    assert verdict(rest._replace(state=State.OFF), Off(5)) == "board_too_strong"


def test_anything_in_force_after_off_is_too_strong() -> None:
    assert verdict(AGREED._replace(state=State.OFF), Off(5)) == "board_too_strong"


REST = {"amplitude_a_codes": 0, "amplitude_b_codes": 0}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"flags": 0}, "board_reset"),
        ({"answer": Refusal.LIMIT}, "board_disagrees"),
        ({"answer": Refusal.SEQUENCE}, "board_disagrees"),
        ({"answer": Refusal.BELIEF}, None),
        ({"answer": Refusal.COOL_DOWN, "state": State.OFF, **REST}, None),
        ({"state": State.OFF, "reason": Reason.OPEN_LEAD, **REST}, None),
        ({"state": State.OFF, "reason": Reason.LEASE, **REST}, "board_stopped_itself"),
        ({"state": State.OFF, "reason": Reason.BELIEF, **REST}, "board_disagrees"),
        ({"state": State.OFF, "reason": Reason.OFF, **REST}, "board_disagrees"),
        ({"state": State.FAULT, "faults": 1, **REST}, None),
        ({"state": State.FAULT, "faults": 0, **REST}, "board_stopped_itself"),
        ({"state": 77, **REST}, "board_stopped_itself"),
    ],
    ids=str,
)
def test_an_answer_to_a_set_point_that_is_not_as_asked(
    changes: dict[str, int], fault: str | None
) -> None:
    assert verdict(AGREED._replace(**changes), ASKED) == fault


@pytest.mark.parametrize("state", [State.ARMED, State.ON])
def test_a_board_that_is_not_off_after_off_disagrees(state: State) -> None:
    assert verdict(AGREED._replace(state=state, **REST), Off(5)) == "board_disagrees"


@settings(max_examples=200, deadline=None)
@given(
    form=st.one_of(
        st.tuples(st.integers(100, 12_000), st.just(0), st.just(0)),
        st.sampled_from([(10_000, 9, 500), (12_000, 2, 1000), (2_600, 25, 1000), (3_000, 2, 100)]),
    ),
    steps=st.lists(
        st.tuples(st.integers(0, 3200), st.floats(0.02, 0.1), st.integers(1, 60)),
        min_size=1,
        max_size=8,
    ),
    widths_us=st.lists(st.integers(50, 400), min_size=1, max_size=5),
)
def test_an_honest_board_is_never_called_weak(
    form: tuple[int, int, int], steps: list[tuple[int, float, int]], widths_us: list[int]
) -> None:
    stage, follower, now, widths = OutputStage(Body()), Follower(), 0.0, cycle(widths_us)
    asked = in_form(*form)
    for target, every_s, count in steps:
        for _ in range(count):
            width_us = next(widths)
            stage.apply(now, Form(*form), (target, 0), (width_us, width_us))
            while stage.next_pulse() <= now:
                stage.fire(NEVER)
            in_force = stage.in_force[0]
            assert not follower.is_too_weak(now, target, width_us, in_force, asked, False)
            now += every_s


def test_a_board_that_does_not_rise_in_bursts_is_called_weak_in_time() -> None:
    follower, now = Follower(), 0.0
    while not follower.is_too_weak(now, 800, 250, 40, in_form(10_000, 9, 500), False):
        now += 0.02
        # Two bursts, then from 40 to 81 codes at 416 codes a second.
        assert now < 2 * 0.5 + 81 / 416 / 0.9 + WEAK_S + 0.1
    assert now > WEAK_S


@pytest.mark.parametrize("hz", [3, 35, 120])
def test_a_board_that_does_not_rise_is_called_weak_in_time(hz: int) -> None:
    follower, now = Follower(), 0.0
    while not follower.is_too_weak(now, 800, 250, 40, in_form(hz * 100), False):
        now += 0.02
        assert now < 2 / hz + 80 / min(1600, 80 * hz) / 0.9 + WEAK_S + 0.1
    assert now > WEAK_S


def test_a_channel_that_the_board_holds_at_what_flows_is_not_weak() -> None:
    follower, now = Follower(), 0.0
    while now < 5:
        # Between what flows and its tolerance above it.
        in_force = 1200 + round(now * 50) % 3 * 32
        assert not follower.is_too_weak(now, 1600, 250, in_force, ASKED, is_held=True)
        now += 0.02
    while not follower.is_too_weak(now, 1600, 250, 1200, ASKED, is_held=False):
        now += 0.02
        assert now < 7


def weak_after_s(
    in_force: Callable[[float], float], asked: int, hz: float, least_s: float = 3.0
) -> float | None:
    """When a channel whose amplitude takes this course is called weak; None where it never is."""
    follower = Follower()
    for tick in range(round(least_s * 1000)):
        now = tick / 1000
        if follower.is_too_weak(
            now, asked, 250, int(in_force(now)), in_form(round(hz * 100)), False
        ):
            return now
    return None


def test_40_codes_below_are_not_weak_and_41_are_after_half_a_second() -> None:
    def falls_to(codes: int) -> Callable[[float], float]:
        return lambda now: 800 if now < 2.0 else codes

    assert weak_after_s(falls_to(760), asked=800, hz=50) is None
    assert weak_after_s(falls_to(759), asked=800, hz=50) == pytest.approx(2.5, abs=0.002)


def test_a_board_may_rise_a_tenth_more_slowly_and_not_a_fifth() -> None:
    assert weak_after_s(lambda now: min(3200, 1440 * now), asked=3200, hz=50) is None
    assert weak_after_s(lambda now: min(3200, 1280 * now), asked=3200, hz=50) is not None


def test_what_was_asked_counts_after_two_periods() -> None:
    # From then on 216 codes a second are expected, of which the first 40 are its tolerance.
    weak_at = weak_after_s(lambda now: 0, asked=800, hz=3)
    assert weak_at == pytest.approx(2 / 3 + 40 / 216 + 0.5, abs=0.001)


def test_what_was_asked_in_bursts_counts_after_two_of_them() -> None:
    follower, ticks = Follower(), 0
    while not follower.is_too_weak(ticks / 1000, 800, 250, 0, in_form(10_000, 9, 500), False):
        ticks += 1
        assert ticks < 3000
    assert ticks / 1000 == pytest.approx(2 * 0.5 + 40 / (0.9 * 416) + 0.5, abs=0.002)


@pytest.mark.parametrize("weak", [0, 1])
def test_each_channel_is_judged_by_its_own_current(weak: int) -> None:
    in_force = {"amplitude_a_codes": 400, "amplitude_b_codes": 400}
    in_force[("amplitude_a_codes", "amplitude_b_codes")[weak]] = 0
    talk, faults = Conversation(0.0), []
    for tick in range(30):
        asked = ASKED._replace(sequence=tick, amplitude_a_codes=400, amplitude_b_codes=400)
        talk.expect(asked, tick * 0.05)
        faults.append(talk.hear(AGREED._replace(sequence=tick, **in_force), tick * 0.05))
    assert "board_too_weak" in faults
