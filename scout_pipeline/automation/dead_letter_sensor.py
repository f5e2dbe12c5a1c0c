"""Sees dead letters: refused files, and entries that were refused again and again. Nobody takes them by himself.

What the queue of background jobs gives up on will be counted here too.
"""

import dagster as dg

from scout_pipeline import database as db
from scout_pipeline.automation import alerts
from scout_pipeline.automation.alerts import Finding
from scout_pipeline.database import Database

MOST_ATTEMPTS = 5


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Opens an alert for each source with refused files, or with entries that were refused five times.",
)
def dead_letter_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SkipReason:
    with database.transaction() as connection:
        waiting = db.rows(connection, "quarantine/dead_letters", most_attempts=MOST_ATTEMPTS)
        findings = [
            Finding(
                row["source_name"],
                "warning",
                f"{row['letter_count']} entries wait for a person, {row['file_count']} of them whole files: "
                f"scout quarantine list --source {row['source_name']}",
                {"oldest_at": row["oldest_at"]},
            )
            for row in waiting
        ]
        return alerts.settle(connection, "dead_letters", findings)
