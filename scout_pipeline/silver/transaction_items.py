"""scout.silver_transaction_items: one row per line of a current transaction."""

from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.quality import rules
from scout_pipeline.quality.rules import (
    RuleSet,
    completeness,
    in_range,
    makes_up,
    reconciliation,
    referential,
    schema,
    uniqueness,
    validity,
)
from scout_pipeline.quality.usual import volume
from scout_pipeline.silver import dim_store
from scout_pipeline.tables import Table

RAW = "bronze/transactions_raw"
TABLE = Table(
    key="silver/transaction_items",
    relation="scout.silver_transaction_items",
    description="One row per line of each transaction, identified by its position; equal lines are real lines.",
    deps=(transactions_raw.TABLE, dim_store.TABLE),
    partitions=BUSINESS_MONTHS,
    lineage={
        "transaction_id": [(RAW, "transaction_id")],
        "store_id": [(RAW, "store_id")],
        "source_id": [(RAW, "source_id")],
        **{
            column: [(RAW, "payload")]
            for column in ("line_type", "sku", "description", "quantity", "unit_price", "subtotal", "sold_at")
        },
        "line_number": [(RAW, "line_number")],
        "date_key": [(RAW, "payload"), ("silver/dim_store", "time_zone")],
    },
    quality=RuleSet(
        key=("store_id", "date_key", "source_id", "transaction_id", "line_number"),
        day="date_key",
        store="store_id",
        rules=(
            completeness("sku", "quantity", "unit_price", "sold_at"),
            in_range("quantity", above=0, when={"line_type": ("sale",)}),
            in_range("quantity", min=0).but(
                name="quantity_negative",
                question="How many lines take something back or write it off?",
                severity="info",
                remedy="nothing; returns and adjustments are real and count",
            ),
            validity("line_type", ("sale", "adjustment")).but(
                name="line_taken_back",
                question="How many lines take back what was sold?",
                severity="info",
                remedy="nothing; returns are real and count",
            ),
            validity("line_type", ("sale", "return")).but(
                name="line_adjusted",
                question="How many lines correct the stock or the books?",
                severity="info",
                remedy="nothing; adjustments are real and count",
            ),
            in_range("quantity", max=0, when={"line_type": ("adjustment",)}).but(
                name="money_adjusted",
                question="How many adjustments correct the books and no stock, such as bad debts?",
                severity="info",
                remedy="nothing; they are real and count",
            ),
            in_range("unit_price", min=0).but(
                name="price_negative",
                question="How many lines have a price below zero?",
                severity="info",
                remedy="nothing, when it is an adjustment; a sale or return with such a price is an error",
            ),
            in_range("quantity", max=100).but(name="quantity_is_usual", severity="warning", threshold=0.2),
            in_range("quantity", above=-rules.IMPOSSIBLE, below=rules.IMPOSSIBLE).but(
                name="quantity_impossible",
                question="Is every quantity one that a shop can have sold or taken back?",
                action="quarantine",
                remedy=rules.CORRECT_OR_DECIDE,
            ),
            in_range("unit_price", min=0, when={"line_type": ("sale", "return")}),
            in_range("unit_price", other_than=0).but(
                name="price_zero",
                question="How many lines cost nothing?",
                severity="info",
                remedy="nothing, when something was given away or written off; else ask the sender",
            ),
            in_range("unit_price", other_than=0).but(
                name="prices_are_sent",
                question="Has nearly every line a price?",
                severity="warning",
                threshold=0.1,
            ),
            in_range("unit_price", max=10_000).but(name="price_is_expected", severity="warning", threshold=0.001),
            makes_up("subtotal", "quantity", "unit_price", tolerance=0.01),
            validity("line_type", ("sale", "return", "adjustment")),
            validity("detection_method", ("stt", "vision", "ocr", "hybrid")).but(severity="warning"),
            in_range("confidence", min=0, max=1).but(severity="warning"),
            completeness("brand_name").but(
                severity="info", remedy="describe the product in the catalogue, or leave it without a brand"
            ),
            referential("sku", table="scout.dim_product").but(remedy=rules.REBUILD),
            referential("brand_name", table="scout.dim_brand").but(severity="warning", threshold=0.05),
            referential("category", table="scout.dim_category").but(severity="warning", threshold=0.05),
            uniqueness("transaction_id", "sku", "description", "quantity", "unit_price", "sold_at").but(
                name="line_is_repeated",
                question="How many lines equal another line of their sale?",
                severity="info",
                remedy="nothing; a line is identified by its position, and equal lines are real lines",
            ),
            reconciliation("subtotal", table="scout.silver_transactions_cleaned", to="peso_value"),
            volume(min_share=0.4, max_share=1.8),
            schema(
                "store_id integer, date_key date, source_id smallint, transaction_id text, line_number bigint, "
                "line_type text, sku text, description text, quantity numeric, unit_price numeric, "
                "subtotal numeric, sold_at timestamp with time zone, created_at timestamp with time zone, "
                "brand_name text, category text, unit text, detection_method text, confidence numeric, "
                "is_list_price boolean, stated_subtotal numeric"
            ),
        ),
    ),
)
