"""Sales of a few shops with the edges that figures by store and time trip over, and what changes them afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, item, reference, sale
from scout_pipeline_tests.prepared import Prepared, State, Work
from scout_pipeline_tests.shop_files import Line, install_mapping, take

Row = Mapping[str, Any]
WORLD = (
    *SMALL_WORLD,
    reference("store", "NYC", "2025-01-01", time_zone="America/New_York"),
    reference("product", "RICE", "2025-01-01", category="canned_goods"),
    reference("store", "QUIET"),
)
KOPI, CHIPS = item("KOPI", 2, 8.5), item("CHIPS", 3, 7)
SALES: tuple[Document, ...] = (
    sale("1", customer_id="c1", items=[item(), KOPI], payment_method="cash"),
    sale("2", at="2026-02-05T10:59:59+08:00", customer_id="c1", items=[CHIPS], payment_method="gcash"),
    sale("3", at="2026-02-05T11:00:00+08:00", customer_id="c2", payment_method="gcash", campaign_influenced=True),
    sale("4", at="2026-02-05T23:59:59+08:00", items=[item(quantity=0.001, unit_price=0.0001)], payment_method="cash"),
    # midnight in Manila, said in UTC: the next business day
    sale("5", at="2026-02-05T16:00:00Z", customer_id="c1", items=[item(unit_price=33.3333)]),
    sale("6", "S2", "2026-02-05T18:00:00+08:00", customer_id="c1", campaign_id="SUMMER", items=[CHIPS, CHIPS]),
    sale("7", "S2", "2026-02-05T17:59:59+08:00", customer_id="c3", campaign_id="SUMMER", campaign_influenced=False),
    sale("8", "S2", "2026-02-09T06:00:00+08:00", customer_id="c3"),
    sale("9", "S2", "2026-03-31T22:00:00+08:00"),
    sale("10", "S2", "2026-04-01T00:30:00+08:00", customer_id="c4"),
    # the hour that comes twice when clocks are set back, and both sides of the one that never comes
    sale("11", "NYC", "2025-11-02T01:30:00-04:00", customer_id="c5"),
    sale("12", "NYC", "2025-11-02T01:30:00-05:00", customer_id="c5"),
    sale("13", "NYC", "2026-03-08T01:59:59-05:00", customer_id="c6"),
    sale("14", "NYC", "2026-03-08T03:00:00-04:00", customer_id="c5"),
    sale("voided at once", at="2026-02-05T10:30:00+08:00", customer_id="c9", status="voided"),
)
NOON = "2026-02-05T12:00:00+08:00"
SUGGESTIONS = (
    sale("accepted", at=NOON, suggestion_offered=True, suggestion_accepted=True),
    sale("rejected", at=NOON, suggestion_offered=True, suggestion_accepted=False),
    sale("nobody says", at=NOON, suggestion_offered=True),
    sale("nothing offered", at=NOON, suggestion_offered=False, suggestion_accepted=False),
    sale("a contradiction", at=NOON, suggestion_offered=False, suggestion_accepted=True),
    sale("another one", at=NOON, suggestion_accepted=True),
    sale("voided", at=NOON, suggestion_offered=True, suggestion_accepted=True, status="voided"),
    sale("late night", "S2", "2026-02-09T23:59:59+08:00", suggestion_offered=True, suggestion_accepted=True),
)
# receipts of another source: returns, and a shop that says no region
RECEIPTS = (
    Line("r1", store="A", sold_at="2026-02-07 10:00:00", customer="x1"),
    Line("R2", store="A", sold_at="2026-02-07 10:20:00", customer="x2", quantity="-1"),
    Line("R3", store="A", sold_at="2026-02-08 10:20:00", customer="x1", quantity="-1"),
    Line("r4", store="A", sold_at="2026-02-08 12:00:00", customer="", region=""),
)


@dataclass(frozen=True)
class Change:
    """A file that comes later, and the (store, business day) pairs that it concerns."""

    file: tuple[Document, ...]
    touched: frozenset[tuple[str, date]]


def day(text: str) -> date:
    return date.fromisoformat(text)


S1_DAY, NEXT_DAY, S2_DAY = ("S1", day("2026-02-05")), ("S1", day("2026-02-06")), ("S2", day("2026-02-09"))
CHANGES = {
    "late": Change((sale("late", at="2026-02-05T10:10:00+08:00", customer_id="c8"),), frozenset({S1_DAY})),
    "moved": Change(
        (sale("3", at="2026-02-06T09:00:00+08:00", customer_id="c2"),),
        frozenset({S1_DAY, NEXT_DAY}),
    ),
    "voided": Change(
        (sale("8", "S2", "2026-02-09T06:00:00+08:00", customer_id="c3", status="voided"),), frozenset({S2_DAY})
    ),
    "moved_to_another_shop": Change(
        (sale("8", "S1", "2026-02-06T06:00:00+08:00", customer_id="c3"),), frozenset({S2_DAY, NEXT_DAY})
    ),
}


def open_floor(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """Shops and products are known, nothing was sold."""
    install_mapping(folder / "mappings", monkeypatch)
    floor = Floor(database, folder)
    floor.take_reference(*WORLD)
    return floor


def sell(floor: Floor, *sales: Document) -> None:
    """All sales of this module, and these; carried through all layers."""
    floor.take_sales(*SALES, *sales)
    take(floor.database, floor.folder, "receipts.csv", *RECEIPTS)
    floor.carry()


def selling(*sales: Document) -> Work:
    return lambda database, folder, patch: sell(open_floor(database, folder, patch), *sales)


def changing(change: Change) -> Work:
    """A later file, carried through all layers."""

    def work(database: Database, folder: Path, _: pytest.MonkeyPatch) -> None:
        floor = Floor(database, folder)
        floor.take_sales(*change.file)
        floor.carry()

    return work


NOTHING_SOLD = State("nothing sold", lambda database, folder, patch: open_floor(database, folder, patch).carry())
SOLD = State("sold", selling())
CHANGED = {name: State(name, changing(change), SOLD) for name, change in CHANGES.items()}
# the same with suggestions
SUGGESTED = State("suggested", selling(*SUGGESTIONS))
SUGGESTED_CHANGED = {name: State(name, changing(change), SUGGESTED) for name, change in CHANGES.items()}


def around(prepared: Prepared, changed: State) -> tuple[Floor, Floor]:
    """The shops as they were before the change, and after it; both to look at only."""
    assert changed.before is not None
    before, after = (Floor(prepared.look(state), Path()) for state in (changed.before, changed))
    return before, after


def sales_of(floor: Floor) -> list[dict[str, Any]]:
    """The sales that count, as silver has them."""
    names = (
        "store",
        "day",
        "hour",
        "customer",
        "region",
        "value",
        "units",
        "kind",
        "payment",
        "campaign",
        "influenced",
        "key",
    )
    found = floor.rows(
        "select registry.store_code, date_key, sold_hour, customer_id::text, region, peso_value, units, "
        "transaction_type, payment_method, campaign_id, is_campaign_influenced, transaction_id "
        "from scout.silver_transactions_cleaned join scout.store_registry as registry using (store_id) "
        "where deleted_at is null"
    )
    return [dict(zip(names, row, strict=True)) for row in found]


def grouped(rows: Iterable[Row], *keys: str) -> dict[tuple[Any, ...], list[Row]]:
    """Rows by their values of these keys."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def basic_figures(rows: list[Row]) -> tuple[Any, ...]:
    """transaction_count, units, net_revenue, unique_customers and avg_transaction_value of these sales."""
    revenue = sum((row["value"] for row in rows), Decimal(0))
    customers = {row["customer"] for row in rows} - {None}
    return len(rows), sum(row["units"] for row in rows), revenue, len(customers), to_four(revenue / len(rows))


def to_four(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def periods_of(found: date) -> dict[str, date]:
    """The first days of the day, the week and the month of a day."""
    return {"day": found, "week": found - timedelta(days=found.weekday()), "month": found.replace(day=1)}


def refresh_times(floor: Floor, query: str) -> dict[tuple[Any, ...], Any]:
    """When each row was written, by its key; the query returns the key and then refreshed_at."""
    return {row[:-1]: row[-1] for row in floor.rows(query)}


def written_between(before: Floor, after: Floor, query: str) -> set[tuple[Any, ...]]:
    """Keys of the rows that a change wrote, or took away."""
    old, new = refresh_times(before, query), refresh_times(after, query)
    return {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}


def written_by(floor: Floor, change: Change, query: str) -> set[tuple[Any, ...]]:
    """Keys of the rows that a change wrote, or took away."""
    before = refresh_times(floor, query)
    floor.take_sales(*change.file)
    floor.carry()
    after = refresh_times(floor, query)
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def assert_a_rebuild_says_the_same(floor: Floor, table: str, query: str) -> None:
    """What came about by changes is what one computation of everything gives; running again writes nothing."""
    known = fingerprint(floor.database)
    assert table in known
    assert floor.broken_promises() == []
    times = refresh_times(floor, query)
    floor.carry()
    assert refresh_times(floor, query) == times, "nothing came, and rows were written"
    rebuild(floor)
    assert fingerprint(floor.database) == known
    assert floor.broken_promises() == []


def rebuild(floor: Floor) -> None:
    """All months in which anything was sold, computed again."""
    flow.run_rebuild(floor.database, date(2025, 11, 1), date(2026, 4, 1))
