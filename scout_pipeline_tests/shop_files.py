"""Small sales files of several shops, under a mapping of the tests' own: what the tests feed to the real pipeline."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pytest

from scout_pipeline import settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.sources import mapping as mappings

MAPPING = """\
name: test_shops
title: Shops of the tests, one line a record
format: {kind: csv, final_newline: required}
grain: line
time_zone: Asia/Manila
time_format: iso
currency: {code: PHP, rate: "1"}
store: {field: store}
fields:
  transaction_id: receipt
  sold_at: sold_at
  sku: sku
  quantity: quantity
  unit_price: unit_price
  description: description
  customer_id: customer
  region: region
transaction_types:
  returns: "^R"
  negative_quantity: adjustment
not_products: ["^FEE$"]
"""


@dataclass(frozen=True)
class Line:
    """One line of a receipt, as text. An id that begins with R is a return."""

    receipt: str
    store: str = "A"
    sold_at: str = "2024-03-05 10:00:00"
    sku: str = "RICE"
    quantity: str = "1"
    unit_price: str = "10.00"
    description: str = "Rice"
    customer: str = "c1"
    region: str = "North"


COLUMNS = [column.name for column in fields(Line)]


def install_mapping(folder: Path, monkeypatch: pytest.MonkeyPatch) -> mappings.Mapping:
    """Make the shops' mapping known to this process; subprocesses inherit it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "test_shops.yaml").write_text(MAPPING)
    monkeypatch.setenv("SCOUT_MAPPINGS_DIR", str(folder))
    settings.current.cache_clear()
    return mappings.load("test_shops")


def write(path: Path, lines: Iterable[Line]) -> Path:
    """One CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(line) for line in lines)
    return path


def take(database: Database, folder: Path, name: str, *lines: Line) -> None:
    """Write one file and take it into bronze; it must be taken whole."""
    (outcome,) = landing.ingest(database, [write(folder / name, lines)], mappings.load("test_shops"))
    assert outcome.status == "loaded", outcome
