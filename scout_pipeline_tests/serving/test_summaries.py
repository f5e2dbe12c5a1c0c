"""The summaries that a deployment is shown with go on saying the truth when months are in the archive."""

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scout_pipeline import periods, settings
from scout_pipeline.cli import demo
from scout_pipeline.database import Database
from scout_pipeline.serving import summaries
from scout_pipeline_tests import months, shop_files

FIRST, LAST = date(2024, 1, 1), date(2024, 6, 1)


@pytest.fixture
def shop(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Six months of two stores, none archived yet."""
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", "a key of the tests")
    monkeypatch.setenv("SCOUT_ARCHIVE_URL", str(open_folder / "archive"))
    monkeypatch.setenv("SCOUT_BRONZE_MONTHS", "4")
    monkeypatch.setenv("SCOUT_SILVER_MONTHS", "4")
    settings.current.cache_clear()
    shop_files.install_mapping(open_folder / "mappings", monkeypatch)
    for month in periods.months(FIRST, LAST):
        months.receive(database, open_folder, month)
    months.carry(database)
    return database


def revenue(shop: Database) -> summaries.Rows:
    with shop.transaction() as connection:
        return summaries.monthly_revenue(connection)


def reconciled(shop: Database) -> Mapping[str, Any]:
    with shop.transaction() as connection:
        return summaries.reconciliation(connection)


def shown(shop: Database) -> str:
    written = io.StringIO()
    console = Console(width=200, file=written)
    console.print(demo._months_table(revenue(shop)))
    console.print(demo._reconciliation_table(dict(reconciled(shop))))
    return written.getvalue()


def test_an_archived_month_keeps_its_row_and_its_customers(shop: Database) -> None:
    """The year would begin with the first month that is not archived, and nobody would miss the others."""
    before = revenue(shop)
    assert [row["month"] for row in before] == ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06"]
    assert {row["unique_customers"] for row in before} == {4}
    months.maintain(shop, LAST)
    assert (
        months.scalar(shop, "select count(*) from scout.silver_transactions_cleaned where date_key < '2024-03-01'") == 0
    )
    assert revenue(shop) == before


def test_customers_of_an_archived_month_are_not_known_by_currency(shop: Database) -> None:
    """The customers of all stores would be shown as those of each currency, and a regular one counted twice."""
    months.execute(shop, "update scout.dim_store set currency_code = 'USD' where store_code = 'B' and is_current")
    before = revenue(shop)
    months.maintain(shop, LAST)
    after = revenue(shop)
    assert [row["unique_customers"] for row in before] == [3, 1] * 6
    assert [row["unique_customers"] for row in after] == [None] * 4 + [3, 1] * 4
    unknown = {"unique_customers": None}
    assert [{**row, **unknown} for row in after] == [{**row, **unknown} for row in before]
    assert " - " in shown(shop)


def test_silver_and_the_archive_together_are_what_gold_shows(shop: Database) -> None:
    """Two months of sales would look lost: gold shows them, and silver no longer has them."""
    before = reconciled(shop)
    assert (before["archived_months"], before["archived_lines"], before["archived_value"]) == (0, 0, 0)
    assert (before["silver_lines"], before["silver_value"]) == (before["gold_lines"], before["gold_value"])
    assert "archived" not in shown(shop)
    months.maintain(shop, LAST)
    after = reconciled(shop)
    assert after["archived_months"] == 2
    assert after["archived_lines"] == 24
    assert after["archived_value"] > 0
    for figure in ("lines", "value"):
        assert after[f"silver_{figure}"] < before[f"silver_{figure}"]
        assert after[f"silver_{figure}"] + after[f"archived_{figure}"] == after[f"gold_{figure}"]
        assert after[f"gold_{figure}"] == before[f"gold_{figure}"]
    assert "archived months: 2" in shown(shop)


def test_a_month_on_its_way_into_the_archive_is_not_counted_twice(shop: Database) -> None:
    """While its file is written a month still lies in silver, and how many lines it has is not known yet."""
    before = reconciled(shop)
    months.execute(
        shop,
        """
        insert into ops.archived_months (layer, month, state, sales_value)
        select 'silver', '2024-01-01', 'archiving', sum(peso_value)
        from scout.silver_transactions_cleaned where date_key < '2024-02-01';
        insert into ops.archived_partitions (relation, month, layer, partition_name, state)
        values ('scout.silver_transaction_items', '2024-01-01', 'silver', 'x', 'frozen');
        """,
    )
    after = reconciled(shop)
    assert (after["archived_months"], after["archived_lines"]) == (1, None)
    assert after["silver_value"] + after["archived_value"] == before["silver_value"]
    assert after["archived_value"] > Decimal(0)
