"""The control loop: the order of work in a step, and its frames."""

import gc
from io import StringIO
from typing import Any

import pytest

from appliance.session.board import Contact, Link, Output
from appliance.session.cues import Cue
from appliance.session.machine.machine import Session
from appliance.session.state import State
from appliance.simulator.body import Pads
from tests.journeys.journey import Box, Home
from tests.service.frames import Frames, gaps


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot()


def test_off_is_said_every_100_ms_for_a_second_and_then_once_a_second(box: Box) -> None:
    frames = Frames(box.to_current(4))
    began = box.press_stop().now
    box.wait(5.0)
    sent = [at for at, set_point in frames.sent if set_point is None and at >= began - 0.1]
    often = [at for at in sent if at <= sent[0] + 1.0]
    rarely = [at for at in sent if at > sent[0] + 1.0]
    assert {set_point for _, set_point in frames.since(began)} == {None}
    assert len(often) == pytest.approx(10, abs=1) and max(gaps(often)) <= 0.101
    assert len(rarely) == pytest.approx(4, abs=1) and max(gaps(rarely)) <= 1.001


def test_off_is_said_every_100_ms_while_the_board_is_not_known_to_be_off(box: Box) -> None:
    frames = Frames(box.switched_on())
    box.board.troubles.silent = True
    box.wait(4.0)
    began = box.now
    box.wait(3.0)
    assert max(gaps([at for at, _ in frames.since(began)])) <= 0.101


def test_set_points_every_50_ms_and_every_20_ms_in_ramps(box: Box) -> None:
    box.to_current(4)
    frames = Frames(box)
    box.to_step("twitch")
    began = box.now
    box.wait(2.0)
    steady = [at for at, _ in frames.since(began)]
    assert max(gaps(steady)) <= 0.051 and len(steady) == pytest.approx(40, abs=2)
    # A resume begins at a ramp's foot.
    box.confirm().wait(0.3).confirm().sees(State.READY).start()
    box.turn(1, every_s=0.1)
    box.to_step("ramp_up")
    began = box.now
    box.wait(1.0)
    ramp = [at for at, set_point in frames.since(began) if set_point]
    assert max(gaps(ramp)) <= 0.021 and len(ramp) == pytest.approx(50, abs=3)


def test_a_frame_that_says_less_does_not_wait_for_its_turn(box: Box) -> None:
    box.to_current(6).to_step("twitch")
    frames = Frames(box).just_sent(box)
    box.press_knob()
    first_less = next(
        at for at, set_point in frames.sent if set_point and max(set_point.amplitude) == 0
    )
    pressed_at = box.record.touched_at
    assert first_less - pressed_at <= 0.011


def test_after_a_stall_the_first_frame_is_off(box: Box) -> None:
    box.to_current(6)
    frames = Frames(box)
    box.freeze(0.25)
    assert frames.sent[0][1] is None
    assert box.fault == "loop_stalled"


@pytest.mark.parametrize("hangs_s", [0.05, 0.19])
def test_a_short_delay_is_no_stall(box: Box, hangs_s: float) -> None:
    box.to_current(6).to_step("twitch")
    box.wait(0.1)
    box.freeze(hangs_s - (box.now - box.record.now))
    box.wait(0.2).sees(State.STIMULATING)


def test_stop_goes_out_before_lamp_cue_journal_and_screen(box: Box) -> None:
    box.to_current(6)
    frames = Frames(box)
    order = frames.order
    ports = box.service.ports
    _note(order, ports.indicators, "lamp", "play", "tick")
    _note(order, ports.journal, "put")
    _note(order, ports.screen, "show")
    order.clear()
    box.press_stop()
    assert box.state is State.STOPPED
    stopped = order[order.index("frame") :]
    assert stopped[0] == "frame"
    assert {"lamp", "play", "put", "show"} <= set(stopped)
    before = order[: order.index("play")]
    assert before.count("frame") >= 1 and "put" not in before[: before.index("frame")]


def _note(order: list[str], part: Any, *verbs: str) -> None:
    for verb in verbs:
        real = getattr(part, verb)

        def noted(*args: Any, _real: Any = real, _verb: str = verb, **named: Any) -> Any:
            order.append(_verb)
            return _real(*args, **named)

        setattr(part, verb, noted)


CONTRACT: dict[str, Any] = {
    "state": str,
    "person": str,
    "stage": (str, type(None)),
    "stage_index": (int, type(None)),
    "stages": int,
    "phase": (str, type(None)),
    "step": (str, type(None)),
    "stage_remaining_s": (int, float, type(None)),
    "unit": str,
    "limit": (int, float),
    "channels": list,
    "output": str,
    "checklist": dict,
    "fault": (dict, type(None)),
    "faults": list,
    "board": dict,
    "version": str,
}


def _check_status(box: Box) -> None:
    status = box.status()
    for key, kind in CONTRACT.items():
        assert isinstance(status[key], kind), (key, status[key], status["state"])
    assert status["state"] == box.state.value
    assert status["unit"] in ("mA", "%")
    assert status["output"] in ("on", "off", "unknown")
    assert [channel["name"] for channel in status["channels"]] == ["A", "B"]
    for channel in status["channels"]:
        assert set(channel) >= {"name", "target", "level", "in_force", "measured", "contact"}
        assert channel["contact"] in ("good", "open", "unknown")
    assert isinstance(status["checklist"]["confirmed"], bool)
    assert set(status["checklist"]) == {"confirmed", "item"}
    for fault in (*status["faults"], *([status["fault"]] if status["fault"] else [])):
        assert all(isinstance(fault[key], str) and fault[key] for key in ("id", "text", "next"))
    assert (status["fault"] is None) == (not status["faults"])
    assert set(status["board"]) >= {"driver", "firmware", "link"}


def test_status_has_every_key_in_every_state(box: Box) -> None:
    seen: set[State] = set()

    def look() -> None:
        if box.state not in seen:
            seen.add(box.state)
            _check_status(box)

    box.watchers.append(lambda record: look())
    look()
    box.switched_on().confirm().back().wait(0.2).back()
    box.agree_to_all().confirm().prepared().past_pictures().start().turn(4)
    box.confirm().wait(0.3).confirm().start().turn(4)
    box.press_stop().release_stop().wait(1.1).confirm().start().turn(4)
    box.board.body.place(0, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=1.0).wait(1.1).hold_back()
    box.sees(State.STAGE_DONE).wait(0.3).hold_back().sees(State.AFTERCARE)
    box.unplug().sees(State.FAULT)
    assert seen == set(State)


def _breaks(*args: Any, **named: Any) -> Any:
    raise RuntimeError("nobody foresaw this")


@pytest.mark.parametrize(
    ("room", "verb"),
    [("session", "step"), ("screen", "show"), ("journal", "put"), ("indicators", "lamp")],
)
def test_whatever_breaks_in_the_loop_off_goes_out_at_once(
    box: Box, room: str, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.to_current(6)
    frames, enable = Frames(box), box.factory.pin(24)
    broke: list[float] = []

    def breaks(*args: Any, **named: Any) -> Any:
        broke.append(box.now)
        _breaks()

    # Nobody presses STOP, and within a second the loop says something to all of them.
    target = Session if room == "session" else getattr(box.service.ports, room)
    monkeypatch.setattr(target, verb, breaks)
    with pytest.raises(RuntimeError):
        box.service.run()
    assert frames.sent[-1][1] is None
    assert [box.now] == broke
    assert enable.state == 0
    box.clock.wait([], box.now + 0.05)
    assert not box.delivers


def test_every_cue_but_a_tick_blinks_the_panel(box: Box) -> None:
    blinks: list[float] = []
    box.screen.blink = lambda: blinks.append(box.now)  # type: ignore[method-assign]
    cued: list[tuple[float, bool]] = []
    box.watchers.append(
        lambda record: cued.append((record.now, any(cue is not Cue.DETENT for cue in record.cues)))
    )
    box.to_current(4).press_stop().release_stop().confirm()
    due = sorted({at for at, is_due in cued if is_due})
    assert len(due) > 15
    assert set(due) <= set(blinks)
    assert len(blinks) == len(due)


def test_what_a_part_says_of_itself_is_a_fault_until_it_says_no_more(box: Box) -> None:
    box.switched_on()
    said: set[str] = {"screen_dead"}
    box.service.ports.screen.faults = lambda: frozenset(said)  # type: ignore[method-assign]
    box.wait(0.1)
    assert "screen_dead" in box.record.present
    said.clear()
    box.wait(0.1)
    assert "screen_dead" not in box.record.present


class FullDisk(StringIO):
    def write(self, text: str, **_: object) -> int:
        raise OSError(28, "No space left on device")


def test_a_log_that_cannot_be_written_ends_nothing(box: Box) -> None:
    box.to_current(6)
    box.service.ports.log = FullDisk()
    box.press_stop().sees(State.STOPPED, output="off")


def test_a_stop_over_the_socket_is_off_before_it_is_logged(box: Box) -> None:
    box.to_current(6)
    frames = Frames(box)
    _note(frames.order, box.service.ports.log, "write")
    box.service.answer({"verb": "stop"})
    assert frames.order[0] == "frame"
    assert frames.sent[0][1] is None


def test_the_newest_report_has_the_last_word(box: Box) -> None:
    """One report was heard on waking, and another one came before the step was taken."""
    box.to_ready().wait(0.5)
    driver, healthy = box.driver, box.record.report
    lost = healthy.but(link=Link.DOWN, output=Output.UNKNOWN, faults=frozenset({"board_lost"}))
    reports = [healthy.but(contact=(Contact.GOOD, Contact.GOOD))]
    driver.poll = lambda now: reports.pop() if reports else lost  # type: ignore[method-assign]
    box.step()
    assert reports == []
    assert box.record.report is lost


def test_in_locked_the_collector_is_spared_what_stays(box: Box) -> None:
    box.agenda.at(box.now + 10.0, lambda now: _breaks())
    try:
        with pytest.raises(RuntimeError):
            box.service.run()
        assert box.state is State.LOCKED
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
