"""Products are described by the words that most of their lines use; what is known of one is not written again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline.silver import refresh
from scout_pipeline_tests.sales_files import Counter, csv_bytes, line, mapping_with, open_counter

PRODUCT = "select description, updated_at from scout.dim_product where sku = 'RICE'"


def test_a_product_is_written_when_its_words_change_and_only_then(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every day would write each of its products anew, in the one step that all others wait for."""
    counter = open_counter(database, tmp_path, monkeypatch, mapping_with())
    told = []
    for day, words in enumerate(["Rice", "Rice", "White rice", "White rice", "White rice"]):
        counter.take(f"{day}.csv", csv_bytes(line(f"T{day}", description=words)))
        counter.carry()
        told += [tuple(row.values()) for row in counter.rows(PRODUCT)]
    words_told, times = zip(*told, strict=True)
    assert words_told == ("Rice", "Rice", "Rice", "Rice", "White rice")
    assert times[0] == times[1] == times[2] == times[3] < times[4]


def test_a_rebuild_tells_products_by_the_mappings_of_today(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pattern that took too much and was mended would keep its codes out of every figure of products for ever."""

    def counter(name: str, *not_products: str) -> Counter:
        return open_counter(database, tmp_path, monkeypatch, mapping_with(name=name, not_products=list(not_products)))

    def told() -> dict[str, Any]:
        rows = counter("sales").rows("select sku, is_product from scout.dim_product order by sku")
        return {row["sku"]: row["is_product"] for row in rows}

    codes = ("RICE", "RICH", "SALT")
    shop = counter("sales", "^RIC")
    shop.take("shop.csv", csv_bytes(*(line(f"T{sku}", sku=sku) for sku in codes)))
    stall = counter("stall", "^RICH$", "^SALT$")
    stall.take("stall.csv", csv_bytes(line("S1", sku="RICH")))
    stall.carry()
    assert told() == {"RICE": False, "RICH": False, "SALT": True}
    shop.rows("delete from ops.dirty_buckets returning 1")

    counter("sales", "^SALT$")
    refresh.rebuild_months(database, date(2024, 3, 1), date(2024, 3, 1))
    assert told() == {"RICE": True, "RICH": False, "SALT": False}, "the stall never sold salt, and still sells no RICH"
    marked = "select count(*) as n from ops.dirty_buckets where layer = 'gold/product_mix' and cause = 'described'"
    assert shop.rows(marked) == [{"n": 1}]
    shop.assert_promises()
