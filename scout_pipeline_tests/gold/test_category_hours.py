"""Categories by hour: every figure against a computation without SQL, and what late, moved and voided sales rebuild."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scout_pipeline_tests.floor_files import Floor, item, sale
from scout_pipeline_tests.gold.product_sales import (
    MOVED,
    Key,
    customers,
    groups,
    open_floor,
    sold_lines,
    touched,
    units,
    value,
)
from scout_pipeline_tests.prepared import Prepared

TABLE, GRAIN = "gold_category_hours", ("category", "date_key", "sold_hour")
FIGURES = """
    select category, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, brand_count, sku_count
    from scout.gold_category_hours
"""
FIFTH, NINTH = date(2026, 2, 5), date(2026, 3, 9)


@pytest.fixture
def floor(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return open_floor(prepared, open_folder, monkeypatch)


def expected(floor: Floor) -> set[Key]:
    return {
        (
            *key,
            len({line.sale for line in lines}),
            units(lines),
            value(lines),
            customers(lines),
            len({line.brand for line in lines} - {"Unbranded"}),
            len({line.sku for line in lines}),
        )
        for key, lines in groups(sold_lines(floor), lambda line: (line.category, line.day, line.hour))
    }


def test_category_hours_equal_a_computation_without_sql(floor: Floor) -> None:
    """Two lines of a sale would be two sales, and one code under two brands two codes."""
    floor.take_sales(
        sale("twice", "S2", "2026-02-05T10:30:00+08:00", [item("CHIPS", 1, 7), item("CHIPS", 1, 6, brand_name="Lala")])
    )
    floor.carry()
    found = set(floor.rows(FIGURES))
    assert found == expected(floor)
    hours = {row[:3]: row[3:] for row in found}
    assert hours["snacks", FIFTH, 10] == (2, 3, Decimal(20), 1, 2, 1)
    assert floor.broken_promises() == []


def test_a_moved_sale_leaves_no_hour_behind(floor: Floor) -> None:
    """The category whose only sale of the hour moved away would keep its revenue there."""
    written = touched(floor, TABLE, GRAIN, MOVED)
    assert {sold_on for _, sold_on, _ in written} == {FIFTH, NINTH}
    assert {("snacks", FIFTH, 10), ("snacks", NINTH, 10)} <= written
    assert set(floor.rows(FIGURES)) == expected(floor)
