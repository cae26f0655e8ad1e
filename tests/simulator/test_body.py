"""The simulated body: what pads let through, and how that drifts."""

from math import inf

import pytest

from appliance.simulator.body import Body, Drift, Pads


@pytest.mark.parametrize(
    ("pads", "most_ma"), [(Pads.GOOD, 120.0), (Pads.LIFTING, 20.0), (Pads.OPEN, 0.0)]
)
def test_what_flows_at_most_is_compliance_over_resistance(pads: Pads, most_ma: float) -> None:
    body = Body()
    body.place(0, pads)
    assert body.most_ma(0) == pytest.approx(most_ma)
    assert body.most_ma(1) == pytest.approx(120.0)


@pytest.mark.parametrize(
    ("drift", "after_s", "ohm"),
    [
        (Drift.DRYING, 200.0, 4_000.0),
        (Drift.WARMING, 600.0, 730.0),
        (Drift.SWEATING, 5.0, 330.0),
        (Drift.PEELING, 60.0, inf),
    ],
)
def test_a_pair_drifts_to_where_it_should(drift: Drift, after_s: float, ohm: float) -> None:
    body = Body()
    body.drift(1, drift, 10.0)
    body.advance(10.0)
    assert body.most_ma(1) == pytest.approx(120.0)
    body.advance(10.0 + after_s)
    assert body.most_ma(1) == pytest.approx(120_000.0 / ohm, rel=0.01)


def test_one_pad_that_peels_off_slowly_opens_the_pair() -> None:
    body = Body()
    body.drift(0, Drift.PEELING, 0.0, pads=(1,))
    body.advance(30.0)
    assert body.most_ma(0) == pytest.approx(120_000.0 / 1_485.0)
    body.advance(60.0)
    assert body.pads[0] is Pads.OPEN
    assert body.most_ma(0) == 0.0


def test_a_drift_goes_on_from_where_another_one_was() -> None:
    body = Body()
    body.set_resistance(0, 4_000.0)
    body.drift(0, Drift.SWEATING, 5.0)
    body.advance(5.0)
    assert body.most_ma(0) == pytest.approx(30.0)
    body.advance(60.0)
    assert body.most_ma(0) == pytest.approx(120_000.0 / 330.0)


def test_pads_that_are_pressed_flat_again_drift_no_more() -> None:
    body = Body()
    body.drift(0, Drift.PEELING, 0.0)
    body.place(0, Pads.GOOD)
    body.advance(100.0)
    assert body.most_ma(0) == pytest.approx(120.0)
