"""Sees quarantined entries whose cause is gone: a mended mapping, or a description that arrived unnoticed.

A sale that waits for a store or product enters by itself with the window that describes it. What a mapping refused
enters by a replay. Sales that a rule set aside wait for a person, who changed the rule and may mean only new ones.
"""

import hashlib

import dagster as dg

from scout_pipeline import database as db
from scout_pipeline.automation import attempts
from scout_pipeline.automation.replay_quarantine import ENTRY_LIMIT, replay_quarantine
from scout_pipeline.database import Database
from scout_pipeline.quarantine import replay


@dg.sensor(
    job_name=replay_quarantine.name,
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for a replay of entries whose mapping was mended, or whose store or product is described by now.",
)
def quarantine_sensor(
    context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]
) -> dg.RunRequest | dg.SkipReason:
    if attempts.under_way(context.instance, replay_quarantine.name):
        return dg.SkipReason("a run is replaying already")
    with database.transaction() as connection:
        mended = replay.mended(connection)
        arrived = db.rows(connection, "quarantine/arrived", row_limit=ENTRY_LIMIT)
    count = sum(entries for *_, entries in mended) + len(arrived)
    if count == 0:
        return dg.SkipReason("the cause of every open entry is still there")
    state = repr((mended, [tuple(row.values()) for row in arrived]))
    version = hashlib.sha256(state.encode()).hexdigest()[:16]
    if attempts.succeeded(context.instance, replay_quarantine.name, version):
        return dg.SkipReason(f"{count} entries were replayed as they are and refused again: a person must look")
    attempt = attempts.next_attempt(context.instance, replay_quarantine.name, version)
    if attempt is None:
        return dg.SkipReason(f"replaying {count} entries failed {attempts.MAX_ATTEMPTS} times: see the runs")
    return dg.RunRequest(run_key=f"quarantine:{version}:{attempt}", tags={attempts.VERSION_TAG: version})
