"""The table of figures: every row is measured by a benchmark that there is, and says what it is."""

import pytest

from tests.benchmarks import table

ROWS = {row.name: row for row in table.ROWS}


def test_no_two_rows_have_one_name() -> None:
    assert len(ROWS) == len(table.ROWS)


@pytest.mark.parametrize("row", table.ROWS, ids=lambda row: row.name)
def test_a_row_with_an_aim_says_why_it_would_be_missed_where_it_is(row: table.Row) -> None:
    measured = table.read()["figures"]
    assert row.least is None or row.most is None
    if row.name in measured and row.is_missed(measured[row.name]):
        assert row.reason and row.reason in row.told(measured[row.name])


def test_a_figure_that_misses_its_aim_is_told_with_its_reason() -> None:
    row = table.Row(name="a", bench="b", figure="c", most=2.0, reason="the box is slow")
    assert row.told(1.5) == "1.5x"
    assert row.told(2.5) == "not met: 2.5x; the box is slow"
    assert row.but(most=None, least=3.0).is_missed(2.5)
    assert row.but(most=None).told(9.0) == "9.0x" and row.but(most=None).aim == ""


def test_each_measured_figure_has_a_row() -> None:
    assert set(table.read()["figures"]) <= set(ROWS)
