"""Who works on a Dagster storage: the daemon that holds its lock, or one without it that left a heartbeat.

Taking the lock is in `sole_daemon.py`, which needs Dagster; asking does not.
"""

from datetime import datetime, timedelta

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.ops.services import ServiceError

# a daemon leaves a heartbeat every 30 seconds
HEARTBEAT_SECONDS = 75
LABEL = "scout daemon"


def holder(storage: Database) -> str | None:
    """Who has claimed a storage, for messages; None when nobody."""
    with storage.autocommit() as connection:
        found = database.rows(connection, "ops/daemon_lock_holder")
    if not found:
        return None
    host, _, pid = str(found[0]["label"]).removeprefix(f"{LABEL} ").partition(" ")
    return f"the Dagster daemon with pid {pid} on {host}"


def check_free(storage: Database, *, own_ended_at: datetime | None) -> None:
    """Raise ServiceError when another daemon works on the storage.

    `own_ended_at` is when the daemon of this home was last known to have ended: a later heartbeat is somebody else's.
    """
    owner = holder(storage)
    if owner is None and _foreign_heartbeat(storage, own_ended_at):
        owner = "another Dagster daemon, which does not take the lock,"
    if owner is not None:
        raise ServiceError(f"{owner} works on this storage already: end it, then start again")


def _foreign_heartbeat(storage: Database, own_ended_at: datetime | None) -> bool:
    with storage.autocommit() as connection:
        if not database.scalar(connection, "ops/dagster_table_exists", table_name="daemon_heartbeats"):
            return False
        (latest,) = database.rows(connection, "ops/daemon_heartbeat")
    if latest["beat_at"] is None or latest["beat_at"] < latest["now_at"] - timedelta(seconds=HEARTBEAT_SECONDS):
        return False
    return own_ended_at is None or bool(latest["beat_at"] > own_ended_at)
