"""A sheet of labels for leads, plugs and sockets: one ring is A, two rings are B."""

from pathlib import Path

from hardware.build.tools import run

_RINGS = {"A": 1, "B": 2}
_FLAGS_EACH = 4
"""Plug and pad's end of both wires of a lead."""
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
            f'<text x="15" y="{y}" class="h">Lead {channel}, rings: round plug and socket</text>'
        )
        rows += [_band(channel, 15, y + 4 + 8 * index) for index in range(2)]
        y += 28
    rows.append(f'<text x="15" y="{y}" class="h">Sockets on the box</text>')
    rows += [_socket(channel, 30 + 40 * index, y + 18) for index, channel in enumerate(_RINGS)]
    y += 42
    rows.append(f'<text x="15" y="{y}" class="h">On the box</text>')
    for index, words in enumerate(_STICKERS):
        top = y + 4 + 14 * index
        rows.append(f'<rect class="cut" x="15" y="{top}" width="130" height="11"/>')
        rows.append(f'<text x="18" y="{top + 7.2}">{words}</text>')
    body = "\n".join(rows)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297" \
font-family="DejaVu Sans, sans-serif" font-size="4">
<style>.cut {{ fill: none; stroke: #888; stroke-width: 0.2; stroke-dasharray: 1.5 1 }}
.h {{ font-size: 4.5px; font-weight: bold }}
.r {{ fill: none; stroke: #000; stroke-width: 1.2 }}</style>
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
        f"{_rings(channel, x + offset + 8, y + 7)}"
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


def _socket(channel: str, x: float, y: float) -> str:
    """A round label with a hole of 8 mm: it sits under the socket's rim."""
    circles = "".join(
        f'<circle class="r" cx="{x}" cy="{y}" r="{6 + 2.5 * ring}"/>'
        for ring in range(_RINGS[channel])
    )
    cut = "".join(f'<circle class="cut" cx="{x}" cy="{y}" r="{radius}"/>' for radius in (4, 13))
    return f'{circles}{cut}<text x="{x + 14}" y="{y + 2}" font-weight="bold">{channel}</text>'


def _rings(channel: str, x: float, y: float) -> str:
    return "".join(
        f'<circle class="r" cx="{x + 4}" cy="{y}" r="{1.8 + 2 * ring}"/>'
        for ring in range(_RINGS[channel])
    )
