"""The table of contents: explicit lists in the order of the flow, nothing else."""

import dagster as dg

from scout_pipeline.automation.jobs import carry_new, rebuild_months, take_files
from scout_pipeline.automation.landing_sensor import landing_sensor
from scout_pipeline.automation.watermark_sensor import watermark_sensor
from scout_pipeline.bronze.ingestion_batches import ingestion_batches_asset
from scout_pipeline.bronze.quarantine import quarantine_asset
from scout_pipeline.bronze.transactions_raw import landing_assets
from scout_pipeline.gold.business_metrics import business_metrics_asset
from scout_pipeline.gold.customer_insights import customer_insights_asset
from scout_pipeline.gold.daily_aggregates import daily_aggregates_asset
from scout_pipeline.gold.hourly_kpis import hourly_kpis_asset
from scout_pipeline.gold.product_performance import product_performance_asset
from scout_pipeline.gold.region_periods import region_periods_asset
from scout_pipeline.gold.regional_performance import regional_performance_asset
from scout_pipeline.gold.sales_windows import sales_windows_asset
from scout_pipeline.gold.store_performance import store_performance_asset
from scout_pipeline.gold.store_periods import store_periods_asset
from scout_pipeline.gold.time_of_day import time_of_day_asset
from scout_pipeline.quality.checks import all_promises
from scout_pipeline.resources import database_resource
from scout_pipeline.serving.mv_customer_segments import mv_customer_segments_asset
from scout_pipeline.silver.dim_customer import dim_customer_asset
from scout_pipeline.silver.dim_product import dim_product_asset
from scout_pipeline.silver.dim_store import dim_store_asset
from scout_pipeline.silver.transactions_cleaned import silver_assets

defs = dg.Definitions(
    assets=[
        landing_assets,
        ingestion_batches_asset,
        quarantine_asset,
        dim_store_asset,
        silver_assets,
        dim_customer_asset,
        dim_product_asset,
        daily_aggregates_asset,
        hourly_kpis_asset,
        time_of_day_asset,
        regional_performance_asset,
        store_performance_asset,
        store_periods_asset,
        region_periods_asset,
        product_performance_asset,
        customer_insights_asset,
        business_metrics_asset,
        sales_windows_asset,
        mv_customer_segments_asset,
    ],
    asset_checks=all_promises(),
    jobs=[take_files, carry_new, rebuild_months],
    sensors=[landing_sensor, watermark_sensor],
    resources={"database": database_resource},
    executor=dg.in_process_executor,
)
