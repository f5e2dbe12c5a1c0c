"""Carries bronze rows into silver: one window, a batch of recalled sales, or whole months, each in one transaction.

All take the same steps; they differ only in which bronze rows they read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa

from scout_pipeline import crash_points, database, periods, settings
from scout_pipeline.database import Database
from scout_pipeline.silver import announced, archived, grains, recall, references, window_steps
from scout_pipeline.sources import watermarks
from scout_pipeline.sources.mapping import Mapping

# Fewer lines change no plan; so many are looked at whatever is known already.
FEW_LINES, MANY_LINES = 1_000, 100_000


@dataclass
class SilverReport:
    """What one or several windows did; counts are rows, `months` the first days of months touched (YYYY-MM-DD).

    `written_beside` has the rows written into each table beside the facts, by asset key.
    """

    windows: int = 0
    lines_read: int = 0
    lines_written: int = 0
    lines_rejected: int = 0
    members_described: int = 0
    transactions_written: int = 0
    transactions_superseded: int = 0
    buckets_marked: int = 0
    watermark: str = "-"
    last_event_at: datetime | None = None
    written_beside: dict[str, int] = field(default_factory=dict)
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
            elif isinstance(value, dict):
                for key, rows in value.items():
                    self.written_beside[key] = self.written_beside.get(key, 0) + rows
            elif isinstance(value, list):
                self.months.update(str(month) for month in value)


def carry_all(target: Database, *, on_window: Callable[[SilverReport], None] = lambda total: None) -> SilverReport:
    """Take windows, then recalled sales, until nothing waits; their counts added up."""
    announced.refresh(target)
    total = SilverReport()
    while (window := carry_window(target)) is not None:
        total.add_report(window)
        on_window(total)
    if total.lines_written >= FEW_LINES:
        target.retrying(partial(_analyze, lines_written=total.lines_written))
    return total


def _analyze(connection: sa.Connection, *, lines_written: int) -> None:
    """Gold follows at once: of a table that it knows nothing of, the planner reads every row once for each bucket."""
    if lines_written >= MANY_LINES or database.scalar(connection, "silver/statistics_due", lines_written=lines_written):
        database.run(connection, "ops/statistics_settings")
        database.run(connection, "silver/statistics")


def waiting_months(connection: sa.Connection) -> list[date]:
    """First days of the months of the sales that wait beyond the watermark, as far as they can be read."""
    position = watermarks.position(connection, watermarks.SILVER)
    if position.waiting_rows == 0:
        return []
    months: set[date] = set()
    for source_id, mapping in grains.of_sales(database.rows(connection, "silver/all_sources")):
        pattern, iso = window_steps.time_form(mapping)
        found = database.run(
            connection,
            "silver/waiting_months",
            source_id=source_id,
            last_xid=position.last_xid,
            last_id=position.last_id,
            row_limit=settings.current().window_row_limit,
            sold_at_path=mapping.path_of(mapping.fields.sold_at),
            sold_at_others=list(mapping.other_names.get(mapping.fields.sold_at or "", ())),
            time_pattern=pattern,
            time_iso=iso,
            time_zone=mapping.time_zone,
        )
        months.update(found.scalars())
    return sorted(months)


def carry_window(target: Database, *, row_limit: int | None = None) -> SilverReport | None:
    """Take the next window, or a batch of recalled sales, in one transaction; None when nothing waits."""
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
    database.run(connection, "silver/create_registered")
    has_registered = database.run(connection, "silver/take_registered").rowcount > 0
    if window is None and not has_registered:
        return _recall(connection)
    carried = window or watermarks.everything_carried(connection, watermarks.SILVER)
    report = SilverReport(windows=1, watermark=f"{carried.upto_xid}/{carried.upto_id}")
    sources = database.rows(connection, "silver/window_sources", **window.bounds()) if window else []
    # before the sales: those of this window find what it describes
    described: list[int | None] = [source_id for source_id, _ in grains.of_references(sources)]
    if described or has_registered:
        database.run(connection, "silver/recall_references")
        for source_id in described or [None]:
            report.add(references.take(connection, carried, source_id))
    for source_id, mapping in grains.of_sales(sources):
        report.add(window_steps.take(connection, carried, source_id, mapping, cause="received"))
    if window:
        watermarks.close_window(connection, window, last_event_at=report.last_event_at)
    return report


def _recall(connection: sa.Connection) -> SilverReport | None:
    """A batch of recalled sales; after all windows, so that news never waits for them."""
    carried = watermarks.everything_carried(connection, watermarks.SILVER)
    report = SilverReport(windows=1, watermark=f"{carried.upto_xid}/{carried.upto_id}")
    summaries = list(recall.take(connection, carried, row_limit=settings.current().recall_limit))
    for summary in summaries:
        report.add(summary)
    return report if summaries else None


def _rebuild(connection: sa.Connection, first: date, last: date) -> SilverReport:
    # the cursor's lock keeps the incremental path away; rows beyond the cursor are left to it
    window = watermarks.everything_carried(connection, watermarks.SILVER)
    archived.refuse_rebuild(connection, first, periods.next_month(last))
    report = SilverReport(windows=1, watermark=f"{window.upto_xid}/{window.upto_id}")
    sources = grains.of_sales(database.rows(connection, "silver/all_sources"))
    for source_id, mapping in sources:
        database.run(
            connection,
            "silver/rebuild_transactions",
            source_id=source_id,
            first_day=first,
            end_day=periods.next_month(last),
        )
        report.add(window_steps.take(connection, window, source_id, mapping, cause="rebuilt", is_rebuild=True))
    _tell_products_again(connection, sources)
    return report


def _tell_products_again(connection: sa.Connection, sources: Iterable[tuple[int, Mapping]]) -> None:
    """A window only adds to what is no product: a pattern that was taken out of a mapping would count for ever."""
    stated = [
        (source_id, pattern)
        for source_id, mapping in sources
        if mapping.catalogue == "derived"
        for pattern in mapping.not_products
    ]
    database.run(connection, "silver/known_derived")
    database.run(
        connection,
        "silver/products_told_again",
        source_ids=[source_id for source_id, _ in stated],
        patterns=[pattern for _, pattern in stated],
    )
    database.run(connection, "silver/mark_products")
