"""Brands by hour: every figure against a computation without SQL, and what late, moved and voided sales rebuild."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold.product_sales import (
    MOVED,
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

TABLE, GRAIN = "gold_brand_hours", ("brand_name", "date_key", "sold_hour")
FIGURES = """
    select brand_name, date_key, sold_hour,
        transaction_count, units, net_revenue, unique_customers, avg_unit_price, store_count
    from scout.gold_brand_hours
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
            to_four(value(lines) / units(lines)) if units(lines) else None,
            len({line.store_id for line in lines}),
        )
        for key, lines in groups(sold_lines(floor), lambda line: (line.brand, line.day, line.hour))
    }


def test_brand_hours_equal_a_computation_without_sql(floor: Floor) -> None:
    """A sale with two lines of a brand would count twice, and returns would divide by nothing."""
    found = set(floor.rows(FIGURES))
    assert found == expected(floor)
    hours = {row[:3]: row[3:] for row in found}
    assert hours["Kopiko", date(2026, 1, 31), 23][:2] == (1, 3), "two lines of one sale"
    assert hours["Unbranded", FIFTH, 10] == (1, 2, Decimal(100), 1, Decimal(50), 1)
    assert floor.broken_promises() == []


def test_a_moved_sale_leaves_no_hour_behind(floor: Floor) -> None:
    """The brand whose only sale of the hour moved away would keep its revenue there."""
    written = touched(floor, TABLE, GRAIN, MOVED)
    assert {sold_on for _, sold_on, _ in written} == {FIFTH, NINTH}
    assert {("Oishi", FIFTH, 10), ("Oishi", NINTH, 10)} <= written
    assert set(floor.rows(FIGURES)) == expected(floor)
