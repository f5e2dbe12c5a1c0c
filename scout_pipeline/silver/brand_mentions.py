"""scout.silver_brand_mentions: the brands that a device heard."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.quality.rules import RuleSet, completeness, in_range, referential, schema
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
    quality=RuleSet(
        key=("store_id", "date_key", "source_id", "transaction_id", "mention_number"),
        day="date_key",
        store="store_id",
        rules=(
            completeness("brand_name"),
            in_range("confidence", min=0, max=1).but(severity="warning"),
            referential("brand_name", table="scout.dim_brand").but(severity="warning", threshold=0.05),
            schema(
                "store_id integer, date_key date, source_id smallint, transaction_id text, "
                "mention_number bigint, brand_name text, variant text, confidence numeric, detection_method text"
            ),
        ),
    ),
)
