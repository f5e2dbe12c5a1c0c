"""Sees bronze ahead of silver, sales that silver has to compute again, and buckets that gold has not rebuilt."""

from datetime import date

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from scout_pipeline import heartbeats, periods
from scout_pipeline.automation import attempts
from scout_pipeline.automation.jobs import carry_new, rebuild_months
from scout_pipeline.automation.take_files import take_files
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.partitions import BUSINESS_MONTHS
from scout_pipeline.silver import recall, refresh
from scout_pipeline.sources import watermarks

RANGES_A_TICK = 5


@dg.sensor(
    job=carry_new,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks for a run when bronze rows wait beyond the watermark, sales are recalled, or buckets are dirty.",
)
def watermark_sensor(
    context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]
) -> list[dg.RunRequest] | dg.SkipReason:
    with database.transaction() as connection:
        heartbeats.beat(connection, process=heartbeats.SILVER)
    if attempts.under_way(context.instance, take_files.name, carry_new.name, rebuild_months.name):
        return dg.SkipReason("a run is carrying what is new, or computing months again, already")
    with database.transaction() as connection:
        position = watermarks.position(connection, watermarks.SILVER)
        dirty = buckets.dirty_months(connection)
        aside = recall.waiting_count(connection)
        is_at_rest = position.waiting_rows == 0 and not dirty and not aside
        if is_at_rest and not attempts.last_failed(context.instance, take_files.name, carry_new.name):
            return dg.SkipReason(f"nothing waits beyond {position.last_xid}/{position.last_id}")
        months = {*refresh.waiting_months(connection), *dirty}
    state = f"{position.last_xid}/{position.last_id}-{position.newest_xid}-{len(dirty)}-{aside}"
    requests = [
        _request(state, first, last, attempt, position.waiting_rows)
        for first, last in _ranges(months)
        if (attempt := attempts.next_attempt(context.instance, carry_new.name, _version(state, first))) is not None
    ]
    if not requests:
        return dg.SkipReason(
            f"carrying {state} failed {attempts.MAX_ATTEMPTS} times: see the runs, mend the cause, launch "
            f"{carry_new.name} by hand"
        )
    return requests


def _version(state: str, first: date) -> str:
    """What an attempt is counted for: one state of the data, one range of months."""
    return f"{state}:{first}"


def _request(state: str, first: date, last: date, attempt: int, waiting_rows: int) -> dg.RunRequest:
    version = _version(state, first)
    return dg.RunRequest(
        run_key=f"{watermarks.SILVER}:{version}:{attempt}",
        tags={
            attempts.VERSION_TAG: version,
            "scout/waiting_rows": str(waiting_rows),
            ASSET_PARTITION_RANGE_START_TAG: first.isoformat(),
            ASSET_PARTITION_RANGE_END_TAG: last.isoformat(),
        },
    )


def _ranges(months: set[date]) -> list[tuple[date, date]]:
    """Ranges of months that are partitions, the newest; rows without a readable month go with the current one.

    Each run carries what waits, and shows every month that it touched: more of them would find nothing to do.
    """
    known = {periods.partition_month(key) for key in BUSINESS_MONTHS.definition.get_partition_keys()}
    return periods.month_runs(months & known or {max(known)})[-RANGES_A_TICK:]
