"""scout.silver_transactions_cleaned: one row per transaction, and what people see of carrying bronze into silver."""

from scout_pipeline import tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.quality import rules
from scout_pipeline.quality.rules import (
    RuleSet,
    adds_up,
    completeness,
    freshness,
    in_range,
    referential,
    schema,
    uniqueness,
    validity,
)
from scout_pipeline.quality.usual import volume
from scout_pipeline.silver import (
    brand_mentions,
    dim_store,
    references,
    request_behaviors,
    substitutions,
    transaction_items,
    transcripts,
)
from scout_pipeline.silver.refresh import SilverReport
from scout_pipeline.tables import Table

RAW = "bronze/transactions_raw"
TABLE = Table(
    key="silver/transactions_cleaned",
    relation="scout.silver_transactions_cleaned",
    description="One row per transaction, the latest version, typed, with its business day and exact sums.",
    deps=(transactions_raw.TABLE, dim_store.TABLE),
    partitions=BUSINESS_MONTHS,
    lineage={
        "transaction_id": [(RAW, "transaction_id")],
        "store_id": [(RAW, "store_id")],
        "source_id": [(RAW, "source_id")],
        "content_hash": [(RAW, "content_hash")],
        "batch_id": [(RAW, "batch_id")],
        **{
            column: [(RAW, "payload")]
            for column in (
                "transaction_type",
                "sold_at",
                "customer_id",
                "line_count",
                "units",
                "gross_sales",
                "returns_value",
                "adjustments_value",
                "peso_value",
            )
        },
        "region": [("silver/dim_store", "region"), (RAW, "payload")],
        "date_key": [(RAW, "payload"), ("silver/dim_store", "time_zone")],
    },
    quality=RuleSet(
        key=("store_id", "date_key", "source_id", "transaction_id"),
        day="date_key",
        store="store_id",
        weight="line_count",
        rules=(
            completeness("peso_value").but(name="amount_null", question="Has every sale an amount?"),
            in_range("peso_value", min=0, when={"transaction_type": ("sale",)}).but(
                name="amount_negative",
                question="Is the amount of a sale never below zero? Returns and adjustments have their own types.",
            ),
            in_range("peso_value", below=1_000_000).but(name="amount_implausible"),
            in_range("peso_value", above=-rules.IMPOSSIBLE, below=rules.IMPOSSIBLE).but(
                name="amount_impossible",
                question="Is every amount one that a shop can have taken or paid back?",
                action="quarantine",
                remedy=rules.CORRECT_OR_DECIDE,
            ),
            in_range("peso_value", max=10_000).but(name="amount_is_expected", severity="warning", threshold=0.1),
            in_range("peso_value", per="units", min=5, when={"transaction_type": ("sale",)}).but(
                name="unit_value_is_expected",
                question="Is a unit sold for 5 pesos or more?",
                severity="warning",
                threshold=0.9,
                remedy="compare prices with those of the day before: a source may send centavos or another currency",
            ),
            completeness("customer_id").but(
                name="customer_id_null",
                question="How many sales have no customer? Anonymous buyers are normal.",
                severity="info",
                remedy="nothing; such sales count for no customer",
            ),
            completeness("customer_id").but(
                name="customers_are_sent",
                question="Do some sales name their customer?",
                severity="warning",
                threshold=0.995,
                remedy="ask the sender whether the customer's id is still sent",
            ),
            validity("transaction_type", ("sale", "return", "adjustment", "mixed")),
            validity("transaction_type", ("sale", "adjustment", "mixed")).but(
                name="sale_taken_back",
                question="How many transactions take back what was sold?",
                severity="info",
                remedy="nothing; returns are real and count",
            ),
            validity("payment_method", ("cash", "gcash", "maya", "credit", "other")).but(severity="warning"),
            validity("gender", ("male", "female", "unknown")).but(severity="warning"),
            validity("age_bracket", ("18-24", "25-34", "35-44", "45-54", "55+", "unknown")).but(severity="warning"),
            validity("customer_type", ("regular", "occasional", "new", "unknown")).but(severity="warning"),
            validity("economic_class", ("A", "B", "C", "D", "E", "unknown")).but(severity="warning"),
            validity("store_type", ("urban_high", "urban_medium", "residential", "rural", "transport", "other")).but(
                severity="warning"
            ),
            in_range("sold_hour", min=0, max=23),
            in_range("sold_at", max_column="created_at").but(
                severity="warning", remedy="correct the clock of the device, then send the sales again"
            ),
            adds_up("peso_value", "gross_sales", "returns_value", "adjustments_value"),
            adds_up("stated_value", "peso_value", tolerance=0.01).but(
                name="stated_value_agrees",
                severity="warning",
                threshold=0.01,
                remedy="compare the stated value with the lines; a line may not have arrived",
            ),
            adds_up("stated_basket_size", "line_count").but(
                name="basket_size_agrees",
                severity="warning",
                threshold=0.01,
                remedy="compare the stated basket size with the lines; a line may not have arrived",
            ),
            referential("store_id", table="scout.store_registry"),
            referential("source_id", table="scout.dim_source"),
            referential("customer_id", table="scout.dim_customer").but(remedy=rules.REBUILD),
            referential("campaign_id", table="scout.dim_campaign").but(severity="warning"),
            referential("device_id", table="scout.dim_device").but(severity="warning"),
            uniqueness("store_id", "sold_at", "peso_value", "line_count", "customer_id").but(
                name="sale_is_not_repeated",
                question="Does a sale of the same second, value, size and customer occur once in a store?",
                severity="warning",
                threshold=0.2,
                remedy="a file may have been sent again with new transaction ids; discard it at the sender",
            ),
            freshness("sold_at", max_age_hours=18),
            volume(min_share=0.4, max_share=1.8),
            schema(
                "store_id integer, date_key date, source_id smallint, transaction_id text, "
                "transaction_type text, sold_at timestamp with time zone, customer_id uuid, region text, "
                "line_count bigint, units numeric, gross_sales numeric, returns_value numeric, "
                "adjustments_value numeric, peso_value numeric, content_hash bytea, batch_id bigint, "
                "created_at timestamp with time zone, deleted_at timestamp with time zone, sold_hour smallint, "
                "device_id text, device_sequence bigint, campaign_id text, is_campaign_influenced boolean, "
                "payment_method text, customer_type text, gender text, age_bracket text, economic_class text, "
                "stated_value numeric, stated_basket_size integer, unmapped jsonb, store_type text, "
                "stated_region text, stated_units numeric"
            ),
        ),
    ),
)
# tables beside the facts whose rows these transactions count; stores are registered by landing too
BESIDE = (
    *("silver/dim_customer", "silver/dimension_records"),
    *(member.asset for member in references.MEMBERS),
)
TABLES = (
    TABLE,
    transaction_items.TABLE,
    substitutions.TABLE,
    request_behaviors.TABLE,
    transcripts.TABLE,
    brand_mentions.TABLE,
)


def partitions(months: set[str]) -> set[str]:
    """Those of the months that are partitions."""
    return months & set(BUSINESS_MONTHS.definition.get_partition_keys())


def figures(report: SilverReport, seconds: float) -> dict[str, object]:
    """What a materialization of the facts shows."""
    return {
        "rows_read": report.lines_read,
        "rows_written": report.lines_written,
        "rows_rejected": report.lines_rejected,
        "members_described": report.members_described,
        "transactions_written": report.transactions_written,
        "transactions_superseded": report.transactions_superseded,
        "buckets_marked": report.buckets_marked,
        tables.WRITTEN_BESIDE: {**dict.fromkeys(BESIDE, 0), **report.written_beside},
        "months": ", ".join(sorted(report.months)) or "none",
        "watermark": report.watermark,
        "seconds": round(seconds, 3),
    }
