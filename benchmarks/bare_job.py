"""The bare Dagster job of benchmarks/latency.py: a sensor sees a file in a folder, a queued run reads it. Nothing else.

Its sensor looks as often as the landing sensor does; the daemon's settings are those that the project ships.
"""

import os
from pathlib import Path

import dagster as dg

FOLDER = Path(os.environ.get("BARE_FOLDER", "."))
INTERVAL_SECONDS = int(os.environ.get("BARE_INTERVAL_SECONDS", "10"))


@dg.asset
def read_file() -> dg.MaterializeResult[None]:
    """Counts the bytes of every file, and remembers that it did."""
    read = 0
    for path in sorted(FOLDER.glob("*.gz")):
        read += len(path.read_bytes())
        path.rename(path.with_suffix(".done"))
    return dg.MaterializeResult(metadata={"bytes": read})


job = dg.define_asset_job("bare", selection=[read_file], executor_def=dg.in_process_executor)


@dg.sensor(job=job, minimum_interval_seconds=INTERVAL_SECONDS, default_status=dg.DefaultSensorStatus.RUNNING)
def file_sensor() -> dg.RunRequest | dg.SkipReason:
    """Asks for a run a file."""
    found = sorted(path.name for path in FOLDER.glob("*.gz"))
    return dg.RunRequest(run_key=found[0]) if found else dg.SkipReason("no file")


defs = dg.Definitions(assets=[read_file], jobs=[job], sensors=[file_sensor])
