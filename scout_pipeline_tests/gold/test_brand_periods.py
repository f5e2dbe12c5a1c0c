"""Brands by week and month: every figure against a computation without SQL, and what changes rebuild."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold.product_sales import (
    LATE,
    MOVED,
    VOIDED,
    Key,
    customers,
    groups,
    open_floor,
    sold_lines,
    to_four,
    touched,
    units,
    value,
)
from scout_pipeline_tests.prepared import Prepared

TABLE, GRAIN = "gold_brand_periods", ("brand_name", "period", "period_start")
FIGURES = """
    select
        brand_name, period, period_start,
        transaction_count, units, net_revenue, unique_customers, avg_unit_price, store_count
    from scout.gold_brand_periods
"""


@pytest.fixture
def floor(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return open_floor(prepared, open_folder, monkeypatch)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def expected(floor: Floor) -> set[Key]:
    lines = sold_lines(floor)
    weeks = groups(lines, lambda line: (line.brand, "week", monday(line.day)))
    months = groups(lines, lambda line: (line.brand, "month", line.month))
    return {
        (
            *key,
            len({line.sale for line in sold}),
            units(sold),
            value(sold),
            customers(sold),
            to_four(value(sold) / units(sold)) if units(sold) else None,
            len({line.store_id for line in sold}),
        )
        for key, sold in [*weeks, *months]
    }


def test_brand_periods_equal_a_computation_without_sql(floor: Floor) -> None:
    """Customers of several days added up would be more than there are."""
    found = set(floor.rows(FIGURES))
    assert found == expected(floor)
    periods = {row[:3]: row[3:] for row in found}
    # the last Saturday of January and the first Sunday of February lie in one week and two months
    assert periods["Kopiko", "week", date(2026, 1, 26)][0] == 4
    assert periods["Kopiko", "month", date(2026, 1, 1)][0] == 1
    assert periods["Kopiko", "month", date(2026, 2, 1)][0] == 4
    assert periods["Kopiko", "month", date(2026, 2, 1)][3] == 2
    assert floor.broken_promises() == []


def test_a_late_sale_rebuilds_its_week_and_its_month(floor: Floor) -> None:
    """Figures of other periods would look new, and cost time that grows with history."""
    assert touched(floor, TABLE, GRAIN, LATE) == {
        (brand, *period)
        for brand in ("Kopiko", "Oishi", "Unbranded")
        for period in (("week", date(2026, 2, 2)), ("month", date(2026, 2, 1)))
    }


def test_a_week_over_two_months_is_rebuilt_from_either(floor: Floor) -> None:
    """A sale of 1 February changes the week that began in January, and no figure of January itself."""
    late = {**LATE, "timestamp": "2026-02-01T18:00:00+08:00"}
    written = touched(floor, TABLE, GRAIN, late)
    assert {key[1:] for key in written} == {("week", date(2026, 1, 26)), ("month", date(2026, 2, 1))}
    assert set(floor.rows(FIGURES)) == expected(floor)


def test_moved_and_voided_sales_leave_no_period(floor: Floor) -> None:
    """A brand whose only sale of the week moved away would keep its revenue there."""
    touched(floor, TABLE, GRAIN, MOVED)
    assert set(floor.rows(FIGURES)) == expected(floor)
    touched(floor, TABLE, GRAIN, VOIDED)
    assert set(floor.rows(FIGURES)) == expected(floor)
    keys = {row[:3] for row in floor.rows(FIGURES)}
    assert ("Kopiko", "week", date(2026, 2, 2)) not in keys
    assert ("Oishi", "week", date(2026, 2, 2)) not in keys
