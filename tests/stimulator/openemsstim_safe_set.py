"""The safe set of openEMSstim: the few lines that its firmware can be told without danger."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

BANNER = b"SETUP DONE"
STARTS = b"SETUP:"
STARTS_WITHIN_S = 15.0
MOST_PERCENT = 100
MOST_ON_MS = 1000
FIRST_PERCENT = 1
RISE_PERCENT_S = 40.0
RISES_FOR_S = 0.3
SPACING_S = 0.15
KEEPS_BYTES = 64
EXCHANGE_S = 0.14
GAP_S = 0.7
"""A renewal is due every 0.4 s; the host that sends it may be 0.3 s late."""

FRAME = re.compile(rb"WV,001C,((?:3[0-9]|4[379]|54)+)\.")
DRIVE = re.compile(r"C([01])I([1-9][0-9]*)T([1-9][0-9]*)G")

RULES = {
    "line": "nothing but the question and whole frames, unless an all-stop follows at once",
    "boot": "nothing before the banner, or before any start that began with the opening is over",
    "known": "nothing but questions until the board has answered one",
    "command": "no command but to drive a channel, or to stop all",
    "percent": f"no more than {MOST_PERCENT} %, and never 0",
    "on_time": f"no on-time above {MOST_ON_MS} ms",
    "spacing": f"no command within {SPACING_S} s of another one; an all-stop may come any time",
    "buffer": f"never more under way than the {KEEPS_BYTES} bytes that the board keeps",
    "stop_first": "nothing drives before an all-stop was said",
    "gap": f"after a gap of more than {GAP_S} s nothing drives before an all-stop",
    "first": f"a channel begins with {FIRST_PERCENT} %",
    "rise": f"no rise faster than {RISE_PERCENT_S:g} % a second",
    "last": "the last word is an all-stop",
}


@dataclass
class OpenEmsStimSafeSet:
    """Holds what the host says against the tables.

    `on_the_way` tells how many bytes the host has written that the board has not read yet.
    """

    on_the_way: Callable[[], int] = lambda: 0
    broken: list[str] = field(default_factory=list)
    is_late: bool = False
    _heard: bytes = b""
    _before_start: int = 0
    """Bytes still to be read that were written before the board said that it starts."""
    _said: bytes = b""
    _owes_stop: bool = False
    _may_speak_at: float = STARTS_WITHIN_S
    _is_known: bool = False
    _has_stopped: bool = False
    _is_on: bool = False
    _last_at: float = float("-inf")
    _drove_at: float = 0.0
    _recent: list[tuple[float, int]] = field(default_factory=list)
    _percent: dict[int, tuple[int, float]] = field(default_factory=dict)

    def port_opened(self, now: float) -> None:
        """Forget the board's state: it may have been reset."""
        self._heard = self._said = b""
        self._before_start = 0
        self._may_speak_at = now + STARTS_WITHIN_S
        self._forget()

    def _forget(self) -> None:
        self._is_known = self._has_stopped = self._is_on = self._owes_stop = False
        self._recent = []
        self._percent = {}

    def host_says(self, data: bytes, now: float) -> None:
        # Nobody could know of the start when these were written.
        count = min(self._before_start, len(data))
        self._before_start, data = self._before_start - count, data[count:]
        # Nothing but zeros is what a test fills the wire with.
        data = data.replace(b"\0", b"")
        if not data:
            return
        if now < self._may_speak_at:
            self._break("boot", now)
        self._recent = [one for one in self._recent if now - one[0] < EXCHANGE_S]
        self._recent.append((now, len(data)))
        if sum(count for _, count in self._recent) > KEEPS_BYTES and not self.is_late:
            self._break("buffer", now)
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            for rule in self._broken_by(line, now):
                self._break(rule, now)
        self.is_late = False

    def board_says(self, data: bytes, now: float) -> None:
        self._said = (self._said + data)[-400:]
        if STARTS in data and BANNER not in data:
            self._may_speak_at = now + STARTS_WITHIN_S
            self._before_start = self.on_the_way()
            self._forget()
        if BANNER in self._said:
            self._may_speak_at = min(self._may_speak_at, now)
        if b"?\r\n" in self._said:
            self._is_known = True

    def ended(self, now: float) -> None:
        if self._is_on or self._owes_stop:
            self._break("last", now)

    def _broken_by(self, line: bytes, now: float) -> Iterator[str]:
        owed, self._owes_stop = self._owes_stop, False
        if line == b"?":
            if owed:
                yield "line"
            return
        frame = FRAME.fullmatch(line)
        if frame is None:
            # A line that was cut short: its beginning is no more than the whole of it.
            self._owes_stop = True
            if not b"WV,001C,".startswith(line[:8]):
                yield "line"
            return
        command = bytes.fromhex(frame[1].decode()).decode()
        if owed and command != "G":
            yield "line"
        if not self._is_known:
            yield "known"
        if command == "G":
            self._has_stopped, self._is_on = True, False
            self._percent = {}
        else:
            yield from self._broken_by_drive(command, now)
        self._last_at = now

    def _broken_by_drive(self, command: str, now: float) -> Iterator[str]:
        drive = DRIVE.fullmatch(command)
        if drive is None:
            yield "command"
            return
        channel, percent, on_ms = (int(number) for number in drive.groups())
        if percent > MOST_PERCENT:
            yield "percent"
        if on_ms > MOST_ON_MS:
            yield "on_time"
        if not self._has_stopped:
            yield "stop_first"
        if now - self._last_at < SPACING_S - 1e-6 and not self.is_late:
            yield "spacing"
        if self._is_on and now - self._drove_at > GAP_S and not self.is_late:
            yield "gap"
        yield from self._broken_by_rise(channel, percent, now)
        self._is_on, self._drove_at = True, now
        self._percent[channel] = (percent if on_ms > 1 else 0, now)

    def _broken_by_rise(self, channel: int, percent: int, now: float) -> Iterator[str]:
        before, at = self._percent.get(channel, (0, now))
        if not before:
            if percent > FIRST_PERCENT:
                yield "first"
            return
        most = before + RISE_PERCENT_S * min(now - at, RISES_FOR_S)
        if percent > max(most, before) + 1e-6 and not self.is_late:
            yield "rise"

    def _break(self, rule: str, now: float) -> None:
        self.broken.append(f"{now:.3f} s: {RULES[rule]}")
