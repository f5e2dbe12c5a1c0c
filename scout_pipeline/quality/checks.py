"""The promises as Dagster asset checks: blocking, with a count, a bounded sample, the query and the recovery step."""

import dagster as dg

from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline.quality.promises import Promise, PromiseResult


def of_promise(promise: Promise) -> dg.AssetChecksDefinition:
    """A blocking check of the asset that the promise guards. A check that cannot run raises; it never says "failed"."""

    @dg.asset_check(
        asset=dg.AssetKey(promise.asset.split("/")),
        name=promise.name,
        description=promise.question,
        blocking=True,
    )
    def _check(database: dg.ResourceParam[Database]) -> dg.AssetCheckResult:
        with database.transaction() as connection:
            return evaluation(promises.check(connection, promise))

    return _check


def evaluation(result: PromiseResult) -> dg.AssetCheckResult:
    """What people see of a check: how many rows break it, some of them, and what to do."""
    promise = result.promise
    metadata: dict[str, dg.MetadataValue] = {
        "violations": dg.MetadataValue.int(result.violations),
        "seconds": dg.MetadataValue.float(round(result.seconds, 3)),
        "query": dg.MetadataValue.text(f"sql/{promise.statement}.sql"),
    }
    if not result.holds:
        metadata["sample"] = dg.MetadataValue.json(result.sample)
        metadata["remedy"] = dg.MetadataValue.text(promise.remedy)
    return dg.AssetCheckResult(
        passed=result.holds,
        severity=dg.AssetCheckSeverity.ERROR,
        description=promise.question,
        metadata=metadata,
    )


def all_promises() -> list[dg.AssetChecksDefinition]:
    return [of_promise(promise) for promise in promises.PROMISES]
