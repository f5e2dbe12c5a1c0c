"""The jobs: taking files, carrying what is new, and computing chosen months again."""

import dagster as dg

from scout_pipeline.bronze.ingestion_batches import ingestion_batches_asset
from scout_pipeline.bronze.quarantine import quarantine_asset
from scout_pipeline.bronze.transactions_raw import landing_assets
from scout_pipeline.flow_modes import INCREMENTAL, MODE_TAG
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
from scout_pipeline.serving.mv_customer_segments import mv_customer_segments_asset
from scout_pipeline.silver.dim_customer import dim_customer_asset
from scout_pipeline.silver.dim_product import dim_product_asset
from scout_pipeline.silver.dim_store import dim_store_asset
from scout_pipeline.silver.transactions_cleaned import silver_assets

# One process a run: a step of the incremental path takes less time than starting a process for it.
EXECUTOR = dg.in_process_executor

DOWNSTREAM = dg.AssetSelection.assets(
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
)

take_files = dg.define_asset_job(
    "take_files",
    selection=dg.AssetSelection.assets(landing_assets, ingestion_batches_asset, quarantine_asset),
    description="Takes the whole files of the landing folder into bronze.",
    executor_def=EXECUTOR,
)
carry_new = dg.define_asset_job(
    "carry_new",
    selection=DOWNSTREAM,
    description="Carries what is new in bronze through silver, gold and serving; only dirty buckets are computed.",
    tags={MODE_TAG: INCREMENTAL},
    executor_def=EXECUTOR,
)
rebuild_months = dg.define_asset_job(
    "rebuild_months",
    selection=DOWNSTREAM,
    description="Computes the chosen months of silver again from bronze, and what stands on them.",
    executor_def=EXECUTOR,
)
