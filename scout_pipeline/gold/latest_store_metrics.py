"""scout.gold_latest_store_metrics: what each metric of a store says now, one row per store and metric."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.quality.rules import RuleSet, referential, schema, validity
from scout_pipeline.silver import store_metrics
from scout_pipeline.tables import Table

LAYER = "gold/latest_store_metrics"
METRICS = "silver/store_metrics"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_latest_store_metrics",
    description="The latest day's value of each metric of a store, from the source that is trusted most.",
    deps=(store_metrics.TABLE,),
    lineage={
        column: [(METRICS, column)]
        for column in ("store_id", "metric_name", "metric_value", "metric_source", "date_key", "measured_at")
    },
    quality=RuleSet(
        key=("store_id", "metric_name"),
        store="store_id",
        rules=(
            validity("metric_source", ("pos", "mobile", "vision", "manual")),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, metric_name text, metric_value numeric, metric_source text, date_key date, "
                "measured_at timestamp with time zone, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    """Rebuild the metrics measured on the dirty days of a store; reference records mark them, sales do not."""
    return buckets.refresh(target, LAYER, _steps, grain=Grain.STORE)


def _steps(connection: sa.Connection) -> RowCounts:
    database.run(connection, "gold/touched_metrics")
    return buckets.replace(connection, clear="gold/latest_store_metrics_clear", insert="gold/latest_store_metrics")


latest_store_metrics_asset = buckets.asset(TABLE, refresh)
