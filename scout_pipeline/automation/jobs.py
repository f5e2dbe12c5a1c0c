"""The jobs of the assets: carrying what is new, computing chosen months again, asking about it, refreshing views."""

import dagster as dg
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from scout_pipeline import rule_book
from scout_pipeline.automation.attempts import ASKED_AGAIN
from scout_pipeline.flow_modes import INCREMENTAL, MODE_TAG
from scout_pipeline.gold.basket_patterns import basket_patterns_asset
from scout_pipeline.gold.brand_hours import brand_hours_asset
from scout_pipeline.gold.brand_performance import brand_performance_asset
from scout_pipeline.gold.brand_periods import brand_periods_asset
from scout_pipeline.gold.business_metrics import business_metrics_asset
from scout_pipeline.gold.category_hours import category_hours_asset
from scout_pipeline.gold.category_periods import category_periods_asset
from scout_pipeline.gold.category_summary import category_summary_asset
from scout_pipeline.gold.confidence import confidence_asset
from scout_pipeline.gold.customer_insights import customer_insights_asset
from scout_pipeline.gold.daily_aggregates import daily_aggregates_asset
from scout_pipeline.gold.demographics import demographics_asset
from scout_pipeline.gold.experiment_results import experiment_results_asset
from scout_pipeline.gold.hourly_kpis import hourly_kpis_asset
from scout_pipeline.gold.latest_store_metrics import latest_store_metrics_asset
from scout_pipeline.gold.product_mix import product_mix_asset
from scout_pipeline.gold.product_performance import product_performance_asset
from scout_pipeline.gold.promotion_summary import promotion_summary_asset
from scout_pipeline.gold.region_hours import region_hours_asset
from scout_pipeline.gold.region_periods import region_periods_asset
from scout_pipeline.gold.regional_performance import regional_performance_asset
from scout_pipeline.gold.request_behavior import request_behavior_asset
from scout_pipeline.gold.sales_windows import sales_windows_asset
from scout_pipeline.gold.store_activity_stats import store_activity_stats_asset
from scout_pipeline.gold.store_performance import store_performance_asset
from scout_pipeline.gold.store_periods import store_periods_asset
from scout_pipeline.gold.store_product_summary import store_product_summary_asset
from scout_pipeline.gold.substitution_flows import substitution_flows_asset
from scout_pipeline.gold.suggestion_funnel import suggestion_funnel_asset
from scout_pipeline.gold.time_of_day import time_of_day_asset
from scout_pipeline.quality.rule_checks import of_rules
from scout_pipeline.serving.mv_brand_performance import mv_brand_performance_asset
from scout_pipeline.serving.mv_customer_segments import mv_customer_segments_asset
from scout_pipeline.serving.mv_dashboard_kpis import mv_dashboard_kpis_asset
from scout_pipeline.serving.mv_global_product_stats import mv_global_product_stats_asset
from scout_pipeline.serving.mv_store_daily_metrics import mv_store_daily_metrics_asset
from scout_pipeline.silver.dim_barangay import dim_barangay_asset
from scout_pipeline.silver.dim_brand import dim_brand_asset
from scout_pipeline.silver.dim_campaign import dim_campaign_asset
from scout_pipeline.silver.dim_category import dim_category_asset
from scout_pipeline.silver.dim_city import dim_city_asset
from scout_pipeline.silver.dim_customer import dim_customer_asset
from scout_pipeline.silver.dim_date import dim_date_asset
from scout_pipeline.silver.dim_device import dim_device_asset
from scout_pipeline.silver.dim_product import dim_product_asset
from scout_pipeline.silver.dim_province import dim_province_asset
from scout_pipeline.silver.dim_store import dim_store_asset
from scout_pipeline.silver.dimension_records import dimension_records_asset
from scout_pipeline.silver.experiment_events import experiment_events_asset
from scout_pipeline.silver.promotion_approvals import promotion_approvals_asset
from scout_pipeline.silver.promotion_items import promotion_items_asset
from scout_pipeline.silver.promotions import promotions_asset
from scout_pipeline.silver.store_metrics import store_metrics_asset
from scout_pipeline.silver.transactions_cleaned import silver_assets
from scout_pipeline.store_days.checks import of_store_days

# One process a run: a step of the incremental path takes less time than starting a process for it.
EXECUTOR = dg.in_process_executor

# Rules are asked by a job of their own: what is new is shown without waiting for them. Promises are asked in each run.
RULES = dg.AssetSelection.checks(*of_rules(rule_book.TABLES))
# So is the audit of store-days: a day is audited once, and not with every run.
AUDIT = dg.AssetSelection.checks(of_store_days(rule_book.TABLES))
DOWNSTREAM = dg.AssetSelection.assets(
    dim_store_asset,
    dim_date_asset,
    silver_assets,
    dim_customer_asset,
    dim_product_asset,
    dimension_records_asset,
    dim_brand_asset,
    dim_category_asset,
    dim_province_asset,
    dim_city_asset,
    dim_barangay_asset,
    dim_device_asset,
    dim_campaign_asset,
    promotions_asset,
    promotion_items_asset,
    promotion_approvals_asset,
    experiment_events_asset,
    store_metrics_asset,
    daily_aggregates_asset,
    hourly_kpis_asset,
    time_of_day_asset,
    regional_performance_asset,
    store_performance_asset,
    store_periods_asset,
    region_periods_asset,
    region_hours_asset,
    product_performance_asset,
    brand_performance_asset,
    brand_periods_asset,
    brand_hours_asset,
    category_summary_asset,
    category_periods_asset,
    category_hours_asset,
    product_mix_asset,
    store_product_summary_asset,
    basket_patterns_asset,
    substitution_flows_asset,
    request_behavior_asset,
    demographics_asset,
    latest_store_metrics_asset,
    confidence_asset,
    promotion_summary_asset,
    experiment_results_asset,
    customer_insights_asset,
    business_metrics_asset,
    sales_windows_asset,
    store_activity_stats_asset,
    suggestion_funnel_asset,
)
# When views are refreshed is said by schedules alone: docs/decisions/0026.
DASHBOARD_VIEWS = dg.AssetSelection.assets(mv_dashboard_kpis_asset)
GOLD_VIEWS = dg.AssetSelection.assets(
    mv_customer_segments_asset, mv_brand_performance_asset, mv_store_daily_metrics_asset
)
CATALOGUE_VIEWS = dg.AssetSelection.assets(mv_global_product_stats_asset)
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
    selection=dg.AssetSelection.assets(promotion_summary_asset) - RULES,
    description="Rebuilds what still waits for the summary of the promotions.",
    executor_def=EXECUTOR,
)
