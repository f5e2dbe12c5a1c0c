"""scout.dim_store: one row per store; registered when it is first seen, described by its mapping."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_store",
    relation="scout.dim_store",
    description="One row per store with its time zone, which decides the business day; store 0 is unknown.",
    deps=(transactions_raw.TABLE,),
)

# written by landing, which registers stores, and by silver, which describes them
dim_store_asset = tables.written_elsewhere(TABLE)
