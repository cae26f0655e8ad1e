"""The conversation with an identified reference board: frames without an answer, and verdicts."""

from appliance.session.lease import LEASE_S
from appliance.stimulator.link import IDLE_SILENCE_S
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.judge import Follower, verdict
from appliance.stimulator.reference.protocol import (
    Flag,
    Off,
    Reason,
    Refusal,
    Report,
    SetPoint,
    State,
)
from appliance.therapy.units import LONG_AGO, NEVER

SILENCE_S = 0.2
GAP_S = protocol.GAP_MS / 1000

_CADENCE_S = 0.15
_MOST_ACCEPTED = 8
"""A wrong belief is right again after two frames; a board goes off after three."""
_OURS = (Reason.OFF, Reason.HELLO)


class Conversation:
    """From the board's identity to the first wrong answer."""

    def __init__(self, now: float) -> None:
        self.newest: Report | None = None
        self.heard_at = now
        """When the last valid answer came, seconds."""
        self.asked_at: float | None = None
        """When the frame was sent that it answers, seconds."""
        self.agreed_at: float | None = None
        """When the board last echoed a set-point of the present arming, seconds."""
        self.refusals = 0
        self._asked: dict[int, tuple[float, SetPoint | Off]] = {}
        """Frames that have no answer yet, by sequence: when each was sent, seconds, and what."""
        self._accepts_current = False
        """What the board accepted last was a set-point above zero. A refusal changes nothing."""
        self._accepted: list[SetPoint] = []
        """The set-points of which the board accepted one last, as far as is known."""
        self._sent_at = LONG_AGO
        self._silent_since: float | None = None
        self._followers = (Follower(), Follower())
        self._form = (0, 0, 0)
        self._counts: bytes | None = None

    def must_begin_with_off(self, now: float) -> bool:
        """Whether an off has to come before the next set-point."""
        newest = self.newest
        if newest is None or now - self._sent_at > GAP_S:
            return True
        if any(isinstance(asked, Off) for _, asked in self._asked.values()):
            # Its answer brings the arming number that the board accepts.
            return True
        # A board that went off by itself is armed again only after an off of ours.
        return newest.state == State.OFF and newest.reason not in _OURS

    def expect(self, asked: SetPoint | Off, now: float) -> None:
        """Note that this frame is sent, and an answer is due."""
        if isinstance(asked, Off):
            self.agreed_at = None
        if self._silent_since is None:
            self._silent_since = self._silence_begins(asked, now)
        self._asked[asked.sequence] = now, asked
        self._sent_at = now

    def is_answer(self, report: Report) -> bool:
        """Whether this report answers a frame that has no answer yet."""
        return report.sequence in self._asked

    def hear(self, report: Report, now: float) -> str | None:
        """Judge an answer; the id of a fault if something is wrong."""
        self.asked_at, asked = self._asked[report.sequence]
        earlier = self._settle(report.sequence, now)
        self.newest, self.heard_at = report, now
        self._count_refusals(report.refusals)
        if isinstance(asked, Off) or report.state not in (State.ARMED, State.ON):
            self._accepts_current = False
        self._accepted = [*self._accepted, *earlier][-_MOST_ACCEPTED:]
        fault = verdict(report, asked, self._accepted)
        if report.answer != Refusal.BELIEF:
            self._accepted = [asked] if isinstance(asked, SetPoint) else []
        if fault is None and isinstance(asked, SetPoint):
            if now - self.asked_at > LEASE_S:
                # Answers that fall behind more and more: an off would come as late.
                return "board_silent"
            fault = self._follow(report, asked, now)
        return fault

    def may_flow(self) -> bool:
        """Whether current flows, or may flow by now, as far as is known.

        A board that has accepted current and says that none flows may be wrong.
        """
        if self._accepts_current:
            return True
        newest = self.newest
        if newest is not None and (newest.amplitude_a_codes or newest.amplitude_b_codes):
            return True
        return any(
            isinstance(asked, SetPoint) and (asked.amplitude_a_codes or asked.amplitude_b_codes)
            for _, asked in self._asked.values()
        )

    def silent_at(self, *, idle: bool) -> float:
        """When the board's silence becomes a fault. `idle`: off is all that it is sent."""
        if self._silent_since is None:
            return NEVER
        return self._silent_since + (IDLE_SILENCE_S if idle else SILENCE_S)

    def _silence_begins(self, asked: SetPoint | Off, now: float) -> float:
        """When silence begins: at the last answer, or now if the host was silent or sends off."""
        since_heard_s = now - self.heard_at
        is_ours = since_heard_s > _CADENCE_S or isinstance(asked, Off)
        return now if is_ours else self.heard_at

    def _settle(self, sequence: int, now: float) -> list[SetPoint]:
        """An answer answers every earlier frame as well. Returns the set-points among those."""
        earlier = []
        for number in list(self._asked):
            _, asked = self._asked.pop(number)
            if number == sequence:
                break
            if isinstance(asked, SetPoint):
                earlier.append(asked)
        self._silent_since = now if self._asked else None
        return earlier

    def _follow(self, report: Report, asked: SetPoint, now: float) -> str | None:
        if report.state not in (State.ARMED, State.ON):
            self.agreed_at = None
            return None
        if report.answer:
            return None
        self.agreed_at = now
        self._accepts_current = asked.amplitude_a_codes > 0 or asked.amplitude_b_codes > 0
        self._see_form(asked)
        held_a, held_b = bool(report.flags & Flag.HELD_A), bool(report.flags & Flag.HELD_B)
        weak_a = self._followers[0].is_too_weak(
            now, asked.amplitude_a_codes, asked.width_a_us, report.amplitude_a_codes, asked, held_a
        )
        weak_b = self._followers[1].is_too_weak(
            now, asked.amplitude_b_codes, asked.width_b_us, report.amplitude_b_codes, asked, held_b
        )
        return "board_too_weak" if weak_a or weak_b else None

    def _see_form(self, asked: SetPoint) -> None:
        """With other bursts than before the board begins as after a rest."""
        within_hz = asked.frequency_centihz if asked.burst_pulses else 0
        form = (asked.burst_pulses, asked.burst_ms, within_hz)
        if form != self._form:
            self._form = form
            self._followers = (Follower(), Follower())

    def _count_refusals(self, counts: bytes) -> None:
        """Add what the board's counters gained. They count modulo 256 since power-up."""
        before = counts if self._counts is None else self._counts
        if counts != before:
            pairs = zip(counts, before, strict=True)
            self.refusals += sum((new - old) & 0xFF for new, old in pairs)
        self._counts = counts
