"""The safety net of the window: every record of bronze is looked for downstream, and what silver lost is rescued.

A month of receipt at a time, in one transaction each, beside whatever else runs: one statement sees bronze below the
watermark, and silver, at one moment. What it rescues is a defect, and told as one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa

from scout_pipeline import crash_points, database, periods
from scout_pipeline.database import Database
from scout_pipeline.silver import grains, recall, references, refresh
from scout_pipeline.sources import watermarks
from scout_pipeline.sources.watermarks import Window

# findings of data quality for each month; ops.sweep_findings has all
ISSUE_LIMIT = 1_000


@dataclass(frozen=True)
class SweepReport:
    """What one sweep saw: sales and reference records that were `missing`, and how many were `rescued`.

    What a sweep had found that was killed is rescued, and counted, by the next one. More than 0 of either is an alert.
    """

    sweep_id: int
    started_at: datetime
    finished_at: datetime
    months_swept: int
    records_swept: int
    missing: int
    rescued: int


def run(target: Database, *, on_month: Callable[[date], None] = lambda month: None) -> SweepReport:
    """Compare all of bronze below the watermark with silver, and carry what is missing.

    Gold follows with the next run. Raises ForeignClusterError in a database that was restored and not reconciled.
    """
    sweep_id, months = target.retrying(_start)
    for month in months:
        on_month(month)
        target.retrying(partial(_month, sweep_id=sweep_id, month=month))
        crash_points.reach("sweep.month")
    while target.retrying(_has_waiting) and refresh.carry_window(target) is not None:
        pass
    crash_points.reach("sweep.carried")
    return target.retrying(partial(_finish, sweep_id=sweep_id))


def _start(connection: sa.Connection) -> tuple[int, list[date]]:
    if not watermarks.is_same_cluster(connection, watermarks.SILVER):
        # raises, and says what to do
        watermarks.everything_carried(connection, watermarks.SILVER)
    months = list(database.run(connection, "silver/sweep_months").scalars())
    return database.scalar(connection, "silver/sweep_start"), months


def _month(connection: sa.Connection, *, sweep_id: int, month: date) -> None:
    database.run(connection, "silver/sweep_lock")
    database.run(connection, "silver/sweep_missing")
    from_at, before_at = periods.utc_bounds(month)
    bounds = {"from_at": from_at, "before_at": before_at}
    sales = database.run(connection, "silver/sweep_sales", **bounds).one()
    records = database.run(connection, "silver/sweep_references", **bounds).one()
    if sales.missing:
        database.run(connection, "silver/sweep_versions")
        database.run(connection, "silver/sweep_places")
        database.run(connection, "silver/sweep_recall")
    if records.missing:
        _rescue_references(connection)
    if sales.missing or records.missing:
        database.run(connection, "silver/sweep_findings", sweep_id=sweep_id, issue_limit=ISSUE_LIMIT)
    database.run(
        connection,
        "silver/sweep_month_done",
        sweep_id=sweep_id,
        records=sales.records + records.records,
        missing=sales.missing + records.missing,
    )


def _rescue_references(connection: sa.Connection) -> None:
    """Take the missing reference records again, as a replay does; the sales that they concern are recalled."""
    carried = watermarks.everything_carried(connection, watermarks.SILVER)
    nothing_new = Window(carried.stream, carried.upto_xid, carried.upto_id, carried.upto_xid, carried.upto_id)
    database.run(connection, "silver/create_registered")
    database.run(connection, "silver/recall_references")
    sources = grains.of_references(database.rows(connection, "silver/all_sources"))
    for source_id, _ in sources:
        database.run(connection, "silver/sweep_recall_references", source_id=source_id)
    # once: it takes what is recalled of every source
    references.take(connection, nothing_new, sources[0][0])


def _has_waiting(connection: sa.Connection) -> bool:
    return recall.waiting_count(connection) > 0


def _finish(connection: sa.Connection, *, sweep_id: int) -> SweepReport:
    row = database.run(connection, "silver/sweep_finish", sweep_id=sweep_id).mappings().one()
    return SweepReport(**row)
