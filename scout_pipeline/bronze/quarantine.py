"""scout.quarantine: what could not be taken, with reason and position, its bytes preserved."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.tables import Table

TABLE = Table(
    key="bronze/quarantine",
    relation="scout.quarantine",
    description="Lines, records and files that could not be taken, with their reason and their bytes.",
    deps=(transactions_raw.TABLE,),
)

# written by landing, in the transaction that takes a file
quarantine_asset = tables.written_elsewhere(TABLE)
