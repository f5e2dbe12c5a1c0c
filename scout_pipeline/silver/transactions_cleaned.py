"""scout.silver_transactions_cleaned: one row per transaction, and the asset that carries bronze into silver."""

from collections.abc import Iterator
from time import perf_counter

import dagster as dg

from scout_pipeline import flow_modes, periods, tables
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.database import Database
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.silver import (
    brand_mentions,
    dim_store,
    refresh,
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
)
TABLES = (
    TABLE,
    transaction_items.TABLE,
    substitutions.TABLE,
    request_behaviors.TABLE,
    transcripts.TABLE,
    brand_mentions.TABLE,
)


@dg.multi_asset(
    name="silver",
    specs=[table.spec() for table in TABLES],
    description="Carries what is new in bronze into silver, or computes whole months again, in one transaction.",
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool="silver",
)
def silver_assets(
    context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]
) -> Iterator[dg.MaterializeResult[None]]:
    started = perf_counter()
    if flow_modes.is_incremental(context.run.tags):
        report = refresh.carry_all(database)
    else:
        keys = context.partition_keys
        report = refresh.carry_all(database)
        report.add_report(
            refresh.rebuild_months(database, periods.partition_month(keys[0]), periods.partition_month(keys[-1]))
        )
    context.log.info(
        "silver: %s lines read, %s written, %s rejected, %s buckets marked",
        *(report.lines_read, report.lines_written, report.lines_rejected, report.buckets_marked),
    )
    with database.transaction() as connection:
        for table in TABLES:
            yield tables.report(connection, table, **_figures(report, perf_counter() - started))


def _figures(report: SilverReport, seconds: float) -> dict[str, object]:
    return {
        "rows_read": report.lines_read,
        "rows_written": report.lines_written,
        "rows_rejected": report.lines_rejected,
        "members_described": report.members_described,
        "transactions_written": report.transactions_written,
        "transactions_superseded": report.transactions_superseded,
        "buckets_marked": report.buckets_marked,
        "months": ", ".join(sorted(report.months)) or "none",
        "watermark": report.watermark,
        "seconds": round(seconds, 3),
    }
