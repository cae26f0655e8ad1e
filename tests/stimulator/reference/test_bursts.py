"""Bursts: the reference driver and its simulated board agree about them."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from appliance.session.board import SetPoint
from appliance.simulator.pulses import Pulse
from appliance.stimulator.reference import protocol
from appliance.therapy import program_rules
from appliance.therapy.programs import Bursts
from tests.stimulator.rigs import Host, ReferenceRig, set_point

EVEN = set_point(30.0, 20.0, hz=100.0, us=180)
NINE = replace(EVEN, bursts=Bursts(9, 2.0))
SLOW = replace(EVEN, bursts=Bursts(3, 1.0))


def pulses_of(rig: ReferenceRig, channel: int = 0) -> list[Pulse]:
    seen: list[Pulse] = []
    rig.board.output.on_pulse.append(lambda p: seen.append(p) if p.channel == channel else None)
    return seen


@pytest.mark.parametrize("asked", [NINE, SLOW])
def test_bursts_rise_to_what_is_asked_and_nothing_is_wrong(
    rig: ReferenceRig, host: Host, asked: SetPoint
) -> None:
    seen = pulses_of(rig)
    host.start(asked, 14.0)
    assert host.seen() == set()
    assert host.report.in_force == (30.0, 20.0) and host.report.measured == (30.0, 20.0)
    assert asked.bursts is not None
    pulses, every_s = asked.bursts.pulses, 1.0 / asked.bursts.rate_hz
    firsts = [burst.at for burst in seen[::pulses]]
    assert all(b - a == pytest.approx(every_s) for a, b in pairwise(firsts))
    assert all(b.amplitude_ma - a.amplitude_ma <= 2.0 + 1e-9 for a, b in pairwise(seen))


@pytest.mark.parametrize(("one", "other"), [(NINE, EVEN), (EVEN, NINE), (NINE, SLOW)])
def test_another_form_begins_as_after_a_rest_and_is_no_fault(
    rig: ReferenceRig, host: Host, one: SetPoint, other: SetPoint
) -> None:
    host.start(one, 5.0)
    seen = pulses_of(rig)
    host.apply(other, 3.0)
    assert host.seen() == set()
    assert seen[0].amplitude_ma <= 1.0
    assert seen[0].bursts == (
        (other.bursts.pulses, round(1000 / other.bursts.rate_hz)) if other.bursts else (0, 0)
    )


def test_a_board_that_makes_other_bursts_than_asked_is_a_fault(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(NINE, 2.0)
    rig.board.troubles.stuck = True
    assert host.apply(replace(NINE, bursts=Bursts(8, 2.0))).faults == {"board_too_strong"}


def test_what_a_program_may_ask_for_is_what_the_board_makes() -> None:
    assert program_rules.MOST_BURST_PULSES == protocol.MAX_BURST_PULSES
    assert 1000 / program_rules.LEAST_BURSTS_HZ == protocol.MAX_BURST_MS
    assert 1000 / program_rules.MOST_BURSTS_HZ == protocol.MIN_BURST_MS
