"""scout.silver_experiment_events: one row per measurement of an experiment in a store."""

from scout_pipeline import tables
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/experiment_events",
    relation="scout.silver_experiment_events",
    description="One row per measurement of an experiment in a store: the target, and what was reached.",
    deps=(transactions_cleaned.TABLE,),
)

# written by the operation that carries a window of bronze
experiment_events_asset = tables.written_elsewhere(TABLE)
