"""Each published program delivers what its source says, pulse by pulse on the simulated body.

The whole box delivers: session, gate, driver, wire, board, body. Of each phase the first cycle is
lived through, and the end of its rest.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite
from pathlib import Path

import pytest

from appliance.therapy.catalogue import Catalogue
from appliance.therapy.programs import Program, Span
from tests.journeys.delivery import Delivery, Train
from tests.journeys.journey import Home
from tests.journeys.published_numbers import PUBLISHED, Bursts, Contracting, Row, Steady
from tests.session.core import shipped

ROUNDING_S = 0.03
"""A loop's step and the time to the next pulse."""
LEAST_PER_PART = 3


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivery]:
    home = Home(tmp_path_factory.mktemp("published")).knows(sessions=9)
    yield Delivery(home.boot().to_both(2))
    broken = list(home.broken())
    home.close()
    assert not broken


def published() -> dict[str, Program]:
    catalogue: Catalogue = shipped()
    return {id_: one for id_, one in catalogue.programs.items() if one.publication}


def spans_of(program: Program) -> tuple[Span, ...]:
    return program.lay_out(program.longest_s / 60.0 if isfinite(program.longest_s) else 20.0)


def test_the_library_is_what_is_checked_here() -> None:
    assert set(PUBLISHED) == set(published())
    muscles = [one.publication.muscles for one in published().values() if one.publication]
    assert len(muscles) >= 12
    assert {part: muscles.count(part) >= LEAST_PER_PART for part in set(muscles)} == {
        "trunk": True,
        "hip": True,
        "thigh": True,
    }


@pytest.mark.parametrize("id_", PUBLISHED)
def test_every_source_is_named_with_what_was_adapted(id_: str) -> None:
    source = published()[id_].publication
    assert source is not None
    assert source.year == "undated" or 1980 < int(source.year) <= 2026
    assert all((source.authors, source.title, source.where, source.published, source.adapted))


@pytest.mark.parametrize("id_", PUBLISHED)
def test_the_phases_come_in_the_published_order(id_: str) -> None:
    spans, rows = spans_of(published()[id_]), PUBLISHED[id_]
    assert [(span.phase.frequency_hz, span.phase.pulse_width_us) for span in spans] == [
        (row.hz, row.us) for row in rows
    ]
    for span, row in zip(spans, rows, strict=True):
        lasts_s = span.end_s - span.start_s
        assert row.lasts_s is None or lasts_s == pytest.approx(row.lasts_s, rel=0.01)
        if isinstance(row, Contracting) and row.count is not None:
            assert span.phase.contractions == row.count
            assert lasts_s == pytest.approx(row.count * (row.on_s + row.off_s), rel=0.01)


@pytest.mark.parametrize("id_", PUBLISHED)
def test_the_pulses_are_those_of_the_source(delivery: Delivery, id_: str) -> None:
    program = published()[id_]
    for span, row in zip(spans_of(program), PUBLISHED[id_], strict=True):
        _see(delivery, program, span, row)


def _see(delivery: Delivery, program: Program, span: Span, row: Row) -> None:
    if isinstance(row, Steady):
        delivery.begin(program, span.start_s).wait(7.0 if row.least_us else 3.5)
        for channel in (0, 1):
            (train,) = delivery.trains(channel)
            _has_pulses(train, row.hz, row.us, row.least_us or row.us)
        return
    if isinstance(row, Bursts):
        delivery.begin(program, span.start_s).wait(6.0)
        for channel in (0, 1):
            _bursts(delivery.trains(channel), row)
        return
    delivery.begin(program, span.start_s).wait(row.on_s + 1.5)
    for channel in (0, 1):
        contraction, *rest = delivery.trains(channel)
        _contracts(contraction, row)
        assert bool(rest) == (row.rest_hz is not None)
        for twitches in rest:
            assert twitches.pulses[0].frequency_hz == row.rest_hz
            assert twitches.highest_ma < contraction.highest_ma
    # The end of the rest, and the foot of the next contraction.
    cycle_s = row.on_s + row.off_s
    before_s = span.start_s + cycle_s - 1.0
    delivery.begin(program, before_s, foot_s=span.start_s).wait(1.3)
    for channel in (0, 1):
        last = delivery.trains(channel)[-1]
        assert last.pulses[0].frequency_hz == row.hz
        begins_s = last.begins - span.start_s
        assert begins_s == pytest.approx(cycle_s, rel=0.01, abs=ROUNDING_S)


def _contracts(train: Train, row: Contracting) -> None:
    _has_pulses(train, row.hz, row.us, row.us)
    assert train.lasts_s == pytest.approx(row.on_s, rel=0.01, abs=1.0 / row.hz + ROUNDING_S)
    if row.ramp_up_s is not None:
        rises_s = train.steady[0].at - train.begins
        assert rises_s == pytest.approx(row.ramp_up_s, rel=0.02, abs=0.06)


def _bursts(bursts: list[Train], row: Bursts) -> None:
    """The last one may be cut by the end of the wait."""
    whole, begins = bursts[:-1], [burst.begins for burst in bursts]
    assert len(whole) >= 5.0 * row.rate_hz
    assert {len(burst.pulses) for burst in whole} == {row.pulses}
    assert {burst.widths_us == {row.us} for burst in whole} == {True}
    for one, after in pairwise(begins):
        assert after - one == pytest.approx(1.0 / row.rate_hz, rel=0.01)
    for burst in whole:
        within_s = burst.pulses[-1].at - burst.begins
        assert (row.pulses - 1) / within_s == pytest.approx(row.hz, rel=0.01)
    # The first and the last pulse of a burst are as strong as those between them.
    assert {pulse.amplitude_ma for pulse in whole[-1].pulses} == {whole[-1].highest_ma}


def _has_pulses(train: Train, hz: float, us: int, least_us: int) -> None:
    assert train.frequency_hz == pytest.approx(hz, rel=0.01)
    assert {pulse.frequency_hz for pulse in train.pulses} == {hz}
    assert (min(train.widths_us), max(train.widths_us)) == (least_us, us)


def test_a_change_of_phase_is_lived_through_in_order(delivery: Delivery) -> None:
    program = published()["bewell_lower_back"]
    delivery.begin(program, 299.0, foot_s=0.0).wait(4.0)
    hz = [train.pulses[0].frequency_hz for train in delivery.trains()]
    assert hz == [5, 55]
    work = delivery.trains()[-1]
    # The level is halved where the frequency rises, and the contraction begins at its foot.
    assert work.highest_ma == pytest.approx(8.0, abs=0.1)
    assert work.pulses[0].amplitude_ma <= 1.1


def test_a_routine_with_bursts_needs_a_board_that_makes_them(tmp_path: Path) -> None:
    from appliance.errors import SettingsError
    from appliance.settings.library import load_catalogue
    from appliance.settings.model import Settings, StimulatorSettings

    (tmp_path / "routines.toml").write_text(
        '[back]\nstages = [{ placement = "lower_back", program = "cefar_burst" }]\n'
    )
    for driver in ("reference", "simulated"):
        settings = Settings(stimulator=StimulatorSettings(driver=driver))
        assert load_catalogue(tmp_path / "config.toml", settings).routines["back"].minutes == 30.0
    for driver in ("sciencemode", "rehastim2", "openemsstim"):
        settings = Settings(stimulator=StimulatorSettings(driver=driver))
        with pytest.raises(SettingsError, match=f"cefar_burst has bursts, and .* is {driver}"):
            load_catalogue(tmp_path / "config.toml", settings)


def test_a_board_that_changes_its_frequency_from_nothing_gets_no_sweep(tmp_path: Path) -> None:
    from appliance.errors import SettingsError
    from appliance.settings.library import load_catalogue
    from appliance.settings.model import Settings, StimulatorSettings

    (tmp_path / "programs.toml").write_text(
        '[sweep]\nkind = "comfort"\nphases = [{ name = "own", frequency_hz = 100,'
        " pulse_width_us = 200, ramp_up_s = 2, ramp_down_s = 2, off_s = 0, modulation ="
        ' { form = "sweep", least_frequency_hz = 60, period_s = 10, top_s = 3 } }]\n'
    )
    (tmp_path / "routines.toml").write_text(
        '[own]\nstages = [{ placement = "lower_back", program = "sweep", minutes = 10 }]\n'
    )
    load_catalogue(tmp_path / "config.toml", Settings())
    settings = Settings(stimulator=StimulatorSettings(driver="rehastim2"))
    with pytest.raises(SettingsError, match=r"sweep modulates its frequency, and .* is rehastim2"):
        load_catalogue(tmp_path / "config.toml", settings)


def test_a_published_program_has_to_fit_the_limits_whole(tmp_path: Path) -> None:
    from appliance.errors import SettingsError
    from appliance.settings.library import load_catalogue
    from appliance.settings.model import Settings
    from appliance.therapy.limits import Limits

    (tmp_path / "routines.toml").write_text(
        '[knee]\nstages = [{ placement = "hip_flexors", program = "nussbaum_2017_knee" }]\n'
    )
    whole = load_catalogue(tmp_path / "config.toml", Settings()).routines["knee"]
    assert whole.minutes == 20.0
    few = Settings(limits=Limits(minutes_per_site=15.0))
    with pytest.raises(SettingsError, match=r"stages 1: nussbaum_2017_knee was published with 20"):
        load_catalogue(tmp_path / "config.toml", few)
