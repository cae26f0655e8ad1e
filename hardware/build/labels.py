"""A sheet of labels for leads, plugs, sockets and buttons: one ring is A, two rings are B.

The rings lie beside each other, as the screen draws them; the buttons' signs are the screen's too.
"""

from pathlib import Path

from hardware.build.tools import run

_RINGS = {"A": 1, "B": 2}
_FLAGS_EACH = 4
"""Plug and pad's end of both wires of a lead."""
_SOCKETS_APART_MM = 12
"""Between the two sockets of one lead, as the case has them."""
_PAIR_MM = (25.6, 29.0)
"""Label of a pair of sockets. The middles of the two pairs lie 26 mm apart."""
_STICKERS = (
    "STOP: output off",
    "Pads on? Battery only. No cable to a wall, charger or computer.",
    "LEAD SIDE: nothing here may touch the Pi's side",
    "Not a medical device",
)


def make(out: Path) -> None:
    """The sheet as SVG and as PDF, A4."""
    sheet = out / "labels.svg"
    sheet.write_text(_sheet(), "utf-8")
    run("rsvg-convert", "-f", "pdf", "-o", out / "labels.pdf", sheet)


def _sheet() -> str:
    rows = []
    y = 24.0
    for channel in _RINGS:
        rows.append(
            f'<text x="15" y="{y}" class="h">Lead {channel}, flags: fold round the wire</text>'
        )
        rows += [_flag(channel, 15 + 44 * index, y + 4) for index in range(_FLAGS_EACH)]
        y += 26
        rows.append(
            f'<text x="15" y="{y}" class="h">Lead {channel}, rings: round each of its plugs</text>'
        )
        rows += [_band(channel, 15, y + 4 + 8 * index) for index in range(2)]
        y += 28
    rows.append(
        f'<text x="15" y="{y}" class="h">Sockets on the box: under the rims of each pair</text>'
    )
    rows += [_sockets(channel, 28 + 40 * index, y + 15) for index, channel in enumerate(_RINGS)]
    y += 42
    rows.append(f'<text x="15" y="{y}" class="h">On the box</text>')
    for index, words in enumerate(_STICKERS):
        top = y + 4 + 14 * index
        rows.append(f'<rect class="cut" x="15" y="{top}" width="130" height="11"/>')
        rows.append(f'<text x="18" y="{top + 7.2}">{words}</text>')
    y += 6 + 14 * len(_STICKERS) + 4
    rows.append(f'<text x="15" y="{y}" class="h">Beside the buttons</text>')
    rows.append(_buttons(y + 4))
    rows.append(_ruler(287.0))
    body = "\n".join(rows)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297" \
font-family="DejaVu Sans, sans-serif" font-size="4">
<style>.cut {{ fill: none; stroke: #888; stroke-width: 0.2; stroke-dasharray: 1.5 1 }}
.h {{ font-size: 4.5px; font-weight: bold }}
.b {{ font-size: 7px; font-weight: bold }}
.r {{ fill: none; stroke: #000; stroke-width: 1.2 }}
.p {{ fill: none; stroke: #000; stroke-width: 0.8 }}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="15" y="14">One ring: A. Two rings: B. To be told apart in any light. \
Print at 100 %.</text>
{body}
</svg>
"""


def _flag(channel: str, x: float, y: float) -> str:
    """A flag with both halves alike; the middle goes round the wire."""
    halves = "".join(
        f'<text x="{x + offset}" y="{y + 9}" font-size="6" font-weight="bold">{channel}</text>'
        f"{_rings(channel, x + offset + 6.5, y + 7)}"
        for offset in (2, 22)
    )
    return f'<rect class="cut" x="{x}" y="{y}" width="40" height="14"/>{halves}'


def _band(channel: str, x: float, y: float) -> str:
    """A strip of 50 mm, to be wound round a plug: one or two black bars."""
    bars = "".join(
        f'<rect x="{x}" y="{y + 1 + 2.5 * bar}" width="50" height="1.4"/>'
        for bar in range(_RINGS[channel])
    )
    return f'<rect class="cut" x="{x}" y="{y}" width="50" height="6"/>{bars}'


def _sockets(channel: str, x: float, y: float) -> str:
    """A label with two holes of 8 mm for both sockets of a lead, and its rings round them."""
    width, height = _PAIR_MM
    cut = f'<rect class="cut" x="{x - width / 2}" y="{y - 11}" width="{width}" height="{height}"/>'
    cut += "".join(
        f'<circle class="cut" cx="{x + side * _SOCKETS_APART_MM / 2}" cy="{y}" r="4"/>'
        for side in (-1, 1)
    )
    rings = "".join(
        f'<rect class="p" x="{x - half}" y="{y - tall}" width="{2 * half}" height="{2 * tall}" '
        f'rx="{tall}"/>'
        for half, tall in ((10.9, 7), (12.3, 9.4))[: _RINGS[channel]]
    )
    name = f'<text x="{x - 8}" y="{y + 15.5}" font-size="5" font-weight="bold">{channel}</text>'
    return f"{rings}{cut}{name}{_rings(channel, x - 3, y + 13.6)}"


def _rings(channel: str, x: float, y: float) -> str:
    return "".join(
        f'<circle class="r" cx="{x + 2.4 + 5 * ring}" cy="{y}" r="2"/>'
        for ring in range(_RINGS[channel])
    )


def _buttons(y: float) -> str:
    """Triangle and disc, to be put beside the two buttons, with the words of screen and voice."""
    triangle = f"M {{x}} {y + 3} l -8 5 l 8 5 z"
    parts = []
    for x, words in ((15, "BACK"), (75, "ZURÜCK")):
        parts.append(f'<rect class="cut" x="{x}" y="{y}" width="55" height="16"/>')
        parts.append(f'<path d="{triangle.format(x=x + 13)}"/>')
        parts.append(f'<text class="b" x="{x + 18}" y="{y + 10.5}">{words}</text>')
    parts.append(f'<rect class="cut" x="135" y="{y}" width="45" height="16"/>')
    parts.append(f'<circle cx="144" cy="{y + 8}" r="5"/>')
    parts.append(f'<text class="b" x="154" y="{y + 10.5}">OK</text>')
    return "".join(parts)


def _ruler(y: float) -> str:
    """A line of 100 mm, to see that the printer has not changed the size."""
    ends = "".join(f'<path class="r" d="M {x} {y - 2} v 4"/>' for x in (15, 115))
    return f'<path class="r" d="M 15 {y} h 100"/>{ends}<text x="119" y="{y + 1.5}">100 mm</text>'
