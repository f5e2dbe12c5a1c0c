"""Months of sales for the tests of partitions: received in their own month, carried, closed; and what lies where."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from scout_pipeline import flow, periods
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database, driver_connection
from scout_pipeline.ops.partitions import maintenance
from scout_pipeline.ops.partitions.layers import LAYERS
from scout_pipeline.ops.partitions.maintainer import Maintainer, maintaining
from scout_pipeline.quality import promises
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.shop_files import Line, write

CLOSE = """
update ops.store_days as store_day
set
    state = 'closed', closed_at = now(), closed_by = 'test', is_changed = false, is_due = false,
    closed_net_revenue = shown.net_revenue, closed_units = shown.units,
    closed_transaction_count = shown.transaction_count, closed_line_count = shown.line_count,
    closed_gross_sales = shown.gross_sales, closed_returns_value = shown.returns_value,
    closed_adjustments_value = shown.adjustments_value, closed_unique_customers = shown.unique_customers,
    closed_avg_transaction_value = shown.avg_transaction_value
from scout.gold_daily_aggregates as shown
where
    store_day.store_id = shown.store_id and store_day.date_key = shown.date_key
    and (store_day.state <> 'closed' or store_day.is_changed)
"""
RECEIVED = """
do $$
declare
    given constant timestamptz := '{instant}';
begin
    perform ops.ensure_month_partition('scout.bronze_transactions_raw', given::date);
    with batch as (
        update scout.bronze_ingestion_batches set received_at = given where file_name = '{name}' returning batch_id
    )
    update scout.bronze_transactions_raw set received_at = given where batch_id = (select batch_id from batch);
end
$$
"""
STATE = """
select archived.relation, archived.month::text, archived.state, archived.row_count, archived.row_checksum::text,
    archived.sums::text, month.state as month_state
from ops.archived_partitions as archived
join ops.archived_months as month using (layer, month)
order by archived.relation, archived.month
"""
LEFT_OVER = """
select relname from pg_class
where relkind = 'r' and relnamespace in ('ops'::regnamespace, 'scout'::regnamespace)
    and relname ~ '_y[0-9]{4}m[0-9]{2}' and not relispartition
"""


def execute(database: Database, text: str) -> list[Any]:
    with database.transaction() as connection:
        found = driver_connection(connection).execute(text.encode())
        return found.fetchall() if found.description else []


def scalar(database: Database, text: str) -> Any:
    return execute(database, text)[0][0]


def lines_of(month: date, *, days: int = 3, tag: str = "") -> list[Line]:
    """A few sales of two stores in one month: two lines each, a customer who comes every month, and one who is new."""
    lines = []
    for number in range(days * 2):
        day = month + timedelta(days=(number * 11) % 27)
        key = f"{month:%Y%m}-{tag}{number}"
        customer = "regular" if number % 2 else f"new-{key}"
        for sku in ("RICE", "SOAP"):
            lines.append(
                Line(
                    key,
                    store="AB"[number % 2],
                    sold_at=f"{day} 10:0{number % 10}:00",
                    sku=sku,
                    unit_price=f"{10 + number}.25",
                    customer=customer,
                )
            )
    return lines


def receive(database: Database, folder: Path, month: date, lines: list[Line] | None = None) -> None:
    """Take one file, as if it had come at the end of that month: the clock of a server cannot be set."""
    name = f"{month:%Y-%m}.csv"
    (outcome,) = landing.ingest(database, [write(folder / name, lines or lines_of(month))], mappings.load("test_shops"))
    assert outcome.status == "loaded", outcome
    instant = datetime(month.year, month.month, 28, 12, tzinfo=UTC).isoformat()
    execute(database, RECEIVED.format(instant=instant, name=name))


def close(database: Database) -> None:
    """Close every store-day."""
    execute(database, CLOSE)


def carry(database: Database) -> None:
    flow.run_incremental(database)
    close(database)


def after(month: date) -> datetime:
    """The fifth day of the month that follows: last month is over."""
    return datetime.combine(periods.next_month(month), datetime.min.time(), UTC) + timedelta(days=4)


def maintain(database: Database, month: date) -> maintenance.MaintenanceReport:
    """A pass shortly after that month."""
    return maintenance.maintain(database, as_of=after(month))


def state(database: Database) -> list[Any]:
    """What is in the archive, and how far."""
    return execute(database, STATE)


def left_over(database: Database) -> list[Any]:
    """Tables of months that belong to nothing."""
    return execute(database, LEFT_OVER)


def broken(database: Database, names: Collection[str] = ()) -> dict[str, Any]:
    """Promises that do not hold: of those named, or of all."""
    asked = [promise for promise in promises.PROMISES if not names or promise.name in names]
    with database.transaction() as connection:
        results = [promises.check(connection, promise) for promise in asked]
    return {result.promise.name: result.sample for result in results if not result.holds}


def facts_of(database: Database) -> dict[str, tuple[int, str]]:
    """Rows and checksum of every attached partition of the layers."""
    relations = [relation for layer in LAYERS.values() for relation in layer.relations]
    statement = sa.text(
        """
        select part.partition_name, facts.row_count, facts.row_checksum::text
        from ops.partitions as part
        cross join lateral ops.partition_facts(
            part.partition_name::regclass,
            array(
                select attname::text from pg_attribute
                where attrelid = part.relation::regclass and attnum > 0 and not attisdropped order by attnum
            )
        ) as facts
        where part.relation = any(:relations) and facts.row_count > 0
        """
    )
    with database.transaction() as connection:
        return {row[0]: (row[1], row[2]) for row in connection.execute(statement, {"relations": relations})}


@contextmanager
def holding(database: Database) -> Iterator[Maintainer]:
    with maintaining(database) as maintainer:
        yield maintainer
