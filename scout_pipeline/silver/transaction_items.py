"""scout.silver_transaction_items: one row per line of a current transaction."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.silver import dim_store
from scout_pipeline.tables import Table

RAW = "bronze/transactions_raw"
TABLE = Table(
    key="silver/transaction_items",
    relation="scout.silver_transaction_items",
    description="One row per line of each transaction, identified by its position; equal lines are real lines.",
    deps=(transactions_raw.TABLE, dim_store.TABLE),
    partitions=BUSINESS_MONTHS,
    lineage={
        "transaction_id": [(RAW, "transaction_id")],
        "store_id": [(RAW, "store_id")],
        "source_id": [(RAW, "source_id")],
        **{
            column: [(RAW, "payload")]
            for column in ("line_type", "sku", "description", "quantity", "unit_price", "subtotal", "sold_at")
        },
        "line_number": [(RAW, "line_number")],
        "date_key": [(RAW, "payload"), ("silver/dim_store", "time_zone")],
    },
)
