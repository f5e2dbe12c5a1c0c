"""The job of the reconciliation sweep: what it rescues, or finds altered, is a failed check, an alert and no habit."""

from typing import Any

import dagster as dg
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from scout_pipeline.database import Database
from scout_pipeline.quality import checks, promises
from scout_pipeline.silver import sweep as sweeping


@dg.op(description="Looks for every record of bronze downstream and carries what silver lost; that is an alarm.")
def sweep(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    report = sweeping.run(database, on_month=lambda month: context.log.info("%s", f"{month:%Y-%m}"))
    context.log.info("%s", report)
    with database.transaction() as connection:
        results = [promises.check(connection, promise) for promise in promises.OF_SWEEP]
    for result in results:
        # what the method takes, and its signature does not say
        event: Any = checks.stored(result, dg.AssetKey(result.promise.asset.split("/")))
        context.log_event(event)


@dg.job(
    description="Compares all of bronze with its ledger and with silver, and rescues what is missing.",
    tags={MAX_RUNTIME_SECONDS_TAG: "7200"},
    executor_def=dg.in_process_executor,
)
def sweep_bronze() -> None:
    sweep()
