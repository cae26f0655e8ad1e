"""Faults that only the simulated reference board can be given."""

from appliance.simulator.pulses import Pulse
from appliance.stimulator.reference.protocol import CODES_PER_MA, Fault
from tests.campaign.kinds import NOTICED_S, UNHEARD_S, Moment, kind
from tests.campaign.watch import SURE_MA

ONLY = {"only_reference": True}
TWO_PULSES_S = 1.05
"""At 1 Hz. One such pulse may be a wrong reading."""
FRAME_RISE_MA = 1.0
"""In the steepest ramp the next frame, which the next report answers, asks for almost this more."""
SHORT_BY_MA = 1.0
ROUNDING_MA = 0.06
OF_A_WHOLE_PULSE = ("takes back the charge",)


@kind("brown-out or watchdog", "board", 0.01, **ONLY)
def _brown_out(m: Moment) -> None:
    m.box.board.reset(m.now, m.dice.choice((Fault.BROWN_OUT, Fault.WATCHDOG)))


@kind("board hangs", "board", 0.05, grace_s=0.06, **ONLY)
def _hang(m: Moment) -> None:
    m.box.board.hang(m.now)


@kind("supply empty", "board", NOTICED_S, sets="supply", **ONLY)
def _empty(m: Moment) -> None:
    m.box.board.set_supply(m.dice.uniform(5.0, 6.35), m.now)


@kind("supply sinks", "board", sets="supply", **ONLY)
def _low(m: Moment) -> None:
    m.box.board.set_supply(m.dice.uniform(6.45, 7.0), m.now)


@kind("emergency stop", "board", 0.01, **ONLY)
def _emergency(m: Moment) -> None:
    m.box.board.set_emergency_stop(True, m.now)


def _is_over_current(pulse: Pulse) -> bool:
    return pulse.measured_ma > pulse.amplitude_ma * 1.2 + 1.0 + ROUNDING_MA


@kind("over-current", "board", 0.001, from_sure_pulse=True, grace_s=0.3, sets="current", **ONLY)
def _strong(m: Moment) -> None:
    """It shows where so much flows: through dry pads it may not."""
    m.sign.shows = _is_over_current
    extra_ma = m.dice.uniform(8.0, 20.0)
    m.box.board.troubles.extra_current_codes = round(extra_ma * CODES_PER_MA)
    m.box.observer.witness.defect_ma = m.watch.more_ma = extra_ma + 0.1


@kind("a little too strong", "board", sets="current", **ONLY)
def _within(m: Moment) -> None:
    """Inside what a board may be off by: 20 % and 1 mA."""
    extra_ma = m.dice.uniform(0.05, 0.9)
    m.box.board.troubles.extra_current_codes = round(extra_ma * CODES_PER_MA)
    m.box.observer.witness.defect_ma = m.watch.more_ma = extra_ma + 0.1


@kind(
    "half pulses",
    "board",
    TWO_PULSES_S,
    from_sure_pulse=True,
    grace_s=0.3,
    excuses=OF_A_WHOLE_PULSE,
    **ONLY,
)
def _half(m: Moment) -> None:
    m.box.board.troubles.missing_negative = True


@kind("claims too much", "board", 0.3, from_sure_pulse=True, grace_s=0.3, sets="claim", **ONLY)
def _lies_up(m: Moment) -> None:
    """It shows where more is claimed than asked: in a ramp and in a slow rise it may be less."""
    factor = m.box.board.troubles.claimed_factor = m.dice.uniform(1.3, 3.0)
    asked = m.box.board.output.asked

    def shows(pulse: Pulse) -> bool:
        most_ma = asked(pulse.channel) / CODES_PER_MA + FRAME_RISE_MA
        return pulse.amplitude_ma * factor > most_ma

    m.sign.shows, m.sign.takes_s = shows, lambda pulse: 0.0


def _to_be_sure_s(pulse: Pulse) -> float:
    """An honest board rises from pulse to pulse only, and a frame may come just behind one.

    So it takes two periods, of pulses or of bursts, to tell a slow rise from a lie.
    """
    return 2 * (pulse.bursts[1] / 1000 or 1 / pulse.frequency_hz)


@kind("claims too little", "board", 1.5, from_sure_pulse=True, grace_s=0.3, sets="claim", **ONLY)
def _lies_down(m: Moment) -> None:
    """It shows where the claim is short by more than the host allows.

    A phase of fewer pulses a second that comes meanwhile takes longer to tell.
    """
    factor = m.box.board.troubles.claimed_factor = m.dice.uniform(0.0, 0.5)
    shows_from_ma = (SHORT_BY_MA + ROUNDING_MA) / (1.0 - factor)
    m.sign.shows = lambda pulse: pulse.amplitude_ma > max(SURE_MA, shows_from_ma)
    m.sign.hides_below_ma = shows_from_ma
    m.sign.takes_s = _to_be_sure_s


@kind("claims a little wrong", "board", grace_s=0.3, sets="claim", **ONLY)
def _lies_a_little(m: Moment) -> None:
    m.box.board.troubles.claimed_factor = m.dice.uniform(0.9, 1.02)


@kind("keeps what it had", "board", grace_s=0.3, **ONLY)
def _stuck(m: Moment) -> None:
    """The next pulse shows it: at 1 Hz, or in bursts once a second, a second later."""
    m.box.board.troubles.stuck = True
    set_point = m.box.record.set_point
    if set_point is not None:
        shows_in_s = set_point.longest_period_s + NOTICED_S
        m.watch.asked_for_s = max(m.watch.asked_for_s, shows_in_s)


@kind("high voltage", "board", NOTICED_S, **ONLY)
def _voltage(m: Moment) -> None:
    m.box.board.troubles.high_voltage_dv = m.dice.randrange(1350, 2500)


@kind("another device", "board", UNHEARD_S + 0.02, grace_s=0.35, **ONLY)
def _stranger(m: Moment) -> None:
    m.box.board.troubles.stranger = m.dice.randbytes(m.dice.randrange(1, 40))
