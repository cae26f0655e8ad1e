"""When the reference driver has to be called again, and what it does at that very time."""

import pytest

from appliance.session.board import Link, Output
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import Decoder
from tests.stimulator.reference import on_the_way
from tests.stimulator.rigs import Host, ReferenceRig, set_point

WORK = set_point(20)
HELLO_S, HELLO_AGAIN_S, SILENCE_S, IDLE_SILENCE_S, QUIET_S = 0.5, 0.1, 0.2, 2.0, 0.4


def test_while_it_connects_at_the_end_of_patience(rig: ReferenceRig) -> None:
    rig.troubles.silent = True
    rig.driver.connect(1.0)
    assert rig.driver.next_deadline(1.0) == 1.0 + HELLO_S
    assert rig.driver.poll(1.0 + HELLO_S - 0.001).link is Link.CONNECTING
    report = rig.driver.poll(1.0 + HELLO_S)
    assert (report.link, report.faults) == (Link.DOWN, {"board_silent"})


def test_a_hello_is_said_again_after_a_tenth_of_a_second_and_not_sooner(rig: ReferenceRig) -> None:
    rig.troubles.silent = True
    decoder, hellos = Decoder(), []
    rig.wire.on_heard.append(lambda data, _: hellos.extend(decoder.feed(data)))

    def said() -> list[protocol.Message]:
        rig.clock.wait([], rig.clock.now())
        taken = hellos[:]
        hellos.clear()
        return taken

    rig.driver.connect(0.0)
    assert said() == [protocol.Hello(1, protocol.LAYOUT)]
    rig.driver.off(HELLO_AGAIN_S - 0.001)
    assert said() == []
    rig.driver.off(HELLO_AGAIN_S)
    assert said() == [protocol.Hello(1, protocol.LAYOUT)]
    rig.driver.off(2 * HELLO_AGAIN_S - 0.001)
    assert said() == []


def test_while_off_is_all_that_it_is_sent_silence_is_a_fault_after_two_seconds(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    rig.troubles.silent = True
    asked_at = host.now
    rig.driver.off(asked_at)
    silent_at = rig.driver.next_deadline(asked_at)
    assert silent_at == pytest.approx(asked_at + IDLE_SILENCE_S)
    assert rig.driver.poll(silent_at - 0.001).faults == frozenset()
    assert rig.driver.poll(silent_at).faults == {"board_silent"}


def test_while_a_set_point_is_wanted_silence_is_a_fault_at_its_deadline(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    rig.troubles.silent = True
    rig.driver.apply(WORK, host.now)
    silent_at = rig.driver.next_deadline(host.now)
    assert silent_at == pytest.approx(host.report.at + SILENCE_S)
    assert rig.driver.poll(silent_at - 0.001).faults == frozenset()
    assert rig.driver.poll(silent_at).faults == {"board_silent"}


def test_without_a_link_when_the_output_is_certainly_off_and_not_again(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    rig.wire.unplug()
    report = rig.driver.poll(host.now)
    assert (report.output, report.in_force) == (Output.UNKNOWN, (20, 0))
    off_at = rig.driver.next_deadline(host.now)
    assert off_at == pytest.approx(host.now + QUIET_S)
    assert rig.driver.poll(off_at - 0.001).output is Output.UNKNOWN
    report = rig.driver.poll(off_at)
    assert (report.output, report.in_force) == (Output.OFF, (0, 0))
    assert rig.driver.next_deadline(off_at) > 1e6


def test_a_poll_goes_on_with_what_the_wire_did_not_take(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.troubles.deaf = True
    while not rig.driver.port.unsent[0]:
        rig.driver.port.send(bytes(64))
    rig.troubles.deaf = False
    rig.take_all()
    rig.driver.poll(host.now)
    assert rig.driver.port.unsent == (b"", b"")


def test_an_identity_that_nobody_asked_for_changes_nothing(rig: ReferenceRig, host: Host) -> None:
    asked = on_the_way.listen(rig)
    host.start(WORK)
    rig.troubles.silent = True
    rig.driver.apply(WORK, host.now)
    rig.clock.wait([], host.now)
    rig.troubles.silent = False
    said = protocol.Identity(
        asked[-1].sequence, protocol.LAYOUT, protocol.BOARD_NAME, 9, 9, 9, 2400, 350, 10_000,
        7, 0, 0, 2, 0, 0,
    )  # fmt: skip
    on_the_way.say(rig, said)
    rig.clock.wait([], host.now + 0.001)
    rig.wait_until_all_arrived()
    report = rig.driver.poll(host.now)
    assert (report.link, report.faults) == (Link.UP, frozenset())
    assert report.agreed_at is not None
    assert report.identity is not None and report.identity.firmware != "9.9.9"


def test_a_link_that_was_lost_in_silence_comes_up_again(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.troubles.silent = True
    host.apply(WORK, 0.4)
    # Longer than any silence that is no fault.
    assert host.retry(3.0).faults == {"board_silent"}
    rig.troubles.silent = False
    report = host.retry(1.0)
    assert (report.link, report.faults) == (Link.UP, frozenset())
