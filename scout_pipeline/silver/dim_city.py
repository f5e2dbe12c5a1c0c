"""scout.dim_city: one row per city or municipality."""

from scout_pipeline import tables
from scout_pipeline.silver import dimension_records
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_city",
    relation="scout.dim_city",
    description="One row per city or municipality and its province.",
    deps=(dimension_records.TABLE,),
    lineage={
        "city_code": [("silver/dimension_records", "code")],
        "city_name": [("silver/dimension_records", "attributes")],
        "province_code": [("silver/dimension_records", "attributes")],
    },
)

# written in the transaction that reads the window
dim_city_asset = tables.written_elsewhere(TABLE)
