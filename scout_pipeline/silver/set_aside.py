"""Moves current sales aside because a rule of data quality says so: out of silver, into quarantine, whole.

The entries keep their records out in every way in which silver is computed, until they are replayed.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.silver import recall, replay
from scout_pipeline.silver.refresh import SilverReport

Sale = tuple[int, str]


def set_aside(
    target: Database, sales: Sequence[Sale], *, rule_id: str, rule_version: int, detail: str, by: str
) -> SilverReport:
    """Set sales (source_id, transaction_id) aside in one transaction, and mark their buckets; the report of silver.

    An older version of a sale that was right counts again, as after any rejection. Sales that are not current, or
    are aside already, change nothing.
    """
    return target.retrying(
        lambda connection: take(connection, sales, rule_id=rule_id, rule_version=rule_version, detail=detail, by=by)
    )


def take(
    connection: sa.Connection, sales: Sequence[Sale], *, rule_id: str, rule_version: int, detail: str, by: str
) -> SilverReport:
    """The same within the caller's transaction."""
    carried = replay.lock(connection)
    report = SilverReport(windows=1)
    database.run(connection, "silver/create_recalled")
    database.run(
        connection,
        "silver/set_aside_sales",
        source_ids=[source_id for source_id, _ in sales],
        transaction_ids=[transaction_id for _, transaction_id in sales],
    )
    database.run(
        connection,
        "silver/set_aside_records",
        rule_id=rule_id,
        rule_version=str(rule_version),
        detail=detail,
        by=by,
    )
    for summary in recall.compute(connection, carried, cause="set aside"):
        report.add(summary)
    database.run(connection, "silver/drop_recalled")
    return report
