"""Sales of a small world in which brands, categories and codes meet every edge, and what silver says of their lines."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.silver import reconcile
from scout_pipeline_tests import shop_files
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, item, sale
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.shop_files import Line

Key = tuple[Any, ...]

SALES: tuple[Document, ...] = (
    # the last second of January in Manila, and half an hour later, said in UTC
    sale("1", "S1", "2026-01-31T23:59:59+08:00", [item("KOPI", 2, 8.5), item("KOPI", 1, 9), item("RICE", 1, 50)]),
    sale("2", "S1", "2026-01-31T16:30:00Z", [item("KOPI", 1, None), item("CHIPS", 3, 7)], customer_id="c1"),
    # the same customer in another store
    sale("3", "S2", "2026-02-01T09:00:00+08:00", [item("KOPI", 1, 8.5)], customer_id="c1"),
    # nobody known, no price, and a record that knows the brand better than the catalogue
    sale("4", "S2", "2026-02-01T10:00:00+08:00", [item("CHIPS", 1, 0, brand_name="Kopiko"), item("RICE", 0.5, 50)]),
    sale("5", "S2", "2026-02-05T10:00:00+08:00", [item("RICE", 2, 50), item("CHIPS", 1, 7)], customer_id="c2"),
    sale("6", "S1", "2026-02-05T11:00:00+08:00", [item("KOPI", 4, 8.5), item("RICE", 1, 48)], customer_id="c3"),
    sale("7", "S1", "2026-03-31T23:00:00+08:00", [item("KOPI", 1, 8.5), item("CHIPS", 1, 7), item("RICE", 1, 50)]),
    sale("voided", "S1", "2026-02-05T12:00:00+08:00", [item("KOPI", 9, 8.5)], customer_id="c4", status="voided"),
)
# a source without brands, categories and catalogue: what was returned leaves no units, a fee is no product
RECEIPTS = (
    Line("s1", sold_at="2026-02-01 08:00:00", sku="SOAP", quantity="3", unit_price="3.25", region=""),
    Line("s2", sold_at="2026-02-03 08:00:00", sku="SOAP", quantity="1", unit_price="4.00", customer="c1"),
    Line("R3", sold_at="2026-02-03 09:00:00", sku="SOAP", quantity="-1", unit_price="3.25", customer=""),
    Line("s4", sold_at="2026-02-05 09:00:00", sku="FEE", quantity="1", unit_price="25.00", store="B"),
    Line("s4", sold_at="2026-02-05 09:00:00", sku="SOAP", quantity="2", unit_price="3.10", store="B"),
    Line("R5", sold_at="2026-02-06 09:00:00", sku="EGGS", quantity="-2", unit_price="8.00", store="B"),
)
LATE = sale("late", "S2", "2026-02-05T18:00:00+08:00", [item("KOPI", 1, 8.5)], customer_id="c9")
MOVED = {**SALES[4], "timestamp": "2026-03-09T10:00:00+08:00"}
VOIDED = {**SALES[5], "status": "voided"}


class Sold(NamedTuple):
    """A line of a sale that counts, with what its header and the catalogue say."""

    sale: tuple[int, str]
    store_id: int
    day: date
    hour: int
    customer: str | None
    sku: str
    brand: str
    category: str
    units: Decimal
    value: Decimal
    is_product: bool

    @property
    def month(self) -> date:
        return self.day.replace(day=1)


def _carry(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop_files.install_mapping(folder / "mappings", monkeypatch)
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(*SALES)
    shop_files.take(database, folder, "receipts.csv", *RECEIPTS)
    floor.carry()


CARRIED = State("products", _carry)


def open_floor(prepared: Prepared, folder: Path, monkeypatch: pytest.MonkeyPatch, *, state: State = CARRIED) -> Floor:
    """The small world with all sales carried, and more may come."""
    shop_files.install_mapping(folder / "mappings", monkeypatch)
    return Floor(prepared.copy(state), folder)


def sold_lines(floor: Floor) -> list[Sold]:
    """Every line in silver, one by one: what the figures are computed from, without SQL."""
    rows = floor.rows(
        """
        select
            item.source_id, item.transaction_id, item.store_id, item.date_key, sale.sold_hour, sale.customer_id::text,
            item.sku, item.brand_name, item.category, item.quantity, item.subtotal, product.is_product
        from scout.silver_transaction_items as item
        inner join scout.silver_transactions_cleaned as sale using (store_id, date_key, source_id, transaction_id)
        inner join scout.dim_product as product on item.sku = product.sku and product.is_current
        """
    )
    return [
        Sold(
            (source, transaction),
            store,
            day,
            hour,
            customer,
            sku,
            brand or "Unbranded",
            category or "Uncategorised",
            count,
            amount,
            is_product,
        )
        for source, transaction, store, day, hour, customer, sku, brand, category, count, amount, is_product in rows
    ]


def groups(lines: Iterable[Sold], key: Callable[[Sold], Key]) -> Iterator[tuple[Key, list[Sold]]]:
    """The lines by a key."""
    found: dict[Key, list[Sold]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    yield from found.items()


def units(lines: Iterable[Sold]) -> Decimal:
    return sum((line.units for line in lines), Decimal(0))


def value(lines: Iterable[Sold]) -> Decimal:
    return sum((line.value for line in lines), Decimal(0))


def customers(lines: Iterable[Sold]) -> int:
    return len({line.customer for line in lines} - {None})


def to_four(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def written_at(floor: Floor, table: str, *grain: str) -> dict[Key, object]:
    """When each row of a gold table was written, by its key."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in (*grain, "refreshed_at")]
    statement = sa.select(*columns).select_from(sa.table(table, schema="scout"))
    return {row[:-1]: row[-1] for row in floor.rows(str(statement))}


def touched(floor: Floor, table: str, grain: tuple[str, ...], *sales: Document) -> set[Key]:
    """The keys whose rows are new, rewritten or gone after these sales were carried."""
    before = written_at(floor, table, *grain)
    floor.take_sales(*sales)
    floor.carry()
    after = written_at(floor, table, *grain)
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def assert_equal_to_a_rebuild(floor: Floor, *tables: str) -> None:
    """Late, moved and voided sales, one after the other, end as everything computed again from bronze does."""
    for change in (LATE, MOVED, VOIDED):
        floor.take_sales(change)
        floor.carry()
    assert floor.broken_promises() == []
    incremental = fingerprint(floor.database)
    floor.carry()
    assert fingerprint(floor.database) == incremental, "a second run changed something"
    reconcile.restart(floor.database)
    flow.run_incremental(floor.database)
    assert fingerprint(floor.database) == incremental
    assert set(tables) <= set(incremental)
