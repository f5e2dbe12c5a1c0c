"""Gold rebuilds what changed and nothing else, and never keeps a figure whose sales are gone."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import crash_points, flow
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates
from scout_pipeline.silver import refresh as silver
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.shop_files import Line, install_mapping, take

REFRESH_TIMES = """
    select 'day', store_code || ' ' || date_key, refreshed_at
    from scout.gold_daily_aggregates inner join scout.dim_store using (store_id)
    union all
    select 'region', region || ' ' || date_key, refreshed_at from scout.gold_regional_performance
    union all
    select 'store', store_code || ' ' || month, refreshed_at
    from scout.gold_store_performance inner join scout.dim_store using (store_id)
    union all
    select 'product', sku || ' ' || month, refreshed_at from scout.gold_product_performance
    union all
    select 'customer', customer_id::text, refreshed_at from scout.gold_customer_insights
"""
SALES = [
    Line("1", store="A", sold_at="2024-01-15 10:00:00", sku="RICE", customer="c1"),
    Line("2", store="B", sold_at="2024-01-15 10:00:00", sku="SOAP", customer="c2", region="South"),
    Line("3", store="A", sold_at="2024-01-16 10:00:00", sku="RICE", customer="c3"),
    Line("4", store="A", sold_at="2024-02-10 10:00:00", sku="RICE", customer="c4"),
    Line("5", store="B", sold_at="2024-02-11 10:00:00", sku="SOAP", customer="c2", region="South"),
]


@pytest.fixture(autouse=True)
def shops(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping:
    return install_mapping(open_folder / "mappings", monkeypatch)


def query(database: Database, statement: str | sa.Select[Any]) -> list[Any]:
    with database.transaction() as connection:
        return list(map(tuple, connection.execute(sa.text(statement) if isinstance(statement, str) else statement)))


def run(database: Database, folder: Path, name: str, *lines: Line) -> None:
    take(database, folder, name, *lines)
    flow.run_incremental(database)


def refresh_times(database: Database) -> dict[tuple[str, str], object]:
    """When each gold row was written, by table and key."""
    return {(table, key): refreshed_at for table, key, refreshed_at in query(database, REFRESH_TIMES)}


def gold_of(database: Database) -> dict[str, str]:
    return {table: value for table, value in fingerprint(database).items() if "gold_" in table or "mv_" in table}


def _carry(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_mapping(folder / "mappings", monkeypatch)
    run(database, folder, "sales.csv", *SALES)


SOLD = State("sold for buckets", _carry)


@pytest.fixture
def sold(prepared: Prepared) -> Database:
    """All sales were carried, and more may come."""
    return prepared.copy(SOLD)


def test_a_late_file_rebuilds_its_own_buckets_only(sold: Database, open_folder: Path) -> None:
    """Work would grow with history, and every figure would look new although nothing changed."""
    before = refresh_times(sold)
    run(sold, open_folder, "late.csv", Line("late", store="A", sold_at="2024-01-15 18:00:00", customer="c9"))
    after = refresh_times(sold)
    written = {key for key in after if after[key] != before.get(key)}
    customers = {key for key in written if key[0] == "customer"}
    assert len(customers) == 1, "only the customer of the late sale"
    assert customers.isdisjoint(before)
    assert written - customers == {
        ("day", "A 2024-01-15"),
        ("region", "North 2024-01-15"),
        ("region", "South 2024-01-15"),
        ("store", "A 2024-01-01"),
        ("product", "RICE 2024-01-01"),
        ("product", "SOAP 2024-01-01"),
    }


CORRECTIONS = {
    "day": {"sold_at": "2024-01-20 10:00:00"},
    "month": {"sold_at": "2024-03-01 00:00:00"},
    "earlier_month": {"sold_at": "2023-12-31 23:59:59"},
    "region": {"region": "East"},
    "no_region": {"region": ""},
    "customer": {"customer": "c7"},
    "no_customer": {"customer": ""},
    "store": {"store": "C"},
    "code": {"sku": "MILK"},
    "value": {"unit_price": "12.3456", "quantity": "7"},
    "everything": {
        "sold_at": "2024-03-09 01:00:00",
        "region": "West",
        "customer": "c8",
        "store": "D",
        "sku": "EGGS",
        "quantity": "-3",
    },
}


@pytest.mark.parametrize("change", CORRECTIONS.values(), ids=CORRECTIONS)
def test_a_corrected_sale_leaves_no_stale_figure(
    sold: Database, database: Database, open_folder: Path, change: dict[str, str]
) -> None:
    """The old figure would stay beside the new one, and the sale would be counted twice in one of the tables."""
    only_sale_of_its_day = 2
    corrected = replace(SALES[only_sale_of_its_day], **change)
    before = gold_of(sold)
    run(sold, open_folder, "corrected.csv", corrected)
    run(database, open_folder, "right.csv", *SALES[:2], corrected, *SALES[3:])
    never_wrong = gold_of(database)
    assert before != never_wrong
    assert gold_of(sold) == never_wrong


def test_a_day_without_sales_disappears(sold: Database, open_folder: Path) -> None:
    """A day whose only sale moved away would keep its revenue for ever."""
    run(sold, open_folder, "corrected.csv", replace(SALES[2], sold_at="2024-02-10 11:00:00"))
    assert query(sold, "select 1 from scout.gold_daily_aggregates where date_key = '2024-01-16'") == []
    assert query(sold, "select 1 from scout.gold_regional_performance where date_key = '2024-01-16'") == []


def test_a_restatement_says_what_a_closed_day_was_is_and_why(sold: Database, open_folder: Path) -> None:
    """A figure that somebody reported last week would change without a trace."""
    restated = """
        select date_key, kpi, old_value, new_value, cause
        from ops.restatements inner join scout.dim_store using (store_id)
        where store_code = 'B' order by restatement_id
    """
    run(sold, open_folder, "open_day.csv", replace(SALES[4], quantity="2"))
    assert query(sold, "select 1 from ops.restatements") == [], "the latest day is not closed yet"
    run(sold, open_folder, "closed_day.csv", replace(SALES[1], quantity="3"))
    day = date(2024, 1, 15)
    assert query(sold, restated) == [
        (day, "avg_transaction_value", Decimal(10), Decimal(30), "received"),
        (day, "gross_sales", Decimal(10), Decimal(30), "received"),
        (day, "net_revenue", Decimal(10), Decimal(30), "received"),
        (day, "units", Decimal(1), Decimal(3), "received"),
    ]
    flow.run_rebuild(sold, date(2024, 1, 1), date(2024, 2, 1))
    assert len(query(sold, "select 1 from ops.restatements")) == 4, "a rebuild that changes nothing restates nothing"
    run(sold, open_folder, "gone.csv", replace(SALES[1], store="C"))
    assert query(sold, restated)[-1] == (day, "units", Decimal(3), None, "received")


@contextmanager
def paused_at(point: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """The first to reach the point waits there; the events: it has arrived, and it may go on."""
    arrived, go_on = threading.Event(), threading.Event()

    def reach(reached: str) -> None:
        if reached == point and not arrived.is_set():
            arrived.set()
            assert go_on.wait(20)

    monkeypatch.setattr(crash_points, "reach", reach)
    try:
        yield arrived, go_on
    finally:
        go_on.set()


def settle(database: Database, second: Future[object]) -> bool:
    """Wait until the second one is done or stands before a lock; was it held up?"""
    blocked = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    for _ in range(500):
        if second.done():
            return False
        if query(database, blocked):
            return True
        time.sleep(0.01)
    raise AssertionError("the second transaction neither ends nor waits")


def _mark(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_mapping(folder / "mappings", monkeypatch)
    take(database, folder, "sales.csv", *SALES)
    silver.carry_window(database)


def _clean(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_mapping(folder / "mappings", monkeypatch)
    daily_aggregates.refresh(database)
    # another bucket, so that gold has something to take
    take(database, folder, "other.csv", Line("other", store="Z", sold_at="2024-02-20 10:00:00"))
    silver.carry_window(database)


MARKED = State("buckets are marked", _mark)
CLEAN = State("another bucket is marked", _clean, MARKED)
INTERLEAVINGS: dict[str, tuple[str, Callable[[Database], object], Callable[[Database], object]]] = {
    "gold_has_taken_its_marks": ("gold.taken", daily_aggregates.refresh, silver.carry_window),
    "gold_has_removed_its_rows": ("gold.deleted", daily_aggregates.refresh, silver.carry_window),
    "gold_has_read_silver": ("gold.inserted", daily_aggregates.refresh, silver.carry_window),
    "silver_has_written_facts": ("silver.written", silver.carry_window, daily_aggregates.refresh),
    "silver_has_marked": ("silver.marked", silver.carry_window, daily_aggregates.refresh),
}


@pytest.mark.parametrize("is_marked_before", [True, False], ids=["bucket_marked_before", "bucket_clean_before"])
@pytest.mark.parametrize(("point", "first", "second"), INTERLEAVINGS.values(), ids=INTERLEAVINGS)
def test_gold_beside_a_silver_commit_loses_no_mark(
    prepared: Prepared,
    open_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    first: Callable[[Database], object],
    second: Callable[[Database], object],
    is_marked_before: bool,
) -> None:
    """Silver marks a bucket while gold takes the mark away: the new sale would wait for the next change of its day."""
    database = prepared.copy(MARKED if is_marked_before else CLEAN)
    take(database, open_folder, "more.csv", Line("more", store="A", sold_at="2024-01-15 11:00:00"))
    with paused_at(point, monkeypatch) as (arrived, go_on), ThreadPoolExecutor(2) as pool:
        try:
            ahead = pool.submit(first, database)
            assert arrived.wait(20)
            behind = pool.submit(second, database)
            settle(database, behind)
        finally:
            go_on.set()
        ahead.result()
        behind.result()
    flow.run_incremental(database)
    value = query(
        database,
        "select net_revenue, transaction_count from scout.gold_daily_aggregates"
        " where date_key = '2024-01-15' and store_id = (select store_id from scout.dim_store where store_code = 'A')",
    )
    assert value == [(Decimal(20), 2)]
    assert query(database, "select 1 from ops.dirty_buckets") == []


# value: score, on both sides of each threshold
THRESHOLDS: dict[str, dict[str, int]] = {
    "recency": {"0": 5, "7": 5, "8": 4, "30": 4, "31": 3, "90": 3, "91": 2, "180": 2, "181": 1, "9999": 1},
    "frequency": {"0": 1, "4": 1, "5": 2, "9": 2, "10": 3, "14": 3, "15": 4, "19": 4, "20": 5, "999999999": 5},
    "monetary": {
        "-5": 1, "999.9999": 1, "1000": 2, "2499.99": 2, "2500": 3, "4999.99": 3, "5000": 4, "9999.9999": 4, "10000": 5
    },
}  # fmt: skip


def test_scores_change_at_their_thresholds(database: Database) -> None:
    """A customer one day or one peso beside a threshold would stand in the wrong segment."""
    for score, expected in THRESHOLDS.items():
        function = getattr(sa.func.scout, f"{score}_score")
        found = query(database, sa.select(*(function(sa.literal_column(value)) for value in expected)))
        assert dict(zip(expected, found[0], strict=True)) == expected, score


def segment(recency: int, frequency: int, monetary: int) -> str:
    """The first rule that fits, said once more in another language."""
    if min(recency, frequency, monetary) >= 4:
        return "Champions"
    if recency >= 3:
        for name, fits in (("Loyal", frequency >= 4), ("Big Spenders", monetary >= 4), ("Frequent", frequency >= 3)):
            if fits:
                return name
        return "Regular"
    if max(frequency, monetary) >= 3:
        return "At Risk"
    return "Lost" if recency == 1 else "Regular"


def test_every_combination_of_scores_has_its_segment(database: Database) -> None:
    """Two rules that overlap in the wrong order would hide the best customers among the frequent ones."""
    found = query(
        database,
        "select r, f, m, scout.customer_segment(r::smallint, f::smallint, m::smallint)"
        " from generate_series(1, 5) r, generate_series(1, 5) f, generate_series(1, 5) m",
    )
    assert len(found) == 125
    assert [row for row in found if row[3] != segment(*row[:3])] == []
