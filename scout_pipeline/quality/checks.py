"""The promises as Dagster asset checks: blocking, with a count, a bounded sample, the query and the recovery step."""

from collections.abc import Iterator

import dagster as dg

from scout_pipeline import sql_files
from scout_pipeline.database import Database
from scout_pipeline.quality import promises, rule_checks
from scout_pipeline.quality.promises import Promise, PromiseResult

# A promise between tables guards each of them: what stands on either one must not be computed while they disagree.
ALSO_GUARDED = {
    "ledger_balances": ("bronze/ingestion_batches", "bronze/quarantine"),
    "lines_are_conserved": ("silver/transactions_cleaned",),
    "headers_equal_lines": ("silver/transactions_cleaned",),
    "dimensions_cover_facts": ("silver/dim_customer",),
    "histories_are_sound": ("silver/dim_product",),
    "records_are_described": (
        "silver/dim_brand",
        "silver/dim_category",
        "silver/dim_province",
        "silver/dim_city",
        "silver/dim_barangay",
        "silver/dim_device",
        "silver/dim_campaign",
        "silver/promotions",
        "silver/promotion_items",
        "silver/promotion_approvals",
        "silver/experiment_events",
        "silver/store_metrics",
    ),
    "details_belong_to_sales": ("silver/substitutions", "silver/transcripts", "silver/brand_mentions"),
    # one question about all of them; its sample names the view
    "views_have_their_grain": (
        "serving/mv_brand_performance",
        "serving/mv_customer_segments",
        "serving/mv_global_product_stats",
        "serving/mv_store_daily_metrics",
    ),
}


def of_promise(promise: Promise) -> dg.AssetChecksDefinition:
    """One query, a blocking check of every asset it guards. A check that cannot run raises; it never says "failed"."""
    guarded = (promise.asset, *ALSO_GUARDED.get(promise.name, ()))

    @dg.multi_asset_check(
        name=promise.name,
        specs=[
            dg.AssetCheckSpec(
                promise.name,
                asset=dg.AssetKey(asset.split("/")),
                description=promise.question,
                blocking=promise.is_blocking,
            )
            for asset in guarded
        ],
        can_subset=True,
    )
    def _check(
        context: dg.AssetCheckExecutionContext, database: dg.ResourceParam[Database]
    ) -> Iterator[dg.AssetCheckResult]:
        with database.transaction() as connection:
            result = promises.check(connection, promise)
        for key in sorted(context.selected_asset_check_keys):
            yield evaluation(result, key.asset_key)

    return _check


def evaluation(result: PromiseResult, asset_key: dg.AssetKey) -> dg.AssetCheckResult:
    """What people see of a check: how many rows break it, some of them, the statement that asks, and what to do."""
    promise = result.promise
    metadata: dict[str, dg.MetadataValue] = {
        "violations": dg.MetadataValue.int(result.violations),
        "seconds": dg.MetadataValue.float(round(result.seconds, 3)),
        "query": rule_checks.query_block(sql_files.load(promise.statement).text),
        "file": dg.MetadataValue.text(f"sql/{promise.statement}.sql"),
        "remedy": dg.MetadataValue.text(promise.remedy),
    }
    if result.sample:
        metadata["sample"] = rule_checks.sample_table(result.sample)
    return dg.AssetCheckResult(
        passed=result.holds,
        asset_key=asset_key,
        check_name=promise.name,
        severity=dg.AssetCheckSeverity.ERROR if promise.is_error else dg.AssetCheckSeverity.WARN,
        description=promise.question,
        metadata=metadata,
    )


def stored(result: PromiseResult, asset_key: dg.AssetKey) -> dg.AssetCheckEvaluation:
    """The same as an event that a job writes which is no job of assets."""
    said = evaluation(result, asset_key)
    return dg.AssetCheckEvaluation(
        asset_key=asset_key,
        check_name=result.promise.name,
        passed=said.passed,
        metadata=said.metadata,
        severity=said.severity,
        description=said.description,
        blocking=result.promise.is_blocking,
    )


def all_promises() -> list[dg.AssetChecksDefinition]:
    """The checks of all promises, and of the warnings, which stop nothing."""
    return [of_promise(promise) for promise in (*promises.PROMISES, *promises.WARNINGS)]
