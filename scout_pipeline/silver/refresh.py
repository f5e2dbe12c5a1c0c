"""Carries bronze rows into silver: one window, or the rebuild of whole months, each in one transaction.

Both take the same steps; they differ only in which bronze rows they read.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from scout_pipeline import crash_points, database, periods, settings
from scout_pipeline.database import Database
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources import watermarks
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline.sources.watermarks import Window


@dataclass
class SilverReport:
    """What one or several windows did; counts are rows, `months` the first days of months touched (YYYY-MM-DD)."""

    windows: int = 0
    lines_read: int = 0
    lines_written: int = 0
    lines_rejected: int = 0
    transactions_written: int = 0
    transactions_superseded: int = 0
    buckets_marked: int = 0
    watermark: str = "-"
    last_event_at: datetime | None = None
    months: set[str] = field(default_factory=set)

    def add(self, summary: dict[str, object]) -> None:
        for name, value in summary.items():
            if isinstance(value, int):
                setattr(self, name, getattr(self, name) + value)
            elif isinstance(value, datetime):
                self.last_event_at = max(filter(None, (self.last_event_at, value)))
            elif isinstance(value, list):
                self.months.update(str(month) for month in value)


def carry_window(target: Database, *, row_limit: int | None = None) -> SilverReport | None:
    """Take the next window through silver in one transaction; None when nothing waits."""
    limit = row_limit or settings.current().window_row_limit
    report = target.retrying(lambda connection: _carry(connection, limit))
    if report is not None:
        crash_points.reach("silver.committed")
    return report


def rebuild_months(target: Database, first: date, last: date) -> SilverReport:
    """Compute the silver rows of whole months (first days, both included) again from bronze, in one transaction."""
    report = target.retrying(lambda connection: _rebuild(connection, first, last))
    crash_points.reach("silver.committed")
    return report


def _carry(connection: sa.Connection, row_limit: int) -> SilverReport | None:
    window = watermarks.open_window(connection, watermarks.SILVER, row_limit=row_limit)
    if window is None:
        return None
    report = SilverReport(windows=1, watermark=f"{window.upto_xid}/{window.upto_id}")
    for source in database.rows(connection, "silver/window_sources", **window.bounds()):
        _take_source(connection, report, window, source["source_id"], source["source_name"], cause="received")
    watermarks.close_window(connection, window, last_event_at=report.last_event_at)
    return report


def _rebuild(connection: sa.Connection, first: date, last: date) -> SilverReport:
    # the cursor's lock keeps the incremental path away; rows beyond the cursor are left to it
    window = watermarks.everything_carried(connection, watermarks.SILVER)
    report = SilverReport(windows=1, watermark=f"{window.upto_xid}/{window.upto_id}")
    for source in database.rows(connection, "silver/all_sources"):
        _take_source(
            connection,
            report,
            window,
            source["source_id"],
            source["source_name"],
            cause="rebuilt",
            months=(first, periods.next_month(last)),
        )
    return report


def _take_source(
    connection: sa.Connection,
    report: SilverReport,
    window: Window,
    source_id: int,
    source_name: str,
    *,
    cause: str,
    months: tuple[date, date] | None = None,
) -> None:
    """The steps for the rows of one source: judge, replace older versions, write, mark."""
    mapping = mappings.load(source_name)
    first_day, end_day = months or (date.min, date.min)
    database.run(
        connection, "silver/rebuild_transactions", source_id=source_id, first_day=first_day, end_day=end_day
    )
    database.run(
        connection,
        "silver/window_lines",
        source_id=source_id,
        is_rebuild=months is not None,
        **window.bounds(),
        **_reading(mapping),
    )
    crash_points.reach("silver.window")
    rejected = database.run(connection, "silver/rejected_lines").rowcount
    if rejected and mapping.grain == "transaction":
        database.run(connection, "silver/drop_rejected_lines")
    database.run(connection, "silver/window_transactions")
    database.run(connection, "silver/window_superseded", source_id=source_id)
    database.run(connection, "silver/window_statistics")
    database.run(connection, "silver/remove_superseded_items")
    database.run(connection, "silver/remove_superseded_transactions")
    database.run(connection, "silver/remove_superseded_keys")
    crash_points.reach("silver.superseded")
    database.run(connection, "silver/ensure_partitions")
    database.run(connection, "silver/dim_customer")
    database.run(connection, "silver/transactions_cleaned")
    database.run(connection, "silver/transaction_items")
    database.run(connection, "silver/transaction_keys")
    database.run(connection, "silver/product_descriptions")
    database.run(connection, "silver/dim_product", not_products=list(mapping.not_products) or None)
    crash_points.reach("silver.written")
    database.run(connection, "silver/mark_buckets", cause=cause)
    database.run(connection, "silver/mark_customers")
    crash_points.reach("silver.marked")
    report.add(dict(database.run(connection, "silver/window_summary").mappings().one()))
    database.run(connection, "silver/drop_window")


def _reading(mapping: Mapping) -> dict[str, object]:
    """How the fields of a source are read, as parameters of silver/window_lines."""
    fields, types = mapping.fields, mapping.transaction_types
    pattern, iso = (None, None) if mapping.time_format == "iso" else periods.strict_pattern(mapping.time_format)
    return {
        "items_path": mappings.path_of(mapping.items),
        "sold_at_path": mappings.path_of(fields.sold_at),
        "sku_path": mappings.path_of(fields.sku),
        "description_path": mappings.path_of(fields.description),
        "quantity_path": mappings.path_of(fields.quantity),
        "unit_price_path": mappings.path_of(fields.unit_price),
        "customer_id_path": mappings.path_of(fields.customer_id),
        "region_path": mappings.path_of(fields.region),
        "time_pattern": pattern,
        "time_iso": iso,
        "time_zone": mapping.time_zone,
        "earliest": mapping.earliest,
        "returns_pattern": types.returns,
        "adjustments_pattern": types.adjustments,
        "negative_quantity": types.negative_quantity,
        "otherwise": types.otherwise,
    }

