"""scout.quarantine: what could not be taken, with reason and position, its bytes preserved."""

from scout_pipeline.tables import Table

TABLE = Table(
    key="bronze/quarantine",
    relation="scout.quarantine",
    description="Lines, records and files that could not be taken, with their reason and their bytes.",
)
