"""One trial: a box in its scene, one fault or two at once, and what came of it."""

import random
from dataclasses import asdict, dataclass

from appliance.session.state import State
from appliance.therapy.units import NEVER
from tests.campaign import faults, reference_faults
from tests.campaign.kinds import KINDS, LEASE_S, OTHERS_UNHEARD_S, Fault, Kind, Moment
from tests.campaign.scenes import UNMEASURED, Scene
from tests.campaign.watch import Watch
from tests.journeys.journey import Box

KINDS_ENTERED_BY = (faults, reference_faults)

WATCHED_S = 0.8
"""After a fault with which the session may go on."""
SURE_WITHIN_S = 3.0
SETTLED_S = 0.35
"""After `stimulating` a lease and a frame on its way, and the relay of the leads, have ended."""
BOTH_WITHIN_S = 0.5
LINE = ("cable", "board")
TELLS_WHEN_ASKED = ("p24", "rehamove3")
TOLD_LATE = "channel {}: first pulse after rest"
"""A P24 or RehaMove3 tells only when asked that it has stopped a channel whose pad is off, and an
update sets the channel going again. Where answers come late, an update may have gone out before,
and the first pulse after it is a whole one."""
ENDED = "ended"
"""The state of a box whose process or power a fault has taken."""
TOO_STRONG = frozenset({"over-current", "a little too strong"})
"""Through a dry pad less comes than a broken stage adds, and all of it when the pad wets."""
TWO_AT_ONCE = 0.2
"""This share of the trials."""
STEP_S = 0.1


@dataclass(frozen=True)
class Outcome:
    """What came of a trial.

    `zero_ms` is the time to the last pulse, `limit_ms` the time that it may be: from the fault, or
    from when the pulses that show it have told the host. They are None where current may go on.
    """

    kinds: tuple[str, ...]
    groups: tuple[str, ...]
    flowed: bool
    went_on: bool
    zero_ms: float | None
    limit_ms: float | None
    broken: tuple[str, ...]
    state: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def draw_faults(dice: random.Random, board: str) -> tuple[Fault, ...]:
    names = [name for name, of in KINDS.items() if board == "reference" or not of.only_reference]
    count = 2 if dice.random() < TWO_AT_ONCE else 1
    chosen = dice.sample(names, count)
    while len({KINDS[name].sets or name for name in chosen}) < count:
        chosen = dice.sample(names, count)
    after_s = round(dice.uniform(0.0, 0.15), 4)
    return tuple(
        Fault(
            name,
            round(after_s + number * dice.uniform(0.0, BOTH_WITHIN_S), 4),
            dice.getrandbits(32),
        )
        for number, name in enumerate(chosen)
    )


class Trial:
    """A box that is hit."""

    def __init__(self, box: Box, scene: Scene, hit_by: tuple[Fault, ...]) -> None:
        self.box = box
        self.scene = scene
        self.hit_by = hit_by
        self.kinds: list[Kind] = [fault.of for fault in hit_by]
        self.watch = Watch(box)
        self.watch.hands_turned = any(of.turns for of in self.kinds)
        self._is_reference = scene.board == "reference"
        self._excuses = tuple(
            excuse
            for of in self.kinds
            for excuse in (of.excuses if self._is_reference else of.excuses + of.others_excuses)
        )
        names, groups = {of.name for of in self.kinds}, {of.group for of in self.kinds}
        if names & TOO_STRONG and "pads" in groups:
            self._excuses += (UNMEASURED,)
        self._times: list[float] = []
        self._has_ended = False
        self._flowed = False

    def run(self) -> Outcome:
        began = self.box.now
        self._flowed = any(self.box.board.output.in_force)
        for fault in self.hit_by:
            if not self._has_ended:
                self._hit(fault, began + fault.after_s)
        self._live()
        self._try_hands()
        self._judge_time()
        return self._outcome()

    def _hit(self, fault: Fault, at: float) -> None:
        box = self.box
        if at > box.now:
            box.live_until(at)
        if not self._times:
            self.watch.begin()
        box.observer.grace_s = max(box.observer.grace_s, fault.of.grace_s)
        self._times.append(box.now)
        sign = self.watch.sign(ends_s=fault.zero_s(self.scene.board) or 0.0)
        moment = Moment(box, self.watch, random.Random(fault.seed), sign)
        fault.of.cause(moment)
        if moment.happened_at is not None:
            self._times[-1] = moment.happened_at
        self._has_ended = moment.has_ended

    def _live(self) -> None:
        """Until it is clear how it ended."""
        box = self.box
        wants_sure = any(of.from_sure_pulse for of in self.kinds)
        until = box.now + WATCHED_S + (SURE_WITHIN_S if wants_sure else 0.0)
        left_at: float | None = None
        while not self._has_ended:
            due = self._due()
            if due is not None:
                until = max(until, min(due, box.now + SURE_WITHIN_S) + STEP_S)
            if box.state is not State.STIMULATING and left_at is None:
                left_at = box.now
            is_over = box.now >= until
            if left_at is not None:
                # What the lease or the relay lets flow until then, no hand has brought back.
                is_settled = box.now > left_at + SETTLED_S
                is_over = is_settled and (is_over or due is None or box.now > due)
            if is_over:
                return
            box.live_until(box.now + STEP_S)

    def _due(self) -> float | None:
        """When nothing flows any more; None where it may, or where nothing shows the fault."""
        deadline = self._deadline()
        return None if deadline is None else sum(deadline)

    def _deadline(self) -> tuple[float, float] | None:
        """From when on time counts, and for how long current may still flow."""
        due = [
            (since, self._within_s(fault.of, zero_s, since))
            for fault, at, sign in zip(self.hit_by, self._times, self.watch.signs, strict=False)
            if (zero_s := fault.zero_s(self.scene.board)) is not None
            for since in (sign.told_at if fault.of.from_sure_pulse else at,)
        ]
        if not due or any(since == NEVER for since, _ in due):
            return None
        return max(due, key=sum)

    def _within_s(self, of: Kind, zero_s: float, since: float) -> float:
        """The time of a fault, with what those of the line add that have happened by its end."""
        times = zip(self.kinds, self._times, strict=False)
        by_then = [kind for kind, at in times if at < since + zero_s]
        if not self._is_reference:
            # To another board no zero goes out before it has answered, or is given up.
            is_held_up = any(kind.group in LINE for kind in by_then)
            return max(zero_s, OTHERS_UNHEARD_S) if is_held_up else zero_s
        lost_s = LEASE_S if any(kind.loses_frames for kind in by_then) else 0.0
        if of.group not in LINE:
            return max(zero_s, lost_s)
        # The host learns of it by an answer, which may be lost or late, and so may its off.
        return zero_s + lost_s + sum(kind.held_back_s for kind in by_then)

    def _try_hands(self) -> None:
        """Off is never left by the knob."""
        if self._has_ended or self.box.state is State.STIMULATING:
            return
        before = self.watch.last_flow_at
        self.watch.hands_turned = True
        self.box.turn(2, every_s=0.1)
        if self.watch.last_flow_at > before and self.box.state is not State.STIMULATING:
            self.watch.broken.append("the knob brought current back")

    def _last_flow_at(self) -> float:
        may_be_raised = all(of.until_raised for of in self.kinds if of.zero_s is not None)
        # In `ready` a CONFIRM that sticks is a start at zero, which a hand may raise.
        if may_be_raised or not self._flowed:
            return self.watch.last_unraised_at
        return self.watch.last_flow_at

    def _judge_time(self) -> None:
        due, last = self._due(), self._last_flow_at()
        if due is not None and last > due + 1e-6:
            self.watch.broken.append(f"current {1000 * (last - due):.0f} ms after it had to end")

    def _told_late(self) -> tuple[str, ...]:
        """What is excused where a pad is off and the line is disturbed, in the pad's channel."""
        groups = {of.group for of in self.kinds}
        if self.scene.board not in TELLS_WHEN_ASKED or groups.isdisjoint(LINE):
            return ()
        signs = zip(self.kinds, self.watch.signs, strict=False)
        lost = {sign.channel for of, sign in signs if of.group == "pads"} - {None}
        return tuple(TOLD_LATE.format("AB"[channel]) for channel in lost)

    def _outcome(self) -> Outcome:
        box, watch = self.box, self.watch
        went_on = not self._has_ended and box.state is State.STIMULATING
        zero_ms = limit_ms = None
        if self._flowed and (deadline := self._deadline()) is not None:
            since, limit_s = deadline
            zero_ms = round(1000 * max(0.0, self._last_flow_at() - since), 1)
            limit_ms = round(1000 * limit_s, 1)
        return Outcome(
            tuple(of.name for of in self.kinds),
            tuple(of.group for of in self.kinds),
            self._flowed,
            went_on,
            zero_ms,
            limit_ms,
            tuple(dict.fromkeys(watch.all_broken(self._excuses + self._told_late()))),
            ENDED if self._has_ended else box.state.value,
        )
