"""scout.dim_barangay: one row per barangay."""

from scout_pipeline import tables
from scout_pipeline.silver import dimension_records
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_barangay",
    relation="scout.dim_barangay",
    description="One row per barangay and the city in which it lies.",
    deps=(dimension_records.TABLE,),
    lineage={
        "barangay_code": [("silver/dimension_records", "code")],
        "barangay_name": [("silver/dimension_records", "attributes")],
        "city_code": [("silver/dimension_records", "attributes")],
    },
)

# written in the transaction that reads the window
dim_barangay_asset = tables.written_elsewhere(TABLE)
