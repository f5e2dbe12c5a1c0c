"""scout.dim_product: one row per code, called by its most frequent description."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_product",
    relation="scout.dim_product",
    description="One row per upper-cased code with its most frequent description, and whether it is a product.",
    deps=(transactions_raw.TABLE,),
    lineage={
        "sku": [("bronze/transactions_raw", "payload")],
        "description": [("bronze/transactions_raw", "payload")],
    },
)
