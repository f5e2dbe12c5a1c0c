"""Products of each store's month: every figure against a computation without SQL, and what is rebuilt."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold.product_sales import (
    LATE,
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

TABLE, GRAIN = "gold_store_product_summary", ("store_id", "month", "sku")
FIGURES = """
    select store_id, month, sku, units, net_revenue, transaction_count, unique_customers,
        first_sold_date, last_sold_date, revenue_share_pct, revenue_rank
    from scout.gold_store_product_summary
"""
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def floor(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return open_floor(prepared, open_folder, monkeypatch)


def expected(floor: Floor) -> set[Key]:
    found = set()
    products = (line for line in sold_lines(floor) if line.is_product)
    for month, sold in groups(products, lambda line: (line.store_id, line.month)):
        total = value(sold)
        codes = sorted(groups(sold, lambda line: (line.sku,)), key=lambda code: (-value(code[1]), code[0]))
        for rank, (code, lines) in enumerate(codes, start=1):
            found.add(
                (
                    *(*month, *code, units(lines), value(lines)),
                    *(len({line.sale for line in lines}), customers(lines)),
                    *(min(line.day for line in lines), max(line.day for line in lines)),
                    *(to_four(100 * value(lines) / total) if total > 0 else None, rank),
                )
            )
    return found


def store(floor: Floor, code: str) -> int:
    ((store_id,),) = floor.rows("select store_id from scout.store_registry where store_code = :code", code=code)
    return int(store_id)


def test_products_of_a_month_equal_a_computation_without_sql(floor: Floor) -> None:
    """A fee would rank as a product of the shop, and a month of returns would turn its shares round."""
    found = set(floor.rows(FIGURES))
    assert found == expected(floor)
    rows = {row[:3]: row[3:] for row in found}
    kopi = rows[store(floor, "S1"), FEBRUARY, "KOPI"]
    assert kopi[2:6] == (2, 2, date(2026, 2, 1), date(2026, 2, 5))
    soap_and_eggs = [rows[store(floor, "B"), FEBRUARY, sku][-2:] for sku in ("SOAP", "EGGS")]
    assert soap_and_eggs == [(None, 1), (None, 2)], "FEE is no product, and more came back than was sold"
    assert sum(share or Decimal(0) for *key, share, _ in found if key[0] == store(floor, "S2")) == 100
    assert floor.broken_promises() == []


def test_a_change_rebuilds_the_months_of_its_store_only(floor: Floor) -> None:
    """All stores would be summed again for each sale, or a product keep what moved away."""
    s2 = store(floor, "S2")
    assert {key[:2] for key in touched(floor, TABLE, GRAIN, LATE)} == {(s2, FEBRUARY)}
    assert {key[:2] for key in touched(floor, TABLE, GRAIN, MOVED)} == {(s2, FEBRUARY), (s2, MARCH)}
    assert set(floor.rows(FIGURES)) == expected(floor)
