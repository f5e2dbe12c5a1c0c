"""scout.dimension_records: the latest version of every reference record."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.quality.rules import RuleSet, completeness, referential, schema, validity
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dimension_records",
    relation="scout.dimension_records",
    description="The latest version of every reference record, from which dimensions and feeds are computed.",
    deps=(transactions_raw.TABLE,),
    lineage={
        "record_id": [("bronze/transactions_raw", "transaction_id")],
        "attributes": [("bronze/transactions_raw", "payload")],
    },
    quality=RuleSet(
        key=("kind", "code", "valid_from"),
        rules=(
            completeness("attributes", "record_id"),
            validity(
                "kind",
                (
                    "store",
                    "product",
                    "brand",
                    "category",
                    "province",
                    "city",
                    "barangay",
                    "device",
                    "campaign",
                    "promotion",
                    "promotion_item",
                    "approval",
                    "experiment_event",
                    "store_metric",
                ),
            ),
            referential("source_id", table="scout.dim_source"),
            schema(
                "kind text, code text, valid_from date, record_id text, source_id smallint, attributes jsonb, "
                "version_xid xid8, version_id bigint, batch_id bigint"
            ),
        ),
    ),
)

# written in the transaction that reads the window
dimension_records_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
