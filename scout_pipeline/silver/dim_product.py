"""scout.dim_product: one row per code, called by its most frequent description."""

from scout_pipeline import tables
from scout_pipeline.silver import transaction_items
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_product",
    relation="scout.dim_product",
    description="One row per upper-cased code with its most frequent description, and whether it is a product.",
    deps=(transaction_items.TABLE,),
    lineage={
        "sku": [("silver/transaction_items", "sku")],
        "description": [("silver/transaction_items", "description")],
    },
)

# written in the transaction that writes the facts
dim_product_asset = tables.written_elsewhere(TABLE)
