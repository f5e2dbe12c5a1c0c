"""The jobs of the assets: carrying what is new, computing chosen months again, asking about it, refreshing views."""

import dagster as dg
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from scout_pipeline import rule_book
from scout_pipeline.automation.attempts import ASKED_AGAIN
from scout_pipeline.flow_modes import INCREMENTAL, MODE_TAG
from scout_pipeline.gold.promotion_summary import promotion_summary_asset
from scout_pipeline.quality.rule_checks import of_rules
from scout_pipeline.quarantine import by_rules
from scout_pipeline.serving.mv_brand_performance import mv_brand_performance_asset
from scout_pipeline.serving.mv_customer_segments import mv_customer_segments_asset
from scout_pipeline.serving.mv_dashboard_kpis import mv_dashboard_kpis_asset
from scout_pipeline.serving.mv_global_product_stats import mv_global_product_stats_asset
from scout_pipeline.serving.mv_store_daily_metrics import mv_store_daily_metrics_asset
from scout_pipeline.store_days.checks import of_store_days

# One process a run: a step of the incremental path takes less time than starting a process for it.
EXECUTOR = dg.in_process_executor

# Rules are asked by a job of their own: what is new is shown without waiting for them. Promises are asked in each run.
RULE_CHECKS = of_rules(rule_book.TABLES, by_rules.check)
RULES = dg.AssetSelection.checks(*RULE_CHECKS)
# So is the audit of store-days: a day is audited once, and not with every run.
AUDIT_CHECK = of_store_days(rule_book.TABLES)
AUDIT = dg.AssetSelection.checks(AUDIT_CHECK)
DOWNSTREAM = dg.AssetSelection.groups("silver", "gold")
# When views are refreshed is said by schedules alone: docs/decisions/0026.
DASHBOARD_VIEWS = dg.AssetSelection.assets(mv_dashboard_kpis_asset.table.asset_key)
GOLD_VIEWS = dg.AssetSelection.assets(
    mv_customer_segments_asset.table.asset_key,
    mv_brand_performance_asset.table.asset_key,
    mv_store_daily_metrics_asset.table.asset_key,
)
CATALOGUE_VIEWS = dg.AssetSelection.assets(mv_global_product_stats_asset.table.asset_key)
VIEWS = DASHBOARD_VIEWS | GOLD_VIEWS | CATALOGUE_VIEWS

carry_new = dg.define_asset_job(
    "carry_new",
    selection=DOWNSTREAM - RULES - AUDIT,
    description="Carries what is new in bronze through silver and gold; only dirty buckets are computed.",
    tags={MODE_TAG: INCREMENTAL, **ASKED_AGAIN, MAX_RUNTIME_SECONDS_TAG: "7200"},
    executor_def=EXECUTOR,
)
check_quality = dg.define_asset_job(
    "check_quality",
    selection=RULES,
    description="Asks the rules of data quality about the days that changed since they were last asked.",
    tags={**ASKED_AGAIN, MAX_RUNTIME_SECONDS_TAG: "3600"},
    executor_def=EXECUTOR,
)
rebuild_months = dg.define_asset_job(
    "rebuild_months",
    selection=(DOWNSTREAM | VIEWS) - RULES - AUDIT,
    description="Computes the chosen months of silver again from bronze, and what stands on them.",
    tags={MAX_RUNTIME_SECONDS_TAG: "14400"},
    executor_def=EXECUTOR,
)
audit_store_days = dg.define_asset_job(
    "audit_store_days",
    selection=AUDIT,
    description="Audits the store-days that changed, once they are over and in gold, and closes those that rest.",
    executor_def=EXECUTOR,
)
refresh_dashboard_views = dg.define_asset_job(
    "refresh_dashboard_views",
    selection=DASHBOARD_VIEWS - RULES,
    description="Refreshes the view of the dashboards, when its input changed.",
    executor_def=EXECUTOR,
)
refresh_gold_views = dg.define_asset_job(
    "refresh_gold_views",
    selection=GOLD_VIEWS - RULES,
    description="Refreshes the views of segments, brands and store days whose input changed.",
    executor_def=EXECUTOR,
)
refresh_catalogue_views = dg.define_asset_job(
    "refresh_catalogue_views",
    selection=CATALOGUE_VIEWS - RULES,
    description="Refreshes the view of products, when its input changed.",
    executor_def=EXECUTOR,
)
summarise_promotions = dg.define_asset_job(
    "summarise_promotions",
    selection=dg.AssetSelection.assets(promotion_summary_asset.table.asset_key) - RULES,
    description="Rebuilds what still waits for the summary of the promotions.",
    executor_def=EXECUTOR,
)
