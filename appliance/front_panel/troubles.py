"""Troubles of the virtual box that the front panel causes and ends: cables, pads, disk, pins."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from appliance.front_panel.keyboard import Keyboard
from appliance.records import Fixed
from appliance.session.events import Button
from appliance.simulator.body import Drift, Pads
from appliance.stimulator.reference.protocol import CODES_PER_MA, Fault
from appliance.virtual_box.box import VirtualBox

EXTRA_MA = 15
FROZEN_S = 1.0
CHARGED_V, LOW_V, EMPTY_V = 7.6, 6.6, 6.2
ROOM_PAGES = 1_000_000


class Troubles:
    """The troubles of one box: which hold now, and how to cause and end each."""

    def __init__(self, box: VirtualBox, keyboard: Keyboard) -> None:
        self.box = box
        self.keyboard = keyboard
        self.active: dict[str, Trouble] = {}
        self._listeners: dict[int, Any] = {}

    def cause(self, trouble: "Trouble") -> str:
        """Cause the trouble, or end it if it holds already; return in words what was done."""
        if trouble.id in self.active:
            self._put_right(trouble)
            return f"put right: {trouble.label}"
        for other in [*self.active.values()]:
            if trouble.group and other.group == trouble.group:
                self._put_right(other)
        trouble.cause(self)
        if trouble.put_right is not None:
            self.active[trouble.id] = trouble
        return f"caused: {trouble.label}"

    def put_all_right(self) -> None:
        for trouble in [*self.active.values()]:
            self._put_right(trouble)

    def _put_right(self, trouble: "Trouble") -> None:
        del self.active[trouble.id]
        if trouble.put_right is not None:
            trouble.put_right(self)

    # What takes more than a line

    def deafen_pins(self) -> None:
        """No edge of any contact reaches the box any more; levels still can be read."""
        for pin in self._contact_pins():
            self._listeners[id(pin)] = pin.when_changed
            pin.when_changed = None

    def let_pins_hear(self) -> None:
        for pin in self._contact_pins():
            pin.when_changed = self._listeners.pop(id(pin))

    def swap_board(self) -> None:
        """A board of another number, which is not barred for what this one did."""
        self.box.board.troubles.serial += 1
        self.box.board.reset(self.box.now)

    def full_disk(self) -> None:
        self.box.instruct_journal("max_page_count = 1")

    def room_on_disk(self) -> None:
        self.box.instruct_journal(f"max_page_count = {ROOM_PAGES}")

    def screen(self, *, dead: bool) -> None:
        self.box.screen.present = frozenset({"screen_dead"} if dead else ())

    def set_troubles(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self.box.board.troubles, name, value)

    def pads(self, channel: int, pads: Pads) -> None:
        self.box.board.body.place(channel, pads)

    def drift(self, channel: int, drift: Drift) -> None:
        self.box.board.body.drift(channel, drift, self.box.now)

    def supply(self, volts: float) -> None:
        self.box.board.set_supply(volts, self.box.now)

    def _contact_pins(self) -> list[Any]:
        wired = self.box.world.settings.controls
        numbers = (
            wired.stop,
            wired.confirm,
            wired.back,
            wired.knob_a,
            wired.knob_b,
            wired.knob_press,
        )
        return [self.box.factory.pin(number) for number in numbers]


Act = Callable[[Troubles], object]


class Trouble(Fixed, frozen=True):
    """One line of the menu. Without `put_right` it is over as soon as it has happened."""

    id: str
    label: str
    cause: Act
    put_right: Act | None = None
    group: str = ""
    """Only one trouble of a group can hold at a time; "" is no group."""


def _board(name: str, label: str, group: str = "", **wrong: Any) -> Trouble:
    """A switch of the simulated board."""
    honest = {"claimed_factor": 1.0, "extra_current_codes": 0}
    right = {key: honest.get(key, False) for key in wrong}
    return Trouble(
        name,
        label,
        lambda troubles: troubles.set_troubles(**wrong),
        lambda troubles: troubles.set_troubles(**right),
        group,
    )


def _contact(what: str, channel: int, change: Pads | Drift, label: str, cause: Act) -> Trouble:
    """A trouble of one side, mended by good pads."""
    side = "AB"[channel]
    return Trouble(
        f"{what}_{side.lower()}_{change.name.lower()}",
        f"{what} {side}: {label}",
        cause,
        lambda troubles: troubles.pads(channel, Pads.GOOD),
        f"pads {side}",
    )


def _pads(channel: int, pads: Pads, label: str) -> Trouble:
    return _contact("lead", channel, pads, label, lambda troubles: troubles.pads(channel, pads))


def _skin(channel: int, drift: Drift, label: str) -> Trouble:
    return _contact("pads", channel, drift, label, lambda troubles: troubles.drift(channel, drift))


_SKIN = (
    (Drift.DRYING, "gel dries"),
    (Drift.WARMING, "gel warms up"),
    (Drift.SWEATING, "skin sweats"),
    (Drift.PEELING, "peel off slowly"),
)


def _supply(name: str, volts: float) -> Trouble:
    return Trouble(
        f"supply_{name}",
        f"supply {name}, {volts} V",
        lambda troubles: troubles.supply(volts),
        lambda troubles: troubles.supply(CHARGED_V),
        "supply",
    )


TROUBLES = (
    Trouble(
        "cable_out",
        "cable to the board out",
        lambda troubles: troubles.box.wire.unplug(),
        lambda troubles: troubles.box.wire.plug(),
    ),
    _board("silent", "board answers nothing", silent=True),
    _board("deaf", "board hears nothing", deaf=True),
    _board("garbage", "board answers with noise", garbage=True),
    _board("wrong_echo", "board echoes a wrong number", wrong_echo=True),
    _board("too_strong", "board claims more than asked", "claim", claimed_factor=1.5),
    _board("too_weak", "board claims less than asked", "claim", claimed_factor=0.5),
    Trouble("another_board", "another board in its place", Troubles.swap_board),
    Trouble("reset", "board resets", lambda troubles: troubles.box.board.reset(troubles.box.now)),
    Trouble(
        "brown_out",
        "board's supply dips",
        lambda troubles: troubles.box.board.reset(troubles.box.now, Fault.BROWN_OUT),
    ),
    Trouble("hang", "board hangs", lambda troubles: troubles.box.board.hang(troubles.box.now)),
    _pads(0, Pads.OPEN, "off"),
    _pads(0, Pads.LIFTING, "pad lifting"),
    _pads(0, Pads.SHORTED, "shorted"),
    _pads(1, Pads.OPEN, "off"),
    _pads(1, Pads.LIFTING, "pad lifting"),
    _pads(1, Pads.SHORTED, "shorted"),
    *(_skin(channel, drift, label) for channel in (0, 1) for drift, label in _SKIN),
    _board(
        "over_current",
        f"over-current, {EXTRA_MA} mA too much",
        extra_current_codes=EXTRA_MA * CODES_PER_MA,
    ),
    _supply("low", LOW_V),
    _supply("empty", EMPTY_V),
    Trouble(
        "emergency_stop",
        "board's emergency stop pressed",
        lambda troubles: troubles.box.board.set_emergency_stop(True, troubles.box.now),
        lambda troubles: troubles.box.board.set_emergency_stop(False, troubles.box.now),
    ),
    Trouble(
        "stop_wire",
        "STOP's wire broken",
        lambda troubles: troubles.keyboard.break_stop_wire(broken=True),
        lambda troubles: troubles.keyboard.break_stop_wire(broken=False),
    ),
    Trouble(
        "stuck_button",
        "CONFIRM stuck",
        lambda troubles: troubles.keyboard.jam(Button.CONFIRM, jammed=True),
        lambda troubles: troubles.keyboard.jam(Button.CONFIRM, jammed=False),
    ),
    Trouble("pins_deaf", "pin events dead", Troubles.deafen_pins, Troubles.let_pins_hear),
    Trouble(
        "screen_dead",
        "screen dies",
        lambda troubles: troubles.screen(dead=True),
        lambda troubles: troubles.screen(dead=False),
    ),
    Trouble(
        "disk_full",
        "journal's disk full at its next page",
        Troubles.full_disk,
        Troubles.room_on_disk,
    ),
    Trouble(
        "disk_read_only",
        "journal's disk read-only",
        lambda troubles: troubles.box.instruct_journal("query_only = 1"),
        lambda troubles: troubles.box.instruct_journal("query_only = 0"),
    ),
    Trouble(
        "frozen",
        f"process frozen for {FROZEN_S:g} s",
        lambda troubles: troubles.box.freeze(FROZEN_S),
    ),
    Trouble(
        "wall_clock_ahead",
        "wall clock jumps a day ahead",
        lambda troubles: troubles.box.shift_wall_clock(timedelta(days=1)),
    ),
    Trouble(
        "wall_clock_back",
        "wall clock jumps a day back",
        lambda troubles: troubles.box.shift_wall_clock(timedelta(days=-1)),
    ),
)
