"""The flow as plain calls, in the order of the folders: what `scout run`, the stream worker and the tests use.

The Dagster assets call the same functions one by one; *when* they run is said in `automation/`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from time import perf_counter

from scout_pipeline import heartbeats
from scout_pipeline.database import Database
from scout_pipeline.gold import (
    basket_patterns,
    brand_hours,
    brand_performance,
    brand_periods,
    business_metrics,
    category_hours,
    category_periods,
    category_summary,
    confidence,
    customer_insights,
    daily_aggregates,
    demographics,
    experiment_results,
    hourly_kpis,
    latest_store_metrics,
    product_mix,
    product_performance,
    promotion_summary,
    region_hours,
    region_periods,
    regional_performance,
    request_behavior,
    sales_windows,
    store_activity_stats,
    store_performance,
    store_periods,
    store_product_summary,
    substitution_flows,
    suggestion_funnel,
    time_of_day,
)
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.serving import (
    mv_brand_performance,
    mv_customer_segments,
    mv_dashboard_kpis,
    mv_global_product_stats,
    mv_store_daily_metrics,
)
from scout_pipeline.silver import dim_date, reconcile
from scout_pipeline.silver import refresh as silver
from scout_pipeline.silver.refresh import SilverReport

REFRESHES: tuple[Callable[[Database], GoldReport], ...] = (
    daily_aggregates.refresh,
    hourly_kpis.refresh,
    time_of_day.refresh,
    regional_performance.refresh,
    store_performance.refresh,
    store_periods.refresh,
    region_periods.refresh,
    region_hours.refresh,
    product_performance.refresh,
    brand_performance.refresh,
    brand_periods.refresh,
    brand_hours.refresh,
    category_summary.refresh,
    category_periods.refresh,
    category_hours.refresh,
    product_mix.refresh,
    store_product_summary.refresh,
    basket_patterns.refresh,
    substitution_flows.refresh,
    request_behavior.refresh,
    demographics.refresh,
    latest_store_metrics.refresh,
    confidence.refresh,
    promotion_summary.refresh,
    experiment_results.refresh,
    customer_insights.refresh,
    business_metrics.refresh,
    sales_windows.refresh,
    store_activity_stats.refresh,
    suggestion_funnel.refresh,
)
VIEWS: tuple[Callable[[Database], GoldReport], ...] = (
    mv_customer_segments.refresh,
    mv_dashboard_kpis.refresh,
    mv_brand_performance.refresh,
    mv_store_daily_metrics.refresh,
    mv_global_product_stats.refresh,
)


@dataclass
class RunReport:
    """What one pass over all layers did; `layers` is in the order of the flow, seconds are wall time."""

    silver: SilverReport = field(default_factory=SilverReport)
    silver_seconds: float = 0.0
    layers: list[GoldReport] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return self.silver_seconds + sum(layer.seconds for layer in self.layers)


def run_incremental(target: Database, *, on_step: Callable[[str], None] = lambda step: None) -> RunReport:
    """Carry everything that is new through silver, gold and serving."""
    report = _refresh(target, VIEWS, carry(target, on_step=on_step), on_step)
    target.retrying(partial(heartbeats.beat, process=heartbeats.SERVING))
    return report


def carry(
    target: Database,
    *,
    on_step: Callable[[str], None] = lambda step: None,
    before_gold: Callable[[RunReport], None] = lambda report: None,
) -> RunReport:
    """Carry everything that is new through silver and gold; `before_gold` may raise, and gold is left as it is."""
    report = RunReport()
    started = perf_counter()
    if days := dim_date.refresh(target):
        on_step(f"silver/dim_date: {days:,} days")
    report.silver = silver.carry_all(target, on_window=lambda total: on_step(f"silver: {total.lines_read:,} lines"))
    report.silver_seconds = perf_counter() - started
    before_gold(report)
    target.retrying(partial(heartbeats.beat, process=heartbeats.SILVER))
    return _refresh(target, REFRESHES, report, on_step)


def run_rebuild(
    target: Database, first: date, last: date, *, on_step: Callable[[str], None] = lambda step: None
) -> RunReport:
    """Carry what is new, then compute whole months (first days, both included) again from bronze."""
    report = run_incremental(target, on_step=on_step)
    started = perf_counter()
    report.silver = silver.rebuild_months(target, first, last)
    on_step(f"silver: {report.silver.lines_read:,} lines of {first:%Y-%m}..{last:%Y-%m} again")
    report.silver_seconds = perf_counter() - started
    report.layers = []
    return _refresh(target, (*REFRESHES, *VIEWS), report, on_step)


def run_reconcile(target: Database, *, on_step: Callable[[str], None] = lambda step: None) -> RunReport:
    """Compute silver and gold again from bronze alone, also in a cluster that the database was restored into."""
    reconcile.restart(target)
    return run_incremental(target, on_step=on_step)


def _refresh(
    target: Database,
    refreshes: Iterable[Callable[[Database], GoldReport]],
    report: RunReport,
    on_step: Callable[[str], None],
) -> RunReport:
    for refresh in refreshes:
        layer = refresh(target)
        report.layers.append(layer)
        on_step(f"{layer.layer}: {layer.rows_written:,} rows")
    return report
