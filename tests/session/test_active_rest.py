"""The off time with twitches: weaker and slower than the contraction, and over before the next."""

import pytest

from appliance.session.envelope import Part, position_at
from appliance.therapy.programs import ActiveRest, Phase, Span

REST = ActiveRest(frequency_hz=5.0, pulse_width_us=200, fraction=0.25)
"""Half as strong as the contractions."""
WORK = Phase("work", 50.0, 300, 2.0, 6.0, 2.0, 20.0, fraction=0.5, active_rest=REST)
SPANS = (Span(WORK, 0.0, 100.0),)


@pytest.mark.parametrize(
    ("at_s", "part", "envelope", "left_s"),
    [
        (9.99, Part.RAMP_DOWN, 0.005, 0.01),
        (10.0, Part.ACTIVE_REST, 0.0, 19.75),
        (10.5, Part.ACTIVE_REST, 0.25, 19.25),
        (11.0, Part.ACTIVE_REST, 0.5, 18.75),
        (20.0, Part.ACTIVE_REST, 0.5, 9.75),
        (29.5, Part.ACTIVE_REST, 0.125, 0.25),
        (29.75, Part.OFF, 0.0, 0.25),
        (30.0, Part.RAMP_UP, 0.0, 2.0),
    ],
)
def test_it_comes_and_goes_as_steeply_as_a_contraction_and_ends_a_quarter_second_before_the_foot(
    at_s: float, part: Part, envelope: float, left_s: float
) -> None:
    place = position_at(SPANS, at_s, 0.0)
    assert place.part is part
    assert place.envelope == pytest.approx(envelope)
    assert place.part_remaining_s == pytest.approx(left_s)
    slower = part is Part.ACTIVE_REST
    assert place.frequency_hz == (5.0 if slower else 50.0)
    assert place.pulse_width_us == (200 if slower else 300)
    assert place.amplitude(0, 20.0) == place.amplitude(1, 20.0) == pytest.approx(10.0 * envelope)


def test_the_next_contraction_is_told_and_no_turn_up_counts_in_it() -> None:
    place = position_at(SPANS, 20.0, 0.0)
    assert place.next_contraction_s == pytest.approx(10.0)
    assert place.raisable == ()
    assert not place.tail
