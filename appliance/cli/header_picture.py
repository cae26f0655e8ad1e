"""The Pi's 40-pin header, and a drawing of it as text and as SVG."""

from collections.abc import Mapping
from html import escape

GROUND = "GND"
PINS = (
    *("3V3", "5V", "GPIO2", "5V", "GPIO3", GROUND, "GPIO4", "GPIO14", GROUND, "GPIO15"),
    *("GPIO17", "GPIO18", "GPIO27", GROUND, "GPIO22", "GPIO23", "3V3", "GPIO24", "GPIO10", GROUND),
    *("GPIO9", "GPIO25", "GPIO11", "GPIO8", GROUND, "GPIO7", "GPIO0", "GPIO1", "GPIO5", GROUND),
    *("GPIO6", "GPIO12", "GPIO13", GROUND, "GPIO19", "GPIO16", "GPIO26", "GPIO20", GROUND),
    "GPIO21",
)
"""What each pin is, in the order of the physical numbers 1 to 40. The same on every Pi since
the B+; https://pinout.xyz shows it on a photograph."""

ROWS = len(PINS) // 2
_COLOURS = {"3V3": "#e8a33d", "5V": "#c0392b", GROUND: "#3a3a3a", "GPIO": "#2e7d4f"}
_ROW_HEIGHT = 26
_TOP = 66
_WIDTH = 760
_MIDDLE = _WIDTH // 2


def physical_pin(bcm: int) -> int | None:
    """Physical number of a BCM pin; None when it is not on the header."""
    name = f"GPIO{bcm}"
    return PINS.index(name) + 1 if name in PINS else None


def nearest_ground(pin: int) -> int:
    """Physical number of the ground pin with the shortest way from `pin`."""
    grounds = [number for number, name in enumerate(PINS, start=1) if name == GROUND]
    return min(grounds, key=lambda ground: (abs(_row(ground) - _row(pin)), (ground - pin) % 2))


def as_text(labels: Mapping[int, str]) -> str:
    """Drawing of the header, seen from above, pin 1 top left. `labels`: physical pin -> words."""
    left_width = max((len(labels.get(pin, "")) for pin in range(1, len(PINS), 2)), default=0)
    lines = []
    for left in range(1, len(PINS), 2):
        right = left + 1
        lines.append(
            f"{labels.get(left, ''):>{left_width}}  {PINS[left - 1]:>6} {left:>2} "
            f"{_mark(left, labels)} {_mark(right, labels)} "
            f"{right:<2} {PINS[right - 1]:<6}  {labels.get(right, '')}".rstrip()
        )
    return "\n".join(lines)


def as_svg(labels: Mapping[int, str]) -> str:
    """The same drawing as an SVG document."""
    height = _TOP + ROWS * _ROW_HEIGHT + 16
    body = "\n".join(_svg_pin(pin, labels.get(pin, "")) for pin in range(1, len(PINS) + 1))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" \
font-family="DejaVu Sans, Verdana, sans-serif" font-size="14">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="{_MIDDLE}" y="24" text-anchor="middle" font-weight="bold">\
The 40-pin header, seen from above</text>
<text x="{_MIDDLE}" y="44" text-anchor="middle" fill="#555555">\
pin 1 has the square pad, at the SD card's end of the board</text>
<rect x="{_MIDDLE - 34}" y="{_TOP - 8}" width="68" height="{ROWS * _ROW_HEIGHT + 8}" \
rx="4" fill="#eeeeee" stroke="#999999"/>
{body}
</svg>
"""


def _row(pin: int) -> int:
    return (pin - 1) // 2


def _mark(pin: int, labels: Mapping[int, str]) -> str:
    return "●" if pin in labels else "○"


def _svg_pin(pin: int, label: str) -> str:
    side = 1 if pin % 2 == 0 else -1
    anchor = "start" if side > 0 else "end"
    centre_y = _TOP + _row(pin) * _ROW_HEIGHT + _ROW_HEIGHT // 2 - 4
    text_y = centre_y + 5
    name = PINS[pin - 1]
    colour = _COLOURS.get(name, _COLOURS["GPIO"])
    fill = colour if label else "#ffffff"
    number_colour = "#ffffff" if label else colour
    shape = _svg_pad(pin, _MIDDLE + side * 16, centre_y, f'fill="{fill}" stroke="{colour}"')
    return (
        f"{shape}"
        f'<text x="{_MIDDLE + side * 16}" y="{centre_y + 4}" text-anchor="middle" '
        f'font-size="10" fill="{number_colour}">{pin}</text>'
        f'<text x="{_MIDDLE + side * 46}" y="{text_y}" text-anchor="{anchor}" '
        f'fill="{colour}">{name}</text>'
        f'<text x="{_MIDDLE + side * 112}" y="{text_y}" text-anchor="{anchor}">'
        f"{escape(label)}</text>"
    )


def _svg_pad(pin: int, x: int, y: int, style: str) -> str:
    if pin == 1:
        return f'<rect x="{x - 10}" y="{y - 10}" width="20" height="20" {style} stroke-width="2"/>'
    return f'<circle cx="{x}" cy="{y}" r="10" {style} stroke-width="2"/>'
