"""scout.gold_experiment_results: what each experiment reached in each store, against its target."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.quality.rules import RuleSet, in_range, schema
from scout_pipeline.silver import experiment_events
from scout_pipeline.tables import Table

LAYER = "gold/experiment_results"
EVENTS = "silver/experiment_events"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_experiment_results",
    description="Events of each experiment in each store, with the lift of what was reached over the target.",
    deps=(experiment_events.TABLE,),
    lineage={
        "store_id": [(EVENTS, "store_id")],
        "experiment": [(EVENTS, "experiment")],
        "event_count": [(EVENTS, "event_id")],
        "measured_count": [(EVENTS, "actual_value")],
        "avg_target": [(EVENTS, "target_value"), (EVENTS, "actual_value")],
        "avg_actual": [(EVENTS, "actual_value")],
        "lift_pct": [(EVENTS, "target_value"), (EVENTS, "actual_value")],
    },
    quality=RuleSet(
        key=("store_id", "experiment"),
        store="store_id",
        rules=(
            in_range("measured_count", min=0, max_column="event_count"),
            in_range("lift_pct", min=-100, max=1_000).but(
                severity="warning", remedy="look at the targets of the experiment: a unit may be wrong"
            ),
            schema(
                "store_id integer, experiment text, event_count bigint, measured_count bigint, "
                "avg_target numeric, avg_actual numeric, lift_pct numeric, refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    """Rebuild the experiments of stores with events that changed."""
    return buckets.refresh(target, LAYER, _steps, grain=Grain.STORE)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/experiment_results_clear", insert="gold/experiment_results")


experiment_results_asset = buckets.asset(TABLE, refresh)
