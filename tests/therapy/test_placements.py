"""Placements: where pads may lie, and where they may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import TherapyError
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.ledger import Ledger
from appliance.therapy.placements import (
    WINDOWS,
    Pad,
    Placement,
    Side,
    Site,
    check_placement,
    gap_cm,
    overlap,
)
from appliance.therapy.units import CHANNELS, Channel

LOW = Pad(Site.BESIDE_SPINE, -4.5, 0.0, 5.0, 5.0)
HIGH = LOW.but(above_landmark_cm=11.0)


def mirrored(pad: Pad) -> Pad:
    return pad.but(from_midline_cm=-pad.from_midline_cm)


def placement(*left: Pad, right: tuple[Pad, ...] | None = None) -> Placement:
    other = tuple(mirrored(pad) for pad in left) if right is None else right
    return Placement("own", True, (left, other))


def refusal(own: Placement) -> str:
    with pytest.raises(TherapyError) as caught:
        check_placement(own)
    return str(caught.value)


def test_the_shipped_placements_are_good(catalogue: Catalogue) -> None:
    assert {"hip_flexors", "lower_back", "glutes", "bench"} <= catalogue.placements.keys()
    for shipped in catalogue.placements.values():
        check_placement(shipped)


def test_a_is_left_and_b_its_mirror_on_the_right(catalogue: Catalogue) -> None:
    for shipped in catalogue.placements.values():
        left, right = shipped.pads
        assert tuple(mirrored(pad) for pad in left) == right
        if shipped.on_body:
            assert [shipped.side(channel) for channel in CHANNELS] == [Side.LEFT, Side.RIGHT]
            assert shipped.smallest_pad_cm2 is not None
            assert shipped.smallest_pad_cm2 >= 25.0


def test_the_bench_has_no_pads(catalogue: Catalogue) -> None:
    bench = catalogue.placements["bench"]
    assert not bench.on_body
    assert bench.side(Channel.A) is None
    assert bench.smallest_pad_cm2 is None
    wired = bench.but(pads=((LOW,), ()))
    assert refusal(wired) == "placement bench: a dummy load has no pads"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_channel_has_two_pads(count: int) -> None:
    message = f"placement own, channel A: {count} pads; a channel has 2"
    assert refusal(placement(*(LOW, HIGH, HIGH)[:count])) == message


@pytest.mark.parametrize("from_midline_cm", [-2.5, -1.0, 0.0, 2.0])
def test_a_pad_on_the_midline_is_refused(from_midline_cm: float) -> None:
    across = LOW.but(from_midline_cm=from_midline_cm)
    assert refusal(placement(across, HIGH)) == (
        "placement own, channel A, pad 1: it touches or crosses the midline of the body"
    )


def test_a_pad_on_the_bones_of_the_spine_is_refused() -> None:
    near = LOW.but(from_midline_cm=-3.4)
    assert refusal(placement(near, HIGH)) == (
        "placement own, channel A, pad 1: its edges are 0.9 and 5.9 cm from the midline;"
        " at beside_spine allowed is 1 to 10 cm"
    )


def test_a_channel_across_the_body_is_refused() -> None:
    assert refusal(placement(LOW, mirrored(HIGH))) == (
        "placement own, channel A: its current would cross the midline; both pads on one side"
    )


def test_leads_on_the_wrong_sides_are_refused() -> None:
    swapped = placement(mirrored(LOW), mirrored(HIGH), right=(LOW, HIGH))
    assert refusal(swapped) == (
        "placement own, channel A: it lies on the right; A is left, B is right"
    )


def test_the_right_channel_is_checked_like_the_left() -> None:
    own = placement(LOW, HIGH, right=(mirrored(LOW), HIGH))
    assert refusal(own).startswith("placement own, channel B: its current would cross")


def test_a_channel_between_two_sites_is_refused() -> None:
    glutes = Pad(Site.GLUTES, -8.0, -12.0, 9.0, 5.0)
    assert refusal(placement(LOW, glutes)) == (
        "placement own, channel A: its pads lie at two sites; both belong to one"
    )


@pytest.mark.parametrize(
    ("width_cm", "height_cm"), [(4.9, 5.0), (0.0, 5.0), (-5.0, -5.0), (float("nan"), 5.0)]
)
def test_a_pad_that_is_too_small_is_refused(width_cm: float, height_cm: float) -> None:
    small = LOW.but(width_cm=width_cm, height_cm=height_cm)
    assert refusal(placement(small, HIGH)) == (
        f"placement own, channel A, pad 1: {width_cm:g} x {height_cm:g} cm;"
        " a pad has at least 25 cm2"
    )


@pytest.mark.parametrize(("above_cm", "gap"), [(5.0, "0"), (9.9, "4.9"), (4.0, "0")])
def test_pads_that_touch_or_nearly_do_are_refused(above_cm: float, gap: str) -> None:
    assert refusal(placement(LOW, LOW.but(above_landmark_cm=above_cm))) == (
        f"placement own, channel A: its pads are {gap} cm apart;"
        " allowed is 5 to 15 cm between their edges"
    )


def test_pads_too_far_apart_are_refused() -> None:
    thigh = Pad(Site.UPPER_THIGH, -9.0, -5.0, 5.0, 5.0)
    far = thigh.but(above_landmark_cm=-25.5)
    assert refusal(placement(thigh, far)).startswith(
        "placement own, channel A: its pads are 15.5 cm apart"
    )


def test_pads_at_the_bounds_of_distance_are_allowed() -> None:
    check_placement(placement(LOW, LOW.but(above_landmark_cm=10.0)))
    thigh = Pad(Site.UPPER_THIGH, -9.0, -5.0, 5.0, 5.0)
    check_placement(placement(thigh, thigh.but(above_landmark_cm=-25.0)))


def test_the_gap_runs_between_the_nearest_corners() -> None:
    assert gap_cm(LOW, LOW.but(from_midline_cm=-12.5, above_landmark_cm=9.0)) == 5.0


@pytest.mark.parametrize(
    ("site", "above_cm"),
    [
        (Site.UPPER_THIGH, 0.0),  # the groin
        (Site.BESIDE_SPINE, 30.0),  # the chest's back
        (Site.BESIDE_SPINE, -9.0),  # the tail
        (Site.GLUTES, -40.0),  # the back of the thigh
    ],
)
def test_a_site_is_not_a_way_to_another_place(site: Site, above_cm: float) -> None:
    pad = Pad(site, -7.5, above_cm, 5.0, 5.0)
    message = refusal(placement(pad, pad))
    assert message.startswith("placement own, channel A, pad 1: its edges are")
    assert f"above the landmark; at {site.value} allowed is" in message


@pytest.mark.parametrize(
    ("site", "inner_cm", "outer_cm", "lowest_cm", "highest_cm"),
    [
        (Site.UPPER_THIGH, 4.0, 22.0, -30.0, -2.0),
        (Site.BESIDE_SPINE, 1.0, 10.0, -6.0, 16.0),
        (Site.GLUTES, 3.0, 20.0, -28.0, -3.0),
    ],
)
def test_a_pad_may_lie_at_each_edge_of_its_site_and_not_a_millimetre_past_it(
    site: Site, inner_cm: float, outer_cm: float, lowest_cm: float, highest_cm: float
) -> None:
    for at_cm, past_cm, above_cm, past_above_cm in (
        (inner_cm + 2.5, -0.1, lowest_cm + 2.5, 0.0),
        (outer_cm - 2.5, +0.1, highest_cm - 2.5, 0.0),
        (inner_cm + 2.5, 0.0, lowest_cm + 2.5, -0.1),
        (outer_cm - 2.5, 0.0, highest_cm - 2.5, +0.1),
    ):
        pad = Pad(site, -at_cm, above_cm, 5.0, 5.0)
        assert "its pads are 0 cm apart" in refusal(placement(pad, pad))
        past = Pad(site, -at_cm - past_cm, above_cm + past_above_cm, 5.0, 5.0)
        assert f"at {site.value} allowed is" in refusal(placement(past, past))


def test_a_pad_belongs_to_the_side_where_its_centre_lies() -> None:
    assert [LOW.but(from_midline_cm=cm).side for cm in (-0.1, 0.1)] == [Side.LEFT, Side.RIGHT]


def test_a_pad_too_far_to_the_side_is_refused() -> None:
    assert "at beside_spine allowed is 1 to 10 cm" in refusal(
        placement(LOW.but(from_midline_cm=-8.0), HIGH)
    )


pads = st.builds(
    Pad,
    site=st.sampled_from(Site),
    from_midline_cm=st.floats(-30, 30),
    above_landmark_cm=st.floats(-40, 40),
    width_cm=st.floats(0.5, 15),
    height_cm=st.floats(0.5, 15),
)


@given(pads, pads, pads, pads)
def test_whatever_is_accepted_stays_on_its_side_and_in_its_window(
    one: Pad, two: Pad, three: Pad, four: Pad
) -> None:
    own = Placement("own", True, ((one, two), (three, four)))
    try:
        check_placement(own)
    except TherapyError:
        return
    for channel, sign in ((0, -1), (1, 1)):
        for pad in own.pads[channel]:
            window = WINDOWS[pad.site]
            assert sign * pad.from_midline_cm - pad.width_cm / 2 >= window.inner_cm > 0
            assert pad.area_cm2 >= 25.0


@pytest.mark.parametrize(
    ("across_cm", "along_cm", "reached"),
    [
        (0.0, 0.0, True),
        (4.9, 0.0, True),
        (5.1, 0.0, False),
        (-4.9, 0.0, True),
        (-5.1, 0.0, False),
        (0.0, 4.9, True),
        (0.0, 5.1, False),
        (0.0, -4.9, True),
        (0.0, -5.1, False),
    ],
)
def test_pads_of_the_back_reach_each_other_across_sites_where_they_lie_on_each_other(
    across_cm: float, along_cm: float, reached: bool
) -> None:
    back = Pad(Site.BESIDE_SPINE, -8.0, -5.0, 5.0, 5.0)
    glutes = Pad(Site.GLUTES, -8.0 - across_cm, -5.0 + along_cm, 5.0, 5.0)
    assert overlap((back,), (glutes,)) is overlap((glutes,), (back,)) is reached
    assert overlap((back,), (mirrored(glutes),)) is reached
    assert not overlap((back,), (glutes.but(site=Site.UPPER_THIGH),))


def test_a_placement_under_another_name_is_the_same_site(catalogue: Catalogue) -> None:
    there = catalogue.placements["lower_back"]
    renamed = there.but(id="my_own", same_site=())
    ledger = Ledger().plus(there, 25.0, contracting=True)
    assert ledger.site_minutes(renamed) == 25.0
    assert ledger.site_minutes(catalogue.placements["hip_flexors"]) == 0.0


def test_the_same_name_on_other_pads_keeps_its_minutes(catalogue: Catalogue) -> None:
    there = catalogue.placements["lower_back"]
    moved = catalogue.placements["glutes"].but(id="lower_back", same_site=())
    assert Ledger().plus(there, 25.0, contracting=True).site_minutes(moved) == 25.0
