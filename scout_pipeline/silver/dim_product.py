"""scout.dim_product: one row per code, called by its most frequent description."""

from scout_pipeline import tables
from scout_pipeline.quality.look_alikes import cannot_be_mistaken
from scout_pipeline.quality.rules import RuleSet, completeness, in_range, pattern, referential, schema, validity
from scout_pipeline.silver import transaction_items
from scout_pipeline.sources import watermarks
from scout_pipeline.tables import Table

TABLE = Table(
    key="silver/dim_product",
    relation="scout.dim_product",
    description="One row per upper-cased code with its most frequent description, and whether it is a product.",
    deps=(transaction_items.TABLE,),
    lineage={
        "sku": [("silver/transaction_items", "sku")],
        "description": [("silver/transaction_items", "description")],
    },
    quality=RuleSet(
        key=("sku", "valid_from"),
        rules=(
            completeness("description").but(severity="info"),
            cannot_be_mistaken("sku"),
            validity("is_product", ("true",)).but(
                name="code_is_no_product",
                question="How many codes are postage, fees and the like?",
                severity="info",
                remedy="nothing; they count as money and in no figure of products",
            ),
            in_range("list_price", above=0, max=10_000).but(severity="warning"),
            in_range("valid_to", above_column="valid_from"),
            referential("brand_name", table="scout.dim_brand", when={"is_derived": ("false",)}).but(severity="warning"),
            referential("category", table="scout.dim_category", when={"is_derived": ("false",)}).but(
                severity="warning"
            ),
            pattern("barcode", "^[0-9]{8,14}$").but(severity="warning"),
            schema(
                "sku text, description text, is_product boolean, updated_at timestamp with time zone, "
                "valid_from date, valid_to date, is_current boolean, is_derived boolean, local_name text, "
                "brand_name text, category text, list_price numeric, pack_size text, barcode text"
            ),
        ),
    ),
)

# written in the transaction that writes the facts
dim_product_asset = tables.written_elsewhere(TABLE, by=watermarks.SILVER)
