"""scout.silver_request_behaviors: how customers asked, and what was suggested to them."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/request_behaviors",
    relation="scout.silver_request_behaviors",
    description="One row per observed sale with how the customer asked and what was suggested.",
    deps=(transactions_raw.TABLE,),
    partitions=BUSINESS_MONTHS,
    lineage={
        "request_mode": [("bronze/transactions_raw", "payload")],
        "request_type": [("bronze/transactions_raw", "payload")],
        "suggestion_offered": [("bronze/transactions_raw", "payload")],
        "suggestion_accepted": [("bronze/transactions_raw", "payload")],
        "duration_seconds": [("bronze/transactions_raw", "payload")],
        "handshake_score": [("bronze/transactions_raw", "payload")],
    },
)
