"""The witness of a board's pulses: current through the body, and what counts as a rest."""

from appliance.simulator.pulse_witness import RULES, Witness
from appliance.simulator.pulses import Pulse

PERIOD_S = 0.02


def rules_broken(witness: Witness) -> set[str]:
    named = {words: rule for rule, words in RULES.items()}
    return {named[one.split(": ", 1)[1]] for one in witness.broken}


def broken(
    *pulses: tuple[float, float], limit_ma: float = 60.0, defect_ma: float = 0.0
) -> set[str]:
    """The rules that pulses of 50 Hz break; each is what was meant, and what flowed, mA."""
    witness = Witness(lambda: limit_ma, lambda at: True, defect_ma=defect_ma)
    for number, (amplitude_ma, flowed_ma) in enumerate(pulses):
        witness.see(Pulse(number * PERIOD_S, 0, amplitude_ma, flowed_ma, 250, 50.0))
    return rules_broken(witness)


def broken_at(*pulses: tuple[float, float, float]) -> set[str]:
    """The rules that pulses break: seconds since the one before, mA, and Hz."""
    witness, at = Witness(lambda: 60.0, lambda at: True), 0.0
    for gap_s, ma, hz in pulses:
        at += gap_s
        witness.see(Pulse(at, 0, ma, ma, 250, hz))
    return rules_broken(witness)


RISING = [(min(1.0 + 0.8 * n, 40.0),) * 2 for n in range(60)]
DRY = [(amplitude, min(amplitude, 30.0)) for amplitude, _ in RISING]


def test_a_rise_of_40_ma_in_a_second_breaks_nothing() -> None:
    assert broken(*RISING) == set()
    assert broken(*DRY) == set()


def test_pads_that_conduct_again_and_bring_all_that_was_asked_at_once_are_seen() -> None:
    """The board means the same all the time: only what flows has jumped, from 30 to 40 mA."""
    assert broken(*DRY, (40.0, 40.0)) == {"flow"}


def test_a_jump_in_two_pulses_is_no_better_than_one_in_one() -> None:
    assert broken(*DRY, (40.0, 34.0), (40.0, 38.0)) == {"flow"}


def test_from_what_flowed_it_may_rise_again() -> None:
    again = [(30.0 + 0.8 * n,) * 2 for n in range(1, 12)]
    assert broken(*DRY, *again) == set()


def test_more_current_than_the_limit_is_seen_whatever_was_meant() -> None:
    assert "limit" in broken(*RISING, limit_ma=39.0)
    assert "limit" in broken((1.0, 61.0))
    assert broken((1.0, 11.0), defect_ma=10.0) == set()


TWITCHES = ((0.2, 1.0, 5.0), (0.2, 7.0, 5.0), (0.2, 7.0, 5.0))


def test_a_frequency_that_doubles_from_pulse_to_pulse_is_no_rest() -> None:
    assert broken_at(*TWITCHES, (0.2, 7.0, 55.0), (0.1, 7.0, 55.0), (0.05, 7.0, 55.0)) == set()


def test_a_gap_that_no_doubling_explains_is_a_rest() -> None:
    contraction = ((0.02, 1.0, 50.0), (0.02, 1.8, 50.0), (0.02, 2.6, 50.0))
    assert broken_at(*contraction, (0.05, 2.0, 50.0)) == {"first"}
    assert broken_at(*contraction, (0.05, 1.0, 50.0)) == set()
    assert broken_at(*contraction, (8.0, 1.0, 50.0), (4.0, 2.0, 50.0)) == {"first"}


def test_a_frequency_that_rises_is_held_to_the_rise_of_the_current() -> None:
    assert broken_at(*TWITCHES, (0.2, 0.2, 55.0), (0.1, 4.0, 55.0)) == set()
    assert broken_at(*TWITCHES, (0.2, 0.2, 55.0), (0.1, 5.0, 55.0)) == {"rise"}


def broken_in_bursts(
    *pulses: tuple[float, float], hz: float = 100.0, bursts: tuple[int, int] = (3, 500)
) -> set[str]:
    """The rules that pulses break which say that they come in these bursts."""
    witness, at = Witness(lambda: 60.0, lambda at: True), 0.0
    for gap_s, ma in pulses:
        at += gap_s
        witness.see(Pulse(at, 0, ma, ma, 250, hz, bursts=bursts))
    return rules_broken(witness)


BURST = ((0.48, 1.0), (0.01, 1.4), (0.01, 1.8))
STRONGER = ((0.48, 3.8), (0.01, 4.2), (0.01, 4.6))


def test_a_gap_between_bursts_is_no_rest() -> None:
    assert broken_in_bursts(*BURST, *STRONGER, (0.48, 6.6)) == set()


def test_over_a_gap_a_pulse_rises_by_2_ma_at_most() -> None:
    assert broken_in_bursts(*BURST, (0.48, 3.9)) == {"rise"}


def test_a_burst_that_did_not_come_is_a_rest() -> None:
    assert broken_in_bursts(*BURST, *STRONGER, (0.98, 4.6)) == {"first"}


def test_one_pulse_too_many_and_a_burst_too_soon_are_seen() -> None:
    assert broken_in_bursts(*BURST, (0.01, 1.8)) == {"bursts"}
    assert broken_in_bursts(*BURST, (0.47, 1.8)) == {"bursts"}


def test_after_a_zero_set_point_a_burst_may_come_sooner_with_a_first_pulse() -> None:
    anew = ((0.05, 1.0), (0.01, 1.4), (0.01, 1.8))
    assert broken_in_bursts(*BURST, *anew, *STRONGER) == set()
    assert broken_in_bursts(*BURST[:2], *anew, *STRONGER) == set()
    assert broken_in_bursts(*BURST, *anew, (0.05, 1.8)) == {"bursts"}
    assert broken_in_bursts(*BURST, (0.05, 1.1), (0.01, 1.4)) == {"bursts"}


def test_bursts_that_are_none_are_seen() -> None:
    for bursts in ((1, 500), (26, 1000), (3, 99), (3, 1001), (3, 0), (25, 249)):
        assert broken_in_bursts((0.0, 1.0), bursts=bursts) == {"bursts"}


def test_another_form_of_bursts_is_a_rest() -> None:
    witness = Witness(lambda: 60.0, lambda at: True)
    for at, bursts in ((0.0, (3, 500)), (0.01, (0, 0)), (0.02, (0, 0)), (0.03, (3, 500))):
        witness.see(Pulse(at, 0, 2.0, 2.0, 250, 100.0, bursts=bursts))
    assert len(witness.broken) == 3 and rules_broken(witness) == {"first"}
