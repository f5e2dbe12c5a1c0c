"""scout.silver_substitutions: sales in which another product was taken than the one asked for."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.quality.rules import RuleSet, completeness, referential, schema, validity
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
        "from_brand": [("bronze/transactions_raw", "payload")],
        "to_brand": [("bronze/transactions_raw", "payload")],
    },
    quality=RuleSet(
        key=("store_id", "date_key", "source_id", "transaction_id"),
        day="date_key",
        store="store_id",
        rules=(
            validity("reason", ("stockout", "suggestion", "unknown")).but(severity="warning"),
            referential("from_sku", table="scout.dim_product", to=("sku",)).but(severity="warning"),
            referential("to_sku", table="scout.dim_product", to=("sku",)).but(severity="warning"),
            completeness("from_sku", "to_sku", when={"is_complete": ("true",)}),
            schema(
                "store_id integer, date_key date, source_id smallint, transaction_id text, from_sku text, "
                "to_sku text, reason text, is_complete boolean, from_brand text, to_brand text"
            ),
        ),
    ),
)
