"""scout.silver_brand_mentions: the brands that a device heard."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/brand_mentions",
    relation="scout.silver_brand_mentions",
    description="One row per brand that the device heard in a sale.",
    deps=(transactions_raw.TABLE,),
    partitions=BUSINESS_MONTHS,
    lineage={
        "brand_name": [("bronze/transactions_raw", "payload")],
        "variant": [("bronze/transactions_raw", "payload")],
        "confidence": [("bronze/transactions_raw", "payload")],
    },
)
