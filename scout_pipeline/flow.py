"""The flow as plain calls, in the order of the folders: what `scout run`, the stream worker and the tests use.

The Dagster assets call the same functions one by one; *when* they run is said in `automation/`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from time import perf_counter

from scout_pipeline import heartbeats, side_by_side
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
from scout_pipeline.side_by_side import Layer
from scout_pipeline.silver import dim_date, reconcile
from scout_pipeline.silver import refresh as silver
from scout_pipeline.silver.refresh import SilverReport

GOLD: tuple[Layer, ...] = (
    daily_aggregates,
    hourly_kpis,
    time_of_day,
    regional_performance,
    store_performance,
    store_periods,
    region_periods,
    region_hours,
    store_product_summary,
    product_performance,
    brand_performance,
    brand_periods,
    brand_hours,
    category_summary,
    category_periods,
    category_hours,
    product_mix,
    basket_patterns,
    substitution_flows,
    request_behavior,
    demographics,
    latest_store_metrics,
    confidence,
    promotion_summary,
    experiment_results,
    customer_insights,
    business_metrics,
    sales_windows,
    store_activity_stats,
    suggestion_funnel,
)
SERVING: tuple[Layer, ...] = (
    mv_customer_segments,
    mv_dashboard_kpis,
    mv_brand_performance,
    mv_store_daily_metrics,
    mv_global_product_stats,
)


@dataclass
class RunReport:
    """What one pass over all layers did; `layers` is in the order of the flow, seconds are wall time.

    Some layers are computed side by side: their seconds add up to more than `gold_seconds`, which is gold and serving.
    """

    silver: SilverReport = field(default_factory=SilverReport)
    silver_seconds: float = 0.0
    layers: list[GoldReport] = field(default_factory=list)
    gold_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        return self.silver_seconds + self.gold_seconds


def run_incremental(target: Database, *, on_step: Callable[[str], None] = lambda step: None) -> RunReport:
    """Carry everything that is new through silver, gold and serving."""
    report = carry(target, (*GOLD, *SERVING), on_step=on_step)
    target.retrying(partial(heartbeats.beat, process=heartbeats.SERVING))
    return report


def carry(
    target: Database,
    layers: Sequence[Layer] = GOLD,
    *,
    on_step: Callable[[str], None] = lambda step: None,
    before_gold: Callable[[RunReport], None] = lambda report: None,
) -> RunReport:
    """Carry everything that is new through silver and `layers`, which stay as they are when `before_gold` raises."""
    report = RunReport()
    started = perf_counter()
    if days := dim_date.refresh(target):
        on_step(f"silver/dim_date: {days:,} days")
    report.silver = silver.carry_all(target, on_window=lambda total: on_step(f"silver: {total.lines_read:,} lines"))
    report.silver_seconds = perf_counter() - started
    before_gold(report)
    target.retrying(partial(heartbeats.beat, process=heartbeats.SILVER))
    return _refresh(target, layers, report, on_step)


def run_rebuild(
    target: Database, first: date, last: date, *, on_step: Callable[[str], None] = lambda step: None
) -> RunReport:
    """Carry what is new, then compute whole months (first days, both included) again from bronze."""
    report = run_incremental(target, on_step=on_step)
    started = perf_counter()
    report.silver = silver.rebuild_months(target, first, last)
    on_step(f"silver: {report.silver.lines_read:,} lines of {first:%Y-%m}..{last:%Y-%m} again")
    report.silver_seconds = perf_counter() - started
    return _refresh(target, (*GOLD, *SERVING), report, on_step)


def run_reconcile(target: Database, *, on_step: Callable[[str], None] = lambda step: None) -> RunReport:
    """Compute silver and gold again from bronze alone, also in a cluster that the database was restored into."""
    reconcile.restart(target)
    return run_incremental(target, on_step=on_step)


def _refresh(target: Database, layers: Sequence[Layer], report: RunReport, on_step: Callable[[str], None]) -> RunReport:
    started = perf_counter()
    report.layers = side_by_side.refresh(
        target, layers, on_done=lambda layer: on_step(f"{layer.layer}: {layer.rows_written:,} rows")
    )
    report.gold_seconds = perf_counter() - started
    return report
