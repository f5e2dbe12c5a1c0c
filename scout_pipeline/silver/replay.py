"""Takes quarantined records of bronze through silver again, on the path of sales that are recalled."""

import sqlalchemy as sa

from scout_pipeline import crash_points, database
from scout_pipeline.silver import recall, references
from scout_pipeline.silver.refresh import SilverReport
from scout_pipeline.sources import watermarks
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline.sources.watermarks import Window


def lock(connection: sa.Connection) -> Window:
    """Keep every other writer of silver away; the window of all that was carried. Raises ForeignClusterError."""
    return watermarks.everything_carried(connection, watermarks.SILVER)


def take(connection: sa.Connection, carried: Window, source_id: int, mapping: Mapping) -> SilverReport:
    """Take what `replayed_entries` has claimed of one source; what is refused again is open again."""
    report = SilverReport(windows=1)
    database.run(connection, "silver/create_recalled")
    if mapping.grain == "reference":
        database.run(connection, "silver/create_registered")
        database.run(connection, "silver/recall_references")
        database.run(connection, "silver/recall_replayed_records")
        nothing_new = Window(carried.stream, carried.upto_xid, carried.upto_id, carried.upto_xid, carried.upto_id)
        report.add(references.take(connection, nothing_new, source_id))
    else:
        database.run(connection, "silver/recall_replayed_sales")
    for summary in recall.compute(connection, carried, cause="replayed"):
        report.add(summary)
    crash_points.reach("replay.entered")
    return report
