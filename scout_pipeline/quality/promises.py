"""The promises of the ledger: one statement each, checked by `scout check`, by the tests, and by Dagster's checks."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database, sql_files


@dataclass(frozen=True)
class Promise:
    """What must hold. `asset` (layer and stem) is what it guards; `remedy` is the next step when it is broken.

    One that does not block is a warning: the figures are right, and still a person should look at them. `is_alarm`:
    and soon, because the pipeline itself was wrong.
    """

    name: str
    asset: str
    remedy: str
    is_blocking: bool = True
    is_alarm: bool = False

    @property
    def is_error(self) -> bool:
        return self.is_blocking or self.is_alarm

    @property
    def statement(self) -> str:
        return f"quality/{self.name}"

    @property
    def question(self) -> str:
        """The promise in one sentence, from the header of its statement."""
        return sql_files.load(self.statement).title.removeprefix("promise: ")


@dataclass(frozen=True)
class PromiseResult:
    """Outcome of one check: `violations` counts broken rows, `sample` shows at most five of them."""

    promise: Promise
    violations: int
    sample: list[dict[str, Any]]
    seconds: float

    @property
    def holds(self) -> bool:
        return self.violations == 0


AS_RECEIVED = Promise(
    "bronze_is_as_received",
    "bronze/transactions_raw",
    "scout check names the file: find out who altered its records, and restore that month of bronze from a backup",
    is_blocking=False,
    is_alarm=True,
)
# no asset is the audit log: what it tells of most are the records that came
AUDITED = Promise(
    "audit_log_is_whole",
    "bronze/transactions_raw",
    "scout check names the entry: compare it with a backup, and find out who may write to the database as its owner",
    is_blocking=False,
    is_alarm=True,
)
# asked by the job of the sweep and by `scout check`, not by runs that take files: each reads all that was ever kept,
# and no such run could have altered it
OF_ALL_THAT_IS_KEPT = (AS_RECEIVED, AUDITED)
REBUILD = "scout run --rebuild MONTH..MONTH computes those months again from bronze"
RECONCILE = "scout run --reconcile computes everything again from bronze"
PROMISES = (
    Promise("ledger_balances", "bronze/transactions_raw", "compare the file with scout.quarantine and its ledger row"),
    *OF_ALL_THAT_IS_KEPT,
    Promise("stores_are_registered", "silver/dim_store", "restore the row of scout.store_registry from a backup"),
    Promise("calendar_is_whole", "silver/dim_date", "materialize silver/dim_date, which computes it again"),
    Promise("bronze_is_carried", "silver/transactions_cleaned", RECONCILE),
    Promise("lines_are_conserved", "silver/transaction_items", REBUILD),
    Promise("transactions_are_unique", "silver/transactions_cleaned", REBUILD),
    Promise("store_days_are_known", "silver/transactions_cleaned", RECONCILE),
    Promise("headers_equal_lines", "silver/transaction_items", REBUILD),
    Promise("dimensions_cover_facts", "silver/dim_product", REBUILD),
    Promise("histories_are_sound", "silver/dim_store", RECONCILE),
    Promise("records_are_described", "silver/dimension_records", RECONCILE),
    Promise("details_belong_to_sales", "silver/request_behaviors", REBUILD),
    Promise("partitions_are_ready", "bronze/transactions_raw", "scout partitions maintain"),
    Promise("watermark_is_sound", "silver/transactions_cleaned", "docs/operations.md, 'a restored database'"),
    Promise("daily_equals_silver", "gold/daily_aggregates", REBUILD),
    Promise(
        "closed_days_are_restated",
        "gold/daily_aggregates",
        "see with scout why STORE DAY what changed it, then reopen the day (scout days reopen) and close it anew",
    ),
    Promise(
        "archived_months_are_shown",
        "gold/daily_aggregates",
        "restore the month (docs/operations.md, 'months and their archive'), then rebuild it",
    ),
    Promise("hours_equal_silver", "gold/hourly_kpis", REBUILD),
    Promise("times_of_day_equal_silver", "gold/time_of_day", REBUILD),
    Promise("regions_equal_silver", "gold/regional_performance", REBUILD),
    Promise("store_months_equal_silver", "gold/store_performance", REBUILD),
    Promise("store_periods_equal_silver", "gold/store_periods", REBUILD),
    Promise("region_periods_equal_silver", "gold/region_periods", REBUILD),
    Promise("region_hours_equal_silver", "gold/region_hours", REBUILD),
    Promise("products_equal_silver", "gold/product_performance", REBUILD),
    Promise("brands_equal_silver", "gold/brand_performance", REBUILD),
    Promise("brand_periods_equal_silver", "gold/brand_periods", REBUILD),
    Promise("brand_hours_equal_silver", "gold/brand_hours", REBUILD),
    Promise("categories_equal_silver", "gold/category_summary", REBUILD),
    Promise("category_periods_equal_silver", "gold/category_periods", REBUILD),
    Promise("category_hours_equal_silver", "gold/category_hours", REBUILD),
    Promise("mix_equals_silver", "gold/product_mix", REBUILD),
    Promise("store_products_equal_silver", "gold/store_product_summary", REBUILD),
    Promise("baskets_equal_silver", "gold/basket_patterns", REBUILD),
    Promise("flows_equal_silver", "gold/substitution_flows", REBUILD),
    Promise("requests_equal_silver", "gold/request_behavior", REBUILD),
    Promise("demographics_equal_silver", "gold/demographics", REBUILD),
    Promise("latest_metrics_equal_silver", "gold/latest_store_metrics", RECONCILE),
    Promise("confidence_equals_silver", "gold/confidence", RECONCILE),
    Promise("promotions_equal_silver", "gold/promotion_summary", RECONCILE),
    Promise("experiments_equal_silver", "gold/experiment_results", RECONCILE),
    Promise("customers_equal_silver", "gold/customer_insights", REBUILD),
    # not blocking: no table stands on all of gold, and before the last one is computed work is rightly pending
    Promise("nothing_is_pending", "gold/customer_insights", "scout run carries what waits", is_blocking=False),
    Promise("business_equals_silver", "gold/business_metrics", REBUILD),
    Promise("windows_equal_silver", "gold/sales_windows", REBUILD),
    Promise("activity_equals_silver", "gold/store_activity_stats", REBUILD),
    Promise("suggestions_equal_silver", "gold/suggestion_funnel", REBUILD),
    Promise(
        "views_have_their_grain",
        "serving/mv_dashboard_kpis",
        "create the index again as its migration did: unique, over those columns alone, without expressions and WHERE",
    ),
)
# asked by the job of the sweep too, which is when it changes
SWEPT = Promise(
    "bronze_is_swept",
    "bronze/transactions_raw",
    "scout quality sweep shows that nothing is missing now; ops.sweep_findings says what was: find out who lost it",
    is_blocking=False,
    is_alarm=True,
)
# Shown in Dagster beside the promises; `scout check` does not fail by them.
WARNINGS = (
    Promise(
        "lift_is_plausible",
        "gold/experiment_results",
        "look at the targets of the experiment: a unit may be wrong",
        is_blocking=False,
    ),
    Promise(
        "quarantine_is_empty",
        "bronze/quarantine",
        "scout quarantine list --group reason shows what waits; mend the cause, then scout quarantine replay --dry-run",
        is_blocking=False,
    ),
    SWEPT,
)
OF_SWEEP = (SWEPT, *OF_ALL_THAT_IS_KEPT)


def check(connection: sa.Connection, promise: Promise) -> PromiseResult:
    """Run one promise's statement."""
    started = perf_counter()
    row = database.run(connection, promise.statement).mappings().one()
    return PromiseResult(promise, row["violations"], row["sample"], perf_counter() - started)


def check_all(
    connection: sa.Connection, *, on_result: Callable[[PromiseResult], None] = lambda result: None
) -> list[PromiseResult]:
    """Run every promise, in the order of the flow."""
    results = []
    for promise in PROMISES:
        results.append(check(connection, promise))
        on_result(results[-1])
    return results
