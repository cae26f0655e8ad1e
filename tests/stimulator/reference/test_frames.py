"""What the frames of the reference driver carry: the belief of each, and its number."""

from appliance.stimulator.reference import protocol
from tests.stimulator.reference import on_the_way
from tests.stimulator.rigs import Host, ReferenceRig, set_point

WORK = set_point(10)


def test_the_belief_in_each_frame_is_the_state_last_heard(rig: ReferenceRig, host: Host) -> None:
    asked = on_the_way.listen(rig)
    host.start(WORK, 0.2)
    beliefs = [message.belief for message in asked if isinstance(message, protocol.SetPoint)]
    assert beliefs[:3] == [protocol.State.OFF, protocol.State.ARMED, protocol.State.ARMED]
    assert set(beliefs[3:]) == {protocol.State.ON}


def test_the_sequence_goes_round(rig: ReferenceRig, host: Host) -> None:
    for _ in range(0xFFF0):
        rig.driver.off(host.now)
    asked = on_the_way.listen(rig)
    host.start(WORK)
    assert {0xFFFF, 0} <= {message.sequence for message in asked}
    assert host.report.faults == frozenset()
    assert rig.flows()
