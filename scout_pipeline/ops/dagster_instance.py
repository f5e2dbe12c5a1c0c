"""The Dagster instance of a home, for commands and programs that `scout up` did not start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster._core.instance.ref import InstanceRef

from scout_pipeline.ops import dagster_storage, services


@contextmanager
def of_home(home: Path, *, storage_url: str) -> Iterator[dg.DagsterInstance]:
    """The instance as `dagster.yaml` describes it, on that storage; nothing is read from the environment."""
    services.prepare_home(home)
    instead = {
        "storage": {
            "custom": {
                "module": dagster_storage.__name__,
                "class": dagster_storage.PooledStorage.__name__,
                "config": {"postgres_url": storage_url},
            }
        },
        # only a daemon claims the storage
        "scheduler": {"module": "dagster._core.scheduler", "class": "DagsterDaemonScheduler", "config": {}},
    }
    try:
        with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home / "dagster"), overrides=instead)) as instance:
            yield instance
    finally:
        dagster_storage.connections(storage_url).dispose()
