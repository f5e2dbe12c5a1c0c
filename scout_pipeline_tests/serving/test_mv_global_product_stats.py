"""scout.mv_global_product_stats: products of all stores and all time, without those sold once."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scout_pipeline_tests import shop_files
from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold import product_sales
from scout_pipeline_tests.gold.product_sales import groups, sold_lines, to_four, units, value
from scout_pipeline_tests.prepared import Prepared
from scout_pipeline_tests.shop_files import Line

SHOWN = """
    select sku, transaction_count, units, net_revenue, store_count, month_count, first_sold_date, last_sold_date,
        revenue_share_pct, revenue_rank
    from scout.mv_global_product_stats
"""


@pytest.fixture
def floor(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return product_sales.open_floor(prepared, open_folder, monkeypatch)


def test_products_of_all_time_equal_a_computation_without_sql(floor: Floor) -> None:
    """A sale with two lines of a product would count twice, and leaving one out would raise all shares."""
    lines = [line for line in sold_lines(floor) if line.is_product]
    codes = sorted(groups(lines, lambda line: (line.sku,)), key=lambda code: (-value(code[1]), code[0]))
    expected = {
        (
            *(sku, len({line.sale for line in sold}), units(sold), value(sold)),
            *(len({line.store_id for line in sold}), len({line.month for line in sold})),
            *(min(line.day for line in sold), max(line.day for line in sold)),
            *(to_four(100 * value(sold) / value(lines)), rank),
        )
        for rank, ((sku,), sold) in enumerate(codes, start=1)
        if len({line.sale for line in sold}) >= 2
    }
    found = set(floor.rows(SHOWN))
    assert found == expected
    assert {row[0] for row in found} == {"KOPI", "RICE", "CHIPS", "SOAP"}, "EGGS once, FEE is no product"
    # a second sale lets it in
    shop_files.take(floor.database, floor.folder, "eggs.csv", Line("6", sku="EGGS", sold_at="2026-03-01 10:00:00"))
    floor.carry()
    eggs = {row[0]: row[1:] for row in floor.rows(SHOWN)}["EGGS"]
    assert eggs[:7] == (2, -1, Decimal(-6), 2, 2, date(2026, 2, 6), date(2026, 3, 1))


def test_regions_are_those_of_the_stores_now(floor: Floor) -> None:
    """A product of two shops of one region would look as if it were sold all over the country."""
    regions = dict(floor.rows("select sku, region_count from scout.mv_global_product_stats"))
    assert regions["KOPI"] == 2
    assert regions["SOAP"] == 1, "two shops that nobody described"
