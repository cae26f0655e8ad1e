"""The power goes: the board's lease ends the output, and the next start finds a whole journal."""

from collections.abc import Callable

from appliance.session.lease import LEASE_S
from tests.machine.booted import until
from tests.machine.box import Box
from tests.machine.test_running import GRAIN_S


def begin(box: Box) -> None:
    box.make_ready()
    box.hand("0.5 confirm 1.3")
    box.until_state("stimulating")


def pause(box: Box) -> None:
    box.raise_current()
    box.hand("0 confirm 0.1")
    box.until_state("paused")


def stop(box: Box) -> None:
    box.raise_current()
    box.hand("0 stop 0.3")
    until(lambda: not box.board.delivers, "off")


def later(seconds: float) -> Callable[[Box], None]:
    def act(box: Box) -> None:
        box.raise_current()
        # What passes is the stage, in the machine's own clock.
        box.run(f"sleep {seconds}")

    return act


MOMENTS: dict[str, Callable[[Box], None]] = {
    "as soon as it can be reached": lambda box: None,
    "in `locked`": lambda box: box.until_state("locked"),
    "in `ready`": Box.make_ready,
    "as the stage begins": begin,
    "as current begins": Box.raise_current,
    "while it rises": later(0.35),
    "while the journal is written": later(1.0),
    "in the hold": later(2.3),
    "in the pause": pause,
    "at STOP": stop,
}


def test_a_power_cut_at_ten_moments_ends_the_current_and_leads_to_locked(box: Box):
    box.boot()
    for moment, reach in MOMENTS.items():
        reach(box)
        at = box.cut_power()
        assert box.board.zero_after(at) <= LEASE_S + GRAIN_S, moment
        box.boot()
        status = box.until_state("locked")
        assert "journal" not in str(status["faults"] + status["tells"]), moment
        assert "Traceback" not in box.log(), moment
