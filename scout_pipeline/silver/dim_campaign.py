"""scout.dim_campaign: one row per campaign."""

from scout_pipeline import tables
from scout_pipeline.quality.rules import RuleSet, in_range, referential, schema
from scout_pipeline.silver import dimension_records
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_campaign",
    relation="scout.dim_campaign",
    description="One row per campaign with its brand, its days and its budget.",
    deps=(dimension_records.TABLE,),
    lineage={
        "campaign_id": [("silver/dimension_records", "code")],
        "campaign_name": [("silver/dimension_records", "attributes")],
        "starts_on": [("silver/dimension_records", "attributes")],
        "ends_on": [("silver/dimension_records", "attributes")],
        "budget": [("silver/dimension_records", "attributes")],
    },
    quality=RuleSet(
        key=("campaign_id",),
        rules=(
            in_range("ends_on", min_column="starts_on").but(severity="warning"),
            in_range("budget", min=0),
            referential("brand_name", table="scout.dim_brand").but(severity="warning"),
            schema(
                "campaign_id text, campaign_name text, campaign_type text, brand_name text, starts_on date, "
                "ends_on date, budget numeric"
            ),
        ),
    ),
)

# written in the transaction that reads the window
dim_campaign_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
