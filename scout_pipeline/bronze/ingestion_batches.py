"""scout.bronze_ingestion_batches: the ledger of received files, one row each, written with the data."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.tables import Table

TABLE = Table(
    key="bronze/ingestion_batches",
    relation="scout.bronze_ingestion_batches",
    description="The ledger: one row per received file with its lines read, loaded, duplicate and quarantined.",
    deps=(transactions_raw.TABLE,),
)

# written by landing, in the transaction that takes a file
ingestion_batches_asset = tables.written_elsewhere(TABLE)
