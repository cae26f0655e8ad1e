"""A driver with its fake board on a real pseudo-terminal, in virtual time.

Every driver has a rig, and every rig passes the same contract.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.session.board import Ceilings, Link, Report, SetPoint
from appliance.simulator.boards.openemsstim.board import BOOT_S, OpenEmsStim
from appliance.simulator.boards.openemsstim.command_line import Firmware
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.boards.rehastim2.device import RehaStim2Device
from appliance.simulator.boards.reply_queue import WireTroubles
from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3, Model
from appliance.simulator.body import Pads
from appliance.simulator.pulses import Pulse
from appliance.simulator.virtual_clock import VirtualClock
from appliance.simulator.wire import Wire
from appliance.stimulator.openemsstim.driver import OpenEmsStimStimulator
from appliance.stimulator.port import Stimulator
from appliance.stimulator.reference.driver import ReferenceStimulator
from appliance.stimulator.rehastim2.driver import RehaStim2Stimulator
from appliance.stimulator.sciencemode.driver import ScienceModeStimulator
from appliance.stimulator.serial_port import SerialPort
from tests.stimulator.openemsstim_safe_set import OpenEmsStimSafeSet
from tests.stimulator.reference_safe_set import ReferenceSafeSet
from tests.stimulator.rehastim2_safe_set import RehaStim2SafeSet
from tests.stimulator.safe_set import SafeSet, watch
from tests.stimulator.sciencemode_safe_set import ScienceModeSafeSet

CEILINGS = Ceilings(amplitude=60.0, pulse_width_us=400, frequency_hz=120.0)


def set_point(
    level_a: float, level_b: float | None = None, hz: float = 50.0, us: int = 250
) -> SetPoint:
    level_b = level_a if level_b is None else level_b
    return SetPoint(hz, (level_a, level_b), us, CEILINGS)


class Driver(Stimulator, Protocol):
    """A driver under test: its port can be looked at."""

    port: SerialPort


class Rig(Protocol):
    """What the contract needs of a driver and its fake."""

    driver: Driver
    wire: Wire
    clock: VirtualClock
    troubles: WireTroubles
    pulses: list[Pulse]
    """What the fake's output stage has delivered."""
    silence_s: float
    """After this long without a frame the board is off by itself."""
    notices_s: float
    """Within this time of a steady set-point the driver notices that the board is gone."""
    meets_s: float
    """Within this time of the first try a board that has power has said what it is."""
    names_the_lead: bool
    """Whether the board can tell which lead is off."""
    gap_faults: frozenset[str]
    """What the driver reports once it finds that nobody has renewed the set-point."""
    unclear_faults: frozenset[str]
    """One of these is reported of answers that cannot be understood."""
    ends_s: float
    """So long after an off a pulse may still come."""
    catches_up_s: float
    """So long after an off a pulse may still come where the wire was full before."""
    agrees_s: float
    """Within this time the board answers the first set-point."""
    step: float
    """Of amplitude, in the board's unit."""
    senses_contact: bool
    forgives_lost_answers: bool
    """Whether an answer that does not come is asked for again."""

    def end(self) -> None:
        """Close the driver. Raises AssertionError if it ever said what is not safe."""

    def host(self) -> "Host": ...

    def another_driver(self) -> Stimulator:
        """A second one on the same port."""

    def flows(self) -> bool:
        """Whether the fake delivered a pulse since this was last asked."""

    def restart(self) -> None: ...

    def be_another_device(self) -> None: ...

    def lift(self, channel: int) -> None: ...


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

    def apply(self, asked: SetPoint, seconds: float = 0.05) -> Report:
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


class _Rig:
    """What all rigs have in common, and what most of them are like."""

    unclear_faults = frozenset({"board_silent"})
    ends_s = catches_up_s = 0.05
    agrees_s = 0.05
    step = 0.5
    senses_contact = True
    forgives_lost_answers = True
    starts_s = 0.0
    meets_s = 0.5
    names_the_lead = True

    driver: Driver
    wire: Wire
    clock: VirtualClock
    pulses: list[Pulse]
    safe_set: SafeSet
    _seen = 0

    def end(self) -> None:
        now = self.clock.now()
        self.driver.close(now)
        if self.wire.pluggings == 1 and self.wire.is_plugged and not self.wire.device.is_deaf:
            # Nothing that was written can have been lost on its way: take the last of it.
            self.clock.freeze(0.0)
            self.safe_set.ended(now)
        self.wire.unplug()
        if self.safe_set.broken:
            raise AssertionError("\n".join(self.safe_set.broken))

    def host(self) -> Host:
        return Host(self.driver, self.clock, self.starts_s)

    def flows(self) -> bool:
        before, self._seen = self._seen, len(self.pulses)
        return self._seen > before


class ReferenceRig(_Rig):
    """The reference driver and the simulated reference board."""

    silence_s = 0.3
    notices_s = 0.3
    gap_faults: frozenset[str] = frozenset()

    def __init__(self, folder: Path) -> None:
        self.board = Board(seed=1)
        self.troubles = self.board.troubles
        self.pulses: list[Pulse] = []
        self.board.output.on_pulse.append(self.pulses.append)
        self.wire = Wire(self.board, folder / "board")
        self.safe_set = ReferenceSafeSet()
        watch(self.wire, self.safe_set)
        self.driver = ReferenceStimulator(self.wire.path)
        self.clock = VirtualClock(self.wire, self.driver.port)

    def another_driver(self) -> Stimulator:
        return ReferenceStimulator(self.wire.path)

    def be_silent(self) -> None:
        self.board.troubles.silent = True

    def restart(self) -> None:
        self.board.reset(self.clock.now())

    def be_another_device(self) -> None:
        self.board.troubles.name = b"OTHER\0\0\0"

    def lift(self, channel: int) -> None:
        self.board.body.place(channel, Pads.OPEN)


class _DeviceRig(_Rig):
    """What the rigs of boards of other makers have in common."""

    device: ScienceModeDevice | RehaStim2Device | OpenEmsStim

    def restart(self) -> None:
        self.device.reset(self.clock.now())

    def be_another_device(self) -> None:
        self.device.troubles.stranger = b"OK\r\n"

    def lift(self, channel: int) -> None:
        self.device.body.place(channel, Pads.OPEN)


class ScienceModeRig(_DeviceRig):
    """The driver of ScienceMode 3 and 4, and a simulated device of either."""

    silence_s = 2.0
    notices_s = 0.7
    gap_faults = frozenset({"loop_stalled"})

    def __init__(self, folder: Path, model: Model = P24) -> None:
        self.device = ScienceModeDevice(model, seed=1)
        self.troubles = self.device.troubles
        self.pulses: list[Pulse] = []
        self.device.output.on_pulse.append(self.pulses.append)
        self.wire = Wire(self.device, folder / "board")
        self.safe_set = ScienceModeSafeSet(model.name)
        watch(self.wire, self.safe_set)
        self.driver = self.another_driver()
        self.clock = VirtualClock(self.wire, self.driver.port)

    def another_driver(self) -> ScienceModeStimulator:
        return ScienceModeStimulator(
            self.wire.path, lambda: self.clock.now(), accept_research_board=True
        )


class RehaStim2Rig(_DeviceRig):
    """The driver of ScienceMode 2, and a simulated RehaStim2."""

    silence_s = 1.2
    notices_s = 0.7
    meets_s = 1.0
    names_the_lead = False
    gap_faults = frozenset({"loop_stalled"})

    def __init__(self, folder: Path) -> None:
        self.device = RehaStim2Device(seed=1)
        self.troubles = self.device.troubles
        self.pulses: list[Pulse] = []
        self.device.output.on_pulse.append(self.pulses.append)
        self.wire = Wire(self.device, folder / "board")
        self.safe_set = RehaStim2SafeSet()
        watch(self.wire, self.safe_set)
        self.driver = self.another_driver()
        self.clock = VirtualClock(self.wire, self.driver.port)

    def another_driver(self) -> RehaStim2Stimulator:
        return RehaStim2Stimulator(self.wire.path, lambda: self.clock.now())


class OpenEmsStimRig(_DeviceRig):
    """The driver of openEMSstim, and a simulated board with one of its firmwares."""

    silence_s = 1.2
    notices_s = 1.0
    gap_faults = frozenset({"loop_stalled"})
    unclear_faults = frozenset({"board_silent", "board_disagrees"})
    ends_s = 0.4
    catches_up_s = 40.0
    agrees_s = 0.2
    step = 1.0
    senses_contact = False
    forgives_lost_answers = False
    starts_s = BOOT_S + 6.0

    def __init__(self, folder: Path, firmware: Firmware = Firmware.MASTER) -> None:
        self.device = OpenEmsStim(firmware, seed=1)
        self.troubles = self.device.troubles
        self.pulses: list[Pulse] = []
        self.device.output.on_pulse.append(self.pulses.append)
        self.wire = Wire(self.device, folder / "board")
        self.safe_set = OpenEmsStimSafeSet(lambda: self.clock.on_the_way)
        self.wire.on_opened.append(self.safe_set.port_opened)
        self.wire.on_opened.append(self.device.port_opened)
        watch(self.wire, self.safe_set)
        self.driver = self.another_driver()
        self.clock = VirtualClock(self.wire, self.driver.port)

    def another_driver(self) -> OpenEmsStimStimulator:
        return OpenEmsStimStimulator(
            self.wire.path, lambda: self.clock.now(), accept_research_board=True
        )


RIGS: dict[str, Callable[[Path], Rig]] = {
    "reference": ReferenceRig,
    "p24": lambda folder: ScienceModeRig(folder, P24),
    "rehamove3": lambda folder: ScienceModeRig(folder, REHAMOVE3),
    "rehastim2": RehaStim2Rig,
    "openemsstim A": lambda folder: OpenEmsStimRig(folder, Firmware.FIRST),
    "openemsstim B": lambda folder: OpenEmsStimRig(folder, Firmware.MASTER),
    "openemsstim C": lambda folder: OpenEmsStimRig(folder, Firmware.SIMPLE_MULTIPLEXER),
}
