"""scout.silver_promotions: one row per promotion as it stands now."""

from scout_pipeline import tables
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/promotions",
    relation="scout.silver_promotions",
    description="One row per promotion as it stands now: its status, its value, when it was made, approved and closed.",
    deps=(transactions_cleaned.TABLE,),
)

# written by the operation that carries a window of bronze
promotions_asset = tables.written_elsewhere(TABLE)
