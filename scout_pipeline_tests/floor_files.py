"""A small shop floor for tests: reference records and sales go in as files of the two contracts, and are carried."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.bronze import landing
from scout_pipeline.bronze.landing import FileOutcome
from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline.sources import mapping as mappings

Document = Mapping[str, Any]


def reference(kind: str, code: str, valid_from: str = "2026-01-01", **attributes: Any) -> dict[str, Any]:
    """A reference record of the contract; stores and products get the attributes they cannot do without."""
    defaults: dict[str, dict[str, Any]] = {
        "store": {"store_name": f"Store {code}", "region": "NCR", "time_zone": "Asia/Manila"},
        "product": {"product_name": f"Product {code}", "category": "snacks", "unit_price": 10},
        "brand": {"owner": "Somebody", "is_tbwa_client": False},
        "category": {"category_group": "fmcg", "display_name": code.title()},
    }
    return {
        "id": f"{kind}/{code}/{valid_from}",
        "kind": kind,
        "code": code,
        "valid_from": valid_from,
        "attributes": {**defaults.get(kind, {}), **attributes},
    }


def item(sku: str = "RICE", quantity: float = 1, unit_price: float | None = 10, **changes: Any) -> dict[str, Any]:
    """One line of a basket; without a price the list price of its day counts."""
    return {"sku": sku, "quantity": quantity, "unit_price": unit_price, **changes}


def sale(
    identifier: str,
    store: str = "S1",
    at: str = "2026-02-05T10:00:00+08:00",
    items: list[dict[str, Any]] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """One sale of the contract."""
    return {"id": identifier, "store_id": store, "timestamp": at, "items": items or [item()], **changes}


# two shops in two regions, three products of two brands
SMALL_WORLD = (
    reference("store", "S1"),
    reference("store", "S2", region="Region VII"),
    reference("brand", "Kopiko", owner="Mayora", is_tbwa_client=False),
    reference("brand", "Oishi", owner="Liwayway", is_tbwa_client=True),
    reference("category", "beverages"),
    reference("category", "snacks"),
    reference("product", "RICE", category="canned_goods"),
    reference("product", "KOPI", brand_name="Kopiko", category="beverages", unit_price=8.5),
    reference("product", "CHIPS", brand_name="Oishi", category="snacks", unit_price=7),
)


class Floor:
    """Takes documents into bronze and carries them through all layers."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self._files = 0

    def take_reference(self, *records: Document) -> FileOutcome:
        """One file of reference records into bronze."""
        return self.take("scout_reference", *records)

    def take_sales(self, *sales: Document) -> FileOutcome:
        """One file of sales into bronze."""
        return self.take("scout", *sales)

    def carry(self) -> flow.RunReport:
        """All layers, incrementally."""
        return flow.run_incremental(self.database)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a query returns, as tuples."""
        with self.database.transaction() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]

    def broken_promises(self) -> list[str]:
        """Names of the promises that do not hold."""
        with self.database.transaction() as connection:
            return [result.promise.name for result in promises.check_all(connection) if not result.holds]

    def take(self, source: str, *documents: Document) -> FileOutcome:
        """One file of any source into bronze."""
        self._files += 1
        path = self.folder / f"{self._files:03}-{source}.jsonl"
        path.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
        (outcome,) = landing.ingest(self.database, [path], mappings.load(source))
        return outcome
