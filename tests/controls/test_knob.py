"""The knob through the pins: edges count, and levels notice when edges are lost."""

from appliance.session.events import Turn
from tests.controls.bench import Bench

UP = (("knob_a", True), ("knob_b", True), ("knob_a", False), ("knob_b", False))
DOWN = (("knob_b", True), ("knob_a", True), ("knob_b", False), ("knob_a", False))


def turn(bench: Bench, quarters: tuple[tuple[str, bool], ...], quarter_s: float = 0.005) -> None:
    for name, closed in quarters:
        bench.pass_time(quarter_s)
        bench.move(name, closed)


def steps(bench: Bench) -> list[int]:
    return [event.step for event in bench.read() if isinstance(event, Turn)]


def test_a_before_b_is_up(bench: Bench) -> None:
    turn(bench, UP)
    assert bench.read() == [Turn(bench.time, +1)]


def test_b_before_a_is_down_at_half_a_detent(bench: Bench) -> None:
    turn(bench, DOWN[:2])
    assert bench.read() == [Turn(bench.time, -1)]
    turn(bench, DOWN[2:])
    assert bench.read() == []


def test_a_turn_that_was_over_before_the_loop_looked_is_counted(bench: Bench) -> None:
    turn(bench, UP * 5 + DOWN * 2, quarter_s=0.0025)
    assert steps(bench) == [+1] * 5 + [-1] * 2


def test_edges_that_come_all_at_once_are_not_up(bench: Bench) -> None:
    turn(bench, UP * 5, quarter_s=0)
    assert steps(bench) == []


def test_a_detent_is_put_together_over_several_reads(bench: Bench) -> None:
    for quarter in UP:
        assert steps(bench) == []
        turn(bench, (quarter,))
    assert steps(bench) == [+1]


def test_without_edges_nothing_is_up(bench: Bench) -> None:
    for name, closed in UP:
        bench.move_in_silence(name, closed)
        bench.pass_time(0.01)
        assert steps(bench) == []


def test_after_a_lost_edge_the_levels_put_it_right_before_the_next_detent(bench: Bench) -> None:
    turn(bench, UP[:3])
    bench.move_in_silence("knob_b", closed=False)
    assert steps(bench) == []
    bench.pass_time(1.1)
    assert steps(bench) == []
    turn(bench, DOWN)
    assert steps(bench) == [-1]


def test_levels_that_no_edge_explained_are_looked_at_again(bench: Bench) -> None:
    bench.move_in_silence("knob_a", closed=True)
    bench.read()
    assert bench.controls.next_deadline is not None
    bench.time = bench.controls.next_deadline
    bench.read()
    assert bench.controls.next_deadline is None


def test_the_knobs_button_is_a_button(bench: Bench) -> None:
    bench.move("knob_press", closed=True)
    assert len(bench.read()) == 1
