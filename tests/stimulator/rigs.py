"""A driver with its simulated board on a real pseudo-terminal, in virtual time: a rig.

Every board card has a rig for each of its simulated devices, and every rig passes the same
contract. A driver whose board differs from the defaults has a class of its own here.
"""

import fcntl
import sys
import termios
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from appliance.session.board import Ceilings, Link, Report, SetPoint
from appliance.simulator.boards.device import SimulatedDevice
from appliance.simulator.boards.models import make_device
from appliance.simulator.boards.openemsstim.board import BOOT_S, OpenEmsStim
from appliance.simulator.boards.openemsstim.command_line import Firmware
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.body import Pads
from appliance.simulator.pulses import Pulse
from appliance.simulator.virtual_clock import VirtualClock
from appliance.simulator.wire import Wire
from appliance.stimulator.boards import CARDS
from appliance.stimulator.card import BoardCard
from appliance.stimulator.port import Stimulator
from tests import levels_told
from tests.stimulator.openemsstim_safe_set import OpenEmsStimSafeSet
from tests.stimulator.reference_safe_set import ReferenceSafeSet
from tests.stimulator.rehastim2_safe_set import RehaStim2SafeSet
from tests.stimulator.safe_set import AnythingGoes, SafeSet, watch
from tests.stimulator.sciencemode_safe_set import ScienceModeSafeSet

CEILINGS = Ceilings(amplitude=60.0, pulse_width_us=400, frequency_hz=120.0)


def set_point(level_a: float, level_b: float = 0.0, hz: float = 50.0, us: int = 250) -> SetPoint:
    """Unlike levels, so that no test passes with the channels exchanged."""
    return SetPoint(hz, (level_a, level_b), us, CEILINGS)


PUMPS = 1000
"""Many more than a full terminal takes."""


class Host:
    """Stands for the control loop: sends at its cadence, polls whenever there is reason to."""

    def __init__(self, driver: Stimulator, clock: VirtualClock, starts_s: float = 0.0) -> None:
        """`starts_s`: so much longer the board takes from its port's opening to its first word."""
        self.driver = driver
        self.starts_s = starts_s
        self.clock = clock
        self.report: Report
        self.reports: list[Report] = []

    @property
    def now(self) -> float:
        return self.clock.now()

    def send(self, send: Callable[[float], None], wait_s: float = 0.05) -> Report:
        """One step: one frame out, then whatever happens in the time until the next."""
        send(self.now)
        until = self.now + wait_s
        self.poll()
        while self.now < until:
            descriptor = self.driver.fileno()
            due = min(until, self.driver.next_deadline(self.now))
            self.clock.wait([] if descriptor is None else [descriptor], due)
            self.poll()
        return self.report

    def poll(self) -> Report:
        self.report = self.driver.poll(self.now)
        self.reports.append(self.report)
        return self.report

    def seen(self) -> set[str]:
        """Every fault that any report has named."""
        return set().union(*(report.faults for report in self.reports))

    def apply(self, asked: SetPoint, seconds: float = 0.05) -> Report:
        levels_told.saw(asked.amplitude)
        for _ in range(round(seconds / 0.05)):
            self.send(lambda now: self.driver.apply(asked, now))
        return self.report

    def off(self, seconds: float = 0.1) -> Report:
        for _ in range(round(seconds / 0.1)):
            self.send(self.driver.off, 0.1)
        return self.report

    def idle(self, seconds: float) -> Report:
        """Send nothing."""
        return self.send(lambda now: None, seconds)

    def retry(self, seconds: float) -> Report:
        """What the loop does outside of stimulating: connect and off, again and again."""
        for _ in range(round((seconds + self.starts_s) / 0.1)):
            self.driver.connect(self.now)
            self.send(self.driver.off, 0.1)
        return self.report

    def meet(self, within_s: float = 5.0) -> Report:
        """Connect, and wait until the board has said what it is."""
        self.retry(0.3)
        until = self.now + within_s
        while self.report.link is not Link.UP and self.now < until:
            self.retry(0.1)
        return self.report

    def start(self, asked: SetPoint, seconds: float = 1.0) -> Report:
        """From power-on to current."""
        self.meet()
        self.apply(set_point(0, hz=asked.frequency_hz, us=asked.pulse_width_us), 0.1)
        return self.apply(asked, seconds)


class Rig:
    """A driver and a simulated device of one board card. The defaults suit a quick board."""

    notices_s = 0.3
    """Within this time of a steady set-point the driver notices that the board is gone."""
    meets_s = 0.5
    """Within this time of the first try a board that has power has said what it is."""
    starts_s = 0.0
    """So much longer the board takes from its port's opening to its first word."""
    agrees_s = 0.05
    """Within this time the board answers the first set-point."""
    ends_s = 0.05
    """Time after an off during which a pulse may still come, seconds."""
    catches_up_s = 0.05
    """The same where the wire was full before, seconds."""
    ahead_s = 0.05
    """The board may be so far ahead of a steady rise: a step of the host's cadence."""
    names_the_lead = True
    """Whether the board can tell which lead is off."""
    forgives_lost_answers = True
    """Whether an answer that does not come is asked for again."""
    gap_faults: frozenset[str] = frozenset()
    """What the driver reports once it finds that nobody has renewed the set-point."""
    unclear_faults = frozenset({"board_silent"})
    """One of these is reported of answers that cannot be understood."""

    def __init__(self, card: BoardCard, device: SimulatedDevice, folder: Path) -> None:
        self.card = card
        self.device: Any = device
        self.troubles = device.troubles
        self.pulses: list[Pulse] = []
        """What the simulated output stage has delivered."""
        device.output.on_pulse.append(self.pulses.append)
        self.wire = Wire(device, folder / "board")
        self.safe_set = self._new_safe_set()
        watch(self.wire, self.safe_set)
        self.wire.on_opened.append(device.port_opened)
        self.driver: Any = self.another_driver()
        self.clock = VirtualClock(self.wire, self.driver.port)
        self._seen = 0

    def _new_safe_set(self) -> SafeSet:
        return AnythingGoes()

    @property
    def silence_s(self) -> float:
        """After this long without a frame the board is off by itself."""
        return self.card.silence_off_s

    def another_driver(self) -> Stimulator:
        """A second one on the same port."""
        return self.card.open(self.wire.path, lambda: self.clock.now(), True)

    def host(self) -> Host:
        return Host(self.driver, self.clock, self.starts_s)

    def host_after_a_crash(self) -> Host:
        """Another host on the same port. The one before died, and has said nothing of it."""
        self.driver.port.close()
        now = self.clock.now()
        self.driver = self.another_driver()
        self.clock = VirtualClock(self.wire, self.driver.port, start=now)
        return self.host()

    def flows(self) -> bool:
        """Whether the board delivered a pulse since this was last asked."""
        before, self._seen = self._seen, len(self.pulses)
        return self._seen > before

    def restart(self) -> None:
        self.device.reset(self.clock.now())

    def be_another_device(self) -> None:
        self.troubles.stranger = b"OK\r\n"

    def lift(self, channel: int) -> None:
        self.device.body.place(channel, Pads.OPEN)

    def wait_until_all_arrived(self) -> None:
        """The kernel takes a moment to bring what the board has written."""
        descriptor, waiting = self.driver.fileno(), bytes(4)
        expected = self.wire.sent - self.driver.port.read
        while int.from_bytes(waiting, sys.byteorder) < expected:
            waiting = fcntl.ioctl(descriptor, termios.FIONREAD, waiting)

    def take_all(self) -> None:
        """Hand over all that the wire holds, late: the kernel gives it in pieces of its choice."""
        for _ in range(PUMPS):
            self.safe_set.is_late = True
            self.wire.pump(self.clock.now())
        self.safe_set.is_late = False

    def end(self) -> None:
        """Close the driver. Raises AssertionError if it ever said what is not safe."""
        now = self.clock.now()
        self.driver.close(now)
        if self.wire.pluggings == 1 and self.wire.is_plugged and not self.wire.device.is_deaf:
            # Nothing that was written can have been lost on its way: take the last of it.
            self.clock.freeze(0.0)
            self.safe_set.ended(now)
        self.wire.unplug()
        if self.safe_set.broken:
            raise AssertionError("\n".join(self.safe_set.broken))


class ReferenceRig(Rig):
    """The reference driver and the simulated reference board."""

    @property
    def board(self) -> Board:
        board: Board = self.device
        return board

    def _new_safe_set(self) -> SafeSet:
        return ReferenceSafeSet()

    def be_another_device(self) -> None:
        self.board.troubles.name = b"OTHER\0\0\0"


class ScienceModeRig(Rig):
    """The driver of ScienceMode 3 and 4, and a simulated device of either."""

    notices_s = 0.7
    gap_faults = frozenset({"loop_stalled"})

    def _new_safe_set(self) -> SafeSet:
        return ScienceModeSafeSet(self.device.model.name)


class RehaStim2Rig(Rig):
    """The driver of ScienceMode 2, and a simulated RehaStim2."""

    notices_s = 0.7
    meets_s = 1.0
    names_the_lead = False
    gap_faults = frozenset({"loop_stalled"})

    def _new_safe_set(self) -> SafeSet:
        return RehaStim2SafeSet()


class OpenEmsStimRig(Rig):
    """The driver of openEMSstim, and a simulated board with one of its firmwares."""

    silence_s = 1.2
    notices_s = 1.0
    gap_faults = frozenset({"loop_stalled"})
    unclear_faults = frozenset({"board_silent", "board_disagrees"})
    ends_s = 0.4
    ahead_s = 0.1
    catches_up_s = 40.0
    agrees_s = 0.2
    forgives_lost_answers = False
    starts_s = BOOT_S + 6.0

    def _new_safe_set(self) -> SafeSet:
        safe_set = OpenEmsStimSafeSet(lambda: self.clock.on_the_way)
        self.wire.on_opened.append(safe_set.port_opened)
        return safe_set


KINDS: dict[str, type[Rig]] = {
    "reference": ReferenceRig,
    "sciencemode": ScienceModeRig,
    "rehastim2": RehaStim2Rig,
    "openemsstim": OpenEmsStimRig,
}
"""The rig of each driver whose board is not like the defaults."""
FIRMWARES = (Firmware.FIRST, Firmware.MASTER, Firmware.SIMPLE_MULTIPLEXER)


def rig_of(driver: str, folder: Path, device: SimulatedDevice) -> Rig:
    card = CARDS[driver]
    return KINDS.get(driver, Rig)(card, device, folder)


def rig_of_model(model: str, folder: Path) -> Rig:
    """The rig of one of the simulated devices that the board cards name."""
    driver = next(name for name, card in CARDS.items() if model in card.models)
    return rig_of(driver, folder, make_device(model, seed=1))


def openemsstim_rig(firmware: Firmware, folder: Path) -> Rig:
    return rig_of("openemsstim", folder, OpenEmsStim(firmware, seed=1))


RIGS: dict[str, Callable[[Path], Rig]] = {
    model: partial(rig_of_model, model)
    for card in CARDS.values()
    for model in card.models
    if model != "openemsstim"
} | {f"openemsstim {one.value}": partial(openemsstim_rig, one) for one in FIRMWARES}
