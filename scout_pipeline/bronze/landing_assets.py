"""The asset that takes files from the folder into bronze; what it does is in `transactions_raw`."""

from collections.abc import Iterator
from datetime import datetime, timezone

import dagster as dg

from scout_pipeline import assets
from scout_pipeline.bronze import transactions_raw
from scout_pipeline.database import Database
from scout_pipeline.partitions import RECEIPT_MONTHS


@dg.multi_asset(
    name="landing",
    specs=[assets.spec(transactions_raw.TABLE)],
    description="Takes the whole files of the landing folder, each once, and accounts for every line.",
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def landing_assets(
    context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]
) -> Iterator[dg.MaterializeResult[None]]:
    this_month = RECEIPT_MONTHS.definition.get_partition_key_for_timestamp(datetime.now(timezone.utc).timestamp())
    if this_month not in context.partition_keys:
        raise dg.Failure(f"records land in the month in which they are received: materialize {this_month}")
    taken = transactions_raw.take(database, context.log.info)
    with database.transaction() as connection:
        yield assets.report(connection, transactions_raw.TABLE, **taken.figures)
    if taken.problems:
        raise dg.Failure("; ".join(taken.problems))
