"""scout.dimension_records: the latest version of every reference record."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
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
)

# written in the transaction that reads the window
dimension_records_asset = tables.written_elsewhere(TABLE)
