"""Sees tables that are late, and keeps one open alert for each."""

import dagster as dg

from scout_pipeline import database as db
from scout_pipeline.automation import alerts
from scout_pipeline.automation.alerts import Finding
from scout_pipeline.database import Database


@dg.sensor(
    # it asks for no run; a target is what Dagster wants of every sensor that is not told otherwise
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Opens an alert for each table that is late by ops.v_data_freshness, and resolves those that are not.",
)
def freshness_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SkipReason:
    with database.transaction() as connection:
        db.run(connection, "ops/note_stale_views")
        late = db.rows(connection, "ops/late_tables")
        findings = [
            Finding(
                row["dataset"],
                row["status"].lower(),
                f"late by {row['lag_seconds']:.0f} s; more than {row['fail_seconds']} s is a failure"
                + (f"; {row['waiting_for']} is not taken" if row["waiting_for"] else ""),
                {"tier": row["tier"]},
            )
            for row in late
        ]
        return alerts.settle(connection, "freshness", findings)
