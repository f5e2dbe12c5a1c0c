"""Named steps at which a test may kill the process. Inert unless SCOUT_CRASH names the step."""

import os
import signal

from scout_pipeline import settings

POINTS = (
    "bronze.claimed",
    "bronze.copied",
    "bronze.loaded",
    "bronze.committed",
    "silver.described",
    "silver.window",
    "silver.superseded",
    "silver.written",
    "silver.marked",
    "silver.committed",
    "gold.taken",
    "gold.deleted",
    "gold.inserted",
    "gold.committed",
    "serving.refreshed",
)
# those of `scout quarantine replay`
REPLAY_POINTS = ("replay.claimed", "replay.entered", "replay.committed")
# those of a check that sets sales aside
ASIDE_POINTS = ("aside.judged", "aside.moved", "aside.committed")
# those of `scout days audit`
AUDIT_POINTS = ("days.taken", "days.found", "days.settled", "days.committed")
# those of `scout maintenance run`
MAINTENANCE_POINTS = ("maintenance.begun", "maintenance.done")
# that of `scout dagster prune`
HISTORY_POINTS = ("history.pruned",)
# those of the archive of partitions and of the way back
PARTITION_POINTS = (
    "partition.frozen",
    "partition.written",
    "partition.verified",
    "partition.detaching",
    "partition.detached",
    "partition.dropped",
)
RESTORE_POINTS = ("partition.returning", "partition.staged", "partition.attached")
# those of `scout migrate-partitioned`
MIGRATION_POINTS = ("migration.begun", "migration.copied", "migration.swapped")
# those of `scout quality sweep`
SWEEP_POINTS = ("sweep.month", "sweep.carried")
_passed: dict[str, int] = {}


def reach(point: str) -> None:
    """Kill this process with SIGKILL when SCOUT_CRASH is `POINT`, or `POINT:N` for the N-th time it is reached."""
    wanted = settings.current().crash
    if wanted is None:
        return
    name, _, count = wanted.partition(":")
    if name != point:
        return
    _passed[point] = _passed.get(point, 0) + 1
    if _passed[point] == int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
