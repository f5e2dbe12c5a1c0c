"""Brands by day: every figure against a computation without SQL, and what late, moved and voided sales rebuild."""

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
    to_four,
    touched,
    units,
    value,
)
from scout_pipeline_tests.prepared import Prepared

TABLE, GRAIN = "gold_brand_performance", ("brand_name", "date_key")
FIGURES = """
    select brand_name, date_key, transaction_count, units, net_revenue, unique_customers, avg_unit_price, store_count
    from scout.gold_brand_performance
"""


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
        for key, lines in groups(sold_lines(floor), lambda line: (line.brand, line.day))
    }


def test_brand_days_equal_a_computation_without_sql(floor: Floor) -> None:
    """A sale with two lines of a brand would count twice, and a customer of two stores as two."""
    found = set(floor.rows(FIGURES))
    assert found == expected(floor)
    days = {row[:2]: row[2:] for row in found}
    assert days["Kopiko", date(2026, 1, 31)][:3] == (1, 3, Decimal(26))
    assert days["Kopiko", date(2026, 2, 1)] == (3, 3, Decimal(17), 1, Decimal("5.6667"), 2)
    assert days["Unbranded", date(2026, 2, 3)][1:5] == (0, Decimal("0.75"), 1, None), "no units, no price"
    assert floor.broken_promises() == []


def test_a_late_sale_rebuilds_the_brands_of_its_day(floor: Floor) -> None:
    """Figures of other days would look new, and cost time that grows with history."""
    assert touched(floor, TABLE, GRAIN, LATE) == {
        (brand, date(2026, 2, 5)) for brand in ("Kopiko", "Oishi", "Unbranded")
    }


def test_a_moved_sale_rebuilds_both_days(floor: Floor) -> None:
    """The brand whose only sale of the day moved away would keep its revenue there."""
    assert touched(floor, TABLE, GRAIN, MOVED) == {
        *((brand, date(2026, 2, 5)) for brand in ("Kopiko", "Oishi", "Unbranded")),
        *((brand, date(2026, 3, 9)) for brand in ("Oishi", "Unbranded")),
    }
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert ("Oishi", date(2026, 2, 5)) not in {row[:2] for row in floor.rows(FIGURES)}


def test_a_voided_sale_leaves_no_figure(floor: Floor) -> None:
    """What was cancelled at the counter would stay revenue."""
    touched(floor, TABLE, GRAIN, VOIDED)
    assert ("Kopiko", date(2026, 2, 5)) not in {row[:2] for row in floor.rows(FIGURES)}
    assert set(floor.rows(FIGURES)) == expected(floor)
