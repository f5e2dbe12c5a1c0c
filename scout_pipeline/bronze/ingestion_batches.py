"""scout.bronze_ingestion_batches: the ledger of received files, one row each, written with the data."""

from scout_pipeline.tables import Table

TABLE = Table(
    key="bronze/ingestion_batches",
    relation="scout.bronze_ingestion_batches",
    description="The ledger: one row per received file with its lines read, loaded, duplicate and quarantined.",
)
