"""The asset that carries bronze into the facts of silver; how it does is in `refresh`."""

from collections.abc import Iterator
from time import perf_counter

import dagster as dg

from scout_pipeline import assets, flow_modes, periods
from scout_pipeline.database import Database
from scout_pipeline.silver import refresh, transactions_cleaned


@dg.multi_asset(
    name="silver",
    specs=[assets.spec(table) for table in transactions_cleaned.TABLES],
    description="Carries what is new in bronze into silver, or computes whole months again, in one transaction.",
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool="silver",
)
def silver_assets(
    context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]
) -> Iterator[dg.MaterializeResult[None]]:
    started = perf_counter()
    if flow_modes.is_incremental(context.run.tags):
        report = refresh.carry_all(database)
    else:
        keys = context.partition_keys
        report = refresh.carry_all(database)
        report.add_report(
            refresh.rebuild_months(database, periods.partition_month(keys[0]), periods.partition_month(keys[-1]))
        )
    context.log.info(
        "silver: %s lines read, %s written, %s rejected, %s buckets marked",
        *(report.lines_read, report.lines_written, report.lines_rejected, report.buckets_marked),
    )
    facts = transactions_cleaned.figures(report, perf_counter() - started)
    with database.transaction() as connection:
        reported = [assets.report(connection, table, **facts) for table in transactions_cleaned.TABLES]
    yield from reported
    others = transactions_cleaned.partitions(report.months) - set(context.partition_keys)
    for one in reported:
        assets.note_months(context, one, sorted(others))
