"""Whether Dagster's daemon lives: its process may run while a part of it hangs, and then nothing happens by itself.

Each part (sensors, schedules, the queue, ...) leaves a heartbeat every 30 seconds in Dagster's storage. Dagster itself
ends a daemon only after half an hour without one.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from scout_pipeline import cluster, database
from scout_pipeline.database import Database

# a part that evaluates a sensor to its time limit is silent for a minute and a half
LATE_SECONDS = 120.0


@dataclass(frozen=True)
class Pulse:
    """The part of the newest daemon that was silent longest, and for how long."""

    part: str
    age_seconds: float

    @property
    def is_late(self) -> bool:
        return self.age_seconds > LATE_SECONDS


def feel(*, running_seconds: float | None) -> Pulse | None:
    """The pulse now; None where no daemon ever wrote one, or the storage does not answer. Starts nothing.

    `running_seconds` says for how long the daemon of this home has run: what is older is of the one before it.
    """
    storage = Database(cluster.dagster_url(), pool_size=1)
    try:
        with storage.autocommit() as connection:
            if not database.scalar(connection, "ops/dagster_table_exists", table_name="daemon_heartbeats"):
                return None
            beats = database.rows(connection, "ops/daemon_heartbeats")
    except sa.exc.OperationalError:
        return None
    finally:
        storage.dispose()
    if not beats:
        return None
    age = beats[0]["age_seconds"]
    return Pulse(beats[0]["daemon_type"], age if running_seconds is None else min(age, running_seconds))
