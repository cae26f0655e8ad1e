"""Compares which channels of a P24 or RehaMove3 pulse with what they were told."""

from appliance.stimulator.link import WrongAnswerError
from appliance.stimulator.sciencemode.messages import Selection
from appliance.stimulator.sciencemode.replies import CurrentData
from appliance.therapy.units import LONG_AGO, Pair

APART_S = 0.1
"""Reports are compared this far apart: a begin or an end may be reported a pulse later."""
_CHANNELS = (0, 1)
_MOST_IDLE_LOOKS = 2


class Activity:
    """Compares the channels that pulse, as the device reports them, with the last update."""

    def __init__(self) -> None:
        self._idle_looks = 0
        self._restless_looks = 0
        self._judged_at = LONG_AGO

    def check(
        self, reply: CurrentData, used: frozenset[int], in_force: Pair, now: float, *, is_open: bool
    ) -> None:
        """Raise WrongAnswerError if two reports in a row, 100 ms apart, contradict the last update.

        A RehaMove3 does not report single channels, so it is not checked for rest.
        """
        if now - self._judged_at < APART_S:
            return
        self._judged_at = now
        if reply.selection is not Selection.REHAMOVE3:
            self._check_rest(reply, used, in_force)
        stands_still = any(in_force[n] > 0.0 and not reply.active[n] for n in _CHANNELS)
        self._idle_looks = self._idle_looks + 1 if stands_still and not is_open else 0
        if self._idle_looks >= _MOST_IDLE_LOOKS:
            raise WrongAnswerError("board_stopped_itself")

    def _check_rest(self, reply: CurrentData, used: frozenset[int], in_force: Pair) -> None:
        active = {n for n, is_active in enumerate(reply.active) if is_active}
        if active - used:
            raise WrongAnswerError("board_disagrees", "a channel pulses that no update enabled")
        # The documents do not say whether a channel is active until its last pulse has ended.
        goes_on = any(in_force[n] == 0.0 for n in active)
        self._restless_looks = self._restless_looks + 1 if goes_on else 0
        if self._restless_looks >= _MOST_IDLE_LOOKS:
            raise WrongAnswerError("board_disagrees", "a channel pulses though it was told to rest")
