"""The table of faults: the id of each and its effect on a session.

The words, what happened and what to do, are in the language files under
`fault.<id>.text` and `fault.<id>.next`.
"""

from enum import Enum

from appliance.records import Fixed


class Effect(Enum):
    """What a fault does: off at once, no new stage, or only a message."""

    OFF_NOW = "off_now"
    FINISH_STAGE = "finish_stage"
    TELL = "tell"


class Fault(Fixed, frozen=True):
    id: str
    effect: Effect
    self_test_waits: bool = False
    """At power-on a board may take some seconds to appear on its port."""
    clears_itself: bool = False
    """Outside `stimulating` it is over when its cause is, without a hand."""
    bars_board: bool = False
    """This board is not used again: the fault outlasts a restart, until it is cleared."""
    shows_detail: bool = False
    """The fault screen shows the error's own words, because the remedy needs them."""


_TABLE = (
    # The connection and the board
    Fault("board_missing", Effect.OFF_NOW, self_test_waits=True),
    Fault("board_port_busy", Effect.OFF_NOW),
    Fault("board_lost", Effect.OFF_NOW),
    Fault("board_silent", Effect.OFF_NOW, self_test_waits=True, clears_itself=True),
    Fault("board_disagrees", Effect.OFF_NOW),
    Fault("board_too_strong", Effect.OFF_NOW, bars_board=True),
    Fault("board_too_weak", Effect.OFF_NOW),
    Fault("board_reset", Effect.OFF_NOW),
    Fault("board_not_the_one", Effect.OFF_NOW),
    Fault("board_layout", Effect.OFF_NOW),
    Fault("board_restricted", Effect.OFF_NOW),
    Fault("board_stopped_itself", Effect.OFF_NOW),
    Fault("board_high_voltage", Effect.OFF_NOW),
    Fault("board_defect", Effect.OFF_NOW),
    Fault("over_current", Effect.OFF_NOW, bars_board=True),
    Fault("board_barred", Effect.OFF_NOW),
    Fault("supply_empty", Effect.OFF_NOW),
    Fault("supply_low", Effect.FINISH_STAGE),
    Fault("emergency_stop", Effect.OFF_NOW),
    Fault("board_watchdog", Effect.OFF_NOW),
    Fault("board_brown_out", Effect.OFF_NOW),
    # The loop itself
    Fault("loop_stalled", Effect.OFF_NOW),
    Fault("start_not_confirmed", Effect.OFF_NOW),
    # Controls
    Fault("edges_dead", Effect.OFF_NOW),
    Fault("button_stuck", Effect.FINISH_STAGE),
    Fault("pins_failed", Effect.OFF_NOW, shows_detail=True),
    # Everything else
    Fault("screen_dead", Effect.FINISH_STAGE),
    Fault("journal_dead", Effect.FINISH_STAGE),
    Fault("journal_set_aside", Effect.TELL),
    Fault("journal_slow", Effect.TELL),
    Fault("journal_forgets", Effect.TELL),
    Fault("voice_dead", Effect.TELL),
    Fault("box_under_voltage", Effect.TELL),
    Fault("settings_wrong", Effect.OFF_NOW, shows_detail=True),
    Fault("internal", Effect.OFF_NOW, shows_detail=True),
)

FAULTS: dict[str, Fault] = {fault.id: fault for fault in _TABLE}


def off_now(ids: frozenset[str]) -> bool:
    """Whether one of these faults forbids any output. An unknown fault does."""
    return any(fault is None or fault.effect is Effect.OFF_NOW for fault in map(FAULTS.get, ids))


def barring(ids: frozenset[str]) -> list[str]:
    """Those of these faults after which the board is not used again."""
    return sorted(name for name in ids if name in FAULTS and FAULTS[name].bars_board)


def waited_for(ids: frozenset[str]) -> frozenset[str]:
    """The faults that the self-test waits for some seconds to disappear."""
    return frozenset(name for name in ids if name in FAULTS and FAULTS[name].self_test_waits)


def blocking(ids: frozenset[str], *, stage_running: bool) -> frozenset[str]:
    """The faults that lead to the fault screen now.

    A `finish_stage` fault lets the current stage finish and prevents a new one.
    """
    lets_pass = {Effect.TELL, Effect.FINISH_STAGE} if stage_running else {Effect.TELL}
    return frozenset(
        name for name in ids if name not in FAULTS or FAULTS[name].effect not in lets_pass
    )
