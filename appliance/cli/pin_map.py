"""The pin map as configured, as a table and as a picture. Touches no hardware."""

from appliance.cli import header_picture as header
from appliance.records import Fixed
from appliance.settings.model import I2C_PINS, PANEL_CHIPS, Settings

_CLOCK_BUS = 1
_SUPPLY_3V3 = 1
_SUPPLY_5V = 2
_TO_GROUND = "button to ground; the pull-up is in the Pi"


class Connection(Fixed, frozen=True):
    """One wire of the box: what it serves, its BCM number, and what is at its other end."""

    part: str
    bcm: int
    wiring: str

    @property
    def pin(self) -> int | None:
        """Physical number; None when the BCM number is not on the header."""
        return header.physical_pin(self.bcm)


def connections(settings: Settings) -> tuple[Connection, ...]:
    """Every wire between the header and a part, in the order in which one builds."""
    return (*_controls(settings), *_indicators(settings), *_buses(settings))


def table(settings: Settings) -> str:
    """Wiring table, in Markdown that reads well as plain text."""
    rows: list[tuple[str, ...]] = [("part", "BCM", "pin", "ground pin", "wiring")]
    for wire in connections(settings):
        pin = "none" if wire.pin is None else str(wire.pin)
        ground = "" if wire.pin is None else str(header.nearest_ground(wire.pin))
        rows.append((wire.part, str(wire.bcm), pin, ground, wire.wiring))
    rows.append(_supply_row("screen and clock", _SUPPLY_3V3, "3.3 V"))
    rows.append(_supply_row("enable relay", _SUPPLY_5V, "5 V, through STOP's second pole"))
    return _aligned(rows)


def header_picture(settings: Settings) -> str:
    """The header as text, seen from above, with the part at each pin."""
    return header.as_text(_labels(settings))


def header_svg(settings: Settings) -> str:
    """The header as an SVG document, with the part at each pin."""
    return header.as_svg(_labels(settings))


def _controls(settings: Settings) -> tuple[Connection, ...]:
    pins = settings.controls
    return (
        Connection(
            "STOP", pins.stop, "normally closed, to ground; box and hand-held lead in series"
        ),
        Connection("CONFIRM", pins.confirm, _TO_GROUND),
        Connection("BACK", pins.back, _TO_GROUND),
        Connection("knob A", pins.knob_a, "encoder; turned clockwise, A falls before B"),
        Connection("knob B", pins.knob_b, "encoder; its common pin to ground"),
        Connection("knob press", pins.knob_press, _TO_GROUND),
    )


def _indicators(settings: Settings) -> tuple[Connection, ...]:
    pins = settings.indicators
    fitted = (
        ("output lamp", pins.output_lamp, "470 Ω and the LED to ground"),
        ("buzzer", pins.buzzer, "piezo sounder without its own oscillator, 100 Ω in series"),
        ("vibration", pins.vibration, "transistor and diode; the motor is never on the pin itself"),
        ("enable line", pins.enable_line, "input of the enable pump, 10 kΩ to ground"),
    )
    return tuple(Connection(part, bcm, wire) for part, bcm, wire in fitted if bcm is not None)


def _buses(settings: Settings) -> tuple[Connection, ...]:
    users = {_CLOCK_BUS: ["clock"]}
    if settings.screen.driver in PANEL_CHIPS:
        users.setdefault(settings.screen.i2c_port, []).insert(0, "screen")
    wires = []
    for bus, parts in sorted(users.items()):
        if bus not in I2C_PINS:
            # Any other bus is where its overlay in config.txt says, which is not known here.
            continue
        for signal, bcm in zip(("SDA", "SCL"), I2C_PINS[bus], strict=True):
            name = f"{' and '.join(parts)}, {signal}"
            wires.append(Connection(name, bcm, f"I2C bus {bus}"))
    reset = settings.screen.reset_pin
    if reset is not None:
        wires.append(Connection("screen, RES", reset, "RES of the panel, 10 kΩ to 3.3 V"))
    return tuple(wires)


def _supply_row(part: str, pin: int, wiring: str) -> tuple[str, ...]:
    return (f"{part}, supply", "", str(pin), str(header.nearest_ground(pin)), wiring)


def _labels(settings: Settings) -> dict[int, str]:
    wires = {wire.pin: wire.part for wire in connections(settings) if wire.pin is not None}
    grounds = {header.nearest_ground(pin): "ground" for pin in (_SUPPLY_3V3, *wires)}
    return {_SUPPLY_3V3: "screen and clock", _SUPPLY_5V: "enable relay"} | grounds | wires


def _aligned(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (rows[0], rule, *rows[1:])
    )
