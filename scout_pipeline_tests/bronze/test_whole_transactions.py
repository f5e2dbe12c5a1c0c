"""Records that are whole transactions: each one is a version by itself."""

import json
from pathlib import Path

import pytest

from scout_pipeline import flow, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline.sources import mapping as mappings

MAPPING = """\
name: receipts
title: Receipts of the tests, one document each
format: {kind: jsonl}
grain: transaction
items: items
time_zone: Asia/Manila
currency: {code: PHP}
store: {code: S1}
fields: {transaction_id: id, sold_at: at, sku: sku, quantity: quantity, unit_price: price}
"""


def _receipt(name: str, *prices: str) -> str:
    items = [{"sku": "RICE", "quantity": "1", "price": price} for price in prices]
    return json.dumps({"id": name, "at": "2024-03-05 10:00:00", "items": items})


def test_a_receipt_sent_three_times_in_one_file_is_its_last_version_not_their_sum(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A till that sends a corrected receipt again in the same hour would otherwise sell everything twice."""
    (tmp_path / "receipts.yaml").write_text(MAPPING)
    monkeypatch.setenv("SCOUT_MAPPINGS_DIR", str(tmp_path))
    settings.current.cache_clear()
    path = tmp_path / "a.jsonl"
    path.write_text(
        "\n".join([_receipt("1", "10"), _receipt("2", "7"), _receipt("1", "10"), _receipt("1", "20", "30")])
    )
    (outcome,) = landing.ingest(database, [path], mappings.load("receipts"))
    assert (outcome.lines_read, outcome.lines_loaded, outcome.lines_duplicate) == (4, 3, 1)
    flow.run_incremental(database)
    with database.transaction() as connection:
        sold = connection.exec_driver_sql(
            "select transaction_id, peso_value::int from scout.silver_transactions_cleaned order by 1"
        ).all()
        assert [tuple(row) for row in sold] == [("1", 50), ("2", 7)]
        assert [result.promise.name for result in promises.check_all(connection) if not result.holds] == []
