"""No sequence of calls makes a driver send bytes outside of its board's safe set."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from appliance.session.board import Ceilings, SetPoint
from tests.stimulator.rigs import RIGS, Rig, set_point

EXAMPLES = 25
STEPS = 30
EXAMPLES_OF_SLOW_STARTERS = 15
"""A board that takes 11 s to start after each opening of its port costs as much time here."""

levels = st.floats(0, 200) | st.sampled_from([0.0, 0.4, 0.5, 1.0, 15.0, 20.0, 60.0, 80.0, 80.5])
set_points = st.builds(
    SetPoint,
    st.floats(1, 500) | st.sampled_from([10.0, 35.0, 50.0, 120.0]),
    st.tuples(levels, levels),
    st.integers(10, 5000) | st.sampled_from([50, 250, 400]),
    st.builds(Ceilings, levels, st.integers(10, 5000), st.floats(1, 500)),
)
short = st.sampled_from([0.0, 0.001, 0.02, 0.05, 0.1])
long = st.sampled_from([0.25, 0.31, 0.5, 0.8, 1.9, 2.1, 5.0])
switches = st.sampled_from(["silent", "garbage", "damaged", "wrong_echo"])


class Anything(RuleBasedStateMachine):
    """Does anything at all to one rig, which `make_rig` makes in a folder."""

    make_rig: ClassVar[Callable[[Path], Rig]]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.rig = type(self).make_rig(Path(self.folder.name))
        self.host = self.rig.host()

    @rule()
    def connects_and_waits(self) -> None:
        self.host.retry(0.5)

    @rule()
    def begins_as_it_should(self) -> None:
        self.host.start(set_point(20), 0.3)

    @rule(asked=set_points, times=st.integers(1, 10), wait_s=short)
    def applies(self, asked: SetPoint, times: int, wait_s: float) -> None:
        for _ in range(times):
            self.host.send(lambda now: self.rig.driver.apply(asked, now), wait_s)

    @rule(wait_s=short)
    def switches_off(self, wait_s: float) -> None:
        self.host.send(self.rig.driver.off, wait_s)

    @rule()
    def connects(self) -> None:
        self.rig.driver.connect(self.host.now)

    @rule()
    def polls(self) -> None:
        self.host.poll()

    @rule()
    def closes(self) -> None:
        self.rig.driver.close(self.host.now)

    @rule(seconds=short | long)
    def says_nothing(self, seconds: float) -> None:
        self.host.idle(seconds)

    @rule(seconds=long, asked=set_points)
    def is_frozen_and_goes_on(self, seconds: float, asked: SetPoint) -> None:
        self.rig.clock.freeze(seconds)
        self.host.send(lambda now: self.rig.driver.apply(asked, now), 0.0)

    @rule(switch=switches, is_on=st.booleans())
    def is_troubled(self, switch: str, is_on: bool) -> None:
        setattr(self.rig.troubles, switch, is_on)

    @rule(every=st.integers(0, 4), delay_s=st.sampled_from([0.0, 0.03, 0.15, 0.3]))
    def answers_late_or_never(self, every: int, delay_s: float) -> None:
        self.rig.troubles.lose_every = every
        self.rig.troubles.delay_s = delay_s

    @rule(asked=set_points, times=st.integers(1, 40))
    def is_deaf_for_a_while(self, asked: SetPoint, times: int) -> None:
        self.rig.troubles.deaf = True
        for _ in range(times):
            self.host.send(lambda now: self.rig.driver.apply(asked, now))
        self.rig.troubles.deaf = False
        self.rig.take_all()

    @rule()
    def restarts(self) -> None:
        self.rig.restart()

    @rule(channel=st.integers(0, 1))
    def loses_a_pad(self, channel: int) -> None:
        self.rig.lift(channel)

    @rule(seconds=short | long)
    def is_unplugged_for_a_while(self, seconds: float) -> None:
        self.rig.wire.unplug()
        self.host.idle(seconds)
        self.rig.wire.plug()

    @invariant()
    def nothing_unsafe_was_said(self) -> None:
        if self.rig.safe_set.broken:
            raise AssertionError("\n".join(self.rig.safe_set.broken))

    def teardown(self) -> None:
        self.rig.troubles.deaf = False
        try:
            self.rig.end()
        finally:
            self.folder.cleanup()


@pytest.mark.parametrize("name", RIGS)
def test_whatever_happens_nothing_unsafe_is_said(name: str) -> None:
    run_state_machine_as_test(
        type("Anything", (Anything,), {"make_rig": staticmethod(RIGS[name])}),
        settings=settings(
            max_examples=EXAMPLES_OF_SLOW_STARTERS if "openemsstim" in name else EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )
