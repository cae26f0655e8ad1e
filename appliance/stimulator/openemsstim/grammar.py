"""The commands of openEMSstim: a frame of one command, or the question, and nothing else.

A command is `C<channel>I<percent>T<ms>G`: the channel, its share of the stimulator's pulses in
percent, and the time in milliseconds.
The firmware checks none of it. I0 is not off, an I above 100 or a T above 5000 can turn into
anything, a channel that it does not have crashes it, and a line that begins with `1` or `2`
closes a relay with no end. So a number goes onto the wire only from here, bounded.

The plain command is not understood by the newest firmware; wrapped into the frame in which a
radio module would hand it over it is, by all of them. The digits of that frame may be 0 to 9
only: the firmware reads A to F as 0 to 5.
"""

BAUD_RATE = 19_200
CHANNELS = (0, 1)
MIN_PERCENT, MAX_PERCENT = 1, 100
LONGEST_ON_MS = 1000
"""Longest on-time of a command."""
QUESTION = b"?\n"
"""Every firmware answers it in its own way, and none of them does anything."""
ALL_STOP = "G"
"""A go without a channel: both channels off."""

_FRAME = b"WV,001C,%b.\n"
_DIGITS = frozenset(b"0123456789")


def drive(channel: int, percent: int, on_ms: int) -> str:
    """The command for one channel. Raises ValueError for what must never be said."""
    if channel not in CHANNELS:
        raise ValueError(f"channel {channel}: there are 0 and 1")
    if not MIN_PERCENT <= percent <= MAX_PERCENT:
        raise ValueError(f"{percent} %: from {MIN_PERCENT} to {MAX_PERCENT}; zero is no setting")
    if not 1 <= on_ms <= LONGEST_ON_MS:
        raise ValueError(f"on for {on_ms} ms: from 1 to {LONGEST_ON_MS}")
    return f"C{channel}I{percent}T{on_ms}G"


def end(channel: int) -> str:
    """The command that ends one channel while the other goes on: weakest, for a millisecond."""
    return drive(channel, MIN_PERCENT, 1)


def frame(command: str) -> bytes:
    """A command as it goes onto the wire. Raises ValueError where no frame can hold it."""
    digits = command.encode("ascii").hex().upper().encode("ascii")
    if not digits or not _DIGITS.issuperset(digits):
        raise ValueError(f"{command!r}: the board would read another command")
    return _FRAME % digits
