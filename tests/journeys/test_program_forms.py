"""What each form of the program files delivers, pulse by pulse on the simulated body."""

import tomllib
from collections.abc import Iterator
from itertools import pairwise

import pytest

from appliance.session.events import Button
from appliance.session.state import State
from appliance.therapy.program_file import program_from
from appliance.therapy.program_rules import check_program
from appliance.therapy.programs import Program
from tests.journeys.delivery import Delivery
from tests.journeys.journey import Home

NEARLY = {"rel": 0.01, "abs": 0.07}
"""A contraction begins with the first frame after its foot, which comes every 50 ms."""
WORK = (
    'name = "work", frequency_hz = 50, pulse_width_us = 300, ramp_up_s = 0.5, hold_s = 1,'
    " ramp_down_s = 0.5, off_s = 2"
)
TINGLE = (
    'name = "tingle", frequency_hz = 80, pulse_width_us = 250, ramp_up_s = 0.5, ramp_down_s = 0.5,'
    " off_s = 0, duration_s = 60"
)


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivery]:
    home = Home(tmp_path_factory.mktemp("forms")).knows(sessions=9)
    yield Delivery(home.boot().to_both(2))
    home.close()


def program(*phases: str, kind: str = "contracting") -> Program:
    text = f'kind = "{kind}"\nphases = [{", ".join("{ " + one + " }" for one in phases)}]'
    made = program_from("own.toml: [own]", "own", tomllib.loads(text))
    check_program(made)
    return made


def begins(delivery: Delivery, channel: int = 0) -> list[float]:
    return [train.begins for train in delivery.trains(channel)]


def test_counted_contractions_come_that_often_and_end_the_phase(delivery: Delivery) -> None:
    counted = program(f"{WORK}, contractions = 3", WORK.replace("50", "30", 1))
    delivery.begin(counted).wait(14.5)
    trains = delivery.trains()
    assert [train.pulses[0].frequency_hz for train in trains] == [50, 50, 50, 30]
    assert [train.begins for train in trains] == pytest.approx([0, 4, 8, 12], **NEARLY)


def test_a_group_repeats_its_phases_and_its_pause(delivery: Delivery) -> None:
    group = f"repeat = 2, phases = [{{ {WORK}, contractions = 2 }}, {{ pause_s = 5 }}]"
    delivery.begin(program(group)).wait(19.0)
    assert begins(delivery) == pytest.approx([0, 4, 13, 17], **NEARLY)
    assert begins(delivery, 1) == pytest.approx([0, 4, 13, 17], **NEARLY)


def test_an_active_rest_taps_weaker_and_slower_between_contractions(delivery: Delivery) -> None:
    rests = program(
        WORK.replace("off_s = 2", "off_s = 4")
        + ", active_rest = { frequency_hz = 6, fraction = 0.25 }"
    )
    delivery.begin(rests).wait(7.0)
    contraction, taps, again = delivery.trains()
    assert (taps.pulses[0].frequency_hz, taps.frequency_hz) == (6, pytest.approx(6, rel=0.01))
    assert taps.highest_ma == pytest.approx(4.0, abs=0.1)
    assert contraction.highest_ma == again.highest_ma == pytest.approx(16.0, abs=0.1)
    # A board would raise its frequency step by step: it is silent before, and begins at the foot.
    assert again.begins - taps.pulses[-1].at >= 0.2
    assert again.pulses[0].amplitude_ma <= 1.1


def test_alternating_b_contracts_half_a_cycle_after_a(delivery: Delivery) -> None:
    delivery.begin(program(f"{WORK}, alternating = true")).wait(7.5)
    assert begins(delivery) == pytest.approx([0, 4], **NEARLY)
    assert begins(delivery, 1) == pytest.approx([2, 6], **NEARLY)
    assert delivery.trains(1)[0].lasts_s == pytest.approx(2.0, **NEARLY)


def test_b_has_times_of_its_own(delivery: Delivery) -> None:
    own = program(f"{WORK}, b = {{ delay_s = 1, hold_s = 1.5, ramp_down_s = 0.2 }}")
    delivery.begin(own).wait(5.5)
    assert begins(delivery) == pytest.approx([0, 4], **NEARLY)
    assert begins(delivery, 1) == pytest.approx([1, 5], **NEARLY)
    assert delivery.trains(1)[0].lasts_s == pytest.approx(2.2, **NEARLY)


def test_up_counts_for_the_channel_that_contracts(delivery: Delivery) -> None:
    slow = WORK.replace("hold_s = 1", "hold_s = 3").replace("off_s = 2", "off_s = 6")
    box = delivery.begin(program(f"{slow}, alternating = true")).box
    delivery.wait(1.0)
    box.turn(1)
    assert box.targets == (17.0, 16.0)
    delivery.wait(4.5)
    box.turn(1)
    assert box.targets == (17.0, 17.0)
    # Down counts for both, always.
    box.turn(-1)
    assert box.targets == (16.0, 16.0)


def test_a_stronger_level_takes_longer_than_a_short_ramp(delivery: Delivery) -> None:
    delivery.begin(program(WORK), level=32.0).wait(2.2)
    (contraction,) = delivery.trains()
    assert contraction.steady[0].at == pytest.approx(0.8, abs=0.06)
    steps = zip(contraction.pulses, contraction.pulses[1:], strict=False)
    assert all(b.amplitude_ma - a.amplitude_ma <= 40.0 * 0.02 + 0.05 for a, b in steps)


@pytest.mark.parametrize("form", ["sweep", "random"])
def test_a_modulation_only_lowers_and_up_counts_at_its_strongest(
    delivery: Delivery, form: str
) -> None:
    modulation = (
        f'{{ form = "{form}", least_frequency_hz = 40, least_pulse_width_us = 150, period_s = 4,'
        " top_s = 1 }"
    )
    box = delivery.begin(program(f"{TINGLE}, modulation = {modulation}", kind="comfort")).box
    delivery.wait(1.0)
    box.turn(1, every_s=0.2)
    assert box.targets == (17.0, 17.0)
    delivery.wait(1.0)
    box.turn(1, every_s=0.2)
    assert box.targets == (17.0, 17.0)
    assert box.view.hint == "wait_then_turn"
    delivery.wait(6.0)
    widths = [pulse.width_us for pulse in delivery.pulses]
    rates = [pulse.frequency_hz for pulse in delivery.pulses]
    assert 150 <= min(widths) < 240 and max(widths) == 250
    assert 40 <= min(rates) < 78 and max(rates) == 80
    if form == "sweep":
        assert (min(widths), round(min(rates))) == (
            pytest.approx(150, abs=6),
            pytest.approx(40, abs=3),
        )


def test_bursts_come_at_full_strength_and_a_gap_is_no_rest(delivery: Delivery) -> None:
    bursts = "bursts = { pulses = 9, rate_hz = 2 }"
    tingle = TINGLE.replace("80", "100", 1)
    box = delivery.begin(program(f"{tingle}, {bursts}", kind="comfort")).box
    delivery.wait(4.0)
    for channel in (0, 1):
        trains = delivery.trains(channel)
        times = [train.begins for train in trains]
        assert times == pytest.approx([times[0] + 0.5 * n for n in range(8)], **NEARLY)
        assert [len(train.pulses) for train in trains] == [9] * 8
        # 2 mA from burst to burst and 0.4 mA from pulse to pulse, up to the level.
        assert trains[0].pulses[0].amplitude_ma <= 1.0
        assert {pulse.amplitude_ma for pulse in trains[-1].pulses} == {16.0}
    box.turn(1)
    assert box.targets == (17.0, 17.0)
    delivery.wait(2.0)
    assert delivery.trains()[-1].highest_ma == 17.0


def test_contractions_may_be_made_of_bursts(delivery: Delivery) -> None:
    slow = WORK.replace("hold_s = 1", "hold_s = 3").replace("ramp_up_s = 0.5", "ramp_up_s = 1")
    delivery.begin(program(f"{slow}, bursts = {{ pulses = 4, rate_hz = 5 }}"), level=8.0).wait(10.5)
    times = [train.begins for train in delivery.trains()]
    gaps = [after - one for one, after in pairwise(times)]
    # One rest in them, at whose end the first pulse is small again.
    assert sum(gap > 0.25 for gap in gaps) == 1
    again = delivery.trains()[gaps.index(max(gaps)) + 1]
    assert again.pulses[0].amplitude_ma <= 1.1


def test_a_phase_that_waits_pauses_until_the_person_goes_on(delivery: Delivery) -> None:
    waits = program(f"{WORK}, contractions = 2", f"{WORK}, contractions = 2, wait = true")
    box = delivery.begin(waits).box
    run = box.record.run
    assert run is not None
    delivery.rewrite(run=run.but(waited_span=0))
    box.wait_for(State.PAUSED, within_s=10.0).wait(0.3)
    assert not box.delivers
    box.wait(1.0).confirm().sees(State.READY)
    assert box.levels == (0.0, 0.0)
    box.start().sees(State.STIMULATING).wait(1.0)
    box.press(Button.KNOB).sees(State.STIMULATING)


def test_a_slow_phase_without_a_ramp_down_is_no_over_current_of_the_next(
    delivery: Delivery,
) -> None:
    slow = (
        'name = "tap", frequency_hz = 1.3, pulse_width_us = 250, ramp_up_s = 0.5,'
        " ramp_down_s = 0, off_s = 0, duration_s = 12"
    )
    work = (
        'name = "work", frequency_hz = 40, pulse_width_us = 250, ramp_up_s = 3, hold_s = 1,'
        " ramp_down_s = 2, off_s = 9"
    )
    box = delivery.begin(program(slow, work)).box
    delivery.wait(18.0)
    assert not box.record.latched
    assert box.state is State.STIMULATING
