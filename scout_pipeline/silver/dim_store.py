"""scout.dim_store: one row per store; registered when it is first seen, described by its mapping."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.quality.look_alikes import cannot_be_mistaken
from scout_pipeline.quality.rules import (
    RuleSet,
    completeness,
    in_range,
    pattern,
    referential,
    schema,
    uniqueness,
    validity,
)
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_store",
    relation="scout.dim_store",
    description="One row per store with its time zone, which decides the business day; store 0 is unknown.",
    deps=(transactions_raw.TABLE,),
    quality=RuleSet(
        key=("store_id", "valid_from"),
        store="store_id",
        rules=(
            completeness("store_code", "time_zone", "currency_code"),
            cannot_be_mistaken("store_code"),
            pattern("currency_code", "^[A-Z]{3}$"),
            validity("store_type", ("urban_high", "urban_medium", "residential", "rural", "transport", "other")).but(
                severity="warning"
            ),
            validity("economic_class", ("A", "B", "C", "D", "E", "unknown")).but(severity="warning"),
            in_range("unmapped", max="{}").but(
                name="words_are_known",
                question="Is every word for the type and class of a store one that we know?",
                severity="warning",
                remedy="look at scout.v_store_warnings; declare a synonym in the mapping, or ask the sender",
            ),
            in_range("latitude", min=-90, max=90),
            in_range("longitude", min=-180, max=180),
            in_range("valid_to", above_column="valid_from"),
            in_range("closed_on", min_column="opened_on").but(severity="warning"),
            referential("store_id", table="scout.store_registry"),
            uniqueness("store_code", "valid_from"),
            schema(
                "store_id integer, store_code text, store_name text, time_zone text, currency_code text, "
                "is_active boolean, registered_at timestamp with time zone, valid_from date, valid_to date, "
                "valid_from_at timestamp with time zone, valid_to_at timestamp with time zone, "
                "is_current boolean, is_registered boolean, store_type text, economic_class text, region text, "
                "province text, city text, barangay text, latitude numeric, longitude numeric, "
                "opens_at time without time zone, closes_at time without time zone, opened_on date, "
                "closed_on date, unmapped jsonb"
            ),
        ),
    ),
)

# written by landing, which registers stores, and by silver, which describes them
dim_store_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
