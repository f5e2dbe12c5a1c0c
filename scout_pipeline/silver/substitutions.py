"""scout.silver_substitutions: sales in which another product was taken than the one asked for."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/substitutions",
    relation="scout.silver_substitutions",
    description="One row per sale in which another product was taken than the one asked for.",
    deps=(transactions_raw.TABLE,),
    partitions=BUSINESS_MONTHS,
    lineage={
        "from_sku": [("bronze/transactions_raw", "payload")],
        "to_sku": [("bronze/transactions_raw", "payload")],
        "reason": [("bronze/transactions_raw", "payload")],
    },
)
