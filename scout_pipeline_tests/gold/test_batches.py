"""What one transaction of gold takes: whole days or months, newest first, and nothing that lies between them."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import flow, sql_files
from scout_pipeline.database import Database, run
from scout_pipeline.gold import buckets, store_periods
from scout_pipeline.gold.buckets import Grain, RowCounts
from scout_pipeline.silver import reconcile
from scout_pipeline.silver import refresh as silver
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, reference, sale
from scout_pipeline_tests.test_equivalence import limits

LAYER = "gold/of_this_test"
TAKEN = sa.text("select to_char(date_key, 'MM-DD') as day, store_id from buckets order by 1, 2")
MARK = sa.text(
    "insert into ops.dirty_buckets (store_id, date_key, layer, cause)"
    " values (:store, to_date('2026-' || :day, 'YYYY-MM-DD'), :layer, 'test')"
)
LEFT = sa.text("delete from ops.dirty_buckets where layer = :layer returning to_char(date_key, 'MM-DD')")
# two stores on every day; May and April, then a month without a mark, then February
DAYS = ("05-31", "05-02", "05-01", "04-30", "02-28", "02-01")
# grain, most buckets and months without a mark between two of a batch; the days of each batch
BATCHES: dict[tuple[Grain, int, int], list[tuple[str, ...]]] = {
    (Grain.DAY, 1, 0): [(day,) for day in DAYS],
    (Grain.DAY, 3, 0): [DAYS[0:2], DAYS[2:4], DAYS[4:6]],
    (Grain.DAY, 1000, 0): [DAYS[0:4], DAYS[4:6]],
    (Grain.DAY, 1000, 1): [DAYS],
    (Grain.DAY, 3, 1): [DAYS[0:2], DAYS[2:4], DAYS[4:6]],
    (Grain.MONTH, 1, 0): [DAYS[0:3], DAYS[3:4], DAYS[4:6]],
    (Grain.MONTH, 7, 0): [DAYS[0:4], DAYS[4:6]],
    (Grain.STORE, 1, 0): [DAYS],
}
SCANNED = sa.text(
    "select relname, seq_scan + coalesce(idx_scan, 0) from pg_stat_xact_user_tables"
    " where schemaname = 'scout' and relname ~ 'y2026m(02|03|04)$'"
)


@pytest.mark.parametrize(("grain", "limit", "gap"), BATCHES, ids=lambda value: getattr(value, "value", value))
def test_a_batch_is_whole_and_spans_no_more_months_without_marks_than_it_may(
    database: Database, grain: Grain, limit: int, gap: int
) -> None:
    """A month would be computed once for every batch that holds a part of it, or read because it lies between two."""
    taken: list[list[Any]] = []

    def steps(connection: sa.Connection) -> RowCounts:
        taken.append([tuple(row) for row in connection.execute(TAKEN)])
        # a shop that goes on selling: this waits, else the oldest day would never have its turn
        connection.execute(MARK, {"store": 9, "day": f"12-{len(taken):02}", "layer": LAYER})
        return RowCounts(read=1)

    with database.transaction() as connection:
        for store in (1, 2):
            connection.execute(MARK, [{"store": store, "day": day, "layer": LAYER} for day in DAYS])
    report = buckets.refresh(database, LAYER, steps, grain=grain, empty_months=gap, bucket_limit=limit)
    assert taken == [
        [(day, store) for day in sorted(batch) for store in (1, 2)] for batch in BATCHES[grain, limit, gap]
    ]
    assert (report.buckets_rebuilt, report.rows_read) == (2 * len(DAYS), len(taken))
    with database.transaction() as connection:
        assert len(connection.execute(LEFT, {"layer": LAYER}).all()) == len(taken), "only what was marked meanwhile"


def test_the_size_of_batches_changes_no_row_that_is_read(database: Database, tmp_path: Path) -> None:
    """A bulk load would read a month of all stores again for every few thousand of its buckets."""
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD)
    days = [f"2026-{month}-{day}" for month in ("02", "03") for day in (10, 11, 12)]
    floor.take_sales(
        *(
            sale(f"{store} {day}", store=store, at=f"{day}T10:00:00+08:00", gender="female", request_mode="verbal")
            for store in ("S1", "S2")
            for day in days
        )
    )
    at_once = {layer.layer: layer.rows_read for layer in floor.carry().layers}
    reconcile.restart(database)
    with limits(window_row_limit=1000, bucket_limit=1):
        bit_by_bit = {layer.layer: layer.rows_read for layer in floor.carry().layers}
    assert bit_by_bit == at_once
    assert at_once["gold/store_product_summary"] == at_once["gold/regional_performance"] == 2 * len(days)
    assert at_once["gold/product_performance"] == 4, "one code of two stores in each of two months"
    assert at_once["gold/product_mix"] == 2, "one code in each of two months"
    assert floor.broken_promises() == []


def test_two_late_sales_far_apart_open_no_month_between_them(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sale of last January and one of today would read everything that was sold in between."""
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD, reference("store", "S3"))
    floor.take_sales(*(sale(f"{month}", at=f"2026-0{month}-15T10:00:00+08:00", gender="male") for month in range(1, 6)))
    floor.carry()
    floor.take_sales(*(sale(f"late {month}", "S2", at=f"2026-0{month}-15T11:00:00+08:00") for month in (1, 5)))
    silver.carry_all(database)
    scanned: dict[str, set[str]] = {}
    replace = buckets.replace

    def watched(connection: sa.Connection, *, clear: str, insert: str) -> RowCounts:
        # the server counts on from earlier transactions of this connection
        before = set(connection.execute(SCANNED))
        counts = replace(connection, clear=clear, insert=insert)
        scanned.setdefault(insert, set()).update(row.relname for row in set(connection.execute(SCANNED)) - before)
        return counts

    monkeypatch.setattr(buckets, "replace", watched)
    for layer in flow.GOLD:
        layer.refresh(database)
    assert scanned.pop("gold/sales_windows") == {"silver_transactions_cleaned_y2026m04"}, "30 days end in May"
    assert "silver_transactions_cleaned_y2026m02" in scanned.pop("gold/store_activity_stats"), "90 days end in May"
    assert len(scanned) > 15
    assert {table: found for table, found in scanned.items() if found} == {}
    assert floor.broken_promises() == []


def test_other_months_are_left_out_before_a_plan_is_made(database: Database, tmp_path: Path) -> None:
    """Bounds that are known only when a statement runs let the planner look at every month of facts, each time."""
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(*(sale(f"{month}", at=f"2026-0{month}-15T10:00:00+08:00") for month in range(1, 6)))
    floor.carry()
    planned: dict[str, set[str]] = {}
    with database.transaction() as connection:
        run(connection, "gold/buckets")
        connection.execute(sa.text("insert into buckets values (1, '2026-03-15', 'test')"))
        store_periods.take_periods(connection)
        days = run(connection, "gold/bucket_days").mappings().one()
        for statement in map(sql_files.load, sql_files.names("gold")):
            if days.keys() & set(statement.params):
                asked = {name: days[name] for name in statement.params}
                plan = connection.execute(sa.text(f"explain {statement.text}"), asked).scalars()
                planned[statement.name] = set(re.findall(r" silver_\w+_y2026m(\d\d)", "\n".join(plan)))
    assert len(planned) > 20
    assert {name: months for name, months in planned.items() if months != {"03"}} == {}
