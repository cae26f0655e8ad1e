"""The conversation with a board that is identified: its commands and their echoes.

Only one command is pending at a time, and the next one is sent 150 ms later at the soonest, an
all-stop excepted: the board writes 200 characters about each at 19200 baud, keeps no more than 64
that come in meanwhile, and a line that has lost its beginning may be one that closes a relay.

The board repeats a command and says nothing of its output. Each repetition is compared; one
that is wrong or does not come is the end of the conversation.
"""

from collections import deque
from enum import IntEnum, auto
from typing import NamedTuple

from appliance.session.board import BoardState, SetPoint
from appliance.stimulator.link import IDLE_SILENCE_S, WrongAnswerError
from appliance.stimulator.openemsstim import grammar
from appliance.stimulator.openemsstim.hearing import Echo, Firmware, Heard, Sign
from appliance.stimulator.openemsstim.rise import next_percent, percent_of
from appliance.therapy.units import LONG_AGO, NEVER, Pair

SPACING_S = 0.15
"""Time from one command to the next. A command and its echo take up to 0.12 s."""
SILENCE_S = 0.3
"""Twice the time of an exchange. A command that was not repeated by then is lost."""
ON_MS = 800
"""The on-time of every command: below the 1000 that are allowed, above twice `RENEW_S`."""
RENEW_S = ON_MS / 2000
OVERDUE_S = 0.5
"""A channel that has waited this long for its renewal goes before everything else, seconds."""
CHECK_S = 0.5
"""Time between two questions to a board that is off or rests, seconds."""
OPENING_S = 0.25
"""Within this time of repeating an all-stop the relays of four channels have opened: 50 ms each."""


class _Urgency(IntEnum):
    """Why a channel needs a command; the last one goes first.

    Of two channels with the same reason, the one that has waited longer does.
    """

    NONE = auto()
    DUE = auto()
    """Up, or the renewal."""
    DOWN = auto()
    END = auto()
    OVERDUE = auto()


class _Sent(NamedTuple):
    text: str
    """The command, or the question."""
    at: float
    drives: tuple[int, int] | None = None
    """The channel and its percent; None for what drives none."""


class _Channel:
    """The last command to one channel."""

    def __init__(self) -> None:
        self.said_at = LONG_AGO
        self.opened()

    def opened(self) -> None:
        """Note that its relays are open."""
        self.percent = 0
        """Of the last command, repeated or not; 0 with open relays."""
        self.agreed = 0
        """Of the last command that the board repeated."""


class Conversation:
    """What to send next, and how to judge what was received."""

    def __init__(self, firmware: Firmware, now: float) -> None:
        self.heard_at = now
        """When the last answer came, seconds."""
        self.agreed_at: float | None = None
        """When the board last echoed an all-stop or a command since the start; None before."""
        self._firmware = firmware
        self._expected: deque[_Sent] = deque()
        self._channels = (_Channel(), _Channel())
        self._said_at = LONG_AGO
        self._open_at: float | None = now
        """When all relays are open, seconds; None before an all-stop was echoed."""
        self._is_live = False
        self._was_on = False

    # Asking

    def next_command(self, wanted: SetPoint | None, now: float) -> str | None:
        """What to send now: a command or the question; None if there is nothing to send."""
        self._begin_or_end(wanted)
        percents = (percent_of(wanted, 0), percent_of(wanted, 1))
        if self.agreed_at is None:
            # Nothing flows before the board has repeated an all-stop.
            percents = (0, 0)
        if percents == (0, 0):
            return self._rest(now)
        if self._expected or now < self._said_at + SPACING_S:
            return None
        return self._drive(percents, now)

    def _begin_or_end(self, wanted: SetPoint | None) -> None:
        if wanted is None:
            self.agreed_at = None
            if self._open_at is not None:
                # In a rest the all-stop has been repeated already, and none follows.
                self._was_on = False
        self._is_live = wanted is not None

    def _rest(self, now: float) -> str | None:
        """The text to send while both channels are off: an all-stop at once, but only once."""
        last = self._expected[-1].text if self._expected else ""
        if last == grammar.ALL_STOP:
            return None
        if self._open_at is None or (self._is_live and self.agreed_at is None):
            return grammar.ALL_STOP
        if self._expected or now < max(self.heard_at, self._said_at) + CHECK_S:
            return None
        return _QUESTION

    def _drive(self, percents: tuple[int, int], now: float) -> str | None:
        """The command for the channel that needs one most urgently."""
        wishes = [self._wish(n, percents[n], now) for n in grammar.CHANNELS]
        urgency, _, number, percent = max(wishes)
        if urgency is _Urgency.NONE:
            return None
        if percent == 0:
            return grammar.end(number)
        return grammar.drive(number, percent, ON_MS)

    def _wish(
        self, number: int, percent_wanted: int, now: float
    ) -> tuple[_Urgency, float, int, int]:
        """Why this channel needs a command, how long it has waited, its number, and the percent."""
        channel = self._channels[number]
        waited_s = now - channel.said_at
        if percent_wanted == 0:
            return (_Urgency.END if channel.percent else _Urgency.NONE), waited_s, number, 0
        percent = next_percent(channel.percent, percent_wanted, waited_s)
        is_due = percent > channel.percent or waited_s >= RENEW_S
        urgency = _Urgency.DUE if is_due else _Urgency.NONE
        if channel.percent and waited_s >= OVERDUE_S:
            urgency = _Urgency.OVERDUE
        elif percent < channel.percent:
            urgency = _Urgency.DOWN
        return urgency, waited_s, number, percent

    def expect(self, text: str, now: float) -> None:
        """Note that this text is sent, and an echo or an answer is due."""
        self._said_at = now
        if text in (_QUESTION, grammar.ALL_STOP):
            self._expected.append(_Sent(text, now))
            return
        number, percent = int(text[1]), int(text[3 : text.index("T")])
        channel = self._channels[number]
        channel.percent = 0 if text == grammar.end(number) else percent
        channel.said_at = now
        self._open_at = None
        self._was_on = True
        self._expected.append(_Sent(text, now, (number, channel.percent)))

    # Hearing

    def hear(self, heard: Heard, now: float) -> None:
        """Judge what came. Raises WrongAnswerError."""
        if isinstance(heard, Sign):
            raise WrongAnswerError("board_reset")
        said = heard.command if isinstance(heard, Echo) else _QUESTION
        if not self._expected:
            raise WrongAnswerError("board_disagrees", f"the board repeats {said!r} unasked")
        sent = self._answered(said)
        if sent is None:
            return
        if said != sent.text or (isinstance(heard, Firmware) and heard is not self._firmware):
            raise WrongAnswerError(
                "board_disagrees", f"the board repeats {said!r} for {sent.text!r}"
            )
        self.heard_at = now
        if sent.text == grammar.ALL_STOP:
            self._all_stopped(now)
        elif sent.drives is not None:
            number, percent = sent.drives
            self._channels[number].agreed = percent
            self.agreed_at = now if self._is_live else None

    def _answered(self, said: str) -> _Sent | None:
        """What this answers; None for what is left of a command that an all-stop cut in two.

        The board repeats such a rest as it reads it, or not at all.
        """
        sent = self._expected.popleft()
        if said == sent.text or all(later.text != grammar.ALL_STOP for later in self._expected):
            return sent
        if said != grammar.ALL_STOP:
            return None
        while sent.text != grammar.ALL_STOP:
            sent = self._expected.popleft()
        return sent

    def _all_stopped(self, now: float) -> None:
        for channel in self._channels:
            channel.opened()
        if self._open_at is None:
            self._open_at = now + OPENING_S
        self.agreed_at = now if self._is_live else None
        if not self._is_live:
            self._was_on = False

    # Telling

    @property
    def is_live(self) -> bool:
        """Whether a set-point was applied, and no off since."""
        return self._is_live

    @property
    def in_force(self) -> Pair:
        """Percent per channel, of the commands that the board repeated last."""
        return float(self._channels[0].agreed), float(self._channels[1].agreed)

    def may_flow(self, now: float) -> bool:
        """Whether a relay may be closed, as far as is known."""
        return self._open_at is None or now < self._open_at

    def state(self, now: float) -> BoardState:
        if self._is_live:
            if self.agreed_at is None and not self._was_on:
                return BoardState.OFF
            return BoardState.ON if self._was_on else BoardState.ARMED
        return BoardState.ON if self.may_flow(now) else BoardState.OFF

    def silent_at(self) -> float:
        """When the board's silence becomes a fault, seconds."""
        if not self._expected:
            return NEVER
        return self._expected[0].at + (SILENCE_S if self._is_live else IDLE_SILENCE_S)

    def next_at(self, now: float) -> float:
        """When there may be something to send or to report, seconds."""
        due = [self._said_at + SPACING_S, self.silent_at()]
        if self._open_at is not None:
            due.append(self._open_at)
        return min((at for at in due if at > now), default=NEVER)


_QUESTION = grammar.QUESTION.decode().strip()
