"""Sees dead letters: refused files, entries that were refused again and again, and files that lie where nobody looks.

What the queue of background jobs gives up on will be counted here too.
"""

import os
from pathlib import Path

import dagster as dg

from scout_pipeline import database as db
from scout_pipeline.automation import alerts
from scout_pipeline.automation.alerts import Finding
from scout_pipeline.database import Database
from scout_pipeline.sources import landing_folder

MOST_ATTEMPTS = 5


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Opens an alert for each source with refused files or entries refused five times, and for stray files.",
)
def dead_letter_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SkipReason:
    stray = [_stray(folder, count) for folder, count in sorted(landing_folder.stray_files().items())]
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
        told = alerts.settle(connection, "dead_letters", findings), alerts.settle(connection, "stray_files", stray)
    return dg.SkipReason("; ".join(each.skip_message or "" for each in told))


def _stray(folder: Path, count: int) -> Finding:
    """Files that no source takes. The name of a folder may be any bytes."""
    return Finding(
        os.fsencode(folder).decode("utf-8", "backslashreplace"),
        "warning",
        f"{count} files lie here, and no source is called like this folder: move them into that of their source, or "
        "begin the name of the folder with a dot",
    )
