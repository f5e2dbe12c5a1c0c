"""Jobs that keep the database and Dagster healthy and compute nothing. When they run is said with the schedules."""

import dagster as dg
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from scout_pipeline.automation import maintenance


@dg.job(
    description="The daily care of partitions: months ahead, interrupted steps, retention.",
    tags={MAX_RUNTIME_SECONDS_TAG: "10800"},
    executor_def=dg.in_process_executor,
)
def maintain_partitions() -> None:
    maintenance.maintain_months()


@dg.job(
    description="Vacuum, statistics and settings where they are due; for every night.",
    tags={MAX_RUNTIME_SECONDS_TAG: "5400"},
    executor_def=dg.in_process_executor,
)
def maintain_tables() -> None:
    maintenance.maintain()


@dg.job(
    description="As every night, and bloated indexes built anew; for the week-end.",
    tags={MAX_RUNTIME_SECONDS_TAG: "16200"},
    executor_def=dg.in_process_executor,
)
def maintain_tables_weekend() -> None:
    maintenance.maintain_with_indexes()


@dg.job(
    description="Takes away Dagster's history of long ago; for every day.",
    tags={MAX_RUNTIME_SECONDS_TAG: "3600"},
    executor_def=dg.in_process_executor,
)
def prune_dagster_history() -> None:
    maintenance.prune_history()
