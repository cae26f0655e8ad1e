"""Frames to the board: which set-point or off goes out, and when the next one is due."""

from appliance.session.board import Link, Output, Report, SetPoint
from appliance.session.envelope import RAMPS
from appliance.session.record import Record
from appliance.stimulator.port import Stimulator
from appliance.therapy.units import LONG_AGO

SET_POINT_S = 0.050
"""A set-point is renewed this often, well within `LEASE_S`."""
SET_POINT_IN_RAMP_S = 0.020
OFF_S = 0.100
"""An off is repeated this often for the first `SETTLED_S`, and until the board has answered it."""
SETTLED_S = 1.0
"""After this time an off is repeated once in this time."""


class Frames:
    """Sends set-points under a lease while the record has one, and otherwise off, repeatedly."""

    def __init__(self, board: Stimulator) -> None:
        self._board = board
        self._sent: SetPoint | None = None
        self._sent_at = LONG_AGO
        self._off_since = LONG_AGO

    def due(self, record: Record) -> float:
        """When the next frame has to go out even if nothing happens, seconds."""
        return self._sent_at + self._cadence_s(record)

    @property
    def on(self) -> bool:
        """Whether the last frame was a set-point."""
        return self._sent is not None

    def off(self, now: float) -> None:
        self._board.off(now)
        if self._sent is not None or self._sent_at == LONG_AGO:
            self._off_since = now
        self._sent, self._sent_at = None, now

    def send(self, record: Record, now: float) -> None:
        """Send the record's frame if it is due or lowers any amplitude of the last one."""
        wanted = record.set_point
        if now < self.due(record) and not self._lowers(wanted):
            return
        if wanted is None:
            self.off(now)
            return
        self._board.apply(wanted, now)
        self._sent, self._sent_at = wanted, now

    def _lowers(self, wanted: SetPoint | None) -> bool:
        if wanted is None or self._sent is None:
            return wanted is not self._sent
        return any(w < s for w, s in zip(wanted.amplitude, self._sent.amplitude, strict=True))

    def _cadence_s(self, record: Record) -> float:
        if record.set_point is None:
            return SETTLED_S if self._is_settled(record.report) else OFF_S
        position = record.position
        in_ramp = position is not None and any(one.part in RAMPS for one in position.channels)
        return SET_POINT_IN_RAMP_S if in_ramp else SET_POINT_S

    def _is_settled(self, report: Report) -> bool:
        """Whether the board has answered the newest off, and has been off for a while."""
        is_off = report.link is Link.UP and report.output is Output.OFF
        is_answered = report.at >= self._sent_at
        return is_off and is_answered and self._sent_at - self._off_since >= SETTLED_S
