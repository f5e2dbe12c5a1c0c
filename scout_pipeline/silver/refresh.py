"""Carries bronze rows into silver: one window, or the rebuild of whole months, each in one transaction.

Both take the same steps; they differ only in which bronze rows they read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import crash_points, database, periods, settings
from scout_pipeline.database import Database
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources import watermarks
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline.sources.watermarks import Window

# Below this a run changes no plan, and autovacuum sees to the partitions.
ANALYZE_FROM_LINES = 100_000
PARSED_FIELDS = ("sold_at", "sku", "description", "quantity", "unit_price", "customer_id", "region")


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

    def add_report(self, other: "SilverReport") -> None:
        """Add another report's counts; its watermark is the later one."""
        self.add({name: value for name, value in vars(other).items() if name not in ("months", "watermark")})
        self.months |= other.months
        self.watermark = other.watermark

    def add(self, summary: dict[str, object]) -> None:
        for name, value in summary.items():
            if isinstance(value, int):
                setattr(self, name, getattr(self, name) + value)
            elif isinstance(value, datetime):
                self.last_event_at = max(filter(None, (self.last_event_at, value)))
            elif isinstance(value, list):
                self.months.update(str(month) for month in value)


def carry_all(target: Database, *, on_window: Callable[[SilverReport], None] = lambda total: None) -> SilverReport:
    """Take windows until nothing waits; their counts added up."""
    total = SilverReport()
    while (window := carry_window(target)) is not None:
        total.add_report(window)
        on_window(total)
    if total.lines_written >= ANALYZE_FROM_LINES:
        target.retrying(_analyze)
    return total


def _analyze(connection: sa.Connection) -> None:
    database.run(connection, "ops/statistics_settings")
    database.run(connection, "silver/statistics")


def waiting_months(connection: sa.Connection) -> list[date]:
    """First days of the months of the sales that wait beyond the watermark, as far as they can be read."""
    position = watermarks.position(connection, watermarks.SILVER)
    if position.waiting_rows == 0:
        return []
    months: set[date] = set()
    for source in database.rows(connection, "silver/all_sources"):
        mapping = mappings.load(source["source_name"])
        pattern, iso = _time_form(mapping)
        found = database.run(
            connection,
            "silver/waiting_months",
            source_id=source["source_id"],
            last_xid=position.last_xid,
            last_id=position.last_id,
            row_limit=settings.current().window_row_limit,
            sold_at_path=mapping.path_of(mapping.fields.sold_at),
            time_pattern=pattern,
            time_iso=iso,
            time_zone=mapping.time_zone,
        )
        months.update(found.scalars())
    return sorted(months)


def _time_form(mapping: Mapping) -> tuple[str | None, str | None]:
    """Pattern and ISO replacement of a declared time format; None for ISO itself."""
    return (None, None) if mapping.time_format == "iso" else periods.strict_pattern(mapping.time_format)


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
    database.run(connection, "silver/rebuild_transactions", source_id=source_id, first_day=first_day, end_day=end_day)
    database.run(connection, "silver/window_settings")
    _parse_lines(connection, window, source_id, mapping, is_rebuild=months is not None)
    database.run(connection, "silver/window_rejected", earliest=mapping.earliest)
    database.run(connection, "silver/parsed_statistics")
    database.run(connection, "silver/window_lines")
    crash_points.reach("silver.window")
    database.run(connection, "silver/rejected_lines")
    database.run(connection, "silver/window_versions")
    database.run(connection, "silver/window_transactions")
    database.run(connection, "silver/window_superseded", source_id=source_id)
    database.run(connection, "silver/window_statistics")
    database.run(connection, "silver/remove_superseded_items")
    database.run(connection, "silver/remove_superseded_transactions")
    database.run(connection, "silver/remove_superseded_keys")
    crash_points.reach("silver.superseded")
    database.run(connection, "silver/ensure_partitions")
    if mapping.store.code is not None:
        database.run(
            connection,
            "silver/dim_store",
            store_code=mapping.store.code,
            store_name=mapping.store.name,
            currency_code=mapping.currency.code,
        )
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


def _parse_lines(
    connection: sa.Connection, window: Window, source_id: int, mapping: Mapping, *, is_rebuild: bool
) -> None:
    """Make `window_parsed`; where a field stands and how a time is written comes from the mapping."""
    bounds = {"source_id": source_id, **window.bounds()}
    by_item, types = mapping.items is not None, mapping.transaction_types
    if by_item:
        database.run(connection, "silver/window_documents", **bounds, items_path=mapping.path_of(mapping.items))
    pattern, iso = _time_form(mapping)
    literals = {
        **bounds,
        "is_rebuild": is_rebuild,
        "time_pattern": pattern,
        "time_iso": iso,
        "time_zone": mapping.time_zone,
        "returns": types.returns,
        "adjustments": types.adjustments,
        "negative_quantity": types.negative_quantity,
        "otherwise": types.otherwise,
    }
    statement = database.compose(
        "silver/window_parsed",
        records=sql.Identifier("window_documents") if by_item else sql.Identifier("scout", "bronze_transactions_raw"),
        item=sql.Identifier("item" if by_item else "payload"),
        position=sql.Identifier("line_position" if by_item else "line_number"),
        **{name: _extraction(mapping.path_of(getattr(mapping.fields, name))) for name in PARSED_FIELDS},
        **{name: sql.Literal(value) for name, value in literals.items()},
    )
    database.driver_connection(connection).execute(statement)


def _extraction(path: list[str] | None) -> sql.Composed:
    """The operator and path that take a field's text out of a payload; one key is cheaper than a path."""
    if path is not None and len(path) == 1:
        return sql.SQL("->> {}").format(path[0])
    return sql.SQL("#>> {}::text[]").format(sql.Literal(path))
