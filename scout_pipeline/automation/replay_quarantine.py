"""The job that replays quarantined entries whose cause is gone; the bounds of one run are those of a replay's steps."""

import dagster as dg

from scout_pipeline import database as db
from scout_pipeline.automation.attempts import ASKED_AGAIN
from scout_pipeline.database import Database
from scout_pipeline.quarantine import replay
from scout_pipeline.quarantine.selection import Selection

ENTRY_LIMIT = 1000
BY = "quarantine_sensor"


@dg.op(pool="silver", description="Takes entries of mended mappings again, then those whose member arrived.")
def replay_entries(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    with database.transaction() as connection:
        kinds = sorted({(source, reason) for source, reason, *_ in replay.mended(connection)})
    for source, reason in kinds:
        report = replay.replay(database, Selection(source=source, reason=reason), by=BY)
        context.log.info(f"{source}, {reason}: {report.entered} entered, {report.refused} refused again")
    with database.transaction() as connection:
        arrived = [row["quarantine_id"] for row in db.rows(connection, "quarantine/arrived", row_limit=ENTRY_LIMIT)]
    if arrived:
        report = replay.replay(database, Selection(ids=arrived), by=BY, is_forced=True)
        context.log.info(f"described by now: {report.entered} entered, {report.refused} refused again")


@dg.job(
    name="replay_quarantine",
    description="Takes quarantined entries again whose mapping was mended, or whose store or product is described.",
    tags=ASKED_AGAIN,
    executor_def=dg.in_process_executor,
)
def replay_quarantine() -> None:
    replay_entries()
