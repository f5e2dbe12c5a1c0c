"""The table of contents: explicit lists in the order of the flow, nothing else."""

import dagster as dg

from scout_pipeline import assets
from scout_pipeline.automation.dead_letter_sensor import dead_letter_sensor
from scout_pipeline.automation.failed_checks_sensor import failed_checks_sensor
from scout_pipeline.automation.failed_runs_sensor import failed_runs_sensor
from scout_pipeline.automation.failed_ticks_sensor import failed_ticks_sensor
from scout_pipeline.automation.freshness_sensor import freshness_sensor
from scout_pipeline.automation.idle_ticks_sensor import idle_ticks_sensor
from scout_pipeline.automation.jobs import (
    AUDIT_CHECK,
    RULE_CHECKS,
    audit_store_days,
    carry_new,
    check_quality,
    rebuild_months,
    refresh_catalogue_views,
    refresh_dashboard_views,
    refresh_gold_views,
    summarise_promotions,
)
from scout_pipeline.automation.landing_sensor import landing_sensor
from scout_pipeline.automation.maintenance_jobs import (
    maintain_partitions,
    maintain_tables,
    maintain_tables_weekend,
    prune_dagster_history,
)
from scout_pipeline.automation.monitoring import (
    check_performance,
    clean_up_monitoring,
    review_quarantine,
    snapshot_performance,
)
from scout_pipeline.automation.quality_sensor import quality_sensor
from scout_pipeline.automation.quarantine_sensor import quarantine_sensor
from scout_pipeline.automation.replay_quarantine import replay_quarantine
from scout_pipeline.automation.schedules import schedules
from scout_pipeline.automation.sweep_bronze import sweep_bronze
from scout_pipeline.automation.take_files import take_files
from scout_pipeline.automation.watermark_sensor import watermark_sensor
from scout_pipeline.bronze.ingestion_batches import ingestion_batches_asset
from scout_pipeline.bronze.landing_assets import landing_assets
from scout_pipeline.bronze.quarantine import quarantine_asset
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
from scout_pipeline.quality.checks import all_promises
from scout_pipeline.resources import database_resource
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
from scout_pipeline.silver.silver_assets import silver_assets
from scout_pipeline.silver.store_metrics import store_metrics_asset

defs = dg.Definitions(
    assets=assets.definitions(
        [
            landing_assets,
            ingestion_batches_asset,
            quarantine_asset,
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
            store_product_summary_asset,
            product_performance_asset,
            brand_performance_asset,
            brand_periods_asset,
            brand_hours_asset,
            category_summary_asset,
            category_periods_asset,
            category_hours_asset,
            product_mix_asset,
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
            mv_customer_segments_asset,
            mv_dashboard_kpis_asset,
            mv_brand_performance_asset,
            mv_store_daily_metrics_asset,
            mv_global_product_stats_asset,
        ]
    ),
    asset_checks=[*all_promises(), *RULE_CHECKS, AUDIT_CHECK],
    jobs=[
        take_files,
        carry_new,
        rebuild_months,
        check_quality,
        audit_store_days,
        sweep_bronze,
        replay_quarantine,
        refresh_dashboard_views,
        refresh_gold_views,
        refresh_catalogue_views,
        summarise_promotions,
        snapshot_performance,
        check_performance,
        review_quarantine,
        clean_up_monitoring,
        maintain_partitions,
        maintain_tables,
        maintain_tables_weekend,
        prune_dagster_history,
    ],
    sensors=[
        landing_sensor,
        watermark_sensor,
        quality_sensor,
        quarantine_sensor,
        dead_letter_sensor,
        freshness_sensor,
        failed_runs_sensor,
        failed_checks_sensor,
        failed_ticks_sensor,
        idle_ticks_sensor,
    ],
    schedules=schedules(),
    resources={"database": database_resource},
    executor=dg.in_process_executor,
)
