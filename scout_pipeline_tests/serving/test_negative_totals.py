"""What earned nothing has no shares: of a negative total the greatest loss would have the greatest part."""

from pathlib import Path

import pytest

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.shop_files import Line, install_mapping, take


def test_a_month_of_returns_has_no_shares_wherever_it_is_shown(
    database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gold would say null and the functions 150 %."""
    install_mapping(open_folder / "mappings", monkeypatch)
    returned, sold = Line("R1", sku="RICE", quantity="-3"), Line("s1", sku="KOPI", quantity="1")
    take(database, open_folder, "receipts.csv", returned, sold)
    flow.run_incremental(database)
    floor = Floor(database, open_folder)
    shares = [("KOPI", 10, None), ("RICE", -30, None)]
    for source in ("gold_product_mix", "get_top_products('2024-03-01', '2024-04-01')"):
        query = f"select sku, net_revenue, revenue_share_pct from scout.{source} order by sku"  # noqa: S608
        assert floor.rows(query) == shares
    for call in ("'2024-03-01'", "'2024-03-01', 'A'"):
        ((tree,),) = floor.rows(f"select scout.get_product_mix_tree({call})")
        brands = [brand for branch in tree for brand in branch["brands"]]
        parts = [*tree, *brands, *(sku for brand in brands for sku in brand["skus"])]
        assert {part["share_pct"] for part in parts} == {None}
