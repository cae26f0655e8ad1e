"""Documents the cues: each rhythm drawn as bars, and a table of all cues."""

from appliance.controls.patterns import ALARM_HZ, PATTERNS, PITCH_HZ, Loudness, Pattern
from appliance.session.cues import Cue

BAR_S = 0.1
"""One character of a drawing."""
REST = "·"
ALARM_BAR = "█"
_BARS = dict(zip(sorted(PITCH_HZ.values()), "▂▃▄▅▆▇", strict=True)) | {ALARM_HZ: ALARM_BAR}
_TICK = "▏"
_LOUDNESS = {Loudness.SOFT: "soft", Loudness.SET: "as set", Loudness.FULL: "full, always"}


def drawing(pattern: Pattern) -> str:
    """The rhythm as bars, a tenth of a second each; their height is the pitch."""
    return "".join(_bars(pitch_hz, seconds) for pitch_hz, seconds in pattern.notes)


def table() -> str:
    """Every cue as a Markdown table, for the documents."""
    rows = [_row(cue, pattern) for cue, pattern in PATTERNS.items()]
    return "\n".join(("| rhythm | cue | loudness | what it says |", "|---|---|---|---|", *rows, ""))


def _row(cue: Cue, pattern: Pattern) -> str:
    loudness = _LOUDNESS[pattern.loudness]
    return f"| `{drawing(pattern)}` | `{cue.value}` | {loudness} | {pattern.says} |"


def _bars(pitch_hz: int, seconds: float) -> str:
    if not pitch_hz:
        return REST * round(seconds / BAR_S)
    return _BARS[pitch_hz] * round(seconds / BAR_S) or _TICK
