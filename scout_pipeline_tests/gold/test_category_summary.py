"""Categories by day: every figure against a computation without SQL, and what late, moved and voided sales rebuild."""

from datetime import date
from decimal import Decimal
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
    touched,
    units,
    value,
)
from scout_pipeline_tests.prepared import Prepared

TABLE, GRAIN = "gold_category_summary", ("category", "date_key")
FIGURES = """
    select category, date_key, transaction_count, units, net_revenue, unique_customers, brand_count, sku_count
    from scout.gold_category_summary
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
        for key, lines in groups(sold_lines(floor), lambda line: (line.category, line.day))
    }


def test_category_days_equal_a_computation_without_sql(floor: Floor) -> None:
    """A sale with two codes of a category would count twice, and a code sold by two brands as two codes."""
    found = set(floor.rows(FIGURES))
    assert found == expected(floor)
    days = {row[:2]: row[2:] for row in found}
    assert days["snacks", date(2026, 2, 1)] == (2, 4, Decimal(21), 1, 2, 1), "one code under two brands"
    assert days["Uncategorised", FIFTH] == (1, 3, Decimal("31.20"), 1, 0, 2)
    assert floor.broken_promises() == []


def test_a_late_sale_rebuilds_the_categories_of_its_day(floor: Floor) -> None:
    """Figures of other days would look new, and cost time that grows with history."""
    categories = ("beverages", "canned_goods", "snacks", "Uncategorised")
    assert touched(floor, TABLE, GRAIN, LATE) == {(category, FIFTH) for category in categories}


def test_a_moved_sale_leaves_no_category_behind(floor: Floor) -> None:
    """The category whose only sale of the day moved away would keep its revenue there."""
    written = touched(floor, TABLE, GRAIN, MOVED)
    assert {("snacks", FIFTH), ("snacks", NINTH), ("canned_goods", NINTH)} <= written
    assert {day for _, day in written} == {FIFTH, NINTH}
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert ("snacks", FIFTH) not in {row[:2] for row in floor.rows(FIGURES)}


def test_a_voided_sale_leaves_no_figure(floor: Floor) -> None:
    """What was cancelled at the counter would stay revenue."""
    touched(floor, TABLE, GRAIN, VOIDED)
    assert ("beverages", FIFTH) not in {row[:2] for row in floor.rows(FIGURES)}
    assert set(floor.rows(FIGURES)) == expected(floor)
