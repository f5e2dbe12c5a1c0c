"""The promises of the ledger: one statement each, checked by `scout check`, by the tests, and by Dagster's checks."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database, sql_files


@dataclass(frozen=True)
class Promise:
    """What must hold. `asset` (layer and stem) is what it guards; `remedy` is the next step when it is broken."""

    name: str
    asset: str
    remedy: str

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


REBUILD = "scout run --rebuild MONTH..MONTH computes those months again from bronze"
RECONCILE = "scout run --reconcile computes everything again from bronze"
PROMISES = (
    Promise("ledger_balances", "bronze/transactions_raw", "compare the file with scout.quarantine and its ledger row"),
    Promise("stores_are_registered", "silver/dim_store", "restore the row of scout.store_registry from a backup"),
    Promise("bronze_is_carried", "silver/transactions_cleaned", RECONCILE),
    Promise("lines_are_conserved", "silver/transaction_items", REBUILD),
    Promise("nothing_is_pending", "silver/transactions_cleaned", "scout run carries what waits"),
    Promise("transactions_are_unique", "silver/transactions_cleaned", REBUILD),
    Promise("headers_equal_lines", "silver/transaction_items", REBUILD),
    Promise("dimensions_cover_facts", "silver/dim_product", REBUILD),
    Promise("watermark_is_sound", "silver/transactions_cleaned", "docs/operations.md, 'a restored database'"),
    Promise("daily_equals_silver", "gold/daily_aggregates", REBUILD),
    Promise("hours_equal_silver", "gold/hourly_kpis", REBUILD),
    Promise("times_of_day_equal_silver", "gold/time_of_day", REBUILD),
    Promise("regions_equal_silver", "gold/regional_performance", REBUILD),
    Promise("store_months_equal_silver", "gold/store_performance", REBUILD),
    Promise("store_periods_equal_silver", "gold/store_periods", REBUILD),
    Promise("region_periods_equal_silver", "gold/region_periods", REBUILD),
    Promise("products_equal_silver", "gold/product_performance", REBUILD),
    Promise("customers_equal_silver", "gold/customer_insights", REBUILD),
    Promise("business_equals_silver", "gold/business_metrics", REBUILD),
    Promise("windows_equal_silver", "gold/sales_windows", REBUILD),
)


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
