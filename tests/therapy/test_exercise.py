"""The strengthening block: when it is due, how it grows, and where an exercise stands."""

import pytest

from appliance.therapy.exercise import (
    GROWTH,
    STRETCHED_OUT,
    Beat,
    Block,
    beat_word,
    block_due,
    moment_at,
    moves_with_it,
    weeks_trained,
)
from appliance.therapy.placements import Placement
from tests.session.core import shipped

FIRST = GROWTH[0]
EVERY_THIRD_DAY = tuple(range(3, 60, 3))


@pytest.mark.parametrize(
    ("days_ago", "soreness", "due"),
    [
        pytest.param((), None, FIRST, id="never exercised"),
        pytest.param((0,), None, None, id="once today is enough"),
        pytest.param((1, 3), None, None, id="yesterday: the muscles rest a day"),
        pytest.param((2, 4), None, FIRST, id="the day before yesterday"),
        pytest.param((), 3, FIRST, id="hardly sore"),
        pytest.param((), 4, None, id="sore: stretches only"),
        pytest.param(EVERY_THIRD_DAY, 0, GROWTH[-1], id="two months"),
        pytest.param((14, *range(16, 60, 2)), 0, FIRST, id="two weeks off: from the beginning"),
        pytest.param((13, 15, 17), 0, GROWTH[1], id="less than two weeks off: goes on"),
    ],
)
def test_the_block_of_a_day(
    days_ago: tuple[int, ...], soreness: int | None, due: Block | None
) -> None:
    assert block_due(days_ago, soreness) == due


@pytest.mark.parametrize(
    ("days_ago", "weeks"),
    [
        pytest.param((), 0, id="nothing"),
        pytest.param((2, 4, 6), 0, id="this week is not over"),
        pytest.param((7,), 0, id="one block makes no week"),
        pytest.param((5, 7), 1, id="two do"),
        pytest.param((7, 7), 0, id="two of one day are one"),
        pytest.param((2, 9, 12, 14), 1, id="a week with one block leads nowhere"),
        pytest.param((2, 4, 9, 11, 16, 18), 2, id="three weeks, of which two are over"),
        pytest.param((2, 4, 30, 32, 37, 39), 0, id="what was before a break is forgotten"),
    ],
)
def test_weeks_with_two_blocks_count(days_ago: tuple[int, ...], weeks: int) -> None:
    assert weeks_trained(days_ago) == weeks


def test_no_step_asks_for_less_than_the_one_before_and_sides_come_out_even() -> None:
    assert list(GROWTH) == sorted(GROWTH, key=lambda block: block.total)
    assert all(block.repetitions % 2 == 0 for block in GROWTH)
    assert [(block.sets, block.repetitions) for block in GROWTH] == [
        *((1, 6), (1, 8), (2, 8), (2, 10), (3, 10))
    ]


@pytest.mark.parametrize(
    ("at_s", "beat", "left_s", "set_number", "repetition", "done"),
    [
        (0.0, Beat.GET_READY, 10.0, 1, 1, 0),
        (10.0, Beat.LIFT, 8.0, 1, 1, 0),
        (17.5, Beat.LIFT, 0.5, 1, 1, 0),
        (18.0, Beat.LOWER, 4.0, 1, 1, 1),
        (22.0, Beat.LIFT, 8.0, 1, 2, 1),
        (34.0, Beat.PAUSE, 30.0, 2, 1, 2),
        (64.0, Beat.LIFT, 8.0, 2, 1, 2),
        (87.9, Beat.LOWER, 0.1, 2, 2, 4),
        (88.0, Beat.OVER, 0.0, 2, 2, 4),
        (120.0, Beat.OVER, 0.0, 2, 2, 4),
        (500.0, Beat.OVER, 0.0, 2, 2, 4),
    ],
)
def test_where_two_sets_of_two_stand(
    at_s: float, beat: Beat, left_s: float, set_number: int, repetition: int, done: int
) -> None:
    moment = moment_at(Block(2, 2), at_s)
    assert (moment.beat, moment.set_number, moment.repetition) == (beat, set_number, repetition)
    assert (moment.left_s, moment.done) == (pytest.approx(left_s), done)


@pytest.mark.parametrize("block", GROWTH)
def test_a_block_lasts_as_long_as_it_says(block: Block) -> None:
    assert moment_at(block, block.seconds - 0.1).beat is Beat.LOWER
    assert moment_at(block, block.seconds + 0.1).beat is Beat.OVER


@pytest.mark.parametrize(
    ("placement", "gentle", "moves"),
    [
        ("lower_back", False, True),
        ("lower_back", True, False),
        ("glutes", False, False),
        ("hip_flexors", False, False),
        ("bench", False, False),
    ],
)
def test_only_the_back_moves_with_it_and_never_in_a_gentle_session(
    placement: str, gentle: bool, moves: bool
) -> None:
    known: dict[str, Placement] = dict(shipped().placements)
    assert moves_with_it(known[placement], gentle=gentle) is moves


def test_only_what_rises_is_told_to_be_lifted() -> None:
    stretched = next(iter(STRETCHED_OUT))
    assert [beat_word(stretched, beat) for beat in (Beat.LIFT, Beat.LOWER)] == ["stretch", "back"]
    assert [beat_word("bridge", beat) for beat in Beat] == [beat.value for beat in Beat]
    assert beat_word(stretched, Beat.PAUSE) == Beat.PAUSE.value
