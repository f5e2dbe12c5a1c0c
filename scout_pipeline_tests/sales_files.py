"""A counter of the tests: files of any shape go in under a mapping of its own, what became of each line comes out."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from scout_pipeline import settings
from scout_pipeline.bronze import landing
from scout_pipeline.bronze.landing import FileOutcome
from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline.silver import refresh
from scout_pipeline.sources import mapping as mappings

COLUMNS = ("receipt", "sold_at", "sku", "quantity", "unit_price", "description", "customer", "region")
HEADER = ",".join(COLUMNS).encode() + b"\n"
Record = Mapping[str, Any]
MAPPING: dict[str, Any] = {
    "name": "sales",
    "title": "Sales of the tests",
    "format": {"kind": "csv"},
    "grain": "line",
    "time_zone": "Asia/Manila",
    "currency": {"code": "PHP"},
    "store": {"code": "S1"},
    "fields": {
        "transaction_id": "receipt",
        "sold_at": "sold_at",
        "sku": "sku",
        "quantity": "quantity",
        "unit_price": "unit_price",
        "description": "description",
        "customer_id": "customer",
        "region": "region",
    },
    "customer_id_form": "integer",
    "transaction_types": {"returns": "^R"},
}
AT_REST = (
    "ledger_balances",
    "bronze_is_carried",
    "lines_are_conserved",
    "nothing_is_pending",
    "transactions_are_unique",
    "headers_equal_lines",
    "dimensions_cover_facts",
)


def mapping_with(**changes: Any) -> dict[str, Any]:
    """The mapping of the tests with other top-level keys; a dict is merged into the one that is there, None removes."""
    content = dict(MAPPING)
    for key, value in changes.items():
        if value is None:
            content.pop(key, None)
        elif isinstance(value, dict) and isinstance(content.get(key), dict):
            merged = {**content[key], **value}
            content[key] = {name: part for name, part in merged.items() if part is not None}
        else:
            content[key] = value
    return content


def use_mappings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder the deployment's own mappings; subprocesses inherit it."""
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("SCOUT_MAPPINGS_DIR", str(folder))
    settings.current.cache_clear()
    return folder


def write_mapping(folder: Path, content: Mapping[str, Any], *, file_name: str | None = None) -> Path:
    """One mapping file, named like its source unless told otherwise."""
    path = folder / (file_name or f"{content['name']}.yaml")
    path.write_text(yaml.safe_dump(dict(content), allow_unicode=True), encoding="utf-8")
    return path


def line(receipt: str = "T1", **values: str) -> dict[str, str]:
    """One good line of a receipt."""
    return {
        "receipt": receipt,
        "sold_at": "2024-03-05 10:00:00",
        "sku": "RICE",
        "quantity": "2",
        "unit_price": "10.50",
        "description": "Rice",
        "customer": "17850",
        "region": "North",
        **values,
    }


def csv_text(records: Iterable[Record], columns: Sequence[str] = COLUMNS) -> str:
    """A CSV file with header and LF line ends."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return stream.getvalue()


def csv_bytes(*records: Record) -> bytes:
    return csv_text(records).encode()


@dataclass
class Counter:
    """Where one source hands in its files: a landing folder, a mapping, and the real database behind them."""

    database: Database
    folder: Path
    mapping: mappings.Mapping

    def put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def take(self, name: str, content: bytes) -> FileOutcome:
        """Write one file and take it into bronze."""
        (outcome,) = landing.ingest(self.database, [self.put(name, content)], self.mapping)
        return outcome

    def carry(self) -> refresh.SilverReport:
        """Carry all that waits through silver; the promises of bronze and silver must hold then."""
        total = refresh.SilverReport()
        while (window := refresh.carry_window(self.database)) is not None:
            total.add({name: value for name, value in vars(window).items() if name not in ("months", "watermark")})
        self.assert_promises()
        return total

    def assert_promises(self, names: Sequence[str] = AT_REST) -> None:
        with self.database.transaction() as connection:
            for promise in promises.PROMISES:
                if promise.name in names:
                    result = promises.check(connection, promise)
                    assert result.holds, (promise.name, result.sample)

    def rows(self, statement: str, **params: Any) -> list[dict[str, Any]]:
        with self.database.transaction() as connection:
            return [dict(row) for row in connection.execute(sa.text(statement), params).mappings()]

    def quarantine(self) -> list[dict[str, Any]]:
        """Layer, line number, reason, detail, bytes and payload, in the order of the files and their lines."""
        return self.rows(
            "select layer, line_number, reason_code, detail, raw_bytes, payload from scout.quarantine "
            "order by layer, batch_id, line_number"
        )

    def reasons(self) -> list[tuple[str, int | None, str]]:
        return [(row["layer"], row["line_number"], row["reason_code"]) for row in self.quarantine()]

    def ledger(self) -> list[dict[str, Any]]:
        return self.rows("select * from scout.bronze_ingestion_batches order by batch_id")

    def receipts(self) -> list[str]:
        """The transactions that arrived in silver."""
        found = self.rows("select transaction_id from scout.silver_transactions_cleaned order by transaction_id")
        return [row["transaction_id"] for row in found]

    def silver(self) -> list[dict[str, Any]]:
        """All that silver says of each line and its receipt, without technical columns."""
        return self.rows(
            "select t.store_id, t.date_key, t.transaction_id, t.transaction_type, t.sold_at, t.customer_id, t.region, "
            "t.line_count, t.units, t.gross_sales, t.returns_value, t.peso_value, i.line_number, i.line_type, i.sku, "
            "i.description, i.quantity, i.unit_price, i.subtotal "
            "from scout.silver_transactions_cleaned as t "
            "join scout.silver_transaction_items as i using (store_id, date_key, source_id, transaction_id) "
            "order by t.transaction_id, i.line_number"
        )


def open_counter(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch, content: Mapping[str, Any]
) -> Counter:
    """A counter for the source of this mapping; counters of one test may share the folder."""
    own = use_mappings(folder / "mappings", monkeypatch)
    write_mapping(own, content)
    return Counter(database, folder / "landing", mappings.load(content["name"]))
