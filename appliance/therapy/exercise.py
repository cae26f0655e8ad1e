"""The strengthening block: bridge, bird-dog and dead bug, and how they grow over the weeks.

Where the numbers come from:

* Bridging in a protocol for the lower back: 10 repetitions, each held for 5 to 10 s (Trials
  2021, 10.1186/s13063-021-05952-9, table 2). Held for 8 s, and more repetitions rather than
  longer holds, is the common advice for bird-dog.
* Stimulation with trunk training: twice a week for 12 weeks, people of 60 to 85 years; function
  improved more than with heat and massage, pain did not (Hicks 2016,
  10.1097/AJP.0000000000000348). Twice a week for 6 weeks with 20 minutes of stimulation added
  nothing to exercise alone (Alrwaily 2019, 10.1016/j.bjpt.2018.10.003).

From these: two blocks make a week of training, and a week of training leads one step on. The
steps themselves, the day between two blocks and the new start after two weeks are this project's
own judgement.
"""

from collections.abc import Sequence
from enum import Enum

from appliance.records import Fixed
from appliance.therapy.calendar import BREAK_DAYS, advises_rest
from appliance.therapy.placements import Placement, Site

STRETCHES = ("stretch_1", "stretch_2", "stretch_3")
STRENGTHENING = ("bridge", "bird_dog", "dead_bug")
STRETCH_S = 30.0
GET_READY_S = 10.0
HOLD_S = 8.0
LOWER_S = 4.0
PAUSE_S = 30.0
"""Rest between two sets."""
BLOCKS_A_WEEK = 2
"""Number of blocks that make a week of training."""
REST_DAYS = 2
"""A block is due this many days after the last one: a day lies between."""
BLOCKS_KNOWN = 60
"""The newest blocks that the steps are counted from."""


class Block(Fixed, frozen=True):
    """How often each exercise of a block is done."""

    sets: int
    repetitions: int
    """Of each set. Bird-dog and dead bug change sides with each, so they are even numbers."""

    @property
    def total(self) -> int:
        return self.sets * self.repetitions

    @property
    def seconds(self) -> float:
        """How long one exercise takes."""
        return GET_READY_S + self.sets * self.set_s + (self.sets - 1) * PAUSE_S

    @property
    def set_s(self) -> float:
        return self.repetitions * (HOLD_S + LOWER_S)


GROWTH = (Block(1, 6), Block(1, 8), Block(2, 8), Block(2, 10), Block(3, 10))
"""From the first week of training to the fifth and all later ones."""


class Beat(Enum):
    """What the person does at a moment of an exercise."""

    GET_READY = "get_ready"
    LIFT = "lift"
    LOWER = "lower"
    PAUSE = "pause"
    OVER = "over"


STRETCHED_OUT = frozenset({"bird_dog", "dead_bug"})
"""Exercises in which an arm and a leg are stretched out and come back."""


def beat_word(exercise: str, beat: Beat) -> str:
    """Key of the words for what the person does: only where something rises is it lifted."""
    if exercise in STRETCHED_OUT:
        return {Beat.LIFT: "stretch", Beat.LOWER: "back"}.get(beat, beat.value)
    return beat.value


class Moment(Fixed, frozen=True):
    """Where an exercise stands."""

    block: Block
    beat: Beat
    left_s: float
    """Until the next beat; 0 when the exercise is over."""
    set_number: int
    repetition: int
    """Of this set, from 1."""
    done: int
    """Repetitions of all sets that have been held to their end."""


def block_due(days_ago: Sequence[int], soreness: int | None) -> Block | None:
    """The block for today; None where only stretches are due.

    `days_ago` is how long ago the last blocks were, the newest first; empty where no date is
    known. `soreness` is the highest of today.
    """
    if advises_rest(soreness) or (days_ago and days_ago[0] < REST_DAYS):
        return None
    return GROWTH[min(weeks_trained(days_ago), len(GROWTH) - 1)]


def weeks_trained(days_ago: Sequence[int]) -> int:
    """Weeks with enough blocks since the last break of two weeks, today's week not among them.

    A week is seven days from the first block after that break.
    """
    run: list[int] = []
    newer = 0
    for ago in days_ago:
        if ago - newer >= BREAK_DAYS:
            break
        run.append(ago)
        newer = ago
    if not run:
        return 0
    first = run[-1]
    weeks = [(first - ago) // 7 for ago in dict.fromkeys(run)]
    return sum(weeks.count(week) >= BLOCKS_A_WEEK for week in range(first // 7))


def moment_at(block: Block, elapsed_s: float) -> Moment:
    """Where an exercise stands so long after its screen appeared."""
    if elapsed_s < GET_READY_S:
        return Moment(block, Beat.GET_READY, GET_READY_S - elapsed_s, 1, 1, 0)
    number, in_set_s = divmod(elapsed_s - GET_READY_S, block.set_s + PAUSE_S)
    before = int(number) * block.repetitions
    if number >= block.sets or (number == block.sets - 1 and in_set_s >= block.set_s):
        return Moment(block, Beat.OVER, 0.0, block.sets, block.repetitions, block.total)
    if in_set_s >= block.set_s:
        left_s = block.set_s + PAUSE_S - in_set_s
        return Moment(block, Beat.PAUSE, left_s, int(number) + 2, 1, before + block.repetitions)
    repetition, at_s = divmod(in_set_s, HOLD_S + LOWER_S)
    done, place = before + int(repetition), (int(number) + 1, int(repetition) + 1)
    if at_s < HOLD_S:
        return Moment(block, Beat.LIFT, HOLD_S - at_s, *place, done)
    return Moment(block, Beat.LOWER, HOLD_S + LOWER_S - at_s, *place, done + 1)


def moves_with_it(placement: Placement, *, gentle: bool) -> bool:
    """Whether one repetition is cued with each contraction: beside the spine, never in gentle
    sessions, in which the contraction itself is new."""
    pads = placement.pads[0] + placement.pads[1]
    return not gentle and bool(pads) and all(pad.site is Site.BESIDE_SPINE for pad in pads)
