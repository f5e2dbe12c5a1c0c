"""Codes that look the same on paper and are not: they stay apart, nothing is lost, and somebody is told."""

import unicodedata
from pathlib import Path

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.quality import checking
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale
from scout_pipeline_tests.quality.test_rules import check

COMPOSED = unicodedata.normalize("NFC", "CAFÉ")
DECOMPOSED = unicodedata.normalize("NFD", "CAFÉ")
CYRILLIC_STORE = "\N{CYRILLIC CAPITAL LETTER DZE}1"


def test_codes_that_look_alike_stay_apart_and_are_told(database: Database, tmp_path: Path) -> None:
    """Taken for one another they would mix the sales of two; taken silently nobody would find half of them."""
    floor = Floor(database, tmp_path)
    products = [reference("product", code, category="canned_goods") for code in (COMPOSED, DECOMPOSED)]
    floor.take_reference(*SMALL_WORLD, reference("category", "canned_goods"), *products)
    floor.take_sales(
        sale("1", at="2026-02-05T18:30:00+08:00", items=[item(COMPOSED), item(DECOMPOSED)]),
        sale("2", store=CYRILLIC_STORE, at="2026-02-05T19:30:00+08:00"),
    )
    floor.carry()
    sold = floor.rows("select sku, count(*) from scout.silver_transaction_items group by sku order by length(sku)")
    assert sold == [(COMPOSED, 1), (DECOMPOSED, 1)]
    assert floor.rows("select transaction_id, reason_code, status from scout.quarantine") == [
        ("2", "unknown_store", "open")
    ]
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        assert check(connection, ["scout.dim_product"]) == {"scout.dim_product.sku_cannot_be_mistaken"}
        found = "select sample from ops.data_quality_results where rule_id like '%%.sku_cannot_be_mistaken'"
        (sample,) = connection.exec_driver_sql(found).scalars()
        assert [broken["sku"] for broken in sample] == [DECOMPOSED]
