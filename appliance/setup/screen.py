"""The screen: which chip, where on the bus, and how it is fitted: a person says what is seen."""

from collections.abc import Iterator
from contextlib import ExitStack

from appliance.doctor.parts import looks_like_sh1106
from appliance.errors import ApplianceError
from appliance.settings.keys import pins_of
from appliance.settings.model import PANEL_CHIPS, Screen, Settings
from appliance.setup.draft import Draft
from appliance.setup.machine import Answering, Machine
from appliance.setup.panel_picture import picture
from appliance.setup.questions import (
    AGAIN,
    LEAVE_IT,
    ON,
    SKIP,
    SKIPPED,
    Choose,
    Conversation,
    Option,
    Outcome,
    Talk,
    Work,
    Write,
)

_KEYS = ("driver", "i2c_port", "i2c_address", "rotate", "first_column", "reset_pin")
_NONE = "none"
_COLUMNS = (2, 0, 1, 3, 4)
"""First columns of panels that are sold, the most common ones first."""
_BEGIN = """\
A panel on the I2C bus is looked for, a picture is shown on it, and you say what you see.

Its wires: GND, VCC to 3.3 V, SDA to GPIO 2, SCL to GPIO 3."""
_NOBODY = """\
No panel answers at 0x3C or 0x3D on any I2C bus.

Check its wires and 3.3 V. A panel that has a wire RES may want it: say so. One with SPI \
(seven wires) has to be set to I2C by its resistors."""
_SEEN = """\
There is a picture on the panel now, as {chip} at 0x{address:02x}: a frame along all four edges, \
TOP at the top, LEFT and RIGHT at the sides.

What do you see?"""
_WHAT_IS_SEEN = (
    Option("good", "Just that"),
    Option("upside_down", "It is upside down"),
    Option("shifted", "Shifted to a side: an edge is missing"),
    Option("snow", "Snow, stripes, or pieces of it"),
    Option("dark", "Nothing at all: it is dark"),
    LEAVE_IT,
)


def ask(draft: Draft, machine: Machine) -> Conversation:
    begin = (Option(ON, "Look for the panel"), Option(_NONE, "There is no screen"), LEAVE_IT)
    answer = yield Choose(_BEGIN, begin)
    while answer in (ON, AGAIN):
        found = yield Work("Looking for a panel on every I2C bus.", lambda tell: machine.panels())
        if isinstance(found, list) and found:
            there = yield from _which(found)
            return (yield from _fit(draft.settings, _as_found(draft.settings, there), machine))
        words = f"{found}" if isinstance(found, ApplianceError) else _NOBODY
        answer = yield Choose(
            words,
            (Option(AGAIN, "Look again"), Option("reset", "It has a wire RES"), LEAVE_IT),
        )
        if answer == "reset":
            return (yield from _with_reset(draft.settings, machine))
        if answer == SKIP:
            return Outcome(to_do=(f"screen: {words.splitlines()[0]}",), is_good=False)
    return Outcome({"screen.driver": "none"}) if answer == _NONE else SKIPPED


def _which(found: list[Answering]) -> Talk[Answering]:
    if len(found) == 1:
        return found[0]
    options = tuple(
        Option(str(number), f"0x{one.address:02x} on bus {one.bus}")
        for number, one in enumerate(found)
    )
    return found[int((yield Choose("More than one panel answers. Which one is it?", options)))]


def _as_found(settings: Settings, there: Answering) -> Screen:
    """The screen at that place; which chip it is, as far as its answer tells."""
    before, is_sh1106 = settings.screen, looks_like_sh1106(there.status)
    fits = before.driver in PANEL_CHIPS and (before.driver == "sh1106") == is_sh1106
    usual = "sh1106" if is_sh1106 else "ssd1309"
    return before.but(
        driver=before.driver if fits else usual,
        i2c_port=there.bus,
        i2c_address=there.address,
    )


def _with_reset(settings: Settings, machine: Machine) -> Conversation:
    """A panel that answers only after its RES pin has moved."""
    taken = {pin: key for key, pin in pins_of(settings) if key.full_name != "screen.reset_pin"}

    def mistake(text: str) -> str:
        # The picture drives this pin: it must not be STOP's, or the board's enable line.
        if not (text.isascii() and text.isdigit() and 4 <= int(text) <= 27):
            return "allowed is a BCM number from 4 to 27"
        key = taken.get(int(text))
        return f"allowed is a free pin; {text} is already {key.in_file}" if key else ""

    pin = yield Write("The GPIO number that the wire RES goes to:", "4", mistake)
    chip = settings.screen.driver if settings.screen.driver in PANEL_CHIPS else PANEL_CHIPS[0]
    screen = settings.screen.but(driver=chip, reset_pin=int(pin))
    return (yield from _fit(settings, screen, machine))


def _fit(settings: Settings, screen: Screen, machine: Machine) -> Conversation:
    """Show the picture, and change what is seen to be wrong, until it is right."""
    columns, tried = _other_columns(screen), {screen.driver}
    while True:
        seen = yield from _seen(settings.but(screen=screen), machine)
        if seen == "good":
            return Outcome({f"screen.{key}": getattr(screen, key) for key in _KEYS})
        if seen == "upside_down":
            screen = screen.but(rotate=0 if screen.rotate else 2)
        elif seen == "snow" or (seen == "shifted" and tried == {"sh1106"}):
            # An SSD1306 that is taken for an SH1106 shows a picture that is shifted.
            chip = "ssd1309" if screen.driver == "sh1106" else "sh1106"
            screen = screen.but(driver=chip, first_column=None)
            columns = _other_columns(screen)
            tried.add(chip)
        elif seen == "shifted":
            screen = screen.but(first_column=next(columns))
        elif seen == "dark":
            why = "Nothing is seen: check 3.3 V and ground; a wire RES has to be set (reset_pin)"
            if (yield Choose(f"{why}.", (Option(AGAIN, "Show it again"), LEAVE_IT))) != AGAIN:
                return Outcome(to_do=(f"screen: {why}",), is_good=False)
        else:
            return SKIPPED


def _other_columns(screen: Screen) -> Iterator[int | None]:
    """First columns to try, one after the other, again and again."""
    usual = 2 if screen.driver == "sh1106" else 0
    now = usual if screen.first_column is None else screen.first_column
    order = [None if column == usual else column for column in (usual, *_COLUMNS)]
    others = [one for one in dict.fromkeys(order) if (usual if one is None else one) != now]
    while True:
        yield from others
        others = list(dict.fromkeys(order))


def _seen(settings: Settings, machine: Machine) -> Talk[str]:
    """What the person sees of the picture, or that it could not be shown."""
    screen = settings.screen
    words = _SEEN.format(chip=screen.driver, address=screen.i2c_address)
    with ExitStack() as stack:
        try:
            glass = stack.enter_context(machine.open_glass(settings))
            glass.show(picture(f"{screen.driver} 0x{screen.i2c_address:02x}"))
        except ApplianceError as error:
            words = f"The picture cannot be shown: {error}"
            options = (Option("snow", "Try the other kind of chip"), LEAVE_IT)
            return str((yield Choose(words, options)))
        return str((yield Choose(words, _WHAT_IS_SEEN)))
