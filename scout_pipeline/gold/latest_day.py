"""What the tables share whose spans end with the latest business day of all stores, and move on with it."""

from dataclasses import dataclass
from time import perf_counter

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts


@dataclass(frozen=True)
class Spans:
    """A table with one row a store; its layer is also the name of the statement that inserts.

    `outdated` names the statement that finds the stores whose rows end with another day.
    """

    layer: str
    outdated: str
    clear: str

    def refresh(self, target: Database) -> GoldReport:
        """Compute the touched stores again, and all stores when the latest business day moved."""
        started = perf_counter()
        touched = buckets.refresh(target, self.layer, self._touched, grain=Grain.STORE)
        moved = target.retrying(self._moved)
        if moved.written:
            crash_points.reach("gold.committed")
        rows = RowCounts(touched.rows_read, touched.rows_written) + moved
        return GoldReport(self.layer, touched.buckets_rebuilt, rows.read, rows.written, perf_counter() - started)

    def _touched(self, connection: sa.Connection) -> RowCounts:
        database.run(connection, "gold/touched_stores")
        return self._compute(connection)

    def _moved(self, connection: sa.Connection) -> RowCounts:
        database.run(connection, "gold/lock_layer", layer=self.layer)
        database.run(connection, self.outdated)
        if not database.scalar(connection, "gold/touched_store_count"):
            return RowCounts()
        return self._compute(connection)

    def _compute(self, connection: sa.Connection) -> RowCounts:
        database.run(connection, "gold/touched_store_statistics")
        return buckets.replace(connection, clear=self.clear, insert=self.layer)
