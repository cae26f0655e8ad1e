"""The rotary encoder's decoder: examples, and lost, doubled, dense and late edges."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from appliance.controls.encoder import DENSE_S, Encoder, KnobEdge

LEVELS = ((False, False), (True, False), (True, True), (False, True))
"""What A and B are at each quarter of a detent, upwards."""

EASY_S = 0.01


def edges_of(quarters: list[int], gaps: list[float] | None = None) -> list[KnobEdge]:
    """The edges of a knob that moves by these quarters (+1, -1), each seen at once."""
    positions = list(accumulate(quarters, initial=0))
    times = list(accumulate(gaps or [EASY_S] * len(quarters)))
    return [
        edge_between(positions[i], positions[i + 1], times[i], seen=positions[i + 1])
        for i in range(len(quarters))
    ]


def edge_between(
    before: int, after: int, at: float, seen: int, noticed_at: float | None = None
) -> KnobEdge:
    """The edge between two positions; `seen` is where the knob was when it was noticed."""
    old, new = LEVELS[before % 4], LEVELS[after % 4]
    is_a = old[0] != new[0]
    other_closed = LEVELS[seen % 4][1 if is_a else 0]
    return KnobEdge(at, is_a, new[0 if is_a else 1], other_closed, noticed_at or at)


def steps(edges: list[KnobEdge], encoder: Encoder | None = None) -> list[int]:
    """Detent by detent: +1 is up, -1 is down."""
    encoder = encoder or Encoder(False, False)
    return [step for step in map(encoder.edge, edges) if step]


def test_a_before_b_is_up_and_b_before_a_is_down() -> None:
    assert steps(edges_of([+1] * 4)) == [+1]
    assert steps(edges_of([-1] * 4)) == [-1]


def test_a_detent_counts_when_it_is_whole() -> None:
    assert steps(edges_of([+1] * 3)) == []


@pytest.mark.parametrize(("turned_back", "counts"), [(1, []), (2, [-1]), (3, [-1])])
def test_a_detent_that_was_turned_back_is_never_up(turned_back: int, counts: list[int]) -> None:
    assert steps(edges_of([+1] * turned_back + [-1] * turned_back)) == counts
    assert steps(edges_of([-1] * turned_back + [+1] * turned_back)) == counts


def test_two_edges_a_detent_count_every_click() -> None:
    assert steps(edges_of([+1] * 6), Encoder(False, False, edges=2)) == [+1] * 3
    assert steps(edges_of([-1] * 6), Encoder(False, False, edges=2)) == [-1] * 3


def test_two_edges_a_detent_can_be_turned_down_even_where_the_settings_say_four() -> None:
    clicks_down = [EASY_S, EASY_S, 0.3, EASY_S, 0.3, EASY_S]
    assert steps(edges_of([-1] * 6, clicks_down)) == [-1] * 3
    up_then_down = [EASY_S, EASY_S, 0.3, EASY_S]
    assert steps(edges_of([+1, +1, -1, -1], up_then_down)) == [-1]


def test_a_hundred_detents_a_second_are_exact() -> None:
    gaps = [0.0025] * 400
    assert steps(edges_of([+1] * 400, gaps)) == [+1] * 100
    assert steps(edges_of([-1] * 400, gaps)) == [-1] * 100


def test_edges_of_a_and_b_too_close_to_be_told_apart_are_not_up_but_may_be_down() -> None:
    gaps = [DENSE_S * 0.9] * 4
    assert steps(edges_of([+1] * 4, gaps)) == []
    assert steps(edges_of([-1] * 4, gaps)) == [-1]


def test_a_contact_that_bounces_is_no_turn_too_fast_for_a_hand() -> None:
    bounce_s = DENSE_S * 0.2
    gaps = [EASY_S, EASY_S, bounce_s, bounce_s, EASY_S, EASY_S]
    assert steps(edges_of([+1, +1, -1, +1, +1, +1], gaps)) == [+1]


def test_an_edge_whose_other_contact_is_elsewhere_is_not_up() -> None:
    assert steps([edge_between(i, i + 1, i * EASY_S, seen=4) for i in range(4)]) == []


@pytest.mark.parametrize("late_s", [0.011, 0.021, 0.031, 0.041, 0.1])
def test_a_turn_up_whose_edges_come_late_is_exact_all_the_same(late_s: float) -> None:
    times = [(i + 1) * EASY_S for i in range(40)]
    edges = [
        edge_between(i, i + 1, at, sum(t <= at + late_s for t in times), noticed_at=at + late_s)
        for i, at in enumerate(times)
    ]
    assert steps(edges) == [+1] * 10


def test_an_up_in_doubt_waits_for_the_edge_that_explains_it() -> None:
    encoder = Encoder(False, False)
    up = edges_of([+1] * 4)
    # The last edge was noticed when A had closed again: a fifth edge is on its way.
    last = up[3].but(other_closed=True, noticed_at=0.055)
    assert steps([*up[:3], last], encoder) == []
    assert steps([edge_between(4, 5, 0.05, seen=5)], encoder) == [+1]


def test_an_up_in_doubt_about_one_contact_is_not_explained_by_the_other() -> None:
    encoder = Encoder(False, False)
    up = edges_of([+1] * 4)
    last = up[3].but(other_closed=True, noticed_at=0.055)
    assert steps([*up[:3], last], encoder) == []
    # B closes, and it was A that was seen closed.
    assert steps([edge_between(4, 3, 0.05, seen=3)], encoder) == []


def test_an_up_in_doubt_that_no_edge_explains_is_dropped() -> None:
    encoder = Encoder(False, False)
    up = edges_of([+1] * 4)
    last = up[3].but(other_closed=True, noticed_at=0.055)
    assert steps([*up[:3], last], encoder) == []
    assert steps([edge_between(4, 5, 0.06, seen=5)], encoder) == []


def test_down_counts_even_when_its_edges_come_late() -> None:
    late = [edge_between(-i, -i - 1, i * EASY_S, seen=-4) for i in range(4)]
    assert steps(late) == [-1]


def test_an_edge_without_its_counterpart_drops_the_detent_under_way() -> None:
    up = edges_of([+1] * 8)
    encoder = Encoder(False, False)
    assert steps([up[0], up[1], up[1], up[2], up[3]], encoder) == []
    assert steps(up[4:], encoder) == [+1]


def test_it_starts_between_two_detents_and_waits_for_the_next_whole_one() -> None:
    up = edges_of([+1] * 8)
    assert steps(up[2:], Encoder(True, True)) == [+1]


def test_after_an_unexplained_jump_the_detent_under_way_is_dropped() -> None:
    encoder = Encoder(False, False)
    up = edges_of([+1] * 8)
    assert steps(up[:2], encoder) == []
    encoder.resynchronise(True, True)
    assert steps(up[2:], encoder) == [+1]


no_hurry = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

quarters = st.lists(st.sampled_from((+1, -1)), max_size=60)
hand_gaps = st.floats(0.0025, 2.0)
any_gaps = st.floats(0.0, 0.05)


@no_hurry
@given(quarters.flatmap(lambda q: st.tuples(st.just(q), st.lists(hand_gaps, min_size=len(q)))))
def test_any_clean_movement_is_counted_exactly(movement: tuple[list[int], list[float]]) -> None:
    quarters, gaps = movement
    got = steps(edges_of(quarters, gaps))
    assert got.count(+1) == moves_between_rests(quarters, 4).count(+1)
    # A half that comes long after the other one may be a whole click of another encoder.
    least, most = (moves_between_rests(quarters, edges).count(-1) for edges in (4, 2))
    assert least <= got.count(-1) <= most


def moves_between_rests(quarters: list[int], edges: int) -> list[int]:
    """From one rest to another: +1 is a detent up, -1 one down; the same rest again is none."""
    rests = [p // edges for p in accumulate(quarters, initial=0) if p % edges == 0]
    return [after - before for before, after in pairwise(rests) if after != before]


@no_hurry
@given(quarters.flatmap(lambda q: st.tuples(st.just(q), st.lists(hand_gaps, min_size=len(q)))))
def test_any_clean_movement_of_two_edges_a_detent_is_counted_exactly(
    movement: tuple[list[int], list[float]],
) -> None:
    quarters, gaps = movement
    got = steps(edges_of(quarters, gaps), Encoder(False, False, edges=2))
    assert got == moves_between_rests(quarters, 2)


@st.composite
def turned_down(draw: st.DrawFn) -> tuple[list[int], list[float]]:
    length = draw(st.integers(1, 24))
    return [-1] * length, draw(st.lists(any_gaps, min_size=length, max_size=length))


@no_hurry
@given(turned_down(), st.data())
def test_down_is_never_up_whichever_edges_are_lost(
    movement: tuple[list[int], list[float]], data: st.DataObject
) -> None:
    edges = edges_of(*movement)
    kept = data.draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges)))
    got = steps([edge for edge, keep in zip(edges, kept, strict=True) if keep])
    assert +1 not in got


@pytest.mark.parametrize("every", [2, 3, 4, 5])
def test_down_with_edges_lost_in_a_pattern_is_never_up(every: int) -> None:
    """With two of three edges lost the levels run as they do upwards."""
    edges = edges_of([-1] * 48, [0.01] * 48)
    for first in range(every):
        assert +1 not in steps(edges[first::every])


@st.composite
def arrivals(draw: st.DrawFn, times: list[float], mixed: bool) -> list[tuple[float, int]]:
    """When each edge of a turn down comes, and which one it is; each contact's in their order.

    `mixed`: those of A and B are held up separately, so that they change places.
    """
    come: list[tuple[float, int]] = []
    last = {0: 0.0, 1: 0.0}
    for index, at in enumerate(times):
        queue = index % 2 if mixed else 0
        last[queue] = max(last[queue], at + draw(st.floats(0.0, 0.1)))
        come.append((last[queue], index))
    return sorted(come)


def late_edges(times: list[float], come: list[tuple[float, int]]) -> list[KnobEdge]:
    """A turn down whose edges come late, each with what is seen of the other contact then."""
    return [
        edge_between(-i, -i - 1, times[i], -sum(time <= at for time in times), noticed_at=at)
        for at, i in come
    ]


@no_hurry
@given(turned_down(), st.booleans(), st.data())
def test_down_is_never_up_however_late_and_mixed_the_edges_come(
    movement: tuple[list[int], list[float]], mixed: bool, data: st.DataObject
) -> None:
    times = list(accumulate(movement[1]))
    edges = late_edges(times, data.draw(arrivals(times, mixed)))
    assert +1 not in steps(edges)


@no_hurry
@given(turned_down(), st.data())
def test_down_is_never_up_when_late_edges_are_stamped_as_they_come(
    movement: tuple[list[int], list[float]], data: st.DataObject
) -> None:
    times = list(accumulate(movement[1]))
    come = data.draw(arrivals(times, mixed=False))
    edges = [edge.but(at=edge.noticed_at) for edge in late_edges(times, come)]
    assert +1 not in steps(edges)


@no_hurry
@given(turned_down(), st.data())
def test_down_is_never_up_however_the_contacts_bounce(
    movement: tuple[list[int], list[float]], data: st.DataObject
) -> None:
    bouncing: list[int] = []
    for quarter in movement[0]:
        bouncing += [quarter, -quarter] * data.draw(st.integers(0, 2)) + [quarter]
    gaps = data.draw(st.lists(any_gaps, min_size=len(bouncing), max_size=len(bouncing)))
    assert +1 not in steps(edges_of(bouncing, gaps))


@no_hurry
@given(st.integers(1, 6), st.data())
def test_up_counts_at_most_once_a_detent_however_the_contacts_bounce(
    detents: int, data: st.DataObject
) -> None:
    bouncing: list[int] = []
    for _ in range(detents * 4):
        bouncing += [+1, -1] * data.draw(st.integers(0, 2)) + [+1]
    gaps = data.draw(st.lists(any_gaps, min_size=len(bouncing), max_size=len(bouncing)))
    assert steps(edges_of(bouncing, gaps)).count(+1) <= detents


A_TURN_UP = [
    (True, True, False),
    (False, True, True),
    (True, False, True),
    (False, False, False),
]
"""Whose contact, whether it closes, and whether the other one is closed."""


@no_hurry
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=60))
@example(A_TURN_UP * 3)
def test_edges_all_at_once_are_never_up(raw: list[tuple[bool, bool, bool]]) -> None:
    edges = [KnobEdge(1.0, is_a, closed, other, 1.0) for is_a, closed, other in raw]
    assert +1 not in steps(edges)
