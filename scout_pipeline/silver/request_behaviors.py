"""scout.silver_request_behaviors: one row per sale of a source that observes the counter."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.silver import dim_store
from scout_pipeline.tables import Table

RAW = "bronze/transactions_raw"
TABLE = Table(
    key="silver/request_behaviors",
    relation="scout.silver_request_behaviors",
    description="How the customer of each sale asked, what the storekeeper suggested, and how long it took.",
    deps=(transactions_raw.TABLE, dim_store.TABLE),
    partitions=BUSINESS_MONTHS,
    lineage={
        "transaction_id": [(RAW, "transaction_id")],
        "store_id": [(RAW, "store_id")],
        "source_id": [(RAW, "source_id")],
        **{
            column: [(RAW, "payload")]
            for column in (
                "request_mode",
                "request_type",
                "suggestion_offered",
                "suggestion_accepted",
                "duration_seconds",
                "handshake_score",
            )
        },
        "date_key": [(RAW, "payload"), ("silver/dim_store", "time_zone")],
    },
)
